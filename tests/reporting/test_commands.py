"""The commands of design.md §4: what they print, refuse, and leave alone."""

import json

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Event
from reporting import workflow
from reporting.management.commands.send_reminders import Command as SendReminders
from reporting.models import Reminder, Report, Round, Tier
from tests.factories import (
    MembershipFactory,
    PartyFactory,
    PlanFactory,
    RegimeFactory,
    ReportFactory,
    at,
)


@pytest.fixture
def run(capsys):
    """Return a function that runs a command and gives back its standard output."""

    def call(*arguments):
        call_command(*arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        return printed.out

    return call


def everything():
    """All that a reminder run could write."""
    return (
        list(Reminder.objects.values()),
        list(Report.objects.values()),
        Event.objects.count(),
    )


# open_rounds


@pytest.fixture
def plan(db):
    plan = PlanFactory(code="kh-171")
    parties = PartyFactory.create_batch(3, plan=plan)
    RegimeFactory(plan=plan, reporters=parties)
    RegimeFactory(plan=plan, annual=True, reporters=parties)
    return plan


def test_open_rounds_opens_what_the_domains_today_asks_for(plan, run, settings):
    settings.PORTAL_TODAY = "2024-04-01T08:00"

    out = run("open_rounds")

    assert out == "kh-171 2024-first-half: 4 báo cáo\nĐã mở 1 kỳ báo cáo.\n"
    assert Round.objects.get().opened_at.date().isoformat() == "2024-04-01"
    assert run("open_rounds") == "Đã mở 0 kỳ báo cáo.\n"


def test_open_rounds_opens_a_whole_year_when_told(plan, run):
    out = run("open_rounds", "--year", "2023")

    assert out.splitlines() == [
        "kh-171 2023-first-half: 4 báo cáo",
        "kh-171 2023-year: 4 báo cáo",
        "Đã mở 2 kỳ báo cáo.",
    ]


def test_open_rounds_outside_the_plans_years_opens_nothing(plan, run):
    assert run("open_rounds", "--year", "2031") == "Đã mở 0 kỳ báo cáo.\n"


# send_reminders


def test_a_dry_run_prints_the_rows_of_the_contract(report, officer, run):
    out = run("send_reminders", "--on", "2024-06-19", "--dry-run", "--json")

    assert json.loads(out) == [
        {
            "report": report.pk,
            "plan": report.round.plan.code,
            "round": "2024-first-half",
            "tier": "agency",
            "agency": report.agency.code,
            "recipient": officer.email,
            "stage": "T0",
            "last_day": "2024-06-19",
            "sent": False,
        }
    ]


def test_a_dry_run_names_the_consolidation_by_its_tier(report, officer, run):
    lead = report.round.plan.lead_agency
    ReportFactory(round=report.round, agency=lead, tier=Tier.LEAD)
    staff = MembershipFactory(agency=lead, role="staff").user

    rows = json.loads(run("send_reminders", "--on", "2024-06-19", "--dry-run", "--json"))

    assert sorted((row["tier"], row["agency"], row["recipient"]) for row in rows) == [
        ("agency", report.agency.code, officer.email),
        ("lead", "so-ldtbxh", staff.email),
    ]


def test_a_dry_run_sends_and_writes_nothing(report, officer, run, mailoutbox):
    before = everything()

    for options in ([], ["--json"]):
        run("send_reminders", "--on", "2024-06-19", "--dry-run", *options)

    assert mailoutbox == []
    assert everything() == before


def test_a_run_sends_once_and_a_dry_run_then_says_sent(report, officer, run, mailoutbox):
    sent = json.loads(run("send_reminders", "--on", "2024-06-19", "--json"))
    again = json.loads(run("send_reminders", "--on", "2024-06-19", "--json"))
    listed = json.loads(run("send_reminders", "--on", "2024-06-19", "--dry-run", "--json"))

    assert [row["sent"] for row in sent] == [True]
    assert again == []
    assert listed == sent
    assert len(mailoutbox) == 1
    assert Reminder.objects.get().sent_at == at("2024-06-19", 8)


def test_a_dry_run_takes_the_reports_as_they_are_now(report, people, submit, run):
    submit(report, by=people.officer, moment=at("2024-06-17"))
    workflow.accept_report(report, by=people.staff, at=at("2024-06-18"))

    assert json.loads(run("send_reminders", "--on", "2024-06-12", "--dry-run", "--json")) == []


def test_news_of_a_report_without_a_last_day_is_told_without_one(report, people, submit, run):
    Report.objects.update(last_day=None)
    report.refresh_from_db()
    submit(report, by=people.officer, moment=at("2024-06-17"))

    rows = json.loads(run("send_reminders", "--on", "2024-06-17", "--json"))

    assert [(row["recipient"], row["last_day"]) for row in rows] == [(people.staff.email, None)]


def test_without_a_day_the_domains_today_counts(report, officer, run, settings):
    settings.PORTAL_TODAY = "2024-06-18T15:00"

    [row] = json.loads(run("send_reminders", "--dry-run", "--json"))

    assert row["stage"] == "T-1"


def test_a_day_with_nothing_owed_is_an_empty_list(report, officer, run):
    assert json.loads(run("send_reminders", "--on", "2023-01-02", "--dry-run", "--json")) == []


def test_without_json_people_read_one_line_a_reminder(report, officer, run, mailoutbox):
    plan, agency = report.round.plan.code, report.agency.code
    line = f"{plan} 2024-first-half {agency} T0 {officer.email}: "

    out = run("send_reminders", "--on", "2024-06-19", "--dry-run")
    assert out.splitlines() == [line + "chờ gửi", "1 thư nhắc."]

    out = run("send_reminders", "--on", "2024-06-19")
    assert out.splitlines() == [line + "đã gửi", "1 thư nhắc."]


@pytest.mark.parametrize(
    "day", ["31/6/2024", "2024-06-31", "2024-13-01", "hôm nay", "", "20240619", "2024-W25-3"]
)
def test_a_day_that_is_none_is_refused_in_one_line(day, capsys):
    # Through the door of the command line: exit code and standard error are what scripts see.
    with pytest.raises(SystemExit) as exit:
        SendReminders().run_from_argv(["manage.py", "send_reminders", "--on", day])

    printed = capsys.readouterr()
    assert exit.value.code == 1
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert f"“{day}”" in printed.err
    assert "YYYY-MM-DD" in printed.err


# load_demo, clear_demo


def test_the_demo_without_its_plan_is_refused(db):
    with pytest.raises(CommandError, match="kh-171-2021-kien-giang") as refusal:
        call_command("load_demo")

    assert len(str(refusal.value).splitlines()) == 1


def test_the_demo_never_enters_production(db, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="hệ thống thật"):
        call_command("load_demo")


def test_clearing_where_no_demo_is_does_nothing(report, run):
    before = everything()

    assert run("clear_demo") == "Đã xóa dữ liệu minh họa.\n"

    assert everything() == before
