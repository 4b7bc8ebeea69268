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
BASE_SECONDS, SECONDS_A_MB = 4, 0.6
PATIENCE = 5
MAX_AREAS = 20_000  # merged ranges: each is looked at for each row that may be a heading
MAX_MERGED = 200_000  # cells under them: each is looked up by itself
_GLANCE = 0.2  # seconds between two looks at how far a child is
_CHILD = {
    "PYTHONIOENCODING": "utf-8",
    # Parts with declarations are refused before any parser sees them (package.py). To refuse them
    # again, defusedxml would parse in Python what the standard library parses in C.
    "OPENPYXL_DEFUSEDXML": "False",
}
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
    seconds = round(BASE_SECONDS + SECONDS_A_MB * guard.unpacked_size(path) / 2**20)
    with tempfile.TemporaryFile() as ours, tempfile.TemporaryFile() as theirs:
        reader = start_child("read", [path], seconds, kind, output=ours)
        counter = None if kind == "docx" else start_child("count", [path], seconds, output=theirs)
        try:
            deadline = time.monotonic() + PATIENCE * seconds
            said = _Sheets(ours, kind)
            read_well = wait_for(reader, deadline, watch=said.take)
            said.take()
            if not read_well:
                raise Refused(_CANNOT_READ)
            if counter:
                counted_well = wait_for(counter, deadline)
                check_agreement(said.tallies, _tallies(theirs) if counted_well else {})
        finally:
            for child in filter(None, (reader, counter)):
                end_child(child)
    return said.sheets


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
            env={"PATH": os.environ.get("PATH", ""), **_CHILD},
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


class _Sheets:
    """Takes in what the reader says while it goes on reading: the two share the work."""

    def __init__(self, output, kind):
        self.lines, self.cell_of = _Lines(output), grid.shared_cells()
        self.is_of_word = kind == "docx"
        self.sheets, self.tallies, self.row_count = [], {}, 0

    def take(self):
        """Take in the lines said since the last time. Raises Refused when the reader refuses."""
        for line in self.lines.new():
            if isinstance(line, list):
                self._take_row(*line)
            elif "refused" in line:
                raise Refused(line["refused"])
            elif "tally" in line:
                self.tallies[self.sheets[-1].name] = line["tally"]
                _complete(self.sheets[-1], line["facts"])
            else:
                self.sheets.append(grid.Sheet(line["sheet"], is_of_word=self.is_of_word))
        tell(Phase.READ, self.row_count)

    def _take_row(self, row, cells):
        self.row_count += 1
        self.sheets[-1].rows.setdefault(row, {}).update(
            (column, self.cell_of(*parts)) for column, *parts in cells
        )


def _complete(sheet, facts):
    sheet.is_hidden, sheet.title = facts["is_hidden"], facts.get("title", "")
    sheet.merged = _within(sheet, facts.get("merged", []))
    sheet.hidden_rows = facts.get("hidden_rows", [])
    sheet.hidden_columns = facts.get("hidden_columns", [])


def _within(sheet, areas):
    """Return the merged ranges as far as there are cells: one may reach to Excel's last row."""
    last = sheet.last_row
    merged = [
        grid.Area(top, left, min(bottom, last), min(right, grid.MAX_COLUMN))
        for top, left, bottom, right in areas
        if top <= last and left <= grid.MAX_COLUMN
    ]
    if len(merged) > MAX_AREAS or sum(area.size for area in merged) > MAX_MERGED:
        called = sheet.called[0].upper() + sheet.called[1:]
        raise Refused(f"{called} gộp quá nhiều ô. Xin bỏ gộp ô rồi nộp lại.")
    return merged


def _tallies(output):
    return {line["sheet"]: line["tally"] for line in _Lines(output).new() if "tally" in line}


class _Lines:
    """The whole lines a child has written, read without moving the file's shared position."""

    def __init__(self, output):
        self.number, self.seen, self.rest = output.fileno(), 0, b""

    def new(self):
        """Yield what was said since the last time; of a line cut short nothing was said."""
        while block := os.pread(self.number, 2**20, self.seen):
            self.seen += len(block)
            *lines, self.rest = (self.rest + block).split(b"\n")
            yield from map(json.loads, lines)
