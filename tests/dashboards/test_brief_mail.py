"""The leaders' brief by mail: the morning after each due date, once, with the page as a file."""

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from agencies.models import DayOff, Membership
from dashboards.brief_mail import enter_briefs
from dashboards.tasks import enter_briefs as enter_briefs_task
from plans.models import Plan
from reporting import reminders
from reporting.models import Mute, Reminder, RoundDue, Tick
from tests.factories import (
    MembershipFactory,
    ReportFactory,
    RoundDueFactory,
    RoundFactory,
    TargetFactory,
    at,
)
from tests.pdf_text import page_texts

# The crowd's round: agencies are due before 20/6, the consolidation before 30/6 of 2024.
BRIEF = "brief"


@pytest.fixture
def province(crowd):
    TargetFactory(indicator=crowd.total)
    crowd.grow(3)
    days = {"agency": dt.date(2024, 6, 19), "lead": dt.date(2024, 6, 29)}
    for tier, day in days.items():
        RoundDue.objects.filter(round=crowd.round, tier=tier).update(last_day=day)
    ReportFactory(
        round=crowd.round, agency=crowd.plan.lead_agency, tier="lead", last_day=days["lead"]
    )
    Reminder.objects.all().delete()  # the news of what was sent
    return crowd


def briefs():
    return Reminder.objects.filter(stage=BRIEF).order_by("pk")


def send(now):
    enter_briefs(now=now)
    reminders.send_owed(now=now, digests=False)


def test_leaders_get_the_page_by_mail_the_morning_after_a_due_date(province, mailoutbox):
    send(at("2024-06-20", 7))

    [mail] = mailoutbox
    [(name, content, kind)] = mail.attachments
    assert mail.to == [province.leader.email]
    assert "thứ Tư, 19/6/2024" in mail.subject
    assert reverse("dashboards:brief", args=[province.plan.jurisdiction.code]) in mail.body
    assert (name[:8], name[-14:], kind) == ("tom-tat-", "2024-06-20.pdf", "application/pdf")
    [paper] = page_texts(content)
    assert "Đã tiếp nhận 2 lượt người" in paper


def test_the_command_sends_the_brief_of_its_morning_as_beat_does_and_once(province, mailoutbox):
    def run(*options):
        out = io.StringIO()
        call_command("send_reminders", "--on", "2024-06-20", "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    owed, sent, again = run("--dry-run"), run(), run()

    [row] = [row for row in sent if row["stage"] == BRIEF]
    assert (row["recipient"], row["tier"]) == (province.leader.email, "lead")
    assert (row["last_day"], row["sent"]) == ("2024-06-19", True)
    [mail] = [mail for mail in mailoutbox if mail.to == [province.leader.email]]
    assert [name for name, *_ in mail.attachments] == [
        f"tom-tat-{province.plan.jurisdiction.code}-2024-06-20.pdf"
    ]
    assert again == []
    assert [r | {"sent": True} for r in owed] == [r for r in sent if r["stage"] != BRIEF]
    assert row.keys() == owed[0].keys()


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2024-06-18", 0),
        ("2024-06-19", 0),  # the last day itself
        ("2024-06-20", 1),
        ("2024-06-24", 1),  # nobody asked on Thursday and Friday: caught up
        ("2024-06-28", 0),  # too late: what it would say of that day is no news
        ("2024-06-30", 0),  # the consolidation's last day was a Saturday; this is Sunday
        ("2024-07-01", 1),
        ("2024-07-09", 0),
    ],
)
def test_a_brief_is_owed_from_the_next_working_morning_for_a_week(province, day, number):
    assert len(enter_briefs(now=at(day, 8))) == number


def test_a_day_off_of_the_portals_calendar_puts_it_off(province):
    DayOff.objects.create(day=dt.date(2024, 6, 20), name="Nghỉ bù")

    assert enter_briefs(now=at("2024-06-20", 8)) == []
    assert len(enter_briefs(now=at("2024-06-21", 8))) == 1


def test_nobody_is_briefed_twice_on_one_due_date(province, mailoutbox):
    for now in (at("2024-06-20", 7), at("2024-06-20", 8), at("2024-06-21", 7)):
        send(now)

    assert len(mailoutbox) == 1
    # The consolidation's own day moves: the brief on 19/6 has been told all the same.
    province.round.reports.filter(tier="lead").update(last_day=dt.date(2024, 7, 5))
    send(at("2024-06-21", 8))
    assert len(mailoutbox) == 1
    assert [(row.last_day, row.state) for row in briefs()] == [(dt.date(2024, 6, 19), "sent")]


def test_two_plans_due_on_one_day_make_one_mail_with_one_brief(province, mailoutbox):
    other = ReportFactory(
        round__plan__jurisdiction=province.plan.jurisdiction,
        round__plan__lead_agency=province.plan.lead_agency,
        agency=province.plan.lead_agency,
        tier="lead",
    )
    RoundDueFactory(round=other.round, last_day=dt.date(2024, 6, 19))

    send(at("2024-06-20", 7))

    [mail] = mailoutbox
    assert briefs().count() == 2
    assert len(mail.attachments) == 1


@pytest.fixture
def month_12(province):
    """The plan ran in 2024 alone; its last month is due on Thursday, 9/1/2025."""
    plan, last_day = province.plan, dt.date(2025, 1, 9)
    Plan.objects.filter(pk=plan.pk).update(first_year=2024, last_year=2024)
    december = {"window_start": dt.date(2024, 12, 1), "window_end": dt.date(2024, 12, 31)}
    round = RoundFactory(plan=plan, kind="month", number=12, **december)
    RoundDueFactory(round=round, last_day=last_day)
    ReportFactory(round=round, agency=plan.lead_agency, tier="lead", last_day=last_day)
    return round


def paper_of(mail):
    [(_, content, _)] = mail.attachments
    [paper] = page_texts(content)
    return paper


def test_a_due_date_in_january_is_told_of_the_year_before(month_12, mailoutbox, read, settings):
    plan, leader = month_12.plan, Membership.objects.get(role="leader").user
    send(at("2025-01-10", 7))

    [mail] = mailoutbox
    assert "Năm 2024: đã đạt 2/35.000 lượt người" in paper_of(mail)
    # The page that the mail opens says so too, until the due date is old.
    page = reverse("dashboards:brief", args=[plan.jurisdiction.code])
    settings.PORTAL_TODAY = "2025-01-10T08:00"
    assert "Năm 2024: đã đạt 2/35.000 lượt người" in read(page, by=leader)
    settings.PORTAL_TODAY = "2025-02-10T08:00"
    assert "Không có kế hoạch nào đang thực hiện" in read(page, by=leader)


def test_a_plan_that_ended_after_its_due_date_is_still_in_the_brief_about_it(province, mailoutbox):
    ended = {"state": Plan.State.CLOSED, "ended_on": dt.date(2024, 6, 20)}
    Plan.objects.filter(pk=province.plan.pk).update(**ended)

    send(at("2024-06-20", 7))

    assert "Năm 2024: đã đạt 2/35.000 lượt người" in paper_of(mailoutbox[0])


def test_the_next_years_round_though_open_does_not_hide_the_one_that_was_due(province, mailoutbox):
    january = {"window_start": dt.date(2025, 1, 1), "window_end": dt.date(2025, 1, 31)}
    RoundFactory(plan=province.plan, kind="month", number=1, year=2025, **january)

    send(at("2024-06-20", 7))

    assert "Năm 2024: đã đạt 2/35.000 lượt người" in paper_of(mailoutbox[0])


def test_an_ad_hoc_rounds_due_date_makes_no_brief_for_it_is_in_none(province):
    province.round.kind, province.round.number = "ad_hoc", 1
    province.round.save()

    assert enter_briefs(now=at("2024-06-20", 8)) == []


def test_leaders_of_the_plans_place_alone_are_told_and_one_may_leave_it_to_the_other(province):
    second = MembershipFactory(
        role=Membership.Role.LEADER, agency=None, jurisdiction=province.plan.jurisdiction
    ).user
    MembershipFactory(
        role=Membership.Role.LEADER,
        agency=None,
        jurisdiction=ReportFactory().agency.jurisdiction,
    )
    Mute.objects.create(user=second, plan=province.plan)

    assert [row.recipient for row in enter_briefs(now=at("2024-06-20", 8))] == [province.leader]


@pytest.mark.parametrize(
    ("within_digest", "later", "is_entered_first"),
    [
        (False, at("2024-06-20", 15), False),
        (False, at("2024-06-21", 8), True),  # enter_briefs runs before the tick that reads the log
        (True, at("2024-06-21", 8), False),
    ],
)
def test_after_a_restore_no_brief_goes_out_twice(
    province, relay, within_digest, later, is_entered_first
):
    if within_digest:  # leader and staff in one person: the consolidation's T-15 goes with it
        MembershipFactory(user=province.leader, agency=province.plan.lead_agency, role="staff")
    reminders.note_tick()
    copied_at = Tick.objects.get().finished_at
    enter_briefs(now=at("2024-06-20", 7))
    reminders.send_owed(now=at("2024-06-20", 7), digests=within_digest)
    told = len(relay.mails)
    # The older copy: nothing had been entered or sent.
    Reminder.objects.all().delete()
    Tick.objects.update(finished_at=copied_at)
    # Who leads since then has had no brief.
    place = {"agency": None, "jurisdiction": province.plan.jurisdiction}
    late = MembershipFactory(role=Membership.Role.LEADER, **place).user

    if is_entered_first:
        enter_briefs(now=later)
    reminders.send_owed(now=later, digests=False)  # the consolidation's T-7 is another mail
    send(later)

    mails = relay.mails[told:]
    assert [mail for mail in mails if province.leader.email.encode() in mail] == []
    assert [mail for mail in mails if b"tom-tat-" in mail and late.email.encode() in mail] == mails
    assert len(mails) == 1
    assert set(briefs().values_list("recipient", "state")) == {
        (province.leader.pk, "sent"),
        (late.pk, "sent"),
    }


def test_who_is_no_leader_any_more_gets_no_figures(province, mailoutbox):
    enter_briefs(now=at("2024-06-20", 7))
    province.leader.memberships.all().delete()

    reminders.send_owed(now=at("2024-06-20", 8), digests=False)

    assert [mail.attachments for mail in mailoutbox] == [[]]


@pytest.mark.parametrize(
    ("moment", "number"),
    [("2024-06-20T06:59", 0), ("2024-06-20T07:00", 1), ("2024-06-20T18:00", 0)],
)
def test_the_task_keeps_to_the_hours_of_the_digest(province, settings, moment, number):
    settings.PORTAL_TODAY = moment

    enter_briefs_task()

    assert briefs().count() == number


def test_the_notice_opens_the_brief(province, client, settings):
    settings.PORTAL_TODAY = "2024-06-20T08:00"
    enter_briefs(now=at("2024-06-20", 8))
    client.force_login(province.leader)

    page = client.get(reverse("reporting:notice-list")).content.decode()
    opened = client.post(reverse("reporting:notice-open", args=[briefs().get().pk]))

    assert "Bản tóm tắt cho lãnh đạo, sau hạn thứ Tư, 19/6/2024" in page
    assert "Mở bản tóm tắt" in page
    assert opened.url == reverse("dashboards:brief", args=[province.plan.jurisdiction.code])


def test_asking_takes_as_many_statements_for_many_due_dates(province, django_assert_num_queries):
    with django_assert_num_queries(8) as few:
        enter_briefs(now=at("2024-06-20", 8))
    briefs().delete()
    for _ in range(5):
        more = ReportFactory(
            round__plan__jurisdiction=province.plan.jurisdiction,
            round__plan__lead_agency=province.plan.lead_agency,
            agency=province.plan.lead_agency,
            tier="lead",
        )
        RoundDueFactory(round=more.round, last_day=dt.date(2024, 6, 19))
    with django_assert_num_queries(len(few)):
        enter_briefs(now=at("2024-06-20", 8))
    assert briefs().count() == 6
