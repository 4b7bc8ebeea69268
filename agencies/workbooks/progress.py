"""How far a long reading or writing is, told to whoever listens; nobody has to."""

from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

_listener = ContextVar("listener", default=None)


class Phase(StrEnum):
    READ = "read"
    CHECK = "check"
    WRITE = "write"


def tell(phase, done, total=None):
    """Say that `done` rows of `total` (None: not known yet) are through a phase."""
    listener = _listener.get()
    if listener:
        listener(phase, done, total)


@contextmanager
def listening(listener):
    """Call `listener(phase, done, total)` for what is told inside."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def counted(rows, phase):
    """Yield the rows of a list and tell after each how many are through."""
    for done, row in enumerate(rows, 1):
        yield row
        tell(phase, done, len(rows))
