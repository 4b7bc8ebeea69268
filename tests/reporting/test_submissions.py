"""What may be sent, by whom, and what stays marked on it (R5, R12, R15, R17, R21)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from reporting import workflow
from reporting.models import Report, ReportVersion, VersionFigure
from reporting.workflow import NotReadyError, TransitionError
from tests.drafting import explanation, figure, narrative, type_in
from tests.factories import at
from tests.page_texts import texts

NOW = at("2024-06-17")


@pytest.fixture
def careful_agency(report):
    """The report's agency wants its head's approval."""
    report.agency.head_approves = True
    report.agency.save()
    return report.agency


def send(report, by):
    return workflow.submit_report(Report.objects.get(pk=report.pk), by=by, at=NOW)


def why_not(report, by):
    """Return the checklist a sending is refused with; nothing has been sent."""
    with pytest.raises(NotReadyError) as refusal:
        send(report, by)
    assert not report.versions.exists()
    return refusal.value.checklist


def url(name, report, *more):
    return reverse(f"reporting:{name}", args=[report.pk, *more])


def page_of(client, report, person, name="report-detail", *more):
    client.force_login(person)
    return texts(client.get(url(name, report, *more)))


# Sums


def type_broken(report, total, parts):
    """Kiên Giang's 2023: some worked abroad, so that in and out do not make the total."""
    type_in(report, figure(total, "1.572") | figure(parts[0], "884") | figure(parts[1], "668"))


def test_a_broken_breakdown_stops_the_sending_with_both_numbers(report, total, parts, people):
    type_broken(report, total, parts)

    [fault] = why_not(report, people.officer).broken

    assert (fault.total, fault.parent) == (1552, 1572)
    assert "= 1.552, tổng số là 1.572" in str(fault)


@pytest.mark.parametrize("reader", ["officer", "staff", "leader"])
def test_an_explained_one_goes_through_and_stays_marked(
    client, report, total, parts, people, reader
):
    type_broken(report, total, parts)
    type_in(report, explanation(total, "20 người đi làm việc ở nước ngoài."))

    version = send(report, people.officer)

    sent = {row["indicator"]: row for row in version.content["figures"]}
    assert sent[total.code]["explanation"] == "20 người đi làm việc ở nước ngoài."
    # The difference is never spread over the parts.
    assert [sent[i.code]["actual"] for i in (total, *parts)] == [
        "1572.0000",
        "884.0000",
        "668.0000",
    ]
    assert version.figures.get(indicator=total).explanation == sent[total.code]["explanation"]
    page = page_of(client, report, getattr(people, reader))
    assert "Lệch 20" in page
    assert "20 người đi làm việc ở nước ngoài." in page
    assert "20 người" in page_of(client, report, people.staff, "receipt", 1)


def test_an_explanation_taken_back_stops_it_again(report, total, parts, people):
    type_broken(report, total, parts)
    type_in(report, explanation(total, "Có lý do."))
    type_in(report, explanation(total, ""))

    assert why_not(report, people.officer).broken


# Estimates


def test_an_estimate_is_never_part_of_a_total(report, total, people):
    type_in(report, figure(total, "100") | {f"estimate-{total.pk}": "9.000"})
    version = send(report, people.officer)

    [totals] = VersionFigure.objects.totals_of(report.round)
    assert (totals["provisional"], totals["accepted"]) == (100, None)
    sent = version.figures.get()
    assert (sent.actual, sent.estimate) == (Decimal(100), Decimal(9000))


def test_an_estimate_does_not_stand_in_for_a_missing_figure(report, total, people):
    type_in(report, {f"estimate-{total.pk}": "9.000"})

    assert [f.indicator for f in why_not(report, people.officer).missing] == [total]


def test_an_estimate_beside_a_nil_adds_nothing(report, total, people):
    type_in(report, figure(total, "k") | {f"estimate-{total.pk}": "9.000"})
    send(report, people.officer)

    [totals] = VersionFigure.objects.totals_of(report.round)
    assert totals["provisional"] == 0


# The day of the figures


@pytest.mark.parametrize("day", ["14/12/2023", "15/6/2024", "31/2/2024", "tháng 6"])
def test_a_day_outside_the_window_stops_the_sending(client, report, total, people, day):
    client.force_login(people.officer)

    response = client.post(url("report-submit", report), figure(total, "5") | {"as-of": day})

    assert response.status_code == 422
    assert 'href="#as-of"' in response.content.decode()
    assert f'value="{day}"' in response.content.decode()
    assert not ReportVersion.objects.exists()


@pytest.mark.parametrize(
    ("typed", "as_of"), [("10/6/2024", dt.date(2024, 6, 10)), ("", dt.date(2024, 6, 14))]
)
def test_the_version_says_to_which_day_its_figures_run(client, report, total, people, typed, as_of):
    type_in(report, figure(total, "5") | {"as-of": typed})

    version = send(report, people.officer)

    assert (version.as_of, version.content["as_of"]) == (as_of, as_of.isoformat())
    assert f"đến {as_of.day}/6/2024" in page_of(client, report, people.staff)


# Duties


def test_a_stuck_duty_without_words_stops_the_sending(report, total, duty, people):
    type_in(report, figure(total, "5") | {f"duty-{duty.pk}": "stuck"})

    assert [line.duty for line in why_not(report, people.officer).duties] == [duty]


def test_how_far_duties_are_is_sent_and_read(client, report, total, duty, people):
    status = {f"duty-{duty.pk}": "stuck", f"words-{duty.pk}": "Chưa bố trí được kinh phí."}
    type_in(report, figure(total, "5") | status)

    send(report, people.officer)

    page = page_of(client, report, people.leader)
    assert "Vướng mắc" in page
    assert "Chưa bố trí được kinh phí." in page


def test_an_invited_agency_sends_without_a_word_about_duties(report, total, duty, people):
    Report.objects.filter(pk=report.pk).update(obligation="requested")
    type_in(report, figure(total, "5"))

    version = send(report, people.officer)

    assert version.content["duties"] == []
    assert not version.duties.exists()


def test_an_agency_with_neither_indicators_nor_duties_sends_words(client, report, total, people):
    total.reporters.clear()
    section = report.round.plan.outline.get()
    assert why_not(report, people.officer).is_empty
    assert "Kế hoạch không giao chỉ tiêu số" in page_of(
        client, report, people.officer, "report-edit"
    )

    type_in(report, narrative(section, "Đã phối hợp."))

    assert send(report, people.officer).content["figures"] == []


# Who sends


@pytest.mark.parametrize(
    ("person", "on_behalf"), [("officer", False), ("head", False), ("staff", True)]
)
def test_only_staff_send_on_behalf_and_the_version_says_so(
    client, report, people, fill_in, person, on_behalf
):
    fill_in(report)

    version = send(report, getattr(people, person))

    assert version.on_behalf is on_behalf
    for name, more in (("report-detail", ()), ("receipt", (1,))):
        page = page_of(client, report, people.leader, name, *more)
        assert ("nhập thay" in page) is on_behalf, name


def test_staff_who_are_the_agency_send_for_themselves(report, people, fill_in):
    """The lead department's own data: its officer is nobody's deputy."""
    own = Report.objects.get(pk=report.pk)
    own.agency = report.round.plan.lead_agency
    own.save()
    officer = people.other_officer
    officer.memberships.update(agency=own.agency)
    type_in(own, narrative(report.round.plan.outline.get(), "Đã làm."))

    assert not send(own, officer).on_behalf


def test_where_the_head_approves_an_officer_only_proposes(
    client, report, people, fill_in, careful_agency
):
    fill_in(report)
    with pytest.raises(TransitionError, match="lãnh đạo đơn vị duyệt"):
        send(report, people.officer)

    client.force_login(people.officer)
    page = client.get(url("report-edit", report)).content.decode()
    assert "Trình lãnh đạo" in page
    assert "Gửi báo cáo" not in page
    answer = client.post(url("report-submit", report), {}, follow=True)
    assert "lãnh đạo đơn vị duyệt" in texts(answer)
    assert not ReportVersion.objects.exists()

    answer = client.post(url("report-propose", report), {}, follow=True)

    assert "Đã trình lãnh đạo đơn vị" in texts(answer)
    report.refresh_from_db()
    assert (report.state, report.proposed_by) == ("draft", people.officer)
    assert [event.action for event in report.events] == ["report-proposed"]


def test_the_head_sends_what_was_proposed(client, report, people, fill_in, careful_agency):
    fill_in(report)
    workflow.propose_report(report, by=people.officer, at=NOW)
    assert "Duyệt và gửi" in page_of(client, report, people.head, "report-edit")

    version = send(report, people.head)

    assert (version.submitted_by, version.on_behalf) == (people.head, False)
    report.refresh_from_db()
    assert (report.proposed_at, report.proposed_by) == (None, None)


def test_a_head_may_send_without_a_proposal_and_staff_on_behalf(
    report, people, fill_in, careful_agency
):
    fill_in(report)

    assert not workflow.needs_head(report, people.head)
    assert not workflow.needs_head(report, people.staff)
    assert workflow.needs_head(report, people.officer)
    assert send(report, people.staff).on_behalf


def test_without_an_active_head_an_officer_sends_and_the_page_says_why(
    client, report, people, fill_in, careful_agency
):
    fill_in(report)
    workflow.propose_report(report, by=people.officer, at=NOW)
    assert "Chưa có lãnh đạo đơn vị" not in page_of(client, report, people.officer, "report-edit")
    people.head.is_active = False
    people.head.save()

    page = page_of(client, report, people.officer, "report-edit")

    assert "Chưa có lãnh đạo đơn vị trên cổng." in page
    assert "Gửi báo cáo" in page
    assert "Trình lãnh đạo" not in page
    assert send(report, people.officer).submitted_by == people.officer


def test_a_proposed_report_is_the_heads_to_look_at_and_approve(
    client, report, people, fill_in, careful_agency
):
    fill_in(report)
    workflow.propose_report(report, by=people.officer, at=NOW)
    found = {}
    for person in (people.head, people.officer):
        client.force_login(person)
        found[person] = [texts(client.get(p)) for p in ("/", url("report-detail", report))]

    assert all("Xem và duyệt" in page for page in found[people.head])
    assert f"{people.officer} trình lãnh đạo 17/6" in found[people.head][0]
    assert not any("Xem và duyệt" in page for page in found[people.officer])


def test_an_agency_that_asks_for_no_approval_needs_none(report, people):
    assert not workflow.needs_head(report, people.officer)


def test_a_draft_that_is_not_ready_is_not_proposed(report, people, careful_agency):
    with pytest.raises(NotReadyError):
        workflow.propose_report(report, by=people.officer, at=NOW)

    report.refresh_from_db()
    assert report.proposed_at is None
    assert not report.events.exists()


def test_a_proposed_draft_may_still_change(report, people, fill_in, total, careful_agency):
    fill_in(report)
    workflow.propose_report(report, by=people.officer, at=NOW)

    type_in(report, figure(total, "1.600"))

    assert send(report, people.head).figures.get().actual == 1600


def test_a_sent_report_is_not_proposed(report, people, submit, careful_agency):
    submit(report, by=people.head)

    with pytest.raises(TransitionError, match="không chuyển được"):
        workflow.propose_report(report, by=people.officer, at=NOW)


def test_the_receipt_says_which_document_came_with_it(client, report, people, fill_in):
    fill_in(report, **{"document-number": "126/BC-UBND", "document-date": "16/6/2024"})

    version = send(report, people.officer)

    assert version.content["document"] == {"number": "126/BC-UBND", "date": "16/6/2024"}
    assert "126/BC-UBND" in page_of(client, report, people.staff, "receipt", 1)
