"""The receipt: what it says on screen and on paper, to whom, and under which name it is saved."""

import pytest
from django.urls import reverse

from reporting import workflow
from reporting.models import Obligation, Report
from reporting.receipt_pdf import receipt_pdf
from reporting.receipts import Receipt
from targets.models import Indicator
from tests.drafting import explanation, type_in
from tests.factories import IndicatorFactory, at
from tests.page_texts import texts
from tests.pdf_text import page_texts

ON_TIME, TWO_DAYS_LATE = at("2024-06-19", 23, 59), at("2024-06-21", 0, 1)


@pytest.fixture
def reader(client, people):
    client.force_login(people.officer)
    return client


def address(report, name="receipt", number=1):
    return reverse(f"reporting:{name}", args=[report.pk, number])


def printed(report):
    version = Report.objects.get(pk=report.pk).latest_version
    return " ".join(page_texts(receipt_pdf(Receipt(version))))


def both(reader, report):
    """Return what the page says and what the document says."""
    return texts(reader.get(address(report))), printed(report)


def test_page_and_document_name_agency_round_sender_moment_and_hash(reader, report, people, submit):
    version = submit(report, by=people.officer, moment=ON_TIME)

    for text in both(reader, report):
        assert version.receipt_code in text
        assert str(report.agency) in text
        assert "Báo cáo 6 tháng đầu năm 2024" in text
        assert str(people.officer) in text
        assert "14/6/2024" in text  # figures run to
        assert "19/6/2024" in text  # last day
    page, document = both(reader, report)
    assert "23:59, 19/6/2024" in page
    assert "23:59 ngày 19/6/2024" in document
    assert version.sha256 in page
    assert version.sha256 in document.replace(" ", "")


@pytest.mark.parametrize(
    ("moment", "words"), [(ON_TIME, "đúng hạn"), (TWO_DAYS_LATE, "trễ 2 ngày")]
)
def test_it_says_on_time_or_late_by_how_many_days(reader, report, people, submit, moment, words):
    submit(report, by=people.officer, moment=moment)

    for text in both(reader, report):
        assert words in text


def test_a_report_without_a_due_date_is_neither(reader, report, people, submit):
    Report.objects.filter(pk=report.pk).update(last_day=None)
    report.refresh_from_db()
    submit(report, by=people.officer, moment=TWO_DAYS_LATE)

    for text in both(reader, report):
        assert "không ghi hạn" in text
        assert "trễ" not in text


def test_whoever_is_only_asked_for_it_is_never_late(reader, report, people, submit):
    Report.objects.filter(pk=report.pk).update(obligation=Obligation.REQUESTED)
    report.refresh_from_db()
    submit(report, by=people.officer, moment=TWO_DAYS_LATE)

    for text in both(reader, report):
        assert "không tính hạn" in text
        assert "trễ" not in text


def test_it_says_who_entered_on_behalf(reader, report, people, submit):
    submit(report, by=people.staff, moment=ON_TIME)

    for text in both(reader, report):
        assert "nhập thay" in text
        assert str(people.staff) in text


def test_the_second_version_still_goes_by_the_first_submission(reader, report, people, submit):
    submit(report, by=people.officer, moment=ON_TIME)
    workflow.return_report(
        report,
        by=people.staff,
        at=at("2024-06-20"),
        reason="Sửa số.",
        last_day=at("2024-06-25").date(),
    )
    submit(report, by=people.officer, moment=at("2024-06-24"), text="1580")

    document = printed(report)
    assert "19/6/2024; gửi lần đầu 23:59 ngày 19/6/2024, đúng hạn" in document
    assert "09:00 ngày 24/6/2024" in document
    assert "1.580" in document


def test_figures_stand_with_estimate_state_and_explanation(reader, report, people, fill_in):
    total = Indicator.objects.get()
    nothing = IndicatorFactory(plan=total.plan, name="Lao động mất việc")
    nothing.reporters.set(total.reporters.all())
    fill_in(report, "1572")
    type_in(
        report,
        {f"estimate-{total.pk}": "3050", f"figure-{nothing.pk}": "k"}
        | explanation(total, "Có 20 người đi làm ở nước ngoài."),
    )
    workflow.submit_report(report, by=people.officer, at=ON_TIME)

    document = printed(report)
    assert f"{total} lượt người 1.572 3.050" in document
    assert "Giải trình: Có 20 người đi làm ở nước ngoài." in document
    assert "Lao động mất việc lượt người không phát sinh –" in document


def test_an_old_version_keeps_its_receipt(reader, report, people, submit):
    submit(report, by=people.officer, moment=ON_TIME)
    before = reader.get(address(report, "receipt-pdf")).content
    workflow.return_report(
        report,
        by=people.staff,
        at=at("2024-06-20"),
        reason="Sửa số.",
        last_day=at("2024-06-25").date(),
    )
    submit(report, by=people.officer, moment=at("2024-06-24"), text="1580")

    assert reader.get(address(report, "receipt-pdf")).content == before


def test_the_document_opens_in_the_browser_under_a_name_for_every_program(
    reader, report, people, submit
):
    submit(report, by=people.officer, moment=ON_TIME)

    response = reader.get(address(report, "receipt-pdf"))

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    kind, ascii_name, name = response["Content-Disposition"].split("; ")
    assert kind == "inline"
    assert ascii_name.startswith('filename="bien-nhan-6-thang-dau-nam-2024-ubnd-huyen-so-')
    assert ascii_name.endswith('-ban-1.pdf"')
    assert name.startswith("filename*=UTF-8''Bi%C3%AAn%20nh%E1%BA%ADn%206%20th%C3%A1ng")


def test_page_and_report_lead_to_the_document(reader, report, people, submit):
    submit(report, by=people.officer, moment=ON_TIME)

    for page in (address(report), report.get_absolute_url()):
        assert address(report, "receipt-pdf") in reader.get(page).content.decode()
