"""The lead department's consolidation: what it adds up, whom it names, who sends and decides."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from agencies.models import Event, Membership
from dashboards.progress import year_progress
from reporting import access, draft_fields, rounds, workflow
from reporting.consolidation import Consolidation
from reporting.models import Report, ReportVersion, VersionFigure
from reporting.templatetags import reports
from reporting.templatetags.reports import by_status, growth
from reporting.workflow import TransitionError
from targets.models import Indicator
from tests.drafting import explanation, figure, narrative, type_in
from tests.factories import (
    AgencyFactory,
    BreakdownFactory,
    DutyFactory,
    IndicatorFactory,
    MembershipFactory,
    PartyFactory,
    ReportFactory,
    RoundDueFactory,
    RoundFactory,
    TargetFactory,
    at,
)
from tests.page_texts import texts

NOW, TODAY = at("2024-06-27"), dt.date(2024, 6, 27)


@pytest.fixture
def lead(report):
    """The lead-tier report of the round, due 29/6."""
    round, agency = report.round, report.round.plan.lead_agency
    last_day = dt.date(2024, 6, 29)
    RoundDueFactory(round=round, tier="lead", last_day=last_day, words="trước ngày 30/6")
    return ReportFactory(round=round, agency=agency, tier="lead", last_day=last_day)


@pytest.fixture
def join(report, total):
    """Return a function that adds a reporting agency, with an officer, to the round."""

    def add(**fields):
        other = ReportFactory(round=report.round, **fields)
        party = PartyFactory(plan=report.round.plan, agency=other.agency)
        for indicator in Indicator.objects.filter(plan=report.round.plan):
            indicator.reporters.add(party)
        other.officer = MembershipFactory(agency=other.agency).user
        return other

    return add


@pytest.fixture
def accept(people, submit):
    """Return a function that sends and accepts a report with one number in every cell."""

    def walk(report, text):
        submit(report, by=report.officer, text=text)
        workflow.accept_report(report, by=people.staff, at=at("2024-06-18"))

    return walk


def together(report):
    return Consolidation(report.round, on=TODAY)


def fresh(report):
    return Report.objects.select_related("round__plan__lead_agency", "agency").get(pk=report.pk)


def send(lead, by):
    return workflow.submit_report(fresh(lead), by=by, at=NOW)


def url(name, report):
    return reverse(f"reporting:{name}", args=[report.pk])


# What it adds up


def test_only_accepted_figures_count_and_provisional_ones_stand_apart(report, join, accept, submit):
    accept(join(), "1572")
    accept(join(), "1000")
    waiting = join()
    submit(waiting, by=waiting.officer, text="300")

    [row] = together(report).rows

    assert (row.accepted, row.accepted_count) == (Decimal(2572), 2)
    assert (row.provisional, row.provisional_count) == (Decimal(300), 1)


def test_cung_ky_is_that_of_the_agencies_that_have_both_as_on_the_page_of_progress(
    report, lead, people, join, accept
):
    """A newcomer's 500 is no rise, nor last year's 700 of who is missing now a fall."""
    old, newcomer, missing = join(), join(), join()
    dates = {"window_start": dt.date(2022, 12, 15), "window_end": dt.date(2023, 6, 14)}
    before = RoundFactory(plan=report.round.plan, kind=report.round.kind, year=2023, **dates)
    for agency, officer, text in (
        (old.agency, old.officer, "900"),
        (missing.agency, missing.officer, "700"),
    ):
        then = ReportFactory(round=before, agency=agency)
        then.officer = officer
        accept(then, text)
    accept(old, "1000")
    accept(newcomer, "500")

    [row] = together(report).rows
    [frozen] = send(lead, people.staff).content["totals"]
    shown = year_progress(report.round.plan, 2024, today=TODAY).main

    assert (row.accepted, row.last_year, row.difference) == (1500, 900, 100)
    assert (frozen["last_year"], frozen["difference"]) == ("900.0000", "100.0000")
    assert (shown.last_year, shown.difference) == (900, 100)


def test_agencies_are_named_by_what_they_gave(report, join, accept, submit):
    accepted, waiting, asked = join(), join(), join(obligation="requested")
    accept(accepted, "1572")
    submit(waiting, by=waiting.officer)

    found = together(report)

    assert found.accepted == [accepted]
    assert found.provisional == [waiting]
    assert found.missing == [report]
    assert found.silent == [asked]


def test_a_returned_report_is_missing_again(report, join, accept, people):
    other = join()
    accept(other, "1572")
    workflow.return_report(
        other, by=people.staff, at=at("2024-06-20"), reason="Sửa số.", last_day=TODAY
    )

    found = together(report)

    assert set(found.missing) == {report, other}
    assert [row.accepted for row in found.rows] == [None]


def test_an_explained_difference_stays_with_its_agency(report, join, people, total, fill_in):
    place = BreakdownFactory(parent=total, plan=report.round.plan)
    parts = [
        IndicatorFactory(plan=total.plan, parent=total, breakdown=place, name=name)
        for name in ("Trong tỉnh", "Ngoài tỉnh")
    ]
    other = join()
    type_in(
        other,
        figure(total, "1572")
        | figure(parts[0], "884")
        | figure(parts[1], "668")
        | explanation(total, "20 người đi làm ở nước ngoài."),
    )
    workflow.submit_report(other, by=other.officer, at=at("2024-06-17"))
    workflow.accept_report(other, by=people.staff, at=at("2024-06-18"))

    found = together(report)

    [difference] = found.differences
    assert difference.report == other
    assert "1.552, tổng số là 1.572" in difference.message
    assert difference.explanation == "20 người đi làm ở nước ngoài."
    assert [row.accepted for row in found.rows] == [1572, 884, 668]


def test_duties_are_counted_and_those_stuck_are_named(report, join, people):
    duty, other = DutyFactory(plan=report.round.plan), join()
    duty.parties.set(report.round.plan.parties.all())
    type_in(
        other,
        figure(Indicator.objects.get(), "5")
        | {f"duty-{duty.pk}": "stuck", f"words-{duty.pk}": "Thiếu vốn vay."},
    )
    workflow.submit_report(other, by=other.officer, at=at("2024-06-17"))

    found = together(report)

    assert {status: count for status, _, count in found.duty_counts}["stuck"] == 1
    assert [(line.duty, line.words) for line in found.stuck] == [(duty, "Thiếu vốn vay.")]


def test_what_agencies_wrote_is_gathered_by_section(report, join, accept, fill_in):
    other, section = join(), report.round.plan.outline.get()
    accept(other, "5")
    fill_in(report)  # a draft's words are nobody else's

    assert together(report).gathered(section) == [(other, "Đã triển khai.")]


# Sending


def test_sending_freezes_totals_agencies_and_words(report, lead, join, accept, submit, people):
    TargetFactory(indicator=Indicator.objects.get(), low=35000)
    accepted, waiting = join(), join()
    asked = join(obligation="requested")
    accept(accepted, "1572")
    submit(waiting, by=waiting.officer, text="300")
    type_in(lead, narrative(report.round.plan.outline.get(), "Toàn tỉnh đạt khá."))

    version = send(lead, people.staff)

    assert fresh(lead).state == "submitted"
    assert (version.number, version.submitted_by, version.submitted_at) == (1, people.staff, NOW)
    assert version.on_behalf is False
    content = version.content
    [row] = content["totals"]
    assert (row["accepted"], row["accepted_count"]) == ("1572.0000", 1)
    assert (row["provisional"], row["target"]) == ("300.0000", "35000.0000")
    assert row["percent"] == "4.5000"  # 1572 of 35000, accepted alone
    named = {state: [a["agency"] for a in found] for state, found in content["agencies"].items()}
    assert named == {
        "accepted": [accepted.agency.code],
        "provisional": [waiting.agency.code],
        "missing": [report.agency.code],
        "silent": [asked.agency.code],
    }
    source = ReportVersion.objects.get(report=accepted)
    assert content["agencies"]["accepted"][0]["sha256"] == source.sha256
    assert content["narratives"] == [{"heading": "Kết quả thực hiện", "text": "Toàn tỉnh đạt khá."}]


def test_what_is_accepted_later_does_not_change_what_was_sent(report, lead, join, accept, people):
    accept(join(), "1572")
    version = send(lead, people.staff)

    accept(join(), "1000")

    version.refresh_from_db()
    assert version.content["totals"][0]["accepted"] == "1572.0000"
    assert together(report).rows[0].accepted == 2572


def test_its_page_names_the_reports_that_changed_since(client, report, lead, join, submit, people):
    kept, returned = join(), join()
    for other in (kept, returned):
        submit(other, by=other.officer, text="300")
    send(lead, people.staff)
    client.force_login(people.leader)
    heading = "Báo cáo đã thay đổi sau khi gửi bản tổng hợp này"
    assert heading not in texts(client.get(lead.get_absolute_url()))

    workflow.accept_report(fresh(kept), by=people.staff, at=NOW)
    submit(report, by=people.officer, moment=NOW)
    workflow.return_report(
        fresh(returned), by=people.staff, at=NOW, reason="Sửa.", last_day=dt.date(2024, 7, 3)
    )

    page = texts(client.get(lead.get_absolute_url()))
    assert heading in page
    assert f"{report.agency} : bản 1, gửi lúc" in page
    assert f"{returned.agency} : đã trả lại, đang sửa" in page
    assert f"{kept.agency} : " not in page


def test_sending_twice_gives_one_version_and_one_event(lead, people):
    first, again = send(lead, people.staff), send(lead, people.staff)

    assert first == again
    assert lead.versions.count() == 1
    assert [event.action for event in fresh(lead).events] == ["report-submitted"]


def test_no_total_ever_counts_a_consolidation(report, lead, join, accept, people):
    accept(join(), "1572")
    workflow_version = send(lead, people.staff)
    workflow.accept_report(fresh(lead), by=people.leader, at=NOW)

    assert not VersionFigure.objects.filter(version=workflow_version).exists()
    [row] = VersionFigure.objects.totals_of(report.round)
    assert row["accepted"] == 1572


def test_its_receipt_is_another_than_that_of_the_departments_own_report(report, lead, people):
    own = ReportFactory(round=report.round, agency=lead.agency)
    type_in(own, narrative(report.round.plan.outline.get(), "Đã làm."))
    own_version = workflow.submit_report(own, by=people.staff, at=NOW)

    assert send(lead, people.staff).receipt_code != own_version.receipt_code


def test_the_leader_accepts_it_and_the_event_does_not_call_it_own_data(lead, people):
    send(lead, people.staff)

    workflow.accept_report(fresh(lead), by=people.leader, at=NOW)

    event = Event.objects.get(action="report-accepted")
    assert fresh(lead).state == "accepted"
    assert "own_report" not in event.data


def test_returned_and_sent_again_it_says_what_is_so_by_then(report, lead, join, accept, people):
    accept(join(), "1572")
    send(lead, people.staff)
    workflow.return_report(
        fresh(lead), by=people.leader, at=NOW, reason="Bổ sung.", last_day=dt.date(2024, 7, 3)
    )
    accept(join(), "1000")

    version = send(lead, people.staff)

    assert version.number == 2
    assert version.content["totals"][0]["accepted"] == "2572.0000"


# Who may


def test_who_may_write_and_who_may_decide(lead, people):
    people.lead_officer = MembershipFactory(agency=lead.agency).user
    may = {
        name: (access.may_fill_in(person, lead), access.may_decide(person, lead))
        for name, person in vars(people).items()
    }

    nothing = dict.fromkeys(may, (False, False))
    assert may == nothing | {"staff": (True, False), "leader": (False, True)}


def test_a_provinces_leader_reads_a_districts_consolidation_and_decides_nothing(lead, people):
    plan, province = lead.round.plan, AgencyFactory().jurisdiction
    above = MembershipFactory(role=Membership.Role.LEADER, agency=None, jurisdiction=province)
    plan.jurisdiction.level, plan.jurisdiction.parent = "district", above.jurisdiction
    plan.jurisdiction.save()

    assert lead in Report.objects.visible_to(above.user)
    assert not access.may_decide(above.user, fresh(lead))


# After it is sent, and after the round is closed


def test_staff_enter_no_more_for_agencies_once_it_is_sent(report, lead, people):
    assert access.may_fill_in(people.staff, report)

    send(lead, people.staff)
    assert not access.may_fill_in(people.staff, fresh(report))
    assert access.may_fill_in(people.officer, fresh(report))  # the round is still open

    workflow.return_report(
        fresh(lead), by=people.leader, at=NOW, reason="Bổ sung.", last_day=dt.date(2024, 7, 3)
    )
    assert access.may_fill_in(people.staff, fresh(report))


def test_what_was_sent_is_taken_along_as_it_was_frozen(lead, join, accept, staff, people, total):
    accept(join(), "1572")
    version = send(lead, people.staff)
    accept(join(), "1000")

    page = staff.get(lead.get_absolute_url()).content.decode()
    address = f"{version.get_absolute_url()}?tai=xlsx"
    sheet = load_workbook(io.BytesIO(staff.get(address).content)).active

    assert address in page
    [row] = sheet.iter_rows(min_row=4, values_only=True)
    assert row == (total.name, total.unit, None, 1572, 1, None, 0, None, None, None)


def test_an_agency_that_sends_after_it_is_marked(report, lead, people, submit):
    send(lead, people.staff)

    version = submit(fresh(report), by=people.officer, moment=NOW)

    assert version.marks == ["gửi sau khi đã tổng hợp, không có trong bản tổng hợp"]


def test_an_entry_after_closing_is_marked(report, lead, people, submit, client):
    rounds.close_round(report.round, by=people.staff, at=at("2024-06-20"))

    version = submit(fresh(report), by=people.staff, moment=NOW)

    assert version.marks == ["nhập sau khi kỳ đã đóng"]
    client.force_login(people.officer)
    assert "nhập sau khi kỳ đã đóng" in texts(client.get(version.get_absolute_url()))
    assert "nhập sau khi kỳ đã đóng" in texts(client.get(report.get_absolute_url()))


def test_a_report_in_time_bears_no_mark(report, lead, people, submit):
    version = submit(report, by=people.officer)

    assert version.marks == []
    assert not {"after_closing", "after_consolidation"} & set(version.content)


# The pages


@pytest.fixture
def staff(client, people):
    client.force_login(people.staff)
    return client


def test_the_page_shows_totals_and_names_who_is_missing(staff, report, lead, join, accept):
    accept(join(), "1572")
    asked = join(obligation="requested")

    page = texts(staff.get(url("consolidation", lead)))

    assert "Tổng hợp 6 tháng đầu năm 2024" in page
    assert "trước ngày 30/6" in page
    assert "1.572 1 đơn vị" in page
    assert f"1 cơ quan chưa có báo cáo {report.agency.short_name}" in page
    assert f"chưa cung cấp thông tin {asked.agency.short_name}" in page
    assert "chưa có số liệu, không tính là 0" in page
    assert "Đã triển khai." in page


def test_what_may_be_sent_is_not_called_complete_while_agencies_are_missing(
    staff, report, lead, join, accept, people
):
    join(obligation="requested")  # only asked: named apart, not missing
    words = "Có thể gửi; 1 cơ quan chưa có báo cáo sẽ được ghi tên."
    saved = staff.post(url("report-field", lead), {})
    assert words in staff.get(url("consolidation", lead)).content.decode()
    assert words in saved.content.decode()

    report.officer = people.officer
    accept(report, "1000")

    for page in (staff.get(url("consolidation", lead)), staff.post(url("report-field", lead), {})):
        assert "Đã đủ, có thể gửi." in page.content.decode()


def test_words_are_saved_and_sent_without_script(staff, report, lead):
    section = report.round.plan.outline.get()
    words = {f"narrative-{section.pk}": "Toàn tỉnh đạt khá."}
    staff.post(url("consolidation", lead), words)
    assert draft_fields.texts_of(lead) == words

    response = staff.post(
        url("consolidation-send", lead), words | {f"seen-narrative-{section.pk}": [*words.values()]}
    )

    version = lead.versions.get()
    assert response["Location"] == version.get_absolute_url()
    receipt = texts(staff.get(version.get_absolute_url()))
    assert "Biên nhận bản tổng hợp" in receipt
    assert "1 chưa có báo cáo" in receipt


def test_a_field_saves_on_its_own_as_on_the_entry_page(staff, report, lead):
    section = report.round.plan.outline.get()

    response = staff.post(url("report-field", lead), {f"narrative-{section.pk}": "Đạt khá."})

    assert response.status_code == 200
    assert "có thể gửi" in texts(response)
    assert draft_fields.texts_of(lead) == {f"narrative-{section.pk}": "Đạt khá."}


def test_two_of_the_staff_see_each_others_words_on_one_field(staff, report, lead, people):
    section = report.round.plan.outline.get()
    type_in(lead, narrative(section, "Bản của đồng nghiệp."), by=people.other_staff)

    response = staff.post(url("consolidation-send", lead), {f"narrative-{section.pk}": "Của tôi."})

    assert response.status_code == 422
    assert "Bản của đồng nghiệp." in texts(response)
    assert "Của tôi." in texts(response)
    assert not lead.versions.exists()


def test_words_typed_after_it_was_sent_are_shown(staff, report, lead, people):
    send(lead, people.staff)
    section = report.round.plan.outline.get()

    response = staff.post(url("consolidation-send", lead), {f"narrative-{section.pk}": "Thêm."})

    assert response.status_code == 409
    assert "Thêm." in texts(response)


def test_the_two_forms_do_not_take_each_others_report(staff, report, lead):
    for name, wrong in (
        ("consolidation", report),
        ("consolidation-send", report),
        ("report-edit", lead),
        ("report-submit", lead),
    ):
        assert staff.post(url(name, wrong)).status_code == 404, name


def test_the_leader_reads_what_was_frozen_and_accepts_it(
    client, report, lead, join, accept, people, total
):
    TargetFactory(indicator=total, year=2024, low=35000)
    other = join()
    accept(other, "1572")
    version = send(lead, people.staff)
    client.force_login(people.leader)

    page = texts(client.get(lead.get_absolute_url()))
    table = client.get(f"{version.get_absolute_url()}?tai=csv").content.decode()
    assert "35.000 1.572 1 đơn vị – 4,5% chưa có chưa tính" in page
    assert 'lượt người,35000,1572,1,,0,"4,5",,' in table
    assert f"Chưa có báo cáo: 1 {report.agency}" in page
    assert str(other.agency) in page

    client.post(url("report-accept", lead), {"version": version.number})
    assert fresh(lead).state == "accepted"


def test_the_leader_returns_it_with_a_reason_and_a_day(client, lead, people):
    version = send(lead, people.staff)
    client.force_login(people.leader)

    client.post(
        url("report-return", lead),
        {"version": version.number, "reason": "Thiếu Phú Quốc.", "last_day": "2999-12-31"},
    )

    assert fresh(lead).state == "returned"
    client.force_login(people.staff)
    assert "Thiếu Phú Quốc." in texts(client.get(url("consolidation", lead)))


def test_staff_cannot_accept_their_own_consolidation(staff, lead, people):
    send(lead, people.staff)

    assert staff.post(url("report-accept", lead), {"version": 1}).status_code == 403


def test_the_round_leads_staff_to_it(staff, report, lead):
    assert url("consolidation", lead) in staff.get(report.round.get_absolute_url()).content.decode()


def test_the_page_asks_the_database_no_more_for_twenty_agencies_than_for_three(
    staff, report, lead, join, accept, submit
):
    def grow(number):
        for place in range(number):
            other = join()
            if place % 3 == 0:
                accept(other, "5")
            elif place % 3 == 1:
                submit(other, by=other.officer)

    def questions():
        with CaptureQueriesContext(connection) as asked:
            assert staff.get(url("consolidation", lead)).status_code == 200
        return len(asked)

    grow(3)
    before = questions()
    grow(18)

    assert questions() == before
    assert before < 45


def test_a_consolidation_that_is_accepted_is_not_sent_again(lead, people):
    send(lead, people.staff)
    workflow.accept_report(fresh(lead), by=people.leader, at=NOW)

    with pytest.raises(TransitionError, match="Đã tiếp nhận"):
        send(lead, people.staff)


def test_what_was_sent_is_read_beside_cung_ky_and_in_the_order_of_the_entry_page():
    assert growth({"difference": "379.0000"}) == "+379"
    assert growth({"difference": "0.0000"}) == "0"
    assert growth({"difference": None}) == growth({}) == ""
    told = [(status, count) for status, _, count in by_status({"done": 1, "stuck": 2})]
    assert told == [("not_started", 0), ("in_progress", 0), ("done", 1), ("stuck", 2)]


def test_of_what_was_sent_before_they_were_kept_no_per_cent_and_no_change_is_told():
    assert (reports.attained({}), reports.growth({})) == ("", "")
    assert (reports.attained({"percent": "27.7000"}), reports.growth({"difference": "525"})) == (
        "27,7%",
        "+525",
    )
