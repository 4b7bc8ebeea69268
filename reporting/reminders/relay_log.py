"""
The relay's log: which mails the mail server took, asked before anything is sent a second time.

`MAIL_RELAY_LOG` names the kind and the file: `sink:…/smtp.log` (config/embedded/mailsink.py) or
`postfix:/var/log/mail.log`; empty when the portal cannot read it. A log answers two questions.
`read(since)`: the Message-IDs it saw taken since a moment, and whether it can speak for all of
that time; without a whole answer, absence proves nothing. With `back` it is searched so much
further: after a clock was set back, later lines bear earlier stamps. `bounced(since)`: of which
mails it was said since then that they cannot be delivered, whenever they were taken.
"""

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from config import clock

_BLOCK = 1 << 16
_NOT_AT_ALL = dt.timedelta(0)


@dataclass(frozen=True)
class Reading:
    """`taken` maps Message-IDs to real moments; `whole` says that nothing since is missing."""

    taken: dict[str, dt.datetime] = field(default_factory=dict)
    whole: bool = False


@dataclass(frozen=True)
class Bounce:
    """When, in real time, a mail that had been taken was given up, and the relay's words."""

    moment: dt.datetime
    words: str


class NoLog:
    """The relay's log is out of reach: in doubt, people decide."""

    lag = dt.timedelta(0)

    def read(self, since, back=_NOT_AT_ALL):
        return Reading()

    def bounced(self, since):
        return {}


class SinkLog:
    """The demo's mail server: one JSON line a mail, on disk before the client hears 250."""

    lag = dt.timedelta(0)

    def __init__(self, path):
        self.path = Path(path)

    def read(self, since, back=_NOT_AT_ALL):
        taken, whole = {}, False
        try:
            for text in _lines_from_the_end(self.path):
                line = json.loads(text)
                moment = dt.datetime.fromisoformat(line["at"])
                whole = whole or moment < since
                if moment < since - back:
                    break
                if line["outcome"] == "accepted":
                    taken[line["message_id"]] = moment
        except (OSError, ValueError, KeyError):
            return Reading(taken, whole)
        return Reading(taken, whole)

    def bounced(self, since):
        """It delivers to nobody, and so gives nothing up."""
        return {}


class PostfixLog:
    """
    Postfix: `cleanup` notes a message's id under its queue id, `qmgr` that it was queued.

    Only what was queued was taken: after a line cut off within DATA the first stands alone.
    Whoever delivers says `status=bounced`, `qmgr` `status=expired` after days in the queue.
    The rotated file (`.1`) is read when the present one begins too late. Syslog writes with a
    delay, so nobody asks before `lag` has passed; and a log that ends before the moment asked
    about may be dead: it is not whole.
    """

    lag = dt.timedelta(seconds=60)
    _LINE = re.compile(r" \S*postfix\S*/(\w+)\[\d+\]: (\w+): (.*)")
    _GIVEN_UP = re.compile(r"\bstatus=(?:bounced|(?:force-)?expired)\b[, ]*(.*)")
    # As long as a mail may lie in the queue (maximal_queue_lifetime), and a day.
    _QUEUE_LASTS = dt.timedelta(days=6)
    _STAMP = re.compile(r"^(\d{4}-\d\d-\d\dT\S+|\w{3} +\d+ \d\d:\d\d:\d\d) ")

    def __init__(self, path):
        self.paths = [Path(path), Path(f"{path}.1")]

    def read(self, since, back=_NOT_AT_ALL):
        # Stamps of the older form are whole seconds.
        lines, whole = self._lines_since(since.replace(microsecond=0), back)
        seen, taken = {}, {}
        for moment, line in lines:
            if not (found := self._LINE.search(line)):
                continue
            program, queue_id, words = found.groups()
            if program == "cleanup" and words.startswith("message-id="):
                seen[queue_id] = words.removeprefix("message-id=").strip()
            elif program == "qmgr" and words.startswith("from=") and queue_id in seen:
                taken[seen[queue_id]] = moment
        is_alive = any(moment >= since.replace(microsecond=0) for moment, _ in lines)
        return Reading(taken, whole=whole and is_alive)

    def bounced(self, since):
        """
        Return {Message-ID: Bounce} of what was given up since a moment.

        A mail's id stands further back, by days if it was tried for days. Queue ids are used
        again: the nearest line before counts.
        """
        pending, found = {}, {}
        for moment, line in self._backwards():
            is_over = moment < since
            if moment < since - self._QUEUE_LASTS or (is_over and not pending):
                break
            if not (parts := self._LINE.search(line)):
                continue
            program, queue_id, words = parts.groups()
            if not is_over and (given_up := self._GIVEN_UP.search(words)):
                pending.setdefault(queue_id, Bounce(moment, given_up[1]))
            elif program == "cleanup" and words.startswith("message-id=") and queue_id in pending:
                found[words.removeprefix("message-id=").strip()] = pending.pop(queue_id)
        return found

    def _lines_since(self, since, back):
        """Return [(moment, line)] oldest first, and whether an older line was reached."""
        lines, reached = [], False
        for moment, line in self._backwards():
            reached = reached or moment < since
            if moment < since - back:
                break
            lines.append((moment, line))
        return lines[::-1], reached

    def _backwards(self):
        """Yield (moment, line), the last first, the rotated file's after the present one's."""
        for path in self.paths:
            try:
                for line in _lines_from_the_end(path):
                    if (moment := self._moment(line)) is not None:
                        yield moment, line
            except OSError:
                return

    def _moment(self, line):
        """Read both forms of syslog's stamp; the older one names no year and means local time."""
        if not (found := self._STAMP.match(line)):
            return None
        try:
            return dt.datetime.fromisoformat(found[1])
        except ValueError:
            return self._without_year(found[1])

    def _without_year(self, stamp):
        today = clock.real_now().astimezone()
        for year in (today.year, today.year - 1):
            moment = dt.datetime.strptime(f"{year} {stamp}", "%Y %b %d %H:%M:%S").astimezone()
            if moment <= today + dt.timedelta(days=1):
                return moment
        return None


KINDS = {"sink": SinkLog, "postfix": PostfixLog}


def relay_log():
    """Return the log the settings name."""
    kind, _, path = settings.MAIL_RELAY_LOG.partition(":")
    return KINDS[kind](path) if kind else NoLog()


def _lines_from_the_end(path):
    """Yield a text file's lines, the last first, without reading more than is asked for."""
    with path.open("rb") as file:
        file.seek(0, 2)
        position, rest = file.tell(), b""
        while position:
            size = min(_BLOCK, position)
            position -= size
            file.seek(position)
            rest, *lines = (file.read(size) + rest).split(b"\n")
            yield from (line.decode(errors="replace") for line in reversed(lines) if line)
        if rest:
            yield rest.decode(errors="replace")
