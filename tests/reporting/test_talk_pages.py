"""Pages on which the two sides of a report talk, without script."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from agencies.models import Membership
from reporting import extensions, workflow
from reporting.models import Extension, Note, Report, Round
from tests.factories import MembershipFactory, at
from tests.page_texts import at_field, offers, texts

pytestmark = pytest.mark.usefixtures("the_17th_of_june")

LAST_DAY = dt.date(2024, 6, 19)
TALKERS = ["officer", "head", "staff"]


@pytest.fixture
def asked(report, people):
    return extensions.ask_extension(
        report,
        wanted_day=dt.date(2024, 6, 25),
        reason="Chờ số liệu của các xã.",
        by=people.officer,
        at=at("2024-06-17"),
    )


def url(name, report, *more):
    return reverse(f"reporting:{name}", args=[report.pk, *more])


def shown_in(response):
    """Return the request the answer form was shown beside, as the page sends it back."""
    [value] = re.findall(r'<input type="hidden" name="shown"([^>]*)>', response.content.decode())
    found = re.search(r'value="(\d+)"', value)
    return found[1] if found else ""


# Asking for an extension


def test_an_officer_asks_and_both_sides_and_the_leader_read_it(as_person, report):
    response = as_person("officer").post(
        url("extension-ask", report),
        {"wanted_day": "2024-06-25", "reason": "Chờ số liệu của các xã."},
        follow=True,
    )

    assert "Đã gửi đề nghị gia hạn đến cơ quan thường trực." in texts(response)
    for reader in [*TALKERS, "leader"]:
        page = texts(as_person(reader).get(url("report-detail", report)))
        assert "xin đến hết 25/6/2024 “Chờ số liệu của các xã.” Chờ trả lời" in page


def test_a_day_is_taken_as_people_write_it(as_person, report):
    as_person("officer").post(
        url("extension-ask", report), {"wanted_day": "25/06/2024", "reason": "Chờ số liệu."}
    )

    assert Extension.objects.get().wanted_day == dt.date(2024, 6, 25)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"wanted_day": ""}, "wanted_day", "bắt buộc"),
        ({"wanted_day": "31/02/2024"}, "wanted_day", "ngày hợp lệ"),
        ({"reason": "  "}, "reason", "bắt buộc"),
        ({"reason": "x" * 2001}, "reason", "tối đa 2000"),
    ],
)
def test_a_request_refused_at_a_field_keeps_what_was_typed(as_person, report, typed, field, words):
    sent = {"wanted_day": "2024-06-25", "reason": "Chờ số liệu của các xã."} | typed

    response = as_person("officer").post(url("extension-ask", report), sent)

    assert response.status_code == 422
    assert words in at_field(response, field)
    other = "reason" if field == "wanted_day" else "wanted_day"
    assert sent[other] in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Extension.objects.exists()


@pytest.mark.parametrize("day", ["2024-06-19", "2024-06-10"])
def test_a_request_the_rules_refuse_keeps_what_was_typed(as_person, report, day):
    sent = {"wanted_day": day, "reason": "Chờ số liệu của các xã."}

    response = as_person("officer").post(url("extension-ask", report), sent)

    assert response.status_code == 422
    assert "phải sau ngày cuối cùng hiện nay" in texts(response)
    assert f'value="{day}"' in response.content.decode()
    assert "Chờ số liệu của các xã." in texts(response)


def test_a_refused_request_is_sent_again_from_the_page_it_stands_on(as_person, report):
    client, sent = as_person("officer"), {"wanted_day": "2024-06-25", "reason": ""}

    response = client.post(url("extension-ask", report), sent)
    assert offers(response, url("extension-ask", report))
    client.post(url("extension-ask", report), sent | {"reason": "Chờ số liệu."})

    assert Extension.objects.get().reason == "Chờ số liệu."


# Answering


def test_staff_grants_and_the_page_shows_the_new_last_day(as_person, report, asked):
    client = as_person("staff")
    shown = shown_in(client.get(url("report-detail", report)))

    response = client.post(
        url("extension-answer", report),
        {"granted_day": "2024-06-24", "answer": "Đồng ý.", "shown": shown},
        follow=True,
    )

    assert shown == str(asked.pk)
    assert "Đã ghi quyết định về gia hạn." in texts(response)
    for reader in [*TALKERS, "leader"]:
        page = texts(as_person(reader).get(url("report-detail", report)))
        assert "Cho đến hết 24/6/2024 · “Đồng ý.”" in page
        assert "ngày cuối cùng: 24/6/2024" in page
        assert "Chờ trả lời" not in page


def test_staff_refuses_with_words(as_person, report, asked):
    response = as_person("staff").post(
        url("extension-answer", report),
        {"granted_day": "", "answer": "Cần cho phiên họp.", "shown": asked.pk},
        follow=True,
    )

    assert "Không đồng ý · “Cần cho phiên họp.”" in texts(response)
    report.refresh_from_db()
    assert report.last_day == LAST_DAY


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"granted_day": "", "answer": ""}, "cần ghi lý do"),
        ({"granted_day": "2024-06-19", "answer": "Đồng ý."}, "phải sau ngày cuối cùng"),
        ({"granted_day": "hôm nào", "answer": "Đồng ý."}, "ngày hợp lệ"),
    ],
)
def test_a_refused_answer_keeps_what_was_typed(as_person, report, asked, sent, words):
    response = as_person("staff").post(url("extension-answer", report), sent | {"shown": asked.pk})

    assert response.status_code == 422
    assert words in texts(response)
    assert sent["answer"] in texts(response)
    assert shown_in(response) == str(asked.pk)
    asked.refresh_from_db()
    assert asked.decided_at is None


def test_the_day_asked_for_stands_in_the_form_and_is_no_consent(as_person, report, asked):
    client = as_person("staff")
    page = client.get(url("report-detail", report)).content.decode()
    assert 'name="granted_day" value="2024-06-25"' in page

    sent = {"granted_day": "2024-06-25", "answer": "Cần cho phiên họp.", "shown": asked.pk}
    client.post(url("extension-answer", report), sent | {"decision": "refuse"})

    report.refresh_from_db()
    asked.refresh_from_db()
    assert (report.last_day, asked.granted_day) == (LAST_DAY, None)
    assert asked.decided_at is not None


def test_a_refusal_without_words_is_asked_for_them_at_the_field(as_person, report, asked):
    sent = {"granted_day": "2024-06-25", "answer": "", "shown": asked.pk, "decision": "refuse"}

    response = as_person("staff").post(url("extension-answer", report), sent)

    assert response.status_code == 422
    assert response.context["form"].errors == {"answer": ["Không đồng ý thì cần ghi lý do."]}


def test_a_consent_without_a_day_is_no_refusal(as_person, report, asked):
    sent = {"granted_day": "", "answer": "Đồng ý.", "shown": asked.pk, "decision": "grant"}

    response = as_person("staff").post(url("extension-answer", report), sent)

    assert response.status_code == 422
    assert "Cho gia hạn thì chọn ngày." in at_field(response, "granted_day")
    assert "Không đồng ý" in texts(response)
    asked.refresh_from_db()
    assert asked.decided_at is None


def test_staff_extends_on_its_own_motion(as_person, report):
    client = as_person("staff")
    shown = shown_in(client.get(url("report-detail", report)))

    client.post(
        url("extension-answer", report),
        {"granted_day": "2024-06-24", "answer": "Mưa lũ.", "shown": shown},
    )

    report.refresh_from_db()
    assert shown == ""
    assert report.last_day == dt.date(2024, 6, 24)


def test_a_page_read_before_a_colleague_answered_changes_nothing(as_person, people, report, asked):
    client = as_person("staff")
    shown = shown_in(client.get(url("report-detail", report)))
    colleague = MembershipFactory(
        agency=report.round.plan.lead_agency, role=Membership.Role.STAFF
    ).user
    extensions.decide_extension(
        asked, granted_day=dt.date(2024, 6, 21), answer="", by=colleague, at=at("2024-06-17")
    )

    response = client.post(
        url("extension-answer", report),
        {"granted_day": "2024-06-28", "answer": "Đồng ý.", "shown": shown},
    )

    assert response.status_code == 422
    assert "vừa được người khác trả lời" in texts(response)
    report.refresh_from_db()
    assert report.last_day == dt.date(2024, 6, 21)


def test_a_request_that_the_report_overtook_no_longer_waits(
    as_person, people, report, asked, submit
):
    submit(report, by=people.officer)

    page = texts(as_person("staff").get(url("report-detail", report)))

    assert "Không còn cần: báo cáo đã gửi" in page
    assert "Chờ trả lời" not in page


def test_what_was_asked_and_granted_stands_in_the_course_of_events(as_person, report, asked):
    as_person("staff").post(
        url("extension-answer", report), {"granted_day": "2024-06-24", "shown": asked.pk}
    )

    page = texts(as_person("officer").get(url("report-detail", report)))

    course = page.partition("Diễn biến")[2]
    assert "xin gia hạn" in course
    assert "cho gia hạn" in course
    assert "extension-" not in course


# Notes


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"place": "", "text": ""}, "text", "bắt buộc"),
        ({"place": "figure-0", "text": "Xin xem lại."}, "place", "figure-0"),
        ({"place": "", "text": "x" * 2001}, "text", "tối đa 2000"),
    ],
)
def test_a_refused_note_keeps_what_was_typed(as_person, report, sent, field, words):
    response = as_person("officer").post(url("note-add", report), sent)

    assert response.status_code == 422
    assert words in at_field(response, field)
    assert sent["text"] in texts(response)
    assert not Note.objects.exists()


# Who is offered what


@pytest.mark.parametrize(
    ("person", "state", "offered"),
    [
        ("officer", "draft", {"report-edit", "evidence-add", "extension-ask", "note-add"}),
        ("head", "draft", {"report-edit", "evidence-add", "extension-ask", "note-add"}),
        ("staff", "draft", {"report-edit", "evidence-add", "extension-answer", "note-add"}),
        ("leader", "draft", set()),
        ("officer", "submitted", {"note-add"}),
        ("head", "submitted", {"note-add"}),
        ("staff", "submitted", {"report-accept", "report-return", "note-add"}),
        ("leader", "submitted", set()),
        ("officer", "returned", {"report-edit", "evidence-add", "extension-ask", "note-add"}),
        ("staff", "returned", {"report-edit", "evidence-add", "extension-answer", "note-add"}),
        ("leader", "returned", set()),
        ("officer", "accepted", {"note-add"}),
        ("staff", "accepted", {"report-return", "note-add"}),
        ("leader", "accepted", set()),
    ],
)
def test_the_report_page_offers_each_person_what_they_may_do(
    as_person, people, report, submit, person, state, offered
):
    if state != "draft":
        submit(report, by=people.officer)
    if state == "accepted":
        workflow.accept_report(report, by=people.staff, at=at("2024-06-17"))
    if state == "returned":
        workflow.return_report(
            report,
            by=people.staff,
            at=at("2024-06-17"),
            reason="Sửa số.",
            last_day=dt.date(2024, 6, 21),
        )
    steps = [
        "report-edit",
        "report-accept",
        "report-return",
        "evidence-add",
        "extension-ask",
        "extension-answer",
        "note-add",
    ]

    page = as_person(person).get(url("report-detail", report))

    assert {step for step in steps if offers(page, url(step, report))} == offered


@pytest.mark.parametrize("person", ["officer", "staff"])
def test_a_report_without_a_last_day_offers_no_extension(as_person, report, person):
    Report.objects.update(last_day=None)

    page = as_person(person).get(url("report-detail", report))

    assert not offers(page, url("extension-ask", report))
    assert not offers(page, url("extension-answer", report))


def test_in_a_closed_round_only_staff_is_offered_to_enter(as_person, report):
    Round.objects.update(closed_at=at("2024-06-17"))
    steps = [url(name, report) for name in ("report-edit", "evidence-add", "extension-ask")]

    for person in ("officer", "head", "leader"):
        page = as_person(person).get(url("report-detail", report))
        assert [step for step in steps if offers(page, step)] == [], person
    home = as_person("officer").get(reverse("dashboards:home"))
    assert not offers(home, url("report-edit", report))
    assert "Kỳ đã đóng: cơ quan thường trực nhập thay." in texts(home)
    assert offers(as_person("staff").get(url("report-detail", report)), url("report-edit", report))
