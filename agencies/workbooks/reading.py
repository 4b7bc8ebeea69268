"""A file → its sheets, read by disposable child processes under limits of time and memory."""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.core.files import File

from agencies.workbooks import grid, guard
from agencies.workbooks.crosscheck import check_agreement
from agencies.workbooks.problems import Refused
from agencies.workbooks.progress import Phase, tell

# The package's own root: children see no settings and no environment of ours.
ROOT = Path(__file__).resolve().parent.parent.parent
# Of processor time: a parser that hangs burns it. The wall limit only allows for a busy machine.
BASE_SECONDS = 6
PATIENCE = 5
_GLANCE = 0.2  # seconds between two looks at how far a child is
_CANNOT_READ = f"Không đọc được tệp. {guard.SAVE_AS_XLSX}"


@contextmanager
def on_disk(upload):
    """
    Yield a path to a copy of an upload; the reader's children need a file.

    The copy has no name in any folder: whatever becomes of this process, nothing of it is left.
    """
    with tempfile.TemporaryFile() as copy:
        for chunk in File(upload).chunks():
            copy.write(chunk)
        copy.flush()
        yield open_path(copy)


def open_path(file):
    """Return the path under which an open file can be opened once more, within this process."""
    return Path(f"/dev/fd/{file.fileno()}")


def read_file(path):
    """
    Return the list of Sheets of an .xlsx, or of tables of a .docx. Raises Refused.

    The two readers run side by side; either may die without harm.
    """
    path = Path(path)
    kind = guard.kind_of(path)
    seconds = BASE_SECONDS + guard.unpacked_size(path) // 2**20
    with tempfile.TemporaryFile() as ours, tempfile.TemporaryFile() as theirs:
        reader = start_child("read", [path], seconds, kind, output=ours)
        counter = None if kind == "docx" else start_child("count", [path], seconds, output=theirs)
        try:
            deadline = time.monotonic() + PATIENCE * seconds
            read_well = wait_for(reader, deadline, watch=_RowCount(ours).tell)
            sheets, tallies = _sheets(ours, is_whole=read_well)
            if counter:
                counted_well = wait_for(counter, deadline)
                check_agreement(tallies, _tallies(theirs) if counted_well else {})
        finally:
            for child in filter(None, (reader, counter)):
                end_child(child)
    return sheets


def start_child(task, files, seconds, *arguments, output):
    """
    Start the child process on files; it dies with this process, killed or not.

    The files are handed over open: one without a name can be read, and nobody swaps one.
    """
    with ExitStack() as opened:
        path, *more = [open_path(opened.enter_context(Path(file).open("rb"))) for file in files]
        command = [sys.executable, "-m", "agencies.workbooks.child", task, path, str(seconds)]
        return subprocess.Popen(  # noqa: S603
            [*command, *more, *arguments],
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.DEVNULL,
            pass_fds=[int(file.name) for file in (path, *more)],
            start_new_session=True,
        )


def end_child(child):
    child.kill()
    child.wait()
    child.stdin.close()


def wait_for(child, deadline, *, watch=None):
    """Return whether a child came to a good end in time; `watch` is called now and then."""
    while (left := deadline - time.monotonic()) > 0:
        try:
            return child.wait(min(left, _GLANCE) if watch else left) == 0
        except subprocess.TimeoutExpired:
            if watch:
                watch()
    return child.poll() == 0


class _RowCount:
    """Counts the rows a child has written so far, without moving the file's shared position."""

    def __init__(self, output):
        self.number, self.seen, self.rows = output.fileno(), 0, 0

    def tell(self):
        while block := os.pread(self.number, 2**20, self.seen):
            self.seen += len(block)
            self.rows += block.count(b"\n")
        tell(Phase.READ, self.rows)


def _sheets(output, *, is_whole):
    sheets, tallies, cell_of = [], {}, grid.shared_cells()
    for line in _lines(output):
        if isinstance(line, list):
            row, cells = line
            sheets[-1].rows.setdefault(row, {}).update(
                (column, cell_of(*parts)) for column, *parts in cells
            )
        elif "refused" in line:
            raise Refused(line["refused"])
        elif "tally" in line:
            tallies[sheets[-1].name] = line["tally"]
            _complete(sheets[-1], line["facts"])
        else:
            sheets.append(grid.Sheet(line["sheet"]))
    if not is_whole:
        raise Refused(_CANNOT_READ)
    return sheets, tallies


def _complete(sheet, facts):
    sheet.is_hidden = facts["is_hidden"]
    sheet.merged = [grid.Area(*area) for area in facts.get("merged", [])]
    sheet.hidden_rows = facts.get("hidden_rows", [])
    sheet.hidden_columns = facts.get("hidden_columns", [])


def _tallies(output):
    return {line["sheet"]: line["tally"] for line in _lines(output) if "tally" in line}


def _lines(output):
    """Yield what a child said; one cut short in a line has said nothing there."""
    output.seek(0)
    for line in output:
        try:
            yield json.loads(line)
        except ValueError:
            return
