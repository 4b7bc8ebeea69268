"""Who is owed which reminder on which day (R5, R23)."""

import datetime as dt

import pytest

from agencies.models import Membership
from reporting import reminders, workflow
from reporting.models import Mute, Report, Tier
from tests.factories import MembershipFactory, ReportFactory, at
from tests.reporting.reminders.conftest import T0, T_MINUS_3, owed

Role = Membership.Role


def test_each_officer_of_the_agency_is_owed_the_stage(report, officer, staff):
    colleague = MembershipFactory(agency=report.agency).user
    MembershipFactory(agency=report.agency, role=Role.HEAD)

    assert owed(T_MINUS_3) == [(report, "T-3", officer), (report, "T-3", colleague)]


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2024-06-03", None),
        ("2024-06-04", "T-15"),
        ("2024-06-12", "T-7"),
        ("2024-06-17", "T-3"),
        ("2024-06-18", "T-1"),
        ("2024-06-19", "T0"),
        ("2024-06-20", "T+1"),
        ("2024-06-24", "T+3"),
        ("2024-06-26", "T+7"),
        ("2024-07-02", "T+7"),
        ("2024-07-03", None),
    ],
)
def test_what_is_owed_follows_the_calendar(report, officer, day, stage):
    assert [stage for _, stage, _ in owed(at(day))] == ([stage] if stage else [])


def test_an_agency_without_an_officer_is_owed_to_the_lead_departments_staff(report, staff):
    second = MembershipFactory(agency=report.round.plan.lead_agency, role=Role.STAFF).user

    assert owed(T0) == [(report, "T0", staff), (report, "T0", second)]


def test_an_agency_with_a_head_alone_is_owed_to_the_head(report, staff):
    head = MembershipFactory(agency=report.agency, role=Role.HEAD).user

    assert owed(T0) == [(report, "T0", head)]


def test_an_inactive_officer_counts_as_none(report, officer, staff):
    officer.is_active = False
    officer.save()

    assert owed(T0) == [(report, "T0", staff)]


def test_nobody_there_is_nobody_owed(report):
    assert owed(T0) == []


def test_officers_of_other_agencies_and_staff_of_other_plans_are_owed_nothing(report, people):
    assert owed(T0) == [(report, "T0", people.officer)]


def test_the_consolidation_is_owed_to_the_staff(report, officer, staff):
    lead = report.round.plan.lead_agency
    MembershipFactory(agency=lead)  # an officer of the lead department
    consolidation = ReportFactory(
        round=report.round, agency=lead, tier=Tier.LEAD, last_day=dt.date(2024, 6, 29)
    )

    assert set(owed(at("2024-06-28"))) == {
        (report, "T+7", officer),
        (consolidation, "T0", staff),
    }


def test_the_lead_departments_own_data_is_not_reminded(report, staff):
    lead = report.round.plan.lead_agency
    MembershipFactory(agency=lead)
    ReportFactory(round=report.round, agency=lead)
    report.delete()

    assert owed(T0) == []


def test_without_a_last_day_nothing_is_owed(report, officer):
    Report.objects.update(last_day=None)

    assert owed(T0) == []


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2024-06-04", "T-15"),
        ("2024-06-18", "T-1"),
        ("2024-06-19", "T0"),
        ("2024-06-20", None),
        ("2024-06-24", None),
        ("2024-06-26", None),
    ],
)
def test_a_requested_reporter_is_reminded_before_the_day_and_never_after(
    report, officer, day, stage
):
    Report.objects.update(obligation="requested")

    assert [stage for _, stage, _ in owed(at(day))] == ([stage] if stage else [])


def test_a_requested_reporter_is_not_told_of_the_last_day_on_the_weekend_after_it(report, officer):
    # A Friday: T0 is owed until T+1 on Monday, but the day has passed on Saturday.
    Report.objects.update(obligation="requested", last_day=dt.date(2024, 6, 14))

    assert [stage for _, stage, _ in owed(at("2024-06-14"))] == ["T0"]
    assert owed(at("2024-06-15")) == []
    assert owed(at("2024-06-16")) == []


def test_only_open_reports_are_owed(report, people, submit):
    submit(report, by=people.officer, moment=at("2024-06-10"))
    assert owed(T_MINUS_3) == []

    workflow.accept_report(report, by=people.staff, at=at("2024-06-11"))
    assert owed(T_MINUS_3) == []


# Escalation (R23) and plans left to colleagues


def told_on(day):
    return {
        (item.recipient, item.stage, item.audience) for item in reminders.owed_on(at(day).date())
    }


def test_the_head_is_told_three_days_after_and_the_leader_seven(report, people):
    # 19/6: T+1 on 20/6, T+3 moves from Saturday to Monday 24/6, T+7 on 26/6.
    assert told_on("2024-06-21") == {(people.officer, "T+1", "reporter")}
    assert told_on("2024-06-24") == {
        (people.officer, "T+3", "reporter"),
        (people.head, "T+3", "head"),
    }
    assert told_on("2024-06-26") == {
        (people.officer, "T+7", "reporter"),
        (people.leader, "T+7", "leader"),
    }


def test_a_requested_reporter_is_never_escalated(report, people):
    Report.objects.update(obligation="requested")

    assert told_on("2024-06-24") == told_on("2024-06-26") == set()


def test_a_head_who_is_also_the_officer_is_told_once_as_the_one_who_reports(report, people):
    MembershipFactory(user=people.head, agency=report.agency)

    assert (people.head, "T+3", "reporter") in told_on("2024-06-24")
    assert (people.head, "T+3", "head") not in told_on("2024-06-24")


def test_a_muted_plan_is_left_to_a_colleague_and_never_to_nobody(report, people):
    plan = report.round.plan
    Mute.objects.create(user=people.officer, plan=plan)
    assert told_on("2024-06-14") == {(people.officer, "T-3", "reporter")}

    colleague = MembershipFactory(agency=report.agency).user
    assert told_on("2024-06-14") == {(colleague, "T-3", "reporter")}

    Mute.objects.create(user=colleague, plan=plan)
    assert len(told_on("2024-06-14")) == 2
