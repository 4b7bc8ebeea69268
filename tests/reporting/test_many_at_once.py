"""Accepting and reminding many reports of a round: all or none, each refusal named."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Event, Membership
from reporting import workflow
from reporting.models import Reminder, Report
from reporting.workflow import BulkRefused
from tests.at_once import at_once
from tests.factories import MembershipFactory, OutlineSectionFactory, ReportFactory, UserFactory, at
from tests.many import BigRound
from tests.page_texts import texts

NOW = at("2024-06-18")
DAY = dt.date(2024, 6, 25)


@pytest.fixture
def big(db, settings):
    settings.PORTAL_TODAY = "2024-06-18T09:00"
    return BigRound()


def shown(reports, number=1):
    return {report.pk: number for report in reports}


def accept(big, wanted):
    return workflow.accept_reports(wanted, by=big.staff, at=NOW)


def states(reports):
    found = Report.objects.filter(pk__in=[report.pk for report in reports])
    return set(found.order_by().values_list("state", flat=True))


def accepted_events():
    return Event.objects.filter(action="report-accepted").count()


def test_two_hundred_reports_are_accepted_in_a_few_statements(big, django_assert_num_queries):
    reports = big.grow(200, sent=200)

    # savepoint; rows locked; version numbers; one update; one insert of events; officers; news;
    # released
    with django_assert_num_queries(8):
        accepted, already = accept(big, shown(reports))

    assert (len(accepted), already) == (200, [])
    assert states(reports) == {"accepted"}
    assert accepted_events() == 200
    event = Event.objects.filter(subject_id=reports[0].pk).get()
    assert (event.by, event.at, event.data) == (
        big.staff,
        NOW,
        {"old": "submitted", "new": "accepted", "version": 1},
    )


def test_accepting_the_same_once_more_changes_and_writes_nothing(big):
    reports = big.grow(5, sent=5)
    accept(big, shown(reports))

    accepted, already = accept(big, shown(reports))

    assert (accepted, len(already)) == ([], 5)
    assert accepted_events() == 5


def test_the_departments_own_report_says_so_in_its_event(big, submit):
    OutlineSectionFactory(plan=big.plan)
    own = ReportFactory(round=big.round, agency=big.plan.lead_agency)
    submit(own, by=big.staff)

    accept(big, {own.pk: 1})

    assert Event.objects.get(action="report-accepted").data["own_report"] is True


def send_back(big, report):
    workflow.return_report(
        Report.objects.get(pk=report.pk), by=big.staff, at=NOW, reason="Sửa.", last_day=DAY
    )


def send_again(big, report):
    send_back(big, report)
    typed = {f"figure-{indicator.pk}": "7" for indicator in big.indicators}
    report.draft_fields.bulk_create(
        report.draft_fields.model(report=report, name=name, text=text, saved_at=NOW)
        for name, text in (typed | {f"duty-{big.duty.pk}": "done"}).items()
    )
    officer = MembershipFactory(role=Membership.Role.OFFICER, agency=report.agency).user
    workflow.submit_report(report, by=officer, at=NOW)


def send_again_and_accept(big, report):
    send_again(big, report)
    workflow.accept_report(Report.objects.get(pk=report.pk), by=big.staff, at=NOW)


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (send_back, "đã trả lại bản 1, cơ quan chưa gửi lại"),
        (send_again, "đã có bản 2, trên màn hình là bản 1"),
        (send_again_and_accept, "đã có bản 2, trên màn hình là bản 1"),
    ],
)
def test_one_that_changed_meanwhile_stops_all_and_is_named(big, meanwhile, reason):
    reports = big.grow(4, sent=4)
    meanwhile(big, reports[2])
    before = accepted_events()

    with pytest.raises(BulkRefused) as refusal:
        accept(big, shown(reports))

    assert [(r.pk, why) for r, why in refusal.value.refused] == [(reports[2].pk, reason)]
    others = [report for report in reports if report != reports[2]]
    assert states(others) == {"submitted"}
    assert accepted_events() == before


def test_a_draft_among_them_is_named_too(big):
    sent, draft = big.grow(2, sent=1)

    with pytest.raises(BulkRefused) as refusal:
        accept(big, {sent.pk: 1, draft.pk: 0})

    assert refusal.value.refused == [(draft, "chưa gửi")]


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_the_same_twenty_at_once_write_each_event_once(big):
    reports = big.grow(20, sent=20)

    results = at_once(lambda _: accept(big, shown(reports)), 4, refusal=BulkRefused)

    assert sum(len(accepted) for accepted, _ in results) == 20
    assert accepted_events() == 20
    assert states(reports) == {"accepted"}


@pytest.mark.django_db(transaction=True)
def test_accepting_many_while_one_is_returned_ends_in_one_of_two_orders(big):
    reports = big.grow(20, sent=20)
    seen = Report.objects.get(pk=reports[7].pk)

    def act(number):
        if number:
            return accept(big, shown(reports))
        return workflow.return_report(seen, by=big.staff, at=NOW, reason="Sửa.", last_day=DAY)

    at_once(act, 2, refusal=workflow.TransitionError)

    found = states(reports)
    # Either the return was first, and none is accepted; or all are, and it was told to look again.
    assert found in ({"submitted", "returned"}, {"accepted"})
    assert accepted_events() == (20 if found == {"accepted"} else 0)


# The page


@pytest.fixture
def post(big):
    client = Client()
    client.force_login(big.staff)

    def send(name, reports, *, number=1, query="", round=None):
        address = reverse(f"reporting:{name}", args=[(round or big.round).pk]) + query
        return client.post(address, {"report": [f"{report.pk}:{number}" for report in reports]})

    return send


def page_after(response, client):
    return texts(client.get(response["Location"]))


def test_ticked_rows_are_accepted_and_the_filter_stays(client, big, post):
    reports = big.grow(3, sent=3)

    response = post("round-accept", reports[:2], query="?trang-thai=cho-xem-xet&chon=cho-xem-xet")

    assert response["Location"] == big.round.get_absolute_url() + "?trang-thai=cho-xem-xet"
    assert states(reports[:2]) == {"accepted"}
    assert states(reports[2:]) == {"submitted"}


def test_a_second_click_is_told_what_had_been_done(client, big, post):
    reports = big.grow(2, sent=2)
    post("round-accept", reports)

    client.force_login(big.staff)
    answer = client.post(
        reverse("reporting:round-accept", args=[big.round.pk]),
        {"report": [f"{report.pk}:1" for report in reports]},
        follow=True,
    )

    assert "2 báo cáo đã được tiếp nhận trước đó" in texts(answer)


def test_a_refusal_names_each_and_keeps_the_others_ticked(big, post):
    reports = big.grow(3, sent=3)
    send_back(big, reports[1])

    answer = post("round-accept", reports, query="?xep=ten")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{reports[1].agency} : đã trả lại bản 1, cơ quan chưa gửi lại" in texts(answer)
    assert page.count(" checked>") == 2
    assert states([reports[0], reports[2]]) == {"submitted"}
    # The page stands at another address than its filters' links.
    assert f'href="{big.round.get_absolute_url()}?' in page


def test_nothing_ticked_is_said(client, big, post):
    big.grow(1, sent=1)
    client.force_login(big.staff)

    answer = client.post(reverse("reporting:round-accept", args=[big.round.pk]), follow=True)

    assert "Chưa chọn báo cáo nào" in texts(answer)


def test_reports_of_another_round_are_not_found(big, post):
    other = BigRound().grow(1, sent=1)

    assert post("round-accept", other).status_code == 404
    assert states(other) == {"submitted"}


@pytest.mark.parametrize("value", ["", "abc", "1", "1:", ":1", "-1:1", "1:1:1", "９:1"])
def test_a_value_no_page_sends_is_left_out(client, big, value):
    client.force_login(big.staff)

    answer = client.post(reverse("reporting:round-accept", args=[big.round.pk]), {"report": value})

    assert answer.status_code == 302


def test_choosing_all_that_wait_works_by_a_link(client, big):
    big.grow(6, sent=4)
    client.force_login(big.staff)

    page = client.get(big.round.get_absolute_url() + "?chon=cho-xem-xet").content.decode()

    assert page.count(" checked>") == 4
    assert "đang chọn 4" in page


def test_staff_remind_those_they_tick_once_a_day(client, big, post):
    [report, without] = big.grow(2, sent=0)
    officer = MembershipFactory(role=Membership.Role.OFFICER, agency=report.agency).user
    client.force_login(big.staff)
    address = reverse("reporting:round-remind", args=[big.round.pk])
    data = {"report": [f"{report.pk}:0", f"{without.pk}:0"]}

    first = texts(client.post(address, data, follow=True))
    second = texts(client.post(address, data, follow=True))

    assert Reminder.objects.get(report=report).recipient == officer
    assert "Đã nhắc 1 cơ quan" in first
    assert f"Không có người nhận thư, cần gọi điện: {without.agency}" in first
    assert "1 cơ quan đã được nhắc ngay trong hôm nay" in second


def test_reminding_one_that_has_sent_is_refused_and_ticks_stay(client, big, post):
    reports = big.grow(2, sent=1)
    MembershipFactory(role=Membership.Role.OFFICER, agency=reports[1].agency)

    answer = post("round-remind", reports)

    assert answer.status_code == 422
    assert f"Không nhắc được: {reports[0].agency} (đã gửi)" in texts(answer)
    assert answer.content.decode().count(" checked>") == 2
    assert not Reminder.objects.exists()


def test_a_colleague_without_the_role_is_offered_no_boxes(client, big):
    big.grow(3, sent=2)
    leader = UserFactory()
    MembershipFactory(
        user=leader, role=Membership.Role.LEADER, agency=None, jurisdiction=big.plan.jurisdiction
    )
    client.force_login(leader)

    page = client.get(big.round.get_absolute_url()).content.decode()

    assert "checkbox" not in page
    assert "Tiếp nhận báo cáo đã chọn" not in page
