"""Short runs of `make faults`, and its table telling a fault when there is one."""

import random
from collections import Counter

import pytest

from tests import faults
from tests.faults import mail, mail_books, reports


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


def test_the_table_names_the_fault_and_what_was_not_tried():
    rows = [faults.Row("clean", 5), faults.Row("broken", 5, doubled=1), faults.Row("absent", 0)]

    head, clean, broken, absent = faults.table("reports", rows).splitlines()

    assert head.split() == ["reports", "runs", "lost", "doubled", "silent", "overwrites", "other"]
    assert clean.split() == ["clean", "5", "0", "0", "0", "0"]
    assert broken.split() == ["broken", "5", "0", "1", "0", "0", "<--", "FAULT"]
    assert absent.split() == ["absent", "0", "0", "0", "0", "0", "<--", "NOT", "RUN"]
    assert [row.is_clean for row in rows] == [True, False, False]


@pytest.mark.xdist_group("services")  # begun by the fixture's first user, beside whom it waits
def test_mails_survive_kills_freezes_and_crashes(mail_faults):
    done = mail_faults.outcome()

    assert done.returncode == 0, done.stdout
    assert "mails accepted: 80" in done.stdout
    for kind in mail_faults.KINDS:
        assert kind in mail.KINDS
        [row] = [line for line in done.stdout.splitlines() if line.startswith(kind)]
        assert int(row.removeprefix(kind).split()[0]) > 0, f"no blow fell: {row}"


SENT = [("a@x", "sent", 5.0), ("b@x", "sent", 5.0)]


@pytest.mark.parametrize(
    ("mails", "rows", "found"),
    [
        ({"a@x": 1, "b@x": 1}, SENT, {}),
        ({"a@x": 1}, SENT[:1], {"lost": 1}),
        ({"a@x": 1}, SENT, {"lost": 1, "other": 1}),  # the ledger says sent, and lies
        ({"a@x": 2, "b@x": 1}, SENT, {"doubled": 1}),
        ({"a@x": 1, "b@x": 1, "c@x": 1}, SENT, {"other": 1}),
    ],
)
def test_the_three_books_tell_what_went_wrong_with_mails(mails, rows, found):
    batch = mail_books.Batch({"a@x", "b@x"})

    assert +mail_books.judge(batch, Counter(mails), rows) == Counter(found)


@pytest.mark.parametrize(("submitted", "found"), [(1.0, {"other": 1}), (5.0, {})])
def test_a_mail_claimed_after_its_report_was_in_is_a_fault(submitted, found):
    batch = mail_books.Batch({"a@x", "b@x"}, submitted_at={"a@x": submitted})

    assert +mail_books.judge(batch, Counter({"a@x": 1, "b@x": 1}), SENT) == Counter(found)
