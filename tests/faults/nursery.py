"""
Celery processes that start at once: a parent that has imported the portal forks one per request.

`python -m tests.faults.nursery` reads a line of JSON, `{"words": ["worker", …], "log": PATH}`,
forks, and prints the child's process number. Killing a worker then costs milliseconds, not the
seconds an import takes, and so more kills fit into a minute. A child is a real `celery worker` or
`celery beat` in a session of its own; when the nursery ends, its children go with it.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys

from config.embedded import paths, processes
from tests.faults import faked_clock


class Nursery:
    """The asking side. All children of one nursery share its environment and its day."""

    def __init__(self, environment, log):
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=paths.CHECKOUT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                bufsize=1,
                start_new_session=True,
            )

    def start(self, *words, log):
        self._process.stdin.write(json.dumps({"words": words, "log": str(log)}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise processes.Failed(f"no nursery: {processes.last_line(self.log)}")
        return Child(int(answer))

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Child:
    """A process that is not our child, as subprocess.Popen shows one."""

    def __init__(self, pid):
        self.pid = pid
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:  # it has died already
            self._handle = None

    def poll(self):
        """Return None while it runs; how it ended nobody but its parent knows."""
        return -1 if self._has_ended(0) else None

    def wait(self):
        self._has_ended(None)

    def _has_ended(self, timeout):
        if self._handle is not None and select.select([self._handle], [], [], timeout)[0]:
            os.close(self._handle)
            self._handle = None
        return self._handle is None


def main():
    faked_clock.mend_sleep()

    import django
    from django.conf import settings

    from config.celery import app

    django.setup()
    app.loader.import_default_modules()
    _import_what_a_tick_needs()
    if settings.DATABASES["default"]["HOST"] == "":
        raise SystemExit("no database named")
    # Nobody waits for the children here.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children = []
    for line in sys.stdin:
        children.append(_fork(app, **json.loads(line)))
        print(children[-1], flush=True)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _import_what_a_tick_needs():
    import celery.apps.beat
    import celery.apps.worker
    import celery.bin.celery
    import celery.concurrency.prefork
    import kombu.transport.redis

    import reporting.reminders.digest
    import reporting.tasks

    return celery, kombu, reporting


def _fork(app, words, log):
    parent = os.getpid()
    waits, tells = os.pipe()
    if pid := os.fork():
        # Who strikes at a session that does not exist yet strikes nobody.
        os.close(tells)
        os.read(waits, 1)
        os.close(waits)
        return pid
    try:
        processes.follow_parent(signal.SIGKILL)
        os.setsid()
        os.close(tells)
        os.close(waits)
        if os.getppid() != parent:
            os._exit(1)
        processes.reset_signals()
        _talk_to(log)
        app.start(argv=words)
    finally:
        os._exit(0)


def _talk_to(log):
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)


if __name__ == "__main__":
    main()
