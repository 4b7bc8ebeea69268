"""A clock for some processes that jumps at a word: libfaketime (apt-get install faketime)."""

import os
import select
import time
from pathlib import Path


def library():
    """Return the library's path, None where it is not installed."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def environment(offset_file):
    """Return the variables under which a process reads its clock's offset from a file."""
    return {
        "LD_PRELOAD": str(library()),
        "FAKETIME_TIMESTAMP_FILE": str(offset_file),
        "FAKETIME_CACHE_DURATION": "1",
        # Time-outs run on; only the clock on the wall is moved.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def set_offset(offset_file, hours):
    part = offset_file.with_suffix(".part")
    part.write_text(f"{hours:+d}h\n")
    part.rename(offset_file)


def mend_sleep():
    """
    Let a process under the library sleep; to be called before others take `time.sleep` over.

    Version 0.9.10 turns the absolute moment Python sleeps until into one that is none.
    """
    if "FAKETIME_TIMESTAMP_FILE" in os.environ:
        time.sleep = lambda seconds: select.select([], [], [], seconds)
