"""
The disposable process that opens a stranger's file: `python -m targets.appendix.child TASK FILE`.

Limits are set before the file is touched; the parent outlives whatever happens here. Prints one
line of JSON per row. Tasks: read, count, annotate.
"""

import json
import resource
import sys
from pathlib import Path

from targets.appendix.problems import Refused

MEMORY = 2**30
OUTPUT = 256 * 2**20
_FORBIDDEN = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec")


def main(task, path, cpu_seconds, *rest):
    _limit(int(cpu_seconds))
    tasks = {"read": _read, "count": _count, "annotate": _annotate}
    try:
        tasks[task](Path(path), *rest)
    except Refused as refusal:
        _say({"refused": str(refusal)})
    except MemoryError:
        _say({"refused": "Tệp cần quá nhiều bộ nhớ. Xin chép riêng bảng sang một tệp Excel mới."})


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


def _say(line):
    sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def _read(path, kind):
    from targets.appendix.crosscheck import Tally
    from targets.appendix.package import look_through

    look_through(path)
    if kind == "docx":
        from targets.appendix.word import read_document as read
    else:
        from targets.appendix.workbook import read_workbook as read
    for facts, rows in read(path):
        tally = Tally()
        _say({"sheet": facts["name"]})
        for row, cells in rows:
            tally.add(row, cells)
            _say([row, [[column, *cell] for column, cell in cells]])
        _say({"facts": facts, "tally": tally.result()})


def _count(path):
    from targets.appendix.crosscheck import count_with_calamine

    for name, tally in count_with_calamine(path):
        _say({"sheet": name, "tally": tally})


def _annotate(path, notes, target):
    from targets.appendix.annotate import write_comments

    write_comments(path, json.loads(Path(notes).read_text(encoding="utf-8")), Path(target))


if __name__ == "__main__":
    main(*sys.argv[1:])
