"""Shows 4: hostile files are answered in seconds, in words, with the process unharmed."""

import resource
import socket

import pytest

from agencies.workbooks.problems import Refused
from targets.appendix.checking import check_file
from tests.factories import PlanFactory
from tests.targets.appendix.hostile import hostile_files

SECONDS = 5  # of processor time: an answer within ten on a machine that has other work
# Lies that do no harm: the file is read as it is, and holds no table.
HARMLESS = {"a wide dimension", "nested tags", "a link outside", "numbers that are none",
            "a number of 200,000 digits", "a merge to the last cell", "a formula of brackets",
            "a Word table of 200 columns"}  # fmt: skip


@pytest.fixture(scope="module")
def listener():
    """A server on this machine that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def memory_peak():
    """Return the most memory this process has had since the last call, in MB."""
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    with open("/proc/self/clear_refs", "w") as reset:
        reset.write("5")
    return peak / 1024


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.django_db
def test_each_hostile_file_is_answered_in_words_within_seconds(tmp_path, listener):
    plan = PlanFactory()
    path = tmp_path / "bang.xlsx"
    files = hostile_files("{}:{}".format(*listener.getsockname()))
    memory_peak()
    before = memory_peak()
    answers, seconds = {}, {}

    for name, content in files.items():
        path.write_bytes(content)
        start = children_seconds()
        with pytest.raises(Refused) as refusal:
            check_file(path, plan)
        answers[name], seconds[name] = str(refusal.value), children_seconds() - start
    grown = memory_peak() - before

    no_table = {name for name, answer in answers.items() if "Không thấy bảng nào" in answer}
    assert no_table == HARMLESS
    assert {n for n, taken in seconds.items() if taken > SECONDS} == set()
    assert {n: a for n, a in answers.items() if "\n" in a or "Traceback" in a} == {}
    assert grown < 100
    with pytest.raises(BlockingIOError):
        listener.accept()
