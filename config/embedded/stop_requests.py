"""Who asks the portal to stop: a signal of ours, or make on its own way out."""

import os
import signal

from . import processes


class StopRequests:
    """Counts what has been asked: the second request of a user cuts the first one's wait short."""

    def __init__(self):
        self.count = 0
        self._make = None  # its process number, when make has started us

    def listen(self):
        """Install our own handlers: make, nohup and background shells leave signals ignored."""
        processes.reset_signals()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)
        if "MAKELEVEL" in os.environ:
            self._make = os.getppid()
            processes.follow_parent(signal.SIGTERM)

    def _note(self, number, frame):
        self.count += 1

    def is_asked(self):
        if not self.count and self._make and _is_leaving(self._make):
            self.count = 1
        return self.count > 0


def _is_leaving(make):
    """Say whether make has got INT or HUP, which it passes on to nobody but waits for our end.

    It only does so for TERM. While it waits, the signal's handling is reset and the signal is
    blocked, and the kernel tells.
    """
    try:
        with open(f"/proc/{make}/status") as status:
            lines = dict(line.split(":", 1) for line in status)
        blocked, caught = (int(lines[name], 16) for name in ("SigBlk", "SigCgt"))
    except (OSError, KeyError, ValueError):
        return False
    return any(blocked & ~caught & 1 << number - 1 for number in (signal.SIGINT, signal.SIGHUP))
