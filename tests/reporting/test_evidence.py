"""Evidence files of a report: added and removed while it is open, read by those who may."""

import datetime as dt
import hashlib
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from django.urls import reverse

from agencies.files import FileRefused
from agencies.models import StoredFile
from reporting import evidence, freezing, workflow
from reporting.models import Evidence
from reporting.workflow import TransitionError
from tests.at_once import at_once
from tests.factories import ReportFactory, at
from tests.office_files import DOCX, PDF, PNG, upload
from tests.page_texts import texts

pytestmark = pytest.mark.usefixtures("media")

NOW = at("2024-06-17")


@pytest.fixture
def add(report, people):
    """Return a function that puts a file beside the report as its officer."""

    def put(content=PDF, name="bảng kê.pdf", *, beside=None):
        return evidence.add_evidence(
            beside or report, upload(content, name), by=people.officer, at=NOW
        )

    return put


@pytest.fixture
def send_back(people):
    def return_it(report):
        report.refresh_from_db()
        workflow.return_report(
            report,
            by=people.staff,
            at=at("2024-06-18"),
            reason="Bổ sung tệp.",
            last_day=dt.date(2024, 6, 21),
        )

    return return_it


def url(name, report, *more):
    return reverse(f"reporting:{name}", args=[report.pk, *more])


def download(client, report, item):
    """Return the answer and the file read to its end, which closes it."""
    response = client.get(url("evidence-file", report, item.pk))
    return response, b"".join(response) if response.streaming else b""


# Adding


def test_a_file_is_put_beside_the_report(report, people, add):
    item = add()

    assert list(report.evidence.all()) == [item]
    assert (item.name, item.added_by, item.added_at) == ("bảng kê.pdf", people.officer, NOW)
    event = report.events.get()
    assert (event.action, event.by, event.note) == ("evidence-added", people.officer, "bảng kê.pdf")
    assert event.data == {"sha256": hashlib.sha256(PDF).hexdigest()}


def test_a_name_is_kept_with_composed_letters(add):
    name = unicodedata.normalize("NFD", "bảng kê.pdf")

    assert add(name=name).name == unicodedata.normalize("NFC", name) != name


def test_a_name_says_the_kind_that_the_bytes_are(add):
    assert add(name="bao-cao.hta").name == "bao-cao.hta.pdf"


def test_a_long_name_keeps_its_end(add):
    name = add(name="b" * 245 + ".pdf").name

    assert len(name) == 200
    assert name.endswith("bbb.pdf")


def test_the_same_file_twice_in_a_report_is_refused(report, add):
    add()

    with pytest.raises(TransitionError, match=r"“lan-hai\.pdf” đã có trong báo cáo"):
        add(name="lan-hai.pdf")

    assert report.evidence.count() == 1
    assert report.events.count() == 1


def test_the_same_file_beside_two_reports_is_stored_once(report, add):
    other = ReportFactory(round=report.round)

    add()
    add(beside=other)

    assert Evidence.objects.count() == 2
    assert StoredFile.objects.count() == 1


def test_a_refused_file_leaves_nothing(report, add):
    with pytest.raises(FileRefused):
        add(b"<html>")

    assert not report.evidence.exists()
    assert not report.events.exists()


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_nothing_is_added_to_or_removed_from_a_sent_report(report, people, add, submit, state):
    item = add()
    submit(report, by=people.officer)
    if state == "accepted":
        workflow.accept_report(report, by=people.staff, at=NOW)

    with pytest.raises(TransitionError, match="không đổi được nữa"):
        add(DOCX, "them.docx")
    with pytest.raises(TransitionError, match="không đổi được nữa"):
        evidence.remove_evidence(item, by=people.officer, at=NOW)

    assert list(report.evidence.all()) == [item]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_add_the_same_file_at_once_one_does(report, add):
    results = at_once(lambda number: add(name=f"tep-{number}.pdf"), 8, refusal=TransitionError)

    assert sum(isinstance(result, TransitionError) for result in results) == 7
    assert report.evidence.count() == report.events.count() == 1


# Removing, and what versions keep


def test_a_file_removed_from_a_draft_is_gone_from_it(report, people, add):
    item = add()

    evidence.remove_evidence(item, by=people.head, at=at("2024-06-18"))

    assert not report.evidence.exists()
    event = report.events.get(action="evidence-removed")
    assert (event.by, event.at, event.note) == (people.head, at("2024-06-18"), "bảng kê.pdf")
    assert event.data == {"sha256": hashlib.sha256(PDF).hexdigest()}


def test_a_version_names_its_files_by_hash(report, people, add, submit):
    add()
    add(PNG, "ảnh.png")

    version = submit(report, by=people.officer)

    assert version.content["evidence"] == [
        {"name": "bảng kê.pdf", "sha256": hashlib.sha256(PDF).hexdigest()},
        {"name": "ảnh.png", "sha256": hashlib.sha256(PNG).hexdigest()},
    ]
    assert version.sha256 == freezing.content_hash(version.content)


def test_a_version_keeps_what_was_removed_after_its_return(report, people, add, submit, send_back):
    item = add()
    first = submit(report, by=people.officer)
    send_back(report)
    evidence.remove_evidence(item, by=people.officer, at=at("2024-06-18"))

    second = workflow.submit_report(report, by=people.officer, at=at("2024-06-19"))

    first.refresh_from_db()
    assert [file["name"] for file in first.content["evidence"]] == ["bảng kê.pdf"]
    assert second.content["evidence"] == []
    assert first.sha256 != second.sha256
    # The bytes stay: the first version names them.
    stored = StoredFile.objects.get(sha256=first.content["evidence"][0]["sha256"])
    assert Path(stored.file.path).read_bytes() == PDF


# Handing out


def test_a_file_is_handed_out_as_it_came_to_be_saved_not_shown(client, report, people, add):
    item = add()
    client.force_login(people.officer)

    response, content = download(client, report, item)

    assert content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(item.name)}"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_browsers_word_for_the_kind_does_not_count(client, report, people, add):
    item = add(PNG, "trang.html")
    client.force_login(people.officer)

    response, _ = download(client, report, item)
    Evidence.objects.update(name="trang.html")
    by_kind, _ = download(client, report, item)

    assert response["Content-Type"] == by_kind["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'attachment; filename="trang.html.png"'


READERS_OF_A_DRAFT = {"officer": 200, "head": 200, "staff": 200, "leader": 403}
STRANGERS = dict.fromkeys(["other_officer", "other_staff", "other_leader", "administrator"], 404)


@pytest.mark.parametrize(
    ("state", "leader"),
    [("draft", 403), ("submitted", 200), ("returned", 200), ("accepted", 200)],
)
def test_who_downloads_in_each_state(client, report, people, add, submit, send_back, state, leader):
    item = add()
    if state != "draft":
        submit(report, by=people.officer)
    if state == "returned":
        send_back(report)
    if state == "accepted":
        workflow.accept_report(report, by=people.staff, at=NOW)

    answers = {}
    for name, person in vars(people).items():
        client.force_login(person)
        answers[name] = download(client, report, item)[0].status_code

    assert answers == READERS_OF_A_DRAFT | STRANGERS | {"leader": leader}


def test_a_file_added_after_a_return_is_not_yet_the_leaders_to_read(
    client, report, people, add, submit, send_back
):
    sent = add()
    submit(report, by=people.officer)
    send_back(report)
    drafted = add(PNG, "ảnh mới.png")
    client.force_login(people.leader)

    page = texts(client.get(url("report-detail", report)))
    answers = {item.name: download(client, report, item)[0].status_code for item in (sent, drafted)}

    assert answers == {"bảng kê.pdf": 200, "ảnh mới.png": 403}
    files = page.partition("Tệp minh chứng")[2].partition("Các bản đã gửi")[0]
    assert "bảng kê.pdf" in files
    assert "ảnh mới.png" not in files


def test_the_files_of_a_draft_are_not_offered_to_the_leader(client, report, people, add):
    item = add()
    client.force_login(people.leader)

    page = client.get(url("report-detail", report)).content.decode()

    assert url("evidence-file", report, item.pk) not in page


@pytest.mark.parametrize("name", ["evidence-file", "evidence-remove"])
def test_the_file_of_another_report_is_not_found_here(client, report, people, add, name):
    other = ReportFactory(round=report.round)
    item = add(beside=other)
    client.force_login(people.staff)
    method = client.post if name == "evidence-remove" else client.get

    assert method(url(name, report, item.pk)).status_code == 404
    assert other.evidence.exists()


# The page's forms


def test_several_files_are_taken_and_the_bad_one_is_named(client, report, people):
    client.force_login(people.officer)
    files = [upload(PDF), upload(b"<html>", "trang.html"), upload(DOCX, "lời văn.docx")]

    response = client.post(url("evidence-add", report), {"files": files}, follow=True)

    page = texts(response)
    assert "Đã thêm tệp “bao-cao.pdf”" in page
    assert "“trang.html” không thuộc loại nhận được" in page
    names = report.evidence.values_list("name", flat=True)
    assert list(names) == ["bao-cao.pdf", "lời văn.docx"]


@pytest.mark.parametrize("name", ["report-edit", "report-submit"])
def test_files_chosen_on_the_entry_page_go_along(client, report, people, fill_in, settings, name):
    settings.PORTAL_TODAY = "2024-06-17T08:00"
    fill_in(report)
    client.force_login(people.officer)

    client.post(url(name, report), {"files": [upload(PDF)]})

    assert report.evidence.get().name == "bao-cao.pdf"
    report.refresh_from_db()
    assert report.state == ("submitted" if name == "report-submit" else "draft")
    if version := report.latest_version:
        assert [file["name"] for file in version.content["evidence"]] == ["bao-cao.pdf"]


def test_a_report_is_not_sent_without_the_file_that_was_refused(client, report, people, fill_in):
    fill_in(report)
    client.force_login(people.officer)
    [section] = report.round.plan.outline.all()
    sent = {f"narrative-{section.pk}": "Có sửa.", f"seen-narrative-{section.pk}": "Đã triển khai."}

    response = client.post(
        url("report-submit", report),
        {**sent, "files": [upload(b"<html>", "trang.html")]},
        follow=True,
    )

    assert "“trang.html” không thuộc loại nhận được" in texts(response)
    assert "Có sửa." in texts(response)
    report.refresh_from_db()
    assert report.state == "draft"


def test_sending_no_file_is_told_in_words(client, report, people):
    client.force_login(people.officer)

    page = texts(client.post(url("evidence-add", report), follow=True))

    assert "Chưa chọn tệp nào." in page


def test_staff_adds_for_an_agency_that_reported_on_paper(client, report, people):
    client.force_login(people.staff)

    client.post(url("evidence-add", report), {"files": [upload(PDF, "scan.pdf")]})

    assert report.evidence.get().added_by == people.staff


def test_the_page_takes_a_file_away(client, report, people, add):
    item = add()
    client.force_login(people.officer)

    page = texts(client.post(url("evidence-remove", report, item.pk), follow=True))

    assert not report.evidence.exists()
    assert "bỏ tệp minh chứng" in page


def test_a_sent_reports_page_lists_its_files_and_offers_no_change(
    client, report, people, add, submit
):
    item = add()
    submit(report, by=people.officer)
    client.force_login(people.officer)

    page = client.get(url("report-detail", report)).content.decode()
    refused = texts(client.post(url("evidence-remove", report, item.pk), follow=True))

    assert url("evidence-file", report, item.pk) in page
    assert f'action="{url("evidence-add", report)}"' not in page
    assert url("evidence-remove", report, item.pk) not in page
    assert "không đổi được nữa" in refused
    assert report.evidence.exists()
