"""Starting a program that cannot outlive its starter, and stopping it."""

# ruff: noqa: S603 - every program started here is our own or a wheel's

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: nothing may be imported between fork and exec.
_libc = ctypes.CDLL(None, use_errno=True)

LARGEST_LOG = 5_000_000


class Failed(Exception):
    """A service or a step could not be brought up; the message is fit for the user."""


def follow_parent(number):
    """Ask the kernel for a signal when the parent dies (Linux only)."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, number)


def start(arguments, *, log, follow=signal.SIGTERM, become=None, **options):
    """Start a program in a session of its own; it gets `follow` when this process dies."""
    parent = os.getpid()

    def between_fork_and_exec():
        if become:
            become()
        # After `become`: changing the user would wipe it.
        follow_parent(follow)
        if os.getppid() != parent:
            os._exit(1)

    with open_log(log) as output:
        return subprocess.Popen(
            [os.fspath(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=between_fork_and_exec,
            **options,
        )


def open_log(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".1.log"))
    return path.open("ab")


def stop(process, number=signal.SIGTERM, *, seconds=10):
    """Send the signal, wait, and clear what is left of the process's session."""
    if process.poll() is None:
        process.send_signal(number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def reset_signals():
    """Undo what a shell, `nohup` or make left: ignored or blocked signals pass through exec."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def last_line(log):
    """Return the last line of a log, for a message of one line."""
    try:
        lines = Path(log).read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""
