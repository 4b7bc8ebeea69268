"""
Test plugin: PostgreSQL, Valkey and a mail server for one test run, in a folder of their own.

Loaded by `-p tests.services` before pytest-django reads the settings. The first process of the run
(pytest itself, or the controller of pytest-xdist) starts the services; workers find them
running. DATABASE_URL, REDIS_URL and EMAIL_URL name servers to be used instead.
"""

import gc
import json
import os
from pathlib import Path

import pytest

from config.embedded import locks, paths, services

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ


def _choose_folder():
    """Take a test folder nobody uses: two runs in one checkout must not share databases."""
    for number in range(1, 20):
        folder = paths.CHECKOUT / ".data" / ("test" if number == 1 else f"test-{number}")
        if locks.take(folder / "run/tests.lock", locks.EXCLUSIVE) is not None:
            return folder
    raise pytest.UsageError("Quá nhiều lượt kiểm thử đang chạy trong thư mục này.")


if not IS_WORKER:
    os.environ["PORTAL_DATA"] = str(_choose_folder())
    os.environ["PORTAL_DB_ROLE"] = "owner"
    try:
        services.ensure(volatile=True)
    except services.Unavailable as problem:
        raise pytest.UsageError(str(problem)) from None


def pytest_collection_finish():
    """
    Leave what is loaded for the whole run out of all later garbage collections, and have fewer.

    Without this they take a tenth of the processor's time: each full one walks through Django.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


def pytest_unconfigure():
    if not IS_WORKER:
        services.release()


class MailFolder:
    """The mails and the log of the sink, seen from one moment on."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._skipped = len(self._lines())

    def log(self):
        """Return the log's lines since then, as dicts (config/embedded/mailsink.py)."""
        return [json.loads(line) for line in self._lines()[self._skipped :]]

    def mails(self):
        """Return path and log line of each mail accepted since then."""
        return [
            (self.folder / line["file"], line)
            for line in self.log()
            if line["outcome"] == "accepted"
        ]

    def _lines(self):
        try:
            return (self.folder / "smtp.log").read_text().splitlines()
        except FileNotFoundError:
            return []


@pytest.fixture
def mail_sink():
    return MailFolder(services.mail_folder())
