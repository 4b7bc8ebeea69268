"""Run the parts named (all without a name), print their tables, exit 1 on any fault."""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from importlib import import_module

from config.embedded import services
from tests.faults import table

# Name → module; imported when Django is set up. The contract: tests/faults/__init__.py.
PARTS = {
    "reports": "tests.faults.reports",
    "sequences": "tests.faults.sequences",
    "mail": "tests.faults.mail",
}
# What only the part `mail` understands: some kinds, other sizes.
CHOICES = ("only", "batches", "size", "blows")


def main():
    asked = _parser().parse_args()
    if asked.part:
        chosen = {name: getattr(asked, name) for name in CHOICES if getattr(asked, name)}
        return _run(asked.part, seed=asked.seed, long=asked.long, **chosen)
    # Each part in a process of its own: its database and settings are nobody else's.
    more = ["--seed", str(asked.seed), *(["--long"] if asked.long else [])]
    commands = [[sys.executable, "-m", "tests.faults", part, *more] for part in PARTS]
    return max([subprocess.run(command, check=False).returncode for command in commands])


def _parser():
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("part", nargs="?", choices=list(PARTS))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--long", action="store_true", default=os.environ.get("FAULTS") == "long")
    mail = parser.add_argument_group("mail")
    mail.add_argument("--only", action="append", metavar="TEXT", help="kinds containing the text")
    mail.add_argument("--batches", type=int, help="of each kind")
    mail.add_argument("--size", type=int, help="mails in a batch")
    mail.add_argument("--blows", type=int, help="in a batch, at most")
    return parser


def _run(part, *, seed, long, **chosen):
    began, rows = time.monotonic(), {}
    # Who stops a run wants to see how far it came.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        os.environ |= {
            "PORTAL_DATA": folder,
            "PORTAL_DB_ROLE": "owner",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        with services.lease(volatile=True):
            _prepare()
            try:
                for row in import_module(PARTS[part]).run(seed=seed, long=long, **chosen):
                    rows[row.kind] = row
            finally:
                print(table(part, rows.values()))
                print(f"seed {seed}, {time.monotonic() - began:.0f} s\n", flush=True)
    return 0 if rows and all(row.is_clean for row in rows.values()) else 1


def _prepare():
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
