"""The first page of each role: its work, and nothing that is another's."""

import datetime as dt

import pytest
from django.urls import reverse

from agencies.models import Membership
from reporting import extensions, rounds, workflow
from reporting.models import Reminder
from tests.factories import (
    JurisdictionFactory,
    MembershipFactory,
    PlanFactory,
    ReportFactory,
    RoundDueFactory,
    RoundFactory,
    TargetFactory,
    UserFactory,
    at,
)

HOME = reverse("dashboards:home")


def more_rounds_for(report, number):
    """Give a report's agency as many more rounds, one a year, each with a due date."""
    first = report.agency.reports.count()
    for year in range(2024 + first, 2024 + first + number):
        round = RoundFactory(plan=report.round.plan, year=year)
        RoundDueFactory(round=round)
        ReportFactory(round=round, agency=report.agency, last_day=dt.date(year, 6, 19))


# Officer


def test_an_officer_sees_what_is_to_be_sent_with_both_dates(read, report, people):
    page = read(HOME, by=people.officer)

    assert "Báo cáo 6 tháng đầu năm 2024" in page
    assert "trước ngày 20/6" in page
    assert "19/6/2024" in page
    assert "còn 2 ngày" in page


def test_the_nearest_last_day_comes_first(read, report, people):
    later = RoundFactory(plan=report.round.plan, kind="year")
    ReportFactory(round=later, agency=report.agency, last_day=dt.date(2024, 12, 14))
    sooner = RoundFactory(plan=report.round.plan, kind="month", number=5)
    ReportFactory(round=sooner, agency=report.agency, last_day=dt.date(2024, 6, 18))

    page = read(HOME, by=people.officer)

    places = [page.index(f"Báo cáo {name}") for name in ("tháng 5/2024", "6 tháng", "năm 2024")]
    assert places == sorted(places)


def test_a_late_report_says_by_how_many_days(read, report, people, settings):
    settings.PORTAL_TODAY = "2024-06-22T08:00"

    assert "quá hạn 3 ngày" in read(HOME, by=people.officer).lower()


def test_a_returned_report_shows_the_reason_word_for_word(read, report, people, submit):
    submit(report, by=people.officer)
    workflow.return_report(
        report,
        by=people.staff,
        at=at("2024-06-17"),
        reason="Sửa số qua chương trình (1.655).",
        last_day=dt.date(2024, 6, 21),
    )

    page = read(HOME, by=people.officer)

    assert "Sửa số qua chương trình (1.655)." in page
    assert "21/6/2024" in page


def test_what_was_sent_leads_to_its_receipt(client, report, people, submit):
    submit(report, by=people.officer)
    client.force_login(people.officer)

    page = client.get(HOME).content.decode()

    assert reverse("reporting:receipt", args=[report.pk, 1]) in page
    assert reverse("reporting:report-edit", args=[report.pk]) not in page
    assert "Không còn báo cáo nào phải gửi" in page


def test_an_officer_sees_no_report_of_another_agency(read, report, people):
    page = read(HOME, by=people.other_officer)

    assert "Báo cáo 6 tháng đầu năm 2024" not in page


def test_a_person_of_two_agencies_sees_both(read, report, people):
    other = ReportFactory(round=report.round)
    MembershipFactory(user=people.officer, agency=other.agency)

    page = read(HOME, by=people.officer)

    assert str(other.agency) in page


def test_officers_home_takes_a_steady_number_of_queries(steady, crowd):
    one = crowd.grow(1).reports[0]
    more_rounds_for(one.report, 20)

    # session, user, roles (the masthead's too); reports, their due dates;
    # notices; savepoint, session saved, savepoint released
    steady(9, HOME, by=one.officer, more=lambda n: more_rounds_for(one.report, n))


# Staff


def test_staff_read_in_the_heading_what_awaits_them_and_who_is_late(read, crowd, settings):
    settings.PORTAL_TODAY = "2024-06-22T08:00"
    crowd.grow(3)  # one draft, one sent, one accepted
    draft, sent, accepted = (one.report.agency.name for one in crowd.reports)
    invited = ReportFactory(round=crowd.round, obligation="requested")

    page = read(HOME, by=crowd.staff)

    assert "1 báo cáo chờ xem xét, 1 cơ quan quá hạn Sở" in page
    assert sent in page
    assert f"{draft} · Quá hạn 3 ngày" in page
    assert accepted not in page
    assert str(invited.agency) not in page  # an invited reporter is never late (R5)
    assert "2/3" in page  # sent of those who must


def test_a_closed_round_calls_for_nobody(read, crowd, settings):
    settings.PORTAL_TODAY = "2024-06-22T08:00"
    crowd.grow(1)
    rounds.close_round(crowd.round, by=crowd.staff, at=at("2024-06-21"))

    assert "Không có việc nào đang chờ" in read(HOME, by=crowd.staff)


def test_what_waits_longest_is_reviewed_first(read, crowd):
    crowd.grow(3)
    first = crowd.reports[0]
    crowd.send(first.report, by=first.officer, moment=at("2024-06-15"))

    page = read(HOME, by=crowd.staff)

    names = [first.report.agency.name, crowd.reports[1].report.agency.name]
    assert [page.index(name) for name in names] == sorted(page.index(name) for name in names)


def test_of_many_late_agencies_a_few_are_named_and_all_are_linked(client, crowd, settings):
    settings.PORTAL_TODAY = "2024-06-22T08:00"
    for _ in range(11):
        ReportFactory(round=crowd.round)
    client.force_login(crowd.staff)

    page = client.get(HOME).content.decode()

    assert "Quá hạn, chưa gửi: 11 cơ quan" in page
    assert "và 3 cơ quan khác" in page
    assert f"{crowd.round.get_absolute_url()}?thoi-han=qua-han" in page


def test_staff_read_who_asks_for_an_extension_and_why(read, crowd):
    one = crowd.grow(1).reports[0]
    day = dt.date(2024, 6, 25)
    extensions.ask_extension(
        one.report, wanted_day=day, reason="Chờ số liệu xã.", by=one.officer, at=at("2024-06-16")
    )

    page = read(HOME, by=crowd.staff)

    assert "1 đề nghị gia hạn" in page
    assert "“Chờ số liệu xã.”" in page
    assert "25/6/2024" in page


def test_a_returned_report_past_its_new_day_is_named_apart(read, crowd, settings):
    one = crowd.grow(2).reports[1]  # sent
    workflow.return_report(
        one.report,
        by=crowd.staff,
        at=at("2024-06-17"),
        reason="Sửa số.",
        last_day=dt.date(2024, 6, 18),
    )
    settings.PORTAL_TODAY = "2024-06-19T08:00"

    page = read(HOME, by=crowd.staff)

    assert "1 cơ quan quá hạn bổ sung" in page
    assert "hạn gửi lại 18/6/2024 đã qua" in page


def test_staff_read_to_whom_a_mail_did_not_go(read, crowd):
    one = crowd.grow(1).reports[0]
    Reminder.objects.create(
        report=one.report,
        last_day=one.report.last_day,
        stage="T-3",
        recipient=one.officer,
        state=Reminder.State.REFUSED,
    )

    page = read(HOME, by=crowd.staff)

    assert "Thư nhắc không đi được" in page
    assert one.officer.email in page


@pytest.mark.parametrize(
    ("last_day", "shown"),
    [(dt.date(2024, 7, 17), True), (dt.date(2024, 7, 18), False), (dt.date(2024, 6, 1), True)],
)
def test_a_consolidation_not_sent_is_shown_when_it_is_near_or_late(read, crowd, last_day, shown):
    lead = crowd.plan.lead_agency
    ReportFactory(round=crowd.round, tier="lead", agency=lead, last_day=last_day)

    assert ("Bản tổng hợp chưa gửi" in read(HOME, by=crowd.staff)) == shown


def test_staff_of_another_province_see_nothing_of_it(read, report, people, submit):
    submit(report, by=people.officer)

    page = read(HOME, by=people.other_staff)

    assert "Không có việc nào đang chờ" in page
    assert "tự mở từ 90 ngày trước hạn" in page  # an empty desk says what comes next
    assert str(report.agency) not in page


def test_staffs_home_takes_a_steady_number_of_queries(steady, crowd, settings):
    settings.PORTAL_TODAY = "2024-06-22T08:00"  # a third of the reports is late
    crowd.grow(20)
    ReportFactory(round=crowd.round, tier="lead", agency=crowd.plan.lead_agency)

    def more(number):
        crowd.grow(number)
        more_rounds_for(crowd.reports[0].report, number)

    # session, user, roles; late reports, their due dates; rounds with counts, their due dates;
    # reports to review, their due dates; extensions; mails not delivered; consolidations, their
    # due dates; savepoint, session saved, savepoint released
    steady(18, HOME, by=crowd.staff, more=more)


# Leader


def test_a_leader_sees_total_provisional_part_and_the_missing_by_name(read, crowd):
    TargetFactory(indicator=crowd.total, year=2024, low=35000)
    crowd.grow(6)  # two drafts, two sent, two accepted; each total is 2

    page = read(HOME, by=crowd.leader)

    assert "35.000" in page
    assert "Đã tiếp nhận" in page
    for one in crowd.reports:
        assert one.report.agency.short_name in page
    assert "2/6 đơn vị chưa có số liệu" in page


def test_a_leader_sees_nothing_of_another_province(read, crowd):
    crowd.grow(3)
    other = MembershipFactory(
        role=Membership.Role.LEADER, agency=None, jurisdiction=PlanFactory().jurisdiction
    ).user

    page = read(HOME, by=other)

    assert crowd.plan.short_title not in page
    assert crowd.reports[0].report.agency.short_name not in page


def test_a_plan_that_has_ended_is_named_below(read, crowd):
    ended = PlanFactory(jurisdiction=crowd.plan.jurisdiction, lead_agency=crowd.plan.lead_agency)
    type(ended).objects.filter(pk=ended.pk).update(first_year=2018, last_year=2020)

    assert f"{ended.short_title} · 2018 - 2020" in read(HOME, by=crowd.leader)


def test_the_newest_plan_shows_its_progress_and_others_are_a_click_away(read, client, crowd):
    place = JurisdictionFactory(parent=crowd.plan.jurisdiction, level="district")
    district = PlanFactory(jurisdiction=place, first_year=2023)
    newer = PlanFactory(
        jurisdiction=crowd.plan.jurisdiction, lead_agency=crowd.plan.lead_agency, first_year=2022
    )
    RoundFactory(plan=newer)

    page = read(HOME, by=crowd.leader)

    assert page.index(newer.short_title) < page.index("Kế hoạch khác đang thực hiện")
    html = client.get(HOME).content.decode()
    for plan in (district, crowd.plan):
        assert reverse("dashboards:plan-progress", args=[plan.code, 2024]) in html


def test_a_plan_just_published_does_not_push_away_the_one_with_figures(read, crowd):
    crowd.grow(3)
    newer = PlanFactory(
        jurisdiction=crowd.plan.jurisdiction, lead_agency=crowd.plan.lead_agency, first_year=2022
    )

    page = read(HOME, by=crowd.leader)

    assert "cơ quan phải báo cáo đã gửi, 1 chưa" in page
    assert page.index("Kế hoạch khác đang thực hiện") < page.index(newer.short_title)


@pytest.mark.parametrize("kind", ["first_half", "ad_hoc"])
def test_a_consolidation_sent_waits_on_the_leaders_page_until_decided(read, client, crowd, kind):
    round = (
        crowd.round if kind == "first_half" else RoundFactory(plan=crowd.plan, kind=kind, number=1)
    )
    lead = ReportFactory(round=round, tier="lead", agency=crowd.plan.lead_agency)
    link = reverse("reporting:report-detail", args=[lead.pk])
    assert "chờ tiếp nhận" not in read(HOME, by=crowd.leader)

    workflow.submit_report(lead, by=crowd.staff, at=at("2024-06-17"))

    page = read(HOME, by=crowd.leader)
    assert f"Bản tổng hợp chờ tiếp nhận: 1 Bản tổng hợp {round.label}" in page
    assert link in client.get(HOME).content.decode()
    workflow.accept_report(lead, by=crowd.leader, at=at("2024-06-17"))
    assert "Bản tổng hợp chờ tiếp nhận" not in read(HOME, by=crowd.leader)


def test_a_districts_consolidation_waits_for_its_own_leader_alone(read, crowd):
    district = JurisdictionFactory(parent=crowd.plan.jurisdiction, level="district")
    plan = PlanFactory(jurisdiction=district)
    lead = ReportFactory(round=RoundFactory(plan=plan), tier="lead", agency=plan.lead_agency)
    own = MembershipFactory(role="leader", agency=None, jurisdiction=district).user

    workflow.submit_report(lead, by=crowd.staff, at=at("2024-06-17"))

    assert "Bản tổng hợp chờ tiếp nhận: 1" in read(HOME, by=own)
    assert "Bản tổng hợp chờ tiếp nhận" not in read(HOME, by=crowd.leader)


def test_leaders_home_takes_a_steady_number_of_queries(steady, crowd):
    crowd.grow(20)
    crowd.more_indicators(20)
    lead = ReportFactory(round=crowd.round, tier="lead", agency=crowd.plan.lead_agency)
    workflow.submit_report(lead, by=crowd.staff, at=at("2024-06-17"))

    def more(number):
        crowd.more_indicators(number)
        crowd.grow(number)

    # session, user, roles; plans, their rounds with what waits for the leader; targets,
    # indicators, who is asked, figures, reports; what is stuck (nothing, or one more asks since
    # when); notices; savepoint, session saved, savepoint released
    steady(15, HOME, by=crowd.leader, more=more)


# Others


@pytest.mark.parametrize("who", ["administrator", "nobody"])
def test_an_account_without_work_here_is_told_so(read, report, people, submit, who):
    submit(report, by=people.officer, text="1.987")
    person = UserFactory() if who == "nobody" else people.administrator

    page = read(HOME, by=person)

    assert "1.987" not in page
    assert ("Chưa được giao vai trò" if who == "nobody" else "Quản trị") in page


def test_a_leader_sees_the_latest_year_that_was_reported(read, people):
    plan = people.leader.memberships.get().jurisdiction.plans.get()
    plan.rounds.update(year=2023)

    page = read(HOME, by=people.leader)

    assert "Năm 2024 chưa có kỳ báo cáo nào; đây là năm gần nhất" in page


def test_a_round_opened_ahead_does_not_hide_the_running_year(read, people, settings):
    settings.PORTAL_TODAY = "2024-11-20T08:00"
    plan = people.leader.memberships.get().jurisdiction.plans.get()
    RoundFactory(
        plan=plan,
        kind="month",
        number=1,
        year=2025,
        window_start=dt.date(2025, 1, 1),
        window_end=dt.date(2025, 1, 31),
    )

    assert "Năm 2024:" in read(HOME, by=people.leader)


def test_a_leader_whose_plans_have_ended_sees_the_last_one(read, people):
    plan = people.leader.memberships.get().jurisdiction.plans.get()
    type(plan).objects.filter(pk=plan.pk).update(first_year=2021, last_year=2023)
    plan.rounds.update(year=2023)

    page = read(HOME, by=people.leader)

    assert "Kế hoạch đã hết thời hạn" in page
    assert "Năm 2023:" in page


def test_a_leader_without_plans_is_told_what_will_stand_here(read, db):
    leader = MembershipFactory(
        role="leader", agency=None, jurisdiction=PlanFactory().jurisdiction
    ).user
    leader.memberships.get().jurisdiction.plans.all().delete()

    assert "Chưa có kế hoạch nào của địa bàn này" in read(HOME, by=leader)


# First log-in


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("officer", "Báo cáo cần gửi nằm ở đây"),
        ("head", "Lãnh đạo đơn vị xem mọi báo cáo"),
        ("staff", "Trang này gom việc đang chờ"),
        ("leader", "đã đạt bao nhiêu so với mục tiêu"),
        ("administrator", "Người quản trị không xem số liệu"),
    ],
)
def test_each_role_is_told_once_what_the_first_page_is_for(person, words, client, read, people):
    user = getattr(people, person)
    assert words in read(HOME, by=user)

    response = client.post(reverse("hint-close"))

    assert response["Location"] == HOME
    user.refresh_from_db()
    assert "Lần đầu vào trang" not in read(HOME, by=user)


def test_closing_the_hint_closes_it_for_oneself_only(client, read, people):
    client.force_login(people.officer)
    client.post(reverse("hint-close"))

    assert "Lần đầu vào trang" in read(HOME, by=people.head)


def test_an_officer_without_work_is_told_when_the_next_comes(read, people):
    people.officer.memberships.get().agency.reports.all().delete()

    page = read(HOME, by=people.officer)

    assert "Kỳ tiếp theo tự mở 90 ngày trước hạn" in page
