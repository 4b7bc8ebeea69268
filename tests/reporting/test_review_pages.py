"""Reviewing one report: what to look at, the version before, earlier rounds, and the next one."""

import datetime as dt

import pytest
from django.urls import reverse

from reporting import difficulties, follow_ups, review_queue, workflow
from reporting.models import Report
from targets.models import Allocation
from tests.drafting import narrative, type_in
from tests.factories import (
    DutyFactory,
    OutlineSectionFactory,
    ReportFactory,
    RoundFactory,
    at,
)
from tests.many import BigRound
from tests.page_texts import texts

NOW = at("2024-06-18")


@pytest.fixture
def staff(client, people, settings):
    settings.PORTAL_TODAY = "2024-06-18T09:00"
    client.force_login(people.staff)
    return client


@pytest.fixture
def sent_twice(report, people, fill_in):
    """The report with 2.016 first, returned, then 1.962; words and a duty changed with it."""
    section = OutlineSectionFactory(plan=report.round.plan, heading="Kết quả", position=30_900)
    duty = DutyFactory(plan=report.round.plan)
    duty.parties.add(report.round.plan.parties.get())
    fill_in(report, "2016", **{f"duty-{duty.pk}": "in_progress"})
    type_in(report, narrative(section, "Đạt 2.016 lượt."))
    workflow.submit_report(report, by=people.officer, at=at("2024-06-17"))
    workflow.return_report(
        report, by=people.staff, at=NOW, reason="Sửa.", last_day=dt.date(2024, 6, 25)
    )
    fill_in(report, "1962", **{f"duty-{duty.pk}": "stuck", f"words-{duty.pk}": "Chưa có vốn."})
    type_in(report, narrative(section, "Đạt 1.962 lượt."))
    workflow.submit_report(report, by=people.officer, at=NOW)
    return report


def page_of(client, report):
    return client.get(report.get_absolute_url())


def test_the_sent_version_stands_beside_the_one_before_with_differences_in_words(staff, sent_twice):
    answer = page_of(staff, sent_twice)
    page = texts(answer)

    assert "Số liệu: bản 2 cạnh bản 1" in page
    assert "2.016 1.962 giảm 54" in page
    assert "Bản 2 sửa 1 số, 1 nhiệm vụ, 1 mục thuyết minh so với bản 1" in page
    assert "Vướng mắc thay Đang thực hiện" in page
    assert "<del>2.016</del><ins>1.962</ins>" in answer.content.decode()


def test_a_first_version_has_nothing_beside_it(staff, report, people, submit):
    submit(report, by=people.officer)

    page = texts(page_of(staff, report))

    assert "cạnh bản" not in page
    assert "<del>" not in page_of(staff, report).content.decode()


def test_last_rounds_and_last_years_figures_stand_in_the_row(staff, report, people, submit):
    plan, agency = report.round.plan, report.agency
    earlier = RoundFactory(plan=plan, kind="ad_hoc", number=1, window_end=dt.date(2024, 3, 14))
    submit(ReportFactory(round=earlier, agency=agency), by=people.officer, text="700")
    before = RoundFactory(
        plan=plan,
        year=2023,
        window_start=dt.date(2022, 12, 15),
        window_end=dt.date(2023, 6, 14),
    )
    same = ReportFactory(round=before, agency=agency)
    submit(same, by=people.officer, text="1500")
    workflow.accept_report(Report.objects.get(pk=same.pk), by=people.staff, at=NOW)
    submit(report, by=people.officer, text="1572")

    page = texts(page_of(staff, report))

    assert "không giao 1.500 700 1.572" in page


def test_doubts_and_shortfalls_are_listed_first_with_what_was_said_to_them(
    staff, report, people, submit
):
    indicator = report.round.plan.indicators.get()
    Allocation.objects.create(
        indicator=indicator, agency=report.agency, year=2024, value=4100, decided_by="Phân bổ"
    )
    type_in(report, {f"estimate-{indicator.pk}": "4020"})
    submit(report, by=people.officer, text="1962")

    page = texts(page_of(staff, report))

    assert f"{indicator.name} : Ước cả năm 4.020, thấp hơn kế hoạch 80 (98,0%)." in page
    assert "Chưa giải trình ở dòng này." in page
    assert page.index("Điều cần xem") < page.index("Số liệu")


def test_what_the_other_side_is_asked_to_look_at_is_not_shown_to_them(client, sent_twice, people):
    client.force_login(people.officer)

    page = texts(page_of(client, sent_twice))

    assert "Điều cần xem" not in page
    assert "kế tiếp" not in page
    assert "2.016 1.962" in page  # what they themselves changed they may see


def test_words_of_either_version_are_never_markup(staff, report, people, fill_in):
    section = OutlineSectionFactory(plan=report.round.plan, heading="Kết quả", position=30_900)
    for text in ("<b>một</b>", "<b>hai</b>"):
        fill_in(report)
        type_in(report, narrative(section, text))
        workflow.submit_report(report, by=people.officer, at=NOW)
        if text == "<b>một</b>":
            workflow.return_report(
                report, by=people.staff, at=NOW, reason="Sửa.", last_day=dt.date(2024, 6, 25)
            )

    page = page_of(staff, report).content.decode()

    assert "<b>hai" not in page
    assert "<ins>&lt;b&gt;hai&lt;/b&gt;</ins>" in page


# The queue


@pytest.fixture
def big(db, settings):
    settings.PORTAL_TODAY = "2024-06-18T09:00"
    return BigRound()


def test_the_place_in_the_queue_and_the_next_are_named(client, big):
    first, second, third = big.grow(3, sent=3)
    client.force_login(big.staff)

    page = texts(page_of(client, second))
    last = review_queue.place_of(third, big.staff)

    assert "Báo cáo 2/3 chờ xem xét · báo cáo kế tiếp: UBND xã Đông 3" in page
    assert last.next_report == first  # from the last one on to the first


def test_a_report_that_waits_no_longer_leads_to_the_first_that_does(big):
    done, waiting = big.grow(2, sent=2)
    workflow.accept_reports({done.pk: 1}, by=big.staff, at=NOW)

    place = review_queue.place_of(done, big.staff)

    assert (place.number, place.count, place.next_report) == (None, 1, waiting)


def test_with_nothing_more_to_review_there_is_no_next(big):
    [only] = big.grow(1, sent=1)

    assert review_queue.place_of(only, big.staff).next_report is None


@pytest.mark.parametrize(("button", "leads_to"), [({"tiep": "1"}, 1), ({}, 0)])
def test_accepting_goes_on_to_the_next_report_when_asked(client, big, button, leads_to):
    reports = big.grow(2, sent=2)
    client.force_login(big.staff)
    address = reverse("reporting:report-accept", args=[reports[0].pk])

    response = client.post(address, {"version": "1", **button})

    assert response["Location"] == reports[leads_to].get_absolute_url()
    assert Report.objects.get(pk=reports[0].pk).state == "accepted"


# Answers to difficulties


def test_the_agency_reads_the_answer_to_its_difficulty(client, report, people, fill_in):
    heading = "Khó khăn, vướng mắc"
    section = OutlineSectionFactory(plan=report.round.plan, heading=heading, position=30_900)
    fill_in(report)
    type_in(report, narrative(section, "Thiếu vốn."))
    workflow.submit_report(report, by=people.officer, at=NOW)
    [item] = difficulties.difficulties_of(report)
    follow_ups.follow_up(
        report,
        item.place,
        state="answered",
        answer="Đã bổ sung 2 tỷ đồng.",
        seen="",
        by=people.staff,
        at=NOW,
    )
    client.force_login(people.officer)

    page = texts(page_of(client, report))

    assert "Trả lời vướng mắc, kiến nghị" in page
    assert "Đã bổ sung 2 tỷ đồng." in page
