"""The pages of a report, as a person with a browser and no script meets them."""

import datetime as dt
import re
import unicodedata
from html import unescape
from types import SimpleNamespace

import pytest
from django.urls import reverse

from reporting import workflow
from reporting.drafts import Draft
from reporting.models import ReportVersion, Round
from targets.models import Allocation, Indicator
from tests.drafting import explanation, type_in
from tests.drafting import figure as cell
from tests.factories import (
    BreakdownFactory,
    IndicatorFactory,
    OutlineSectionFactory,
    ReportFactory,
    RoundFactory,
    at,
)


@pytest.fixture
def sheet(report):
    """`report` asked for a total and its partition by place; last year's round is accepted."""
    plan = report.round.plan
    total = Indicator.objects.get(plan=plan)
    place = BreakdownFactory(plan=plan, parent=total)
    parts = {
        name: IndicatorFactory(plan=plan, name=name, parent=total, breakdown=place)
        for name in ("Trong tỉnh", "Ngoài tỉnh")
    }
    for part in parts.values():
        part.reporters.set(total.reporters.all())
    Allocation.objects.create(
        indicator=total, agency=report.agency, year=2024, value=3000, decided_by="Phân bổ"
    )
    sections = plan.outline.all()
    return SimpleNamespace(
        total=total, inside=parts["Trong tỉnh"], outside=parts["Ngoài tỉnh"], section=sections[0]
    )


@pytest.fixture
def last_year(report, sheet, people, submit):
    """The same agency's accepted report of the first half of 2023: 1.548 in every cell."""
    round = RoundFactory(
        plan=report.round.plan,
        year=2023,
        window_start=dt.date(2022, 12, 15),
        window_end=dt.date(2023, 6, 14),
    )
    before = ReportFactory(round=round, agency=report.agency, last_day=dt.date(2023, 6, 19))
    type_in(
        before,
        cell(sheet.total, "1548")
        | explanation(sheet.total, "Chưa tách theo nơi làm việc.")
        | cell(sheet.inside, "k")
        | cell(sheet.outside, "k"),
    )
    workflow.submit_report(before, by=people.officer, at=at("2023-06-15"))
    workflow.accept_report(before, by=people.staff, at=at("2023-06-16"))


@pytest.fixture
def officer(client, people):
    client.force_login(people.officer)
    return client


@pytest.fixture
def staff(client, people):
    client.force_login(people.staff)
    return client


def url(name, report, *more):
    return reverse(f"reporting:{name}", args=[report.pk, *more])


def cells(sheet, total="1.572", inside="884", outside="688", **more):
    return {
        f"figure-{sheet.total.pk}": total,
        f"figure-{sheet.inside.pk}": inside,
        f"figure-{sheet.outside.pk}": outside,
        **more,
    }


def texts(response):
    """Return the page as people read it: no tags, single spaces."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def figure(report, indicator):
    """Return a cell of the draft as it stands in the database."""
    return Draft(report).figures[indicator.pk]


def words_in(report):
    [(_, text)] = Draft(report).narratives
    return text


def shown(client, report):
    """Return what the entry page holds beside the fields: the values last seen in them."""
    page = client.get(url("report-edit", report)).content.decode()
    seen = re.findall(r'name="((?:seen|theirs)-[\w-]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in seen}


# The entry page


def test_the_entry_page_shows_plan_last_year_per_cent_and_difference(
    officer, report, sheet, last_year
):
    officer.post(url("report-edit", report), cells(sheet))

    page = texts(officer.get(url("report-edit", report)))

    assert "3.000 1.548" in page  # given to the agency; same round last year
    assert "52,4% +24" in page  # 1.572 : 3.000 and 1.572 - 1.548


def test_the_entry_page_names_both_dates_and_the_data_window(officer, report, sheet):
    page = texts(officer.get(url("report-edit", report)))

    assert "trước ngày 20/6" in page
    assert "19/6/2024" in page
    assert "15/12/2023" in page
    assert "14/6/2024" in page


def test_what_is_not_known_is_said_in_words_and_is_never_zero(officer, report, sheet):
    page = texts(officer.get(url("report-edit", report)))

    assert "không giao" in page
    assert "chưa có" in page
    assert "chưa tính" in page
    assert "0,0%" not in page


def test_saving_stores_the_draft_and_redirects(officer, report, sheet):
    response = officer.post(
        url("report-edit", report),
        cells(sheet, outside="k", **{f"narrative-{sheet.section.pk}": "Đã mở hai phiên."}),
    )

    assert response.status_code == 302
    assert figure(report, sheet.total).actual == 1572
    assert figure(report, sheet.outside).status == "nil"
    assert words_in(report) == "Đã mở hai phiên."
    report.refresh_from_db()
    assert report.state == "draft"
    assert report.saved_at is not None


def test_a_cell_that_is_no_number_says_so_and_keeps_what_was_typed(officer, report, sheet):
    response = officer.post(url("report-edit", report), cells(sheet, inside="88o"))
    page = response.content.decode()

    assert response.status_code == 422
    assert 'value="88o"' in page
    assert texts(response).count("“88o” không phải là số") == 2  # in the summary, at the cell
    assert 'aria-invalid="true"' in page
    assert f'href="#figure-{sheet.inside.pk}"' in page


def test_a_bad_cell_does_not_cost_the_others(officer, report, sheet):
    officer.post(url("report-edit", report), cells(sheet, inside="88o"))

    assert figure(report, sheet.total).actual == 1572
    assert figure(report, sheet.outside).actual == 688
    assert figure(report, sheet.inside).typed == "88o"
    assert figure(report, sheet.inside).actual is None


def test_a_bad_cell_keeps_the_words_typed_beside_it(officer, report, sheet):
    more = {
        f"explanation-{sheet.total.pk}": "Lao động đi nước ngoài.",
        f"narrative-{sheet.section.pk}": "Đã mở hai phiên.",
    }

    page = texts(officer.post(url("report-edit", report), cells(sheet, total="1,5,7", **more)))

    assert "Lao động đi nước ngoài." in page
    assert "Đã mở hai phiên." in page


def test_a_bad_cell_is_shown_as_text_and_never_as_markup(officer, report, sheet):
    response = officer.post(url("report-edit", report), cells(sheet, inside="<b onclick=x>"))

    assert response.status_code == 422
    assert "<b onclick" not in response.content.decode()


def test_figures_that_were_not_asked_for_are_ignored(officer, report, sheet):
    foreign = IndicatorFactory()
    own_plan = IndicatorFactory(plan=report.round.plan)
    other_words = OutlineSectionFactory()
    forged = {
        f"figure-{foreign.pk}": "7",
        f"figure-{own_plan.pk}": "7",
        "figure-999999999": "7",
        "figure--1": "7",
        "figure-²": "7",
        "figure-": "7",
        f"narrative-{other_words.pk}": "lạc chỗ",
        "agency": "1",
        "state": "accepted",
    }

    response = officer.post(url("report-edit", report), cells(sheet, **forged))

    assert response.status_code == 302
    assert set(report.draft_fields.values_list("name", flat=True)) == set(cells(sheet))
    report.refresh_from_db()
    assert report.state == "draft"


@pytest.mark.parametrize("digits", [30, 5000])
def test_a_number_no_field_can_have_is_ignored(officer, report, sheet, digits):
    body = f"figure-{'9' * digits}=7"

    response = officer.post(
        url("report-edit", report), body, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 302


def test_a_nul_character_is_no_server_error(officer, report, sheet):
    words = {f"narrative-{sheet.section.pk}": "một\0hai"}

    response = officer.post(url("report-edit", report), cells(sheet, total="1\0572", **words))

    assert response.status_code in (302, 422)
    assert "\0" not in words_in(report)


def test_text_typed_decomposed_is_stored_composed(officer, report, sheet):
    words = "Đã phối hợp với Ủy ban nhân dân xã Mỹ Lâm."

    officer.post(
        url("report-edit", report),
        cells(
            sheet,
            outside=unicodedata.normalize("NFD", "không phát sinh"),
            **{
                f"narrative-{sheet.section.pk}": unicodedata.normalize("NFD", words),
                f"explanation-{sheet.total.pk}": unicodedata.normalize("NFD", words),
            },
        ),
    )

    assert words_in(report) == words
    assert figure(report, sheet.total).explanation == words
    assert figure(report, sheet.outside).status == "nil"


# Sending


def test_sending_without_a_figure_names_what_is_missing(officer, report, sheet):
    response = officer.post(url("report-submit", report), cells(sheet, outside=""))

    assert response.status_code == 422
    assert "Thiếu số liệu: Ngoài tỉnh" in texts(response)
    assert "Thiếu số liệu: Trong tỉnh" not in texts(response)
    assert f'href="#figure-{sheet.outside.pk}"' in response.content.decode()
    assert not ReportVersion.objects.exists()


def test_a_partition_that_does_not_sum_stops_the_sending_with_both_numbers(officer, report, sheet):
    response = officer.post(url("report-submit", report), cells(sheet, outside="668"))

    assert response.status_code == 422
    assert "Lệch 20" in texts(response)
    assert "884" in texts(response)
    assert "= 1.552, tổng số là 1.572" in texts(response)
    report.refresh_from_db()
    assert report.state == "draft"


def test_a_refused_sending_has_saved_what_was_typed(officer, report, sheet):
    officer.post(url("report-submit", report), cells(sheet, outside="668"))

    page = officer.get(url("report-edit", report)).content.decode()

    assert 'value="668"' in page
    assert 'value="1.572"' in page


def test_an_explained_difference_goes_through_and_stays_marked(officer, report, sheet):
    explanation = {f"explanation-{sheet.total.pk}": "20 người đi làm việc ở nước ngoài."}

    response = officer.post(
        url("report-submit", report), cells(sheet, outside="668", **explanation), follow=True
    )

    assert "Biên nhận" in texts(response)
    assert "20 người đi làm việc ở nước ngoài." in texts(response)
    page = texts(officer.get(url("report-detail", report)))
    assert "20 người đi làm việc ở nước ngoài." in page
    assert "Lệch 20" in page


def test_sending_with_a_bad_cell_sends_nothing(officer, report, sheet):
    response = officer.post(url("report-submit", report), cells(sheet, inside="88o"))

    assert response.status_code == 422
    assert not ReportVersion.objects.exists()


def test_sending_leads_to_the_receipt(officer, people, report, sheet):
    response = officer.post(url("report-submit", report), cells(sheet), follow=True)
    version = ReportVersion.objects.get(report=report)

    assert response.redirect_chain == [(url("receipt", report, 1), 302)]
    page = texts(response)
    assert version.receipt_code in page
    assert version.sha256 in page
    assert str(people.officer) in page
    assert "1.572" in page
    assert str(report.agency) in page


def test_the_receipt_says_whether_the_first_sending_was_on_time(officer, people, report, submit):
    submit(report, by=people.officer, moment=at("2024-06-20", 0, 0))

    assert "gửi lần đầu 00:00, 20/6/2024, trễ 1 ngày" in texts(
        officer.get(url("receipt", report, 1))
    )


def test_sending_twice_gives_the_same_receipt(officer, report, sheet):
    first = officer.post(url("report-submit", report), cells(sheet))
    second = officer.post(url("report-submit", report), cells(sheet))

    assert first["Location"] == second["Location"] == url("receipt", report, 1)
    assert report.versions.count() == 1


def test_a_colleague_who_sends_the_same_is_told_who_sent_it(client, officer, people, report, sheet):
    officer.post(url("report-submit", report), cells(sheet))
    client.force_login(people.head)

    response = client.post(url("report-submit", report), cells(sheet), follow=True)

    assert response.redirect_chain == [(url("receipt", report, 1), 302)]
    assert f"Báo cáo đã được {people.officer} gửi trước đó" in texts(response)


@pytest.mark.parametrize("page", ["report-submit", "report-edit", "report-propose"])
@pytest.mark.parametrize("is_accepted", [False, True])
def test_words_typed_after_the_sending_are_shown_and_in_no_version(
    client, officer, people, report, sheet, page, is_accepted
):
    officer.post(url("report-submit", report), cells(sheet))
    if is_accepted:
        report.refresh_from_db()
        workflow.accept_report(report, by=people.staff, at=at("2024-06-18"))
    client.force_login(people.head)
    typed = cells(sheet, total="9.999") | {f"narrative-{sheet.section.pk}": "Mở thêm hai phiên."}

    response = client.post(url(page, report), typed)

    said = texts(response)
    assert response.status_code == 409
    assert f"Báo cáo đã được {people.officer} gửi lúc" in said
    assert "chưa có trong bản đó" in said
    assert f"Thực hiện lũy kế: {sheet.total} 9.999 1.572" in said
    assert "Thuyết minh: Kết quả thực hiện Mở thêm hai phiên. (để trống)" in said
    assert str(sheet.inside) not in said  # the same in both
    assert report.versions.count() == 1
    assert figure(report, sheet.total).actual == 1572


def test_a_saving_that_comes_after_the_sending_says_no_only_to_other_words(officer, report, sheet):
    officer.post(url("report-submit", report), cells(sheet))

    same = officer.post(url("report-field", report), cells(sheet))
    other = officer.post(url("report-field", report), cells(sheet, total="9.999"))

    assert (same.status_code, other.status_code) == (204, 409)


def test_after_sending_the_entry_page_leads_to_the_report(officer, report, sheet):
    officer.post(url("report-submit", report), cells(sheet))

    answer = officer.get(url("report-edit", report))

    assert answer["Location"] == url("report-detail", report)


def test_an_agency_without_indicators_sends_words_alone(officer, report):
    for indicator in Indicator.objects.filter(plan=report.round.plan):
        indicator.reporters.clear()
    section = report.round.plan.outline.get()

    refused = officer.post(url("report-submit", report), {})
    sent = officer.post(url("report-submit", report), {f"narrative-{section.pk}": "Đã làm."})

    assert refused.status_code == 422
    assert "thuyết minh" in texts(refused)
    assert sent["Location"] == url("receipt", report, 1)


# Deciding


def test_staff_accepts(staff, people, report, submit):
    submit(report, by=people.officer)

    response = staff.post(url("report-accept", report), follow=True)

    report.refresh_from_db()
    assert report.state == "accepted"
    assert f"Đã tiếp nhận báo cáo của {report.agency}" in texts(response)


@pytest.mark.parametrize("state", ["draft", "accepted"])
def test_accepting_what_cannot_be_accepted_is_told_in_words(staff, people, report, submit, state):
    if state == "accepted":
        submit(report, by=people.officer)
        workflow.accept_report(report, by=people.staff, at=at("2024-06-18"))

    response = staff.post(url("report-accept", report), follow=True)

    assert "không chuyển được" in texts(response)
    report.refresh_from_db()
    assert report.state == state


def test_staff_returns_with_a_reason_and_a_new_last_day(staff, client, people, report, submit):
    submit(report, by=people.officer)

    staff.post(
        url("report-return", report),
        {"reason": "Sửa số qua chương trình.", "last_day": "2999-06-21"},
    )

    report.refresh_from_db()
    assert report.state == "returned"
    assert report.last_day == dt.date(2999, 6, 21)
    client.force_login(people.officer)
    assert "Sửa số qua chương trình." in texts(client.get(url("report-detail", report)))
    assert "Sửa số qua chương trình." in texts(client.get(url("report-edit", report)))


def test_a_return_of_what_a_colleague_has_accepted_meanwhile_reopens_nothing(
    staff, people, report, submit
):
    submit(report, by=people.officer)
    shown = {"state": "submitted", "version": "1"}
    page = staff.get(url("report-detail", report)).text
    assert all(f'name="{name}" value="{value}"' in page for name, value in shown.items())
    report.refresh_from_db()
    workflow.accept_report(report, by=people.staff, at=at("2024-06-18"))

    answer = staff.post(
        url("report-return", report), shown | {"reason": "Sửa số.", "last_day": "2999-06-21"}
    )

    report.refresh_from_db()
    assert (answer.status_code, report.state) == (422, "accepted")
    assert "vừa được người khác cập nhật" in texts(answer)
    assert "Sửa số." in texts(answer)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"reason": "", "last_day": "2999-06-21"}, "bắt buộc"),
        ({"reason": "   ", "last_day": "2999-06-21"}, "bắt buộc"),
        ({"reason": "Sửa số.", "last_day": "2020-01-01"}, "từ hôm nay trở đi"),
        ({"reason": "Sửa số.", "last_day": "31/02/2999"}, "ngày"),
    ],
)
def test_a_return_without_reason_or_with_a_past_day_is_refused(
    staff, people, report, submit, sent, message
):
    submit(report, by=people.officer)

    response = staff.post(url("report-return", report), sent)

    assert response.status_code == 422
    assert message in texts(response)
    assert sent["reason"].strip() in texts(response)
    report.refresh_from_db()
    assert report.state == "submitted"


def send_and_get_back(officer, report, sheet, *, by):
    officer.post(url("report-submit", report), cells(sheet))
    report.refresh_from_db()
    workflow.return_report(
        report,
        by=by,
        at=at("2024-06-18"),
        reason="Sửa số.",
        last_day=dt.date(2024, 6, 21),
    )


def test_a_returned_report_is_sent_again_as_version_two(officer, people, report, sheet):
    send_and_get_back(officer, report, sheet, by=people.staff)

    changed = shown(officer, report) | cells(sheet, inside="880", outside="692")
    response = officer.post(url("report-submit", report), changed)

    assert response["Location"] == url("receipt", report, 2)
    first_receipt = texts(officer.get(url("receipt", report, 1)))
    assert "884" in first_receipt
    assert not re.search(r"\b880\b", first_receipt)  # a hash may hold the digits


def test_the_leader_of_a_returned_report_reads_the_version_sent(
    client, people, report, sheet, submit
):
    client.force_login(people.officer)
    send_and_get_back(client, report, sheet, by=people.staff)
    changed = shown(client, report) | cells(sheet, inside="880", outside="692")
    assert client.post(url("report-edit", report), changed).status_code == 302
    client.force_login(people.leader)

    page = texts(client.get(url("report-detail", report)))

    assert "884" in page
    assert not re.search(r"\b880\b", page)


# The round


def test_the_round_page_shows_staff_every_agency_with_its_state(staff, people, report, submit):
    missing = ReportFactory(round=report.round)
    invited = ReportFactory(round=report.round, obligation="requested")
    submit(report, by=people.officer)

    page = texts(staff.get(reverse("reporting:round-detail", args=[report.round_id])))

    assert f"{report.agency} Chờ xem xét Đúng hạn" in page
    assert "Chưa bắt đầu" in page
    assert "Chưa cung cấp thông tin" in page
    for line in (report, missing, invited):
        assert str(line.agency) in page


def test_pages_of_a_demo_round_say_that_the_figures_are_samples(officer, people, report, submit):
    Round.objects.filter(pk=report.round_id).update(is_demo=True)
    report.refresh_from_db()
    submit(report, by=people.officer)

    for address in (
        url("report-detail", report),
        url("receipt", report, 1),
        reverse("reporting:round-detail", args=[report.round_id]),
    ):
        page = texts(officer.get(address)).split("không phải số liệu chính thức", 1)[1]
        assert "ố liệu minh họa" in page, address  # beside the figures, not only in the banner
