"""The record of an import: kept as it came, applied once, only if it does what was shown."""

import datetime as dt
import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from agencies.models import Event
from plans.endings import end_plan
from targets.appendix import imports
from targets.appendix.apply import ApplyRefused, Decision
from targets.models import Allocation, AppendixImport, Target
from tests.at_once import at_once
from tests.factories import AgencyFactory, IndicatorFactory, UserFactory, at
from tests.targets.appendix.books import HEAD, content_of, small_plan
from tests.targets.appendix.test_allocation import good_rows, wide

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
NOW = at("2024-06-17")


@pytest.fixture
def plan():
    return small_plan()


@pytest.fixture
def staff(db):
    return UserFactory()


def appendix(*tables, unit="lượt người", **numbers):
    """Return an upload of the small plan's appendix of 2024; each of several tables on a sheet."""
    book = Workbook()
    book.remove(book.active)
    for number, own in enumerate(tables or [numbers], 1):
        page = book.create_sheet(f"Phụ lục {number}" if tables else "Phụ lục")
        page.append([*HEAD[:3], "Năm 2024"])
        page.append([None, "Giải quyết việc làm", unit, own.get("total", 3000)])
        page.append(["a.", "+ Trong tỉnh", "“", own.get("inside", 2000)])
        page.append([None, "+ Ngoài tỉnh", "“", own.get("outside", 1000)])
    if tables:
        book.create_sheet("Ghi chú").append(["Số liệu tạm tính."])
    return SimpleUploadedFile("Phu luc.xlsx", content_of(book))


def read(upload, plan, by, **kwargs):
    return imports.read_upload(upload, plan, by=by, at=NOW, **kwargs)


def apply(record, by, *, is_reported=False, **kwargs):
    return imports.apply_import(record, by=by, at=NOW, is_reported=is_reported, **kwargs)


def bytes_of(stored):
    with stored.file.open() as content:
        return content.read()


def of_2024(plan):
    rows = Target.objects.filter(indicator__plan=plan, year=2024).order_by("indicator__position")
    return [int(target.low) for target in rows]


def test_reading_keeps_the_file_the_person_and_the_counts_and_changes_nothing(plan, staff):
    upload = appendix(total=3100, inside=2100)

    record, check = read(upload, plan, staff)

    assert hashlib.sha256(bytes_of(record.original)).hexdigest() == record.original.sha256
    assert (record.state, record.added_by, record.name) == ("checked", staff, "Phu luc.xlsx")
    assert (record.new_count, record.changed_count, record.unchanged_count) == (0, 2, 1)
    assert [(c.old, c.new) for c in check.changes.of("changed")] == [(3000, 3100), (2000, 2100)]
    assert of_2024(plan) == [3000, 2000, 1000]


def test_applying_writes_what_was_shown_once_and_says_so(plan, staff):
    record, _ = read(appendix(total=3100, inside=2100), plan, staff)

    apply(record, staff)
    again = apply(record, staff)

    record.refresh_from_db()
    event = Event.objects.get(action="appendix-applied")
    assert of_2024(plan) == [3100, 2100, 1000]
    assert (record.state, record.applied_by, again) == ("applied", staff, None)
    assert (event.by, event.data["changed"]) == (staff, 2)
    assert event.data["sha256"] == record.original.sha256


def test_what_the_table_does_not_say_stays_as_it_is(plan, staff):
    target = Target.objects.get(indicator__name="Tổng số", year=2024)
    Target.objects.filter(pk=target.pk).update(operator="at_least", clause="II.1")
    record, _ = read(appendix(total=3100, inside=2100), plan, staff)

    apply(record, staff)

    target.refresh_from_db()
    assert (target.low, target.operator, target.clause) == (3100, "at_least", "II.1")
    assert Target.objects.filter(indicator__plan=plan).count() == 15


def test_with_an_error_nothing_is_applied_and_the_file_comes_back_with_comments(plan, staff):
    record, check = read(appendix(inside="2.0O0"), plan, staff)

    with pytest.raises(ApplyRefused, match="còn 1 lỗi"):
        apply(record, staff)

    page = load_workbook(io.BytesIO(bytes_of(record.annotated))).active
    assert [problem.cell for problem in check.problems] == ["Phụ lục!D3"]
    assert "“2.0O0”" in page["D3"].comment.text
    assert page["D3"].value == "2.0O0"
    assert page["D2"].comment is None
    assert of_2024(plan) == [3000, 2000, 1000]


def test_an_open_question_waits_for_its_answer(plan, staff):
    record, check = read(appendix(total="3,100", inside=2100), plan, staff)
    (question,) = check.questions

    with pytest.raises(ApplyRefused, match="1 câu chưa trả lời"):
        apply(record, staff)
    impossible = imports.save_answers(record, {question.key: "3.1"})
    answered = imports.save_answers(record, {question.key: "3100"})
    apply(record, staff)

    assert [value for value, _ in question.choices] == ["3100", "3.1"]
    assert [problem.code for problem in impossible.errors] == ["not-whole"]
    assert answered.is_clean
    assert of_2024(plan) == [3100, 2100, 1000]


def test_of_several_tables_the_one_a_person_chose_is_read_and_applied(plan, staff):
    upload = appendix({"total": "3,100"}, {"total": 3200, "inside": 2200})
    record, check = read(upload, plan, staff)
    assert [question.key for question in check.questions] == ["sheet", "number:Phụ lục 1!D2"]

    shown = imports.check_again(record)
    chosen = imports.save_answers(record, {"sheet": "Phụ lục 2", "number:Phụ lục 1!D2": "3.1"})
    apply(AppendixImport.objects.get(), staff)

    assert [question.key for question in shown.questions] == ["sheet", "number:Phụ lục 1!D2"]
    assert "Không đọc trang tính “Phụ lục 2”, trang tính “Ghi chú”." in shown.notices
    assert chosen.is_clean
    record.refresh_from_db()
    assert (record.sheet, record.answers) == ("Phụ lục 2", {"sheet": "Phụ lục 2"})
    assert of_2024(plan) == [3200, 2200, 1000]


def test_a_sheet_that_was_no_table_is_none_later(plan, staff):
    book = load_workbook(appendix())
    other = book.create_sheet("Giao", 0)
    other.append(["Đơn vị", "Chỉ tiêu mới"])
    other.append(["Huyện Một", 5])
    record, _ = read(SimpleUploadedFile("Phu luc.xlsx", content_of(book)), plan, staff)

    IndicatorFactory(plan=plan, name="Chỉ tiêu mới")
    again = imports.check_again(record)

    assert (again.sheet, again.questions) == ("Phụ lục", [])
    assert "Không đọc trang tính “Giao”." in again.notices


def test_a_sheet_with_the_longest_of_names_keeps_the_answers_about_it(plan, staff):
    book = load_workbook(appendix({}, {"total": "3,100"}))
    with pytest.warns(UserWarning, match="31 characters"):  # other programs than Excel allow it
        book["Phụ lục 2"].title = "Chỉ tiêu " * 12
    upload = SimpleUploadedFile("Phu luc.xlsx", content_of(book))
    record, _ = read(upload, plan, staff)
    [name] = {question.choices[1][0] for question in imports.check_again(record).questions}

    imports.save_answers(record, {"sheet": name})
    imports.save_answers(record, record.answers | {f"number:{name}!D2": "3100"})

    assert len(record.answers) == 2
    assert record.sheet == name[:100]


def test_comments_stand_in_the_table_that_was_chosen(plan, staff):
    record, _ = read(appendix({"inside": "2.0O0"}, {"outside": "1O00"}), plan, staff)

    imports.save_answers(record, {"sheet": "Phụ lục 2"})

    book = load_workbook(io.BytesIO(bytes_of(AppendixImport.objects.get().annotated)))
    assert "“1O00”" in book["Phụ lục 2"]["D4"].comment.text
    assert book["Phụ lục 1"]["D3"].comment is None
    imports.save_answers(record, {})
    kept = AppendixImport.objects.get()
    assert (kept.sheet, kept.question_count, kept.problem_count) == ("Phụ lục 1", 1, 1)


def test_answers_that_come_after_the_writing_do_not_undo_it(plan, staff):
    record, check = read(appendix(total="3,100", inside=2100), plan, staff)
    (question,) = check.questions
    imports.save_answers(record, {question.key: "3100"})
    shown_to_a_colleague = AppendixImport.objects.get(pk=record.pk)
    apply(record, staff)

    assert imports.save_answers(shown_to_a_colleague, {}) is None

    record.refresh_from_db()
    assert (record.state, record.applied_by) == ("applied", staff)
    assert record.answers == {question.key: "3100"}


def test_other_answers_since_the_preview_are_not_called_a_change_of_the_plan(plan, staff):
    record, check = read(appendix(total="3,100", inside=2100), plan, staff)
    (question,) = check.questions
    shown = imports.save_answers(record, {question.key: "3100"}).changes.digest
    imports.save_answers(record, {})

    with pytest.raises(ApplyRefused, match="đã có người trả lời khác"):
        apply(record, staff, shown=shown)

    assert of_2024(plan) == [3000, 2000, 1000]


def test_of_two_who_answer_at_once_the_second_is_told_and_overwrites_nothing(plan, staff):
    record, check = read(appendix(total="3,100", inside=2100), plan, staff)
    (question,) = check.questions
    shown_to_a_colleague = AppendixImport.objects.get(pk=record.pk)

    imports.save_answers(record, {question.key: "3100"})

    assert imports.save_answers(shown_to_a_colleague, {question.key: "3.1"}) is None
    kept = AppendixImport.objects.get()
    assert (kept.answers, kept.question_count) == ({question.key: "3100"}, 0)


def test_a_table_is_checked_with_new_answers_before_anything_is_locked(plan, staff):
    record, check = read(appendix(total="3,100", inside=2100), plan, staff)

    with CaptureQueriesContext(connection) as queries:
        imports.save_answers(record, {check.questions[0].key: "3100"})

    *reads, write = [query["sql"] for query in queries]
    assert write.startswith("UPDATE")
    assert not [sql for sql in reads if "UPDATE" in sql or "SAVEPOINT" in sql]


def test_a_plan_that_has_ended_takes_no_table(plan, staff):
    record, _ = read(appendix(total=3100, inside=2100), plan, staff)
    end_plan(plan, on=NOW.date(), reason="Hết giai đoạn.", by=staff, at=NOW)

    with pytest.raises(ApplyRefused, match="đã kết thúc"):
        apply(record, staff)

    assert of_2024(plan) == [3000, 2000, 1000]


def test_a_plan_that_changed_since_the_preview_is_not_written_over(plan, staff):
    record, _ = read(appendix(total=3100, inside=2100), plan, staff)
    Target.objects.filter(indicator__name="Tổng số", year=2024).update(low=3050)

    with pytest.raises(ApplyRefused, match="đã thay đổi từ lúc xem trước"):
        apply(record, staff)

    assert of_2024(plan) == [3050, 2000, 1000]
    assert AppendixImport.objects.get().state == "checked"


def test_on_a_reported_plan_a_change_needs_its_decision_and_the_old_row_stays(plan, staff):
    record, _ = read(appendix(total=3100, inside=2100), plan, staff)

    with pytest.raises(ApplyRefused, match="cần văn bản quyết định"):
        apply(record, staff, is_reported=True)
    decision = Decision("Quyết định 12/QĐ-UBND", dt.date(2024, 7, 1))
    apply(record, staff, is_reported=True, decision=decision)

    old, new = Target.objects.filter(indicator__name="Tổng số", year=2024).order_by("pk")
    assert (old.low, old.effective_on) == (3000, None)
    assert (new.low, new.effective_on, new.decided_by) == (
        3100,
        dt.date(2024, 7, 1),
        "Quyết định 12/QĐ-UBND",
    )


def test_a_unit_that_differs_is_an_error_not_a_factor_of_a_thousand(plan, staff):
    _, check = read(appendix(unit="nghìn người"), plan, staff)

    assert {problem.code for problem in check.errors} == {"other-unit"}


def test_allocations_are_upserted_with_the_document_their_title_names(plan, staff):
    for number, name in enumerate(["Thành phố Rạch Giá", "Huyện An Minh", "Huyện Giồng Riềng"]):
        AgencyFactory(jurisdiction=plan.jurisdiction, name=name, code=f"u-{number}")
    title = "Kèm theo Quyết định số 12/QĐ-UBND ngày 5/1/2024, giao chỉ tiêu năm 2024"
    first = SimpleUploadedFile("giao.xlsx", content_of(wide(good_rows(), title)))
    rows = good_rows()
    rows[0][2:], rows[1][2:] = [1300, 800, 500], [800, 500, 300]
    second = SimpleUploadedFile("giao.xlsx", content_of(wide(rows, title)))

    apply(read(first, plan, staff)[0], staff)
    record, _ = read(second, plan, staff)
    apply(record, staff)

    assert (record.new_count, record.changed_count, record.unchanged_count) == (0, 4, 5)
    assert Allocation.objects.count() == 9
    assert Allocation.objects.get(agency__code="u-0", indicator__name="Tổng số").value == 1300
    assert set(Allocation.objects.values_list("decided_by", flat=True)) == {
        "Quyết định số 12/QĐ-UBND ngày 5/1/2024"
    }


def test_the_same_file_twice_changes_nothing(plan, staff):
    upload = appendix(total=3100, inside=2100)
    apply(read(upload, plan, staff)[0], staff)
    before = list(Target.objects.order_by("pk").values())

    record, _ = read(appendix(total=3100, inside=2100), plan, staff)
    apply(record, staff)

    assert (record.new_count, record.changed_count) == (0, 0)
    assert list(Target.objects.order_by("pk").values()) == before


@pytest.mark.django_db(transaction=True)
def test_applied_by_four_at_once_it_is_written_once(plan, staff):
    record, _ = read(appendix(total=3100, inside=2100), plan, staff)

    results = at_once(lambda _: apply(record, staff), 4, refusal=ApplyRefused)

    assert [result is not None for result in results].count(True) == 1
    assert Event.objects.filter(action="appendix-applied").count() == 1
    assert of_2024(plan) == [3100, 2100, 1000]


def test_a_failure_half_way_leaves_nothing(plan, staff):
    """The targets are written before the record; a decision too long for it fails there."""
    record, _ = read(appendix(total=3100, inside=2100), plan, staff)

    with pytest.raises(DataError), transaction.atomic():
        apply(record, staff, decision=Decision("x" * 201, dt.date(2024, 7, 1)))

    record.refresh_from_db()
    assert of_2024(plan) == [3000, 2000, 1000]
    assert record.state == "checked"
