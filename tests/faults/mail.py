"""
Faults at mail: worker, beat, broker, database and mail server killed, frozen and refusing.

Batches of people wait for a reminder; a kind's blows fall until all their mails are out; then
three books are compared (mail_books.py). `runs` counts the blows dealt.
A short run of five kinds is in the suite: tests/mail_faults.py, judged by tests/test_faults.py.
"""

import math
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults import Row, mail_blows
from tests.faults.mail_stage import PATIENCE, Stage

BATCH = 130
# FAULTS=long: so many times the batches.
NIGHT = 20
# Seconds after which a usual run begins nothing more: `make faults` ends within twelve minutes.
LIMIT = 600
# Kind → (blow, batches in a usual run).
KINDS = {
    "worker killed (kill -9)": (mail_blows.WorkerKilled, 3),
    "beat killed (kill -9)": (mail_blows.BeatKilled, 2),
    "worker frozen past its lease": (mail_blows.WorkerFrozen, 2),
    "two beats, two workers, both killed": (mail_blows.BothKilled, 3),
    "queue flushed": (mail_blows.QueueFlushed, 1),
    "queue killed and empty": (mail_blows.QueueKilled, 1),
    "queue frozen": (mail_blows.QueueFrozen, 1),
    "database crashed": (mail_blows.DatabaseCrashed, 2),
    "mail server killed": (mail_blows.MailKilled, 1),
    "mail server refusing": (mail_blows.MailRefusing, 1),
    "mail server putting off": (mail_blows.MailPuttingOff, 1),
    "mail server taking, then hanging up": (mail_blows.MailHangingUp, 2),
    "mail server slow": (mail_blows.MailSlow, 1),
    "submitted while being sent": (mail_blows.Submitted, 2),
    "clock set on and back by hours, killed": (mail_blows.ClockJumps, 1),
}
GAP = "three days' gap, clock put back"
# Moments between two blows, seconds.
PACE = (0.05, 0.6)


def run(*, seed, long, only=(), batches=None, size=BATCH, blows=math.inf):
    """
    Yield one row a kind, and again after each batch; `runs` counts the blows dealt.

    `only` chooses the kinds whose name contains one of its texts; `batches` and `size` take the
    place of the usual numbers, and no more than so many `blows` fall in a batch. All kinds have
    their first batch before one has its second: a slow machine does less of each. See the package
    for the contract.
    """
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    times = {kind: batches or usual for kind, (_, usual) in KINDS.items()} | {GAP: 1}
    chosen = [kind for kind in times if not only or any(text in kind for text in only)]
    until = math.inf if long else time.monotonic() + LIMIT
    with tempfile.TemporaryDirectory(prefix="mail-") as folder:
        stage = Stage(Path(folder), chance)
        try:
            totals = {kind: Counter() for kind in chosen}
            for turn in range(max(times.values()) * (NIGHT if long else 1)):
                for kind in (k for k in chosen if turn < times[k] * (NIGHT if long else 1)):
                    if time.monotonic() < until:
                        totals[kind] += _batch(stage, kind, size, blows, until)
                    yield _row(kind, totals[kind])
        finally:
            stage.close()
            print(f"mails accepted: {stage.accepted}, processes killed: {stage.kills}")


def _row(kind, total):
    return Row(kind, total["blows"], total["lost"], total["doubled"], other=total["other"])


def _batch(stage, kind, size, blows, until):
    """Let one batch go out under a kind's blows; return what the books say, and the blows."""
    began = time.monotonic()
    if kind == GAP:
        found = _three_days_and_back(stage, size)
    elif why := KINDS[kind][0].cannot_fall():
        print(f"  {kind}: {why}")
        return Counter()
    else:
        found = _under_blows(stage, KINDS[kind][0], size, blows, until)
    # A night is long: who looks in wants to see something.
    print(f"  {kind}: {found['blows']} blows, {time.monotonic() - began:.0f} s", flush=True)
    return found


def _under_blows(stage, blow, size, blows, until):
    batch = stage.new_batch(size)
    stage.start()
    with blow(stage, batch) as deal:
        dealt = _blows(stage, deal, min(blow.most, blows), until)
    stage.settle()
    return Counter(blows=dealt) + stage.compare(batch)


def _blows(stage, deal, most, until):
    """Deal blows until all mails are out, or `most` were dealt, or time is over; count them."""
    until, dealt = min(until, time.monotonic() + PATIENCE), 0
    while not stage.is_done() and time.monotonic() < until and dealt < most:
        dealt += deal()
        time.sleep(stage.chance.uniform(*PACE))
    return dealt


def _three_days_and_back(stage, size):
    """Sent on T-3; nothing runs until T-1: one mail more; the clock put back: none."""
    batch = stage.new_batch(size)
    for day, mails in (("2024-06-14", 1), ("2024-06-18", 2), ("2024-06-17", 2)):
        stage.start(day)
        stage.settle()
        stage.stop()
        batch.mails_each = mails
    return Counter(blows=3) + stage.compare(batch)
