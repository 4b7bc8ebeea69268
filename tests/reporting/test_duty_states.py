"""How far duties are: the latest sent versions count, and since when something is stuck."""

import datetime as dt

import pytest

from reporting.duty_states import DutyStates
from reporting.models import Report, VersionDuty
from tests.factories import (
    DutyFactory,
    MembershipFactory,
    PartyFactory,
    PlanFactory,
    ReportFactory,
    RoundFactory,
    at,
)


class Told:
    """A plan with one duty of one agency; `say` writes a version of a year's report."""

    def __init__(self):
        self.plan = PlanFactory()
        self.party = PartyFactory(plan=self.plan)
        self.duty = self.more_duties()
        self.by = MembershipFactory(agency=self.party.agency).user

    def more_duties(self):
        duty = DutyFactory(plan=self.plan)
        duty.parties.add(self.party)
        return duty

    def report(self, year):
        found = Report.objects.filter(round__plan=self.plan, round__year=year).first()
        return found or ReportFactory(
            agency=self.party.agency,
            round=RoundFactory(
                plan=self.plan,
                kind="year",
                year=year,
                window_start=dt.date(year - 1, 12, 15),
                window_end=dt.date(year, 12, 14),
            ),
        )

    def say(self, year, status, *, on, words="", state="accepted"):
        self.say_in(self.report(year), status, on=on, words=words, state=state)

    def say_in(self, report, status, *, on, words="", state="accepted"):
        version = report.versions.create(
            number=report.versions.count() + 1,
            submitted_at=at(on),
            submitted_by=self.by,
            content={},
            sha256="",
        )
        version.duties.create(duty=self.duty, status=status, words=words)
        Report.objects.filter(pk=report.pk).update(
            state=state, latest_version=version, first_submitted_at=at(on)
        )


@pytest.fixture
def told(db):
    return Told()


def counts(plan):
    states = DutyStates(plan)
    return {status.value: count for status, count in states.total.by_status if count}


def test_the_latest_round_sent_in_answers_and_not_the_sum_of_rounds(told):
    told.say(2022, "in_progress", on="2022-12-10")
    told.say(2023, "done", on="2023-12-10")
    told.report(2024)  # opened, nothing sent: says nothing

    assert counts(told.plan) == {"done": 1}


def test_a_later_correction_of_an_old_round_does_not_hide_the_newer(told):
    told.say(2023, "done", on="2023-12-10")
    told.say(2022, "stuck", on="2024-01-15")

    assert counts(told.plan) == {"done": 1}
    assert DutyStates(told.plan).stuck == []


def test_the_last_version_of_a_report_answers(told):
    told.say(2023, "stuck", on="2023-12-10", state="returned")
    told.say(2023, "in_progress", on="2023-12-20", state="submitted")

    assert counts(told.plan) == {"in_progress": 1}


def test_what_no_version_speaks_of_is_unknown_and_not_unbegun(told):
    other = told.more_duties()
    told.say(2023, "done", on="2023-12-10")
    silent = PartyFactory(plan=told.plan)
    other.parties.add(silent)

    states = DutyStates(told.plan)

    assert counts(told.plan) == {"done": 1}
    assert [(line.asked, line.unsaid) for line in states.lines] == [(2, 1), (1, 1)]
    assert states.total.unsaid == 2


@pytest.mark.parametrize(
    ("story", "since"),
    [
        (["stuck", "stuck", "stuck"], "2021-12-10"),
        (["stuck", "in_progress", "stuck"], "2023-12-10"),
        (["done", "stuck", "stuck"], "2022-12-10"),
    ],
)
def test_stuck_since_the_first_version_of_an_unbroken_run(told, story, since):
    for year, status in enumerate(story, start=2021):
        told.say(year, status, on=f"{year}-12-10", words=f"Thiếu vốn năm {year}.")

    [item] = DutyStates(told.plan).stuck

    assert item.since == at(since)
    assert item.words == "Thiếu vốn năm 2023."


def test_a_version_between_two_of_one_round_breaks_the_run(told):
    told.say(2022, "stuck", on="2022-12-10")
    told.say(2023, "in_progress", on="2023-12-10", state="returned")
    told.say(2023, "stuck", on="2023-12-20")

    assert DutyStates(told.plan).stuck[0].since == at("2023-12-20")


def test_an_old_round_said_late_does_not_move_the_day_forward(told):
    told.say(2023, "stuck", on="2023-12-10")
    told.say(2022, "stuck", on="2024-01-15")

    assert DutyStates(told.plan).stuck[0].since == at("2023-12-10")


def test_another_agency_stuck_at_the_same_duty_has_its_own_day(told):
    told.say(2022, "stuck", on="2022-12-10")
    first = DutyStates(told.plan).stuck
    told.party = PartyFactory(plan=told.plan)
    told.duty.parties.add(told.party)
    report = ReportFactory(agency=told.party.agency, round=told.report(2022).round)
    version = report.versions.create(
        number=1, submitted_at=at("2023-01-05"), submitted_by=told.by, content={}, sha256=""
    )
    version.duties.create(duty=told.duty, status="stuck", words="Thiếu người.")
    Report.objects.filter(pk=report.pk).update(
        state="submitted", latest_version=version, first_submitted_at=at("2023-01-05")
    )

    both = DutyStates(told.plan).stuck

    assert [item.since for item in first] == [at("2022-12-10")]
    assert [item.since for item in both] == [at("2022-12-10"), at("2023-01-05")]


def test_of_two_rounds_that_end_on_one_day_each_says_its_own(told):
    """The half year's report is stuck; its month, of the same last day, says something else."""
    told.say(2023, "stuck", on="2023-12-10")
    half = told.report(2023)
    other = RoundFactory(
        plan=told.plan,
        kind="month",
        number=12,
        year=2023,
        window_start=dt.date(2023, 11, 15),
        window_end=half.round.window_end,
    )
    month = ReportFactory(agency=half.agency, round=other)
    for number, status in enumerate(("stuck", "in_progress"), 1):
        version = month.versions.create(
            number=number,
            submitted_at=at(f"2023-12-1{number}"),
            submitted_by=told.by,
            content={},
            sha256="",
        )
        version.duties.create(duty=told.duty, status=status)
    Report.objects.filter(pk=month.pk).update(
        state="accepted", latest_version=version, first_submitted_at=at("2023-12-11")
    )

    [line] = VersionDuty.objects.stuck_in(half.round)

    assert line.since == at("2023-12-10")
    assert VersionDuty.objects.stuck_in(other) == []
    assert DutyStates(told.plan).stuck == []


def test_who_came_late_into_one_of_two_such_rounds_speaks_by_the_same_as_others(told):
    """Its report of the half year is newer than that of the month, which comes last."""
    half = told.report(2023).round
    dates = {"window_start": dt.date(2023, 11, 15), "window_end": half.window_end}
    month = RoundFactory(plan=told.plan, kind="month", number=12, year=2023, **dates)
    late = PartyFactory(plan=told.plan)
    told.duty.parties.add(late)
    told.say_in(ReportFactory(agency=late.agency, round=month), "in_progress", on="2023-12-10")
    told.say_in(ReportFactory(agency=late.agency, round=half), "stuck", on="2023-12-11")
    first = ReportFactory(agency=told.party.agency, round=month)
    told.say_in(first, "stuck", on="2023-12-12")

    assert [item.report for item in DutyStates(told.plan).stuck] == [first]
