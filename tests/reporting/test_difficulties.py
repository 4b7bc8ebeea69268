"""Difficulties and proposals: gathered from what was sent, searched, taken up, answered."""

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Event
from reporting import follow_ups, workflow
from reporting.difficulties import Choice, Kind, difficulties_in, kind_of
from reporting.models import FollowUp
from reporting.workflow import TransitionError
from tests.at_once import at_once
from tests.drafting import narrative, type_in
from tests.factories import (
    DutyFactory,
    OutlineSectionFactory,
    PartyFactory,
    ReportFactory,
    at,
)
from tests.page_texts import texts

NOW = at("2024-06-18")
HARD, WISH = "III. Khó khăn, vướng mắc", "IV. Đề xuất, kiến nghị"


@pytest.fixture(autouse=True)
def outline(report):
    """The plan asks for difficulties and proposals, beside results."""
    plan = report.round.plan
    return {
        HARD: OutlineSectionFactory(plan=plan, heading=HARD, position=30_901),
        WISH: OutlineSectionFactory(plan=plan, heading=WISH, position=30_902),
    }


@pytest.fixture
def told(report, people, outline, fill_in):
    """`report` sent with a difficulty, a proposal and a duty that is stuck."""
    duty = DutyFactory(plan=report.round.plan, code="D9", statement="Mở sàn giao dịch việc làm.")
    duty.parties.add(report.round.plan.parties.get())
    fill_in(report)
    type_in(
        report,
        narrative(outline[HARD], "Vốn vay chưa đáp ứng nhu cầu.")
        | narrative(outline[WISH], "Bổ sung vốn ủy thác.")
        | {f"duty-{duty.pk}": "stuck", f"words-{duty.pk}": "Chưa có kinh phí."},
    )
    workflow.submit_report(report, by=people.officer, at=at("2024-06-17"))
    return report


def place_of(report, kind=Kind.DIFFICULTY):
    return next(item.place for item in difficulties_in(report.round) if item.kind == kind)


def answer(report, people, *, state="answered", text="Đã bổ sung 2 tỷ.", seen="", moment=NOW):
    follow_ups.follow_up(
        report,
        place_of(report),
        state=state,
        answer=text,
        seen=seen,
        by=people.staff,
        at=moment,
    )


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("III. Khó khăn, vướng mắc", Kind.DIFFICULTY),
        ("Những vướng mắc và kiến nghị", Kind.DIFFICULTY),
        ("ĐỀ XUẤT, KIẾN NGHỊ", Kind.PROPOSAL),
        ("Kiến nghị", Kind.PROPOSAL),
        ("Kết quả thực hiện", None),
        ("Phương hướng, giải pháp", None),
    ],
)
def test_a_sections_words_say_what_it_is_about(heading, kind):
    assert kind_of(heading) == kind


def test_what_was_sent_is_gathered_by_section_and_by_stuck_duty(told):
    found = [(item.kind, item.text) for item in difficulties_in(told.round)]

    assert found == [
        (Kind.DIFFICULTY, "Vốn vay chưa đáp ứng nhu cầu."),
        (Kind.PROPOSAL, "Bổ sung vốn ủy thác."),
        (Kind.DUTY, "Chưa có kinh phí."),
    ]


def test_a_draft_tells_nobody_anything(report, outline):
    type_in(report, narrative(outline[HARD], "Chưa gửi."))

    assert difficulties_in(report.round) == []


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ({}, 3),
        ({"muc": "kien-nghi"}, 1),
        ({"muc": "nhiem-vu"}, 1),
        ({"muc": "la"}, 3),
        ({"tinh-trang": "new"}, 3),
        ({"tinh-trang": "answered"}, 0),
        ({"tim": "von vay"}, 1),
        ({"tim": "san giao dich"}, 1),
        ({"tim": "uy ban nhan dan"}, 3),
        ({"tim": "không có"}, 0),
    ],
)
def test_an_address_chooses_among_them(told, address, number):
    choice = Choice.from_address(address)

    assert sum(map(choice.takes, difficulties_in(told.round))) == number


def test_an_answer_is_kept_with_who_when_and_about_which_version(told, people):
    answer(told, people)

    [item] = [item for item in difficulties_in(told.round) if item.follow_up]
    assert (item.state, item.follow_up.answer) == ("answered", "Đã bổ sung 2 tỷ.")
    assert (item.follow_up.by, item.follow_up.at) == (people.staff, NOW)
    assert item.follow_up.version_id == told.latest_version_id
    assert not item.is_answered_before
    event = Event.objects.get(action="difficulty-followed")
    assert (event.note, event.data["state"]) == ("Đã bổ sung 2 tỷ.", "answered")


def test_a_new_version_after_the_answer_is_told(told, people, outline):
    answer(told, people)
    told.refresh_from_db()
    workflow.return_report(told, by=people.staff, at=NOW, reason="Sửa.", last_day=NOW.date())
    type_in(told, narrative(outline[HARD], "Vốn vay vẫn thiếu."))
    workflow.submit_report(told, by=people.officer, at=NOW)

    [item] = [item for item in difficulties_in(told.round) if item.follow_up]
    assert item.is_answered_before
    assert item.text == "Vốn vay vẫn thiếu."


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": "  "}, "Cần ghi ngắn gọn"),
        ({"seen": "2024-06-01T00:00:00+07:00"}, "Người khác vừa cập nhật"),
    ],
)
def test_an_answer_that_cannot_stand_is_refused(told, people, fields, reason):
    with pytest.raises(TransitionError, match=reason):
        answer(told, people, **fields)

    assert not FollowUp.objects.exists()


def test_a_place_that_is_not_in_the_report_is_refused(told, people):
    with pytest.raises(TransitionError, match="không còn mục này"):
        follow_ups.follow_up(
            told, "duty:D1", state="new", answer="", seen="", by=people.staff, at=NOW
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_is_told(told, people):
    results = at_once(
        lambda number: answer(told, people, text=f"Trả lời {number}."), 2, refusal=TransitionError
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "TransitionError"]
    assert FollowUp.objects.count() == 1


# The page


def page_of(round, query=""):
    return reverse("reporting:round-difficulties", args=[round.pk]) + query


def test_the_heading_says_how_many_wait_and_the_words_stand_below(client, told, people):
    client.force_login(people.leader)

    page = texts(client.get(page_of(told.round)))

    assert "3 vướng mắc, kiến nghị chưa trả lời xong" in page
    assert "3 ý của 1 cơ quan" in page
    assert "Vốn vay chưa đáp ứng nhu cầu." in page
    assert "Sửa tình trạng" not in page  # a leader reads


def test_staff_answer_from_the_page_and_come_back_to_their_filter(client, told, people, settings):
    settings.PORTAL_TODAY = "2024-06-18T08:00"
    client.force_login(people.staff)
    data = {"place": place_of(told), "seen": "", "state": "in_progress", "answer": "Đang xin vốn."}
    address = reverse("reporting:difficulty-follow", args=[told.pk]) + "?tinh-trang=new&tim=von"

    response = client.post(address, data)

    assert response["Location"] == page_of(told.round, "?tinh-trang=new&tim=von")
    page = texts(client.get(page_of(told.round)))
    assert "Đang xử lý 1" in page
    assert "Trả lời: Đang xin vốn." in page


def test_a_refused_answer_keeps_what_was_typed(client, told, people):
    client.force_login(people.staff)
    data = {"place": place_of(told), "seen": "cũ", "state": "answered", "answer": "Gõ dở."}

    response = client.post(reverse("reporting:difficulty-follow", args=[told.pk]), data)

    assert response.status_code == 422
    assert "Gõ dở." in response.content.decode()
    assert "Người khác vừa cập nhật" in texts(response)


def test_the_words_of_agencies_are_text_and_never_markup(client, report, people, outline, fill_in):
    fill_in(report)
    type_in(report, narrative(outline[HARD], "<img src=x onerror=alert(1)>"))
    workflow.submit_report(report, by=people.officer, at=NOW)
    client.force_login(people.staff)

    assert "<img src=x" not in client.get(page_of(report.round)).content.decode()


def test_an_empty_round_says_what_will_stand_here(client, report, people):
    client.force_login(people.staff)

    assert "Chưa cơ quan nào nêu vướng mắc" in texts(client.get(page_of(report.round)))


def test_the_page_takes_a_steady_number_of_statements(
    report, told, people, outline, fill_in, django_assert_num_queries
):
    client = Client()
    client.force_login(people.staff)

    def more(number):
        for _ in range(number):
            other = ReportFactory(round=report.round)
            PartyFactory(plan=report.round.plan, agency=other.agency)
            type_in(other, narrative(outline[WISH], "Thêm vốn."))
            workflow.submit_report(other, by=people.staff, at=NOW)

    # session, user; round; reports; follow-ups; duties; masthead;
    # savepoint, session saved, savepoint released
    for number in (1, 20):
        more(number)
        with django_assert_num_queries(11):
            assert client.get(page_of(report.round)).status_code == 200
