"""Closing a round: who still enters, what still goes on."""

import datetime as dt

import pytest
from django.urls import reverse

from agencies.access import is_officer_of
from agencies.models import Event, Membership
from reporting import deadlines, reminders, rounds, workflow
from reporting.access import may_fill_in
from reporting.models import Round
from reporting.rounds import RoundRefused
from tests.factories import MembershipFactory, OutlineSectionFactory, UserFactory, at
from tests.reporting.rounds.conftest import NOW


@pytest.fixture
def closed(plan, staff):
    """The first half of 2024, closed on 25/6; who reports to it has an officer."""
    [round] = rounds.open_rounds([plan], now=NOW)
    for party in plan.parties.all():
        MembershipFactory(agency=party.agency)
    rounds.close_round(round, by=staff, at=at("2024-06-25"))
    round.refresh_from_db()
    return round


def of_an_agency(round):
    return round.reports.filter(tier="agency").exclude(agency=round.plan.lead_agency).get()


def officer_of(agency):
    return agency.memberships.get(role=Membership.Role.OFFICER).user


def test_after_closing_only_staff_enters(closed, staff):
    report = of_an_agency(closed)
    officer = officer_of(report.agency)

    assert is_officer_of(officer, report.agency)
    assert not may_fill_in(officer, report)
    assert may_fill_in(staff, report)
    assert not may_fill_in(UserFactory(), report)


def test_before_closing_both_enter(closed, staff):
    Round.objects.update(closed_at=None)
    closed.refresh_from_db()
    report = of_an_agency(closed)

    assert may_fill_in(officer_of(report.agency), report)
    assert may_fill_in(staff, report)


@pytest.mark.parametrize("name", ["report-edit", "report-field", "report-submit", "report-propose"])
def test_an_officers_requests_to_a_closed_round_are_refused(client, closed, fill_in, name):
    OutlineSectionFactory(plan=closed.plan)
    report = of_an_agency(closed)
    fill_in(report)
    client.force_login(officer_of(report.agency))

    response = client.post(reverse(f"reporting:{name}", args=[report.pk]))

    assert response.status_code == 403
    report.refresh_from_db()
    assert report.state == "draft"
    assert report.proposed_at is None


def test_staff_sends_what_came_late_and_the_version_says_so(closed, staff, submit):
    OutlineSectionFactory(plan=closed.plan)
    report = of_an_agency(closed)

    version = submit(report, by=staff, moment=at("2024-06-27"))

    assert version.on_behalf
    assert deadlines.timeliness(report, now=at("2024-06-27")) == "late"


def test_what_awaits_review_is_still_accepted_after_closing(plan, staff, submit):
    OutlineSectionFactory(plan=plan)
    [round] = rounds.open_rounds([plan], now=NOW)
    report = of_an_agency(round)
    submit(report, by=MembershipFactory(agency=report.agency).user)
    rounds.close_round(round, by=staff, at=at("2024-06-25"))

    workflow.accept_report(report, by=staff, at=at("2024-06-26"))

    report.refresh_from_db()
    assert report.state == "accepted"


def test_agencies_shut_out_are_reminded_no_more_and_the_consolidation_is(closed, staff):
    day = dt.date(2024, 6, 27)  # T+7 of the agencies, T-1 of the lead (29/6 is a Saturday)

    assert {(item.report.tier, item.recipient) for item in reminders.owed_on(day)} == {
        ("lead", staff)
    }
    Round.objects.update(closed_at=None)
    assert {item.report.tier for item in reminders.owed_on(day)} == {"lead", "agency"}


def test_a_reminder_that_waits_when_the_round_closes_is_dropped(closed, mailoutbox):
    Round.objects.update(closed_at=None)
    reminders.enter_in_ledger(reminders.owed_on(dt.date(2024, 6, 27)), now=at("2024-06-27"))
    Round.objects.update(closed_at=at("2024-06-27"))

    reminders.send_owed(now=at("2024-06-27", 10))

    assert set(closed.reports.values_list("tier", "reminders__state")) >= {
        ("agency", "dropped"),
        ("lead", "sent"),
    }
    # Beside it go the news that the round was closed.
    reminded = [mail.to for mail in mailoutbox if not mail.subject.startswith("Đã đóng")]
    assert reminded == [
        [closed.plan.lead_agency.memberships.get(role=Membership.Role.STAFF).user.email]
    ]


def test_closing_is_written_in_the_book_once(closed, staff):
    rounds.close_round(closed, by=staff, at=at("2024-06-28"))

    event = Event.objects.get(action="round-closed")
    assert (event.subject_id, event.by, event.at) == (closed.pk, staff, at("2024-06-25"))
    closed.refresh_from_db()
    assert closed.closed_at == at("2024-06-25")


def test_a_closed_round_is_not_opened_again(plan, closed, open_by_hand):
    assert rounds.open_rounds([plan], now=NOW) == []
    with pytest.raises(RoundRefused, match="đã được mở"):
        open_by_hand(plan, "first_half")
