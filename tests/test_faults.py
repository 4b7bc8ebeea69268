"""Short runs of `make faults`, and its table telling a fault when there is one."""

import random

import pytest

from tests import faults
from tests.faults import reports


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", reports.KINDS)
def test_edits_that_race_lose_and_overwrite_nothing(kind):
    chance = random.Random(3)  # noqa: S311
    row = reports.edit_races(reports.Scene.build(), kind, 10, chance)

    assert row == faults.Row(kind, 10)


@pytest.mark.django_db(transaction=True)
def test_fifty_who_send_at_once_make_one_version():
    row = reports.submissions(reports.Scene.build(), 2, 50)

    assert row.is_clean


def edit(text, saved):
    return reports.Edit("figure-1", "old", text, saved)


@pytest.mark.parametrize(
    ("edits", "after", "judgement"),
    [
        ([], "old", (0, 0)),
        ([], "new", (1, 0)),  # nobody typed here
        ([edit("a", True), edit("b", False)], "a", (0, 0)),
        ([edit("a", True), edit("b", False)], "old", (1, 0)),
        ([edit("a", True), edit("b", False)], "b", (1, 0)),
        ([edit("a", True), edit("b", True)], "b", (0, 1)),
        ([edit("a", False), edit("b", False)], "old", (1, 0)),
    ],
)
def test_what_was_told_is_held_against_what_is_stored(edits, after, judgement):
    assert reports.judged(edits, "old", after) == judgement


def test_the_table_names_the_fault():
    rows = [faults.Row("clean", 5), faults.Row("broken", 5, doubled=1)]

    head, clean, broken = faults.table("reports", rows).splitlines()

    assert head.split() == ["reports", "runs", "lost", "doubled", "silent", "overwrites", "other"]
    assert clean.split() == ["clean", "5", "0", "0", "0", "0"]
    assert broken.split() == ["broken", "5", "0", "1", "0", "0", "<--", "FAULT"]
