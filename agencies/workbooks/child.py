"""
The disposable process that opens a stranger's file: `python -m agencies.workbooks.child TASK FILE`.

Limits are set before the file is touched; the parent outlives whatever happens here, and nothing
here outlives the parent. Prints one line of JSON per row. Tasks: read, count; annotate prints a
workbook.
"""

import fcntl
import json
import os
import resource
import sys
from pathlib import Path

from agencies.workbooks.problems import Refused

MEMORY = 2**30
OUTPUT = 256 * 2**20
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FORBIDDEN = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec")


def main(task, path, cpu_seconds, *rest):
    _end_with_parent()
    _limit(int(cpu_seconds))
    tasks = {"read": _read, "count": _count, "annotate": _annotate}
    try:
        tasks[task](Path(path), *rest)
    except Refused as refusal:
        _refuse(str(refusal))
    except MemoryError:
        _refuse("Tệp cần quá nhiều bộ nhớ. Xin chép riêng bảng sang một tệp Excel mới.")


def _end_with_parent():
    """
    Have the kernel end this process when the parent is gone, killed or not.

    Standard input is a pipe whose other end only the parent holds, and writes nothing to. That end
    closing is SIGIO, which ends a process in whatever library it is, unlike a thread that watches;
    unlike PR_SET_PDEATHSIG it means the parent, not the thread that started us.
    """
    fcntl.fcntl(sys.stdin, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(sys.stdin, fcntl.F_GETFL)
    fcntl.fcntl(sys.stdin, fcntl.F_SETFL, flags | os.O_ASYNC | os.O_NONBLOCK)
    try:
        os.read(sys.stdin.fileno(), 1)
    except BlockingIOError:
        return  # nothing to read, and no end of it: the parent is there
    sys.exit(1)  # it was gone before the signal was set


def _limit(cpu_seconds):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_stay_inside)


def _stay_inside(event, _arguments):
    """A reader has no business on the network or with other programs."""
    if event in _FORBIDDEN:
        raise PermissionError(event)


def _refuse(message):
    _say({"refused": message})
    sys.exit(1)


def _say(line):
    sys.stdout.write(_encode(line) + "\n")


def _read(path, kind):
    from agencies.workbooks.crosscheck import Tally
    from agencies.workbooks.package import look_through

    look_through(path)
    if kind == "docx":
        from agencies.workbooks.word import read_document as read
    else:
        from agencies.workbooks.workbook import read_workbook as read
    for facts, rows in read(path):
        tally = Tally()
        _say({"sheet": facts["name"]})
        for row, cells in rows:
            tally.add(row, cells)
            _say([row, [[column, *cell] for column, cell in cells]])
        _say({"facts": facts, "tally": tally.result()})


def _count(path):
    from agencies.workbooks.crosscheck import count_with_calamine

    for name, tally in count_with_calamine(path):
        _say({"sheet": name, "tally": tally})


def _annotate(path, notes):
    from agencies.workbooks.comments import write_comments

    write_comments(path, json.loads(Path(notes).read_bytes()), sys.stdout.buffer)


if __name__ == "__main__":
    main(*sys.argv[1:])
