"""File locks of the kernel: released by it when their holder dies, however it dies."""

import contextlib
import fcntl
import os
import time

SHARED = fcntl.LOCK_SH
EXCLUSIVE = fcntl.LOCK_EX


def take(path, mode):
    """Return a descriptor that holds the lock, or None when somebody else stands in the way.

    The descriptor closes on exec (PEP 446): started programs never inherit the lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def wait(path, mode, *, seconds, cancelled=lambda: False):
    """Return the lock's descriptor, or None when it did not come free in time."""
    deadline = time.monotonic() + seconds
    while (descriptor := take(path, mode)) is None:
        if cancelled() or time.monotonic() > deadline:
            return None
        time.sleep(0.05)
    return descriptor


def is_held(path):
    """Say whether somebody holds the lock exclusively."""
    if not path.exists():
        return False
    descriptor = take(path, SHARED)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


@contextlib.contextmanager
def holding(path, *, seconds, cancelled=lambda: False):
    """Hold the lock exclusively; gives None when it did not come free in time."""
    descriptor = wait(path, EXCLUSIVE, seconds=seconds, cancelled=cancelled)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)
