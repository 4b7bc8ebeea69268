"""
Faults at mail: worker, beat, broker, database and mail server killed, frozen and refusing.

Batches of people wait for a reminder; a kind's blows fall until all their mails are out; then
three books are compared (mail_books.py). `runs` counts the blows dealt.
A short run of five kinds is in the suite: tests/test_faults.py.
"""

import itertools
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
    Yield one row a kind; `runs` counts the blows dealt. See the package for the contract.

    `only` chooses the kinds whose name contains one of its texts; `batches` and `size` take the
    place of the usual numbers, and no more than so many `blows` fall in a batch.
    """
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    chosen = [kind for kind in [*KINDS, GAP] if not only or any(text in kind for text in only)]
    until = math.inf if long else time.monotonic() + LIMIT
    with tempfile.TemporaryDirectory(prefix="mail-") as folder:
        stage = Stage(Path(folder), chance)
        try:
            for kind in chosen:
                many = (batches or KINDS.get(kind, (None, 1))[1]) * (NIGHT if long else 1)
                yield _row(stage, kind, many, size, blows, until)
        finally:
            stage.close()
            print(f"mails accepted: {stage.accepted}, processes killed: {stage.kills}")


def _row(stage, kind, batches, size, blows, until):
    began = time.monotonic()
    if began > until:
        row = Row(kind, 0)
    elif kind == GAP:
        row = _three_days_and_back(stage, size)
    else:
        row = _kind(stage, kind, batches, size, blows, until)
    # A night is long: who looks in wants to see something.
    print(f"  {kind}: {row.runs} blows, {time.monotonic() - began:.0f} s", flush=True)
    return row


def _kind(stage, kind, batches, size, blows, until):
    total, blow = Counter(), KINDS[kind][0]
    if why := blow.cannot_fall():
        print(f"  {kind}: {why}")
        batches = 0
    for _ in itertools.takewhile(lambda _: time.monotonic() < until, range(batches)):
        batch = stage.new_batch(size)
        stage.start()
        with blow(stage, batch) as deal:
            total["blows"] += _blows(stage, deal, min(blow.most, blows), until)
        stage.settle()
        total += stage.compare(batch)
    return Row(kind, total["blows"], total["lost"], total["doubled"], other=total["other"])


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
    total = stage.compare(batch)
    return Row(GAP, 3, total["lost"], total["doubled"], other=total["other"])
