"""
A short run of the faults at mail that goes on beside other tests: it mostly waits for leases.

In a process with servers of its own: a crash of the suite's database would hit all tests.
"""

import subprocess
import sys

from config.embedded import paths


class MailFaults:
    """`python -m tests.faults mail` on five kinds; `outcome()` waits for its end."""

    KINDS = (
        "worker killed (kill -9)",
        "worker frozen past its lease",
        "two beats, two workers, both killed",
        "database crashed",
        "mail server taking, then hanging up",
    )

    def __init__(self, output):
        only = [word for kind in self.KINDS for word in ("--only", kind)]
        words = ["mail", "--seed", "5", "--batches", "1", "--size", "16", "--blows", "5", *only]
        self._output = output
        with output.open("wb") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults", *words],
                cwd=paths.CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
            )

    def outcome(self):
        code = self._process.wait()
        return subprocess.CompletedProcess(self._process.args, code, self._output.read_text())

    def end(self):
        """End it where nobody asked for its outcome; its servers go with it."""
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait()
