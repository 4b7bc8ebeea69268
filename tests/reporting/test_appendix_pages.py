"""The pages of an appendix import, as staff walk through them."""

import io

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from targets.models import AppendixImport, Target
from tests.factories import (
    AgencyFactory,
    IndicatorFactory,
    MembershipFactory,
    PlanFactory,
    ReportFactory,
    RoundFactory,
)
from tests.office_files import upload
from tests.targets.appendix.books import content_of, kg171_document, kg171_workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def staff(client, plan):
    client.force_login(MembershipFactory(role="staff", agency=plan.lead_agency).user)
    return client


def address(page, plan, *args):
    return reverse(f"reporting:appendix-{page}", args=[plan.code, *args])


def send(client, plan, book, name="phu-luc.xlsx"):
    """Upload a file and return (the answer, the import it made or None)."""
    answer = client.post(address("upload", plan), {"file": upload(content_of(book), name)})
    return answer, AppendixImport.objects.order_by("pk").last()


def write(client, record, **fields):
    page = client.get(address("import", record.plan, record.pk))
    typed = {"is_kind": "on", "shown": page.context["check"].changes.digest, **fields}
    return client.post(address("write", record.plan, record.pk), typed)


def spoiled():
    book = kg171_workbook()
    book.active["D6"] = "19.301"
    book.active["E9"] = "khoảng 19.000"
    return book


@pytest.mark.parametrize(
    ("book", "name"),
    [(kg171_workbook, "phu-luc.xlsx"), (kg171_document, "phu-luc.docx")],
    ids=["excel", "word"],
)
def test_a_clean_appendix_is_shown_then_written(book, name, plan, staff):
    answer, record = send(staff, plan, book(), name)

    page = staff.get(answer["Location"]).content.decode()
    assert "Phụ lục mục tiêu" in page
    assert "Ghi 30 thay đổi" in page
    assert "Khớp ở cả 5 năm" in page
    assert "Sẽ lập 6 chỉ tiêu mới" in page
    assert page.count('<span class="hint">(cộng đủ)</span></td>') == 4
    assert not Target.objects.exists()
    sheet = "trang tính “Phụ lục”" if name.endswith("xlsx") else "Bảng 1"
    assert (sheet in page, "trang tính" in page) == (True, name.endswith("xlsx"))

    answer = write(staff, record)
    page = staff.get(answer["Location"]).content.decode()
    assert (sheet in page, "trang tính" in page) == (True, name.endswith("xlsx"))
    assert Target.objects.count() == 30
    assert "30 mới, 0 thay đổi" in page
    assert record.original.sha256 in page


def test_a_faulty_word_table_comes_back_as_excel_and_is_called_a_table(plan, staff):
    document = kg171_document()
    document.tables[0].cell(2, 3).text = "19.301"
    document.add_table(rows=1, cols=1).cell(0, 0).text = "Người lập biểu"
    answer, record = send(staff, plan, document, "phu-luc.docx")

    page = staff.get(answer["Location"]).content.decode()
    handed_out = staff.get(address("file", plan, record.pk, "ghi-chu"))
    copy = load_workbook(io.BytesIO(b"".join(handed_out)))

    assert "Tải bảng của bạn dạng Excel, có ghi chú ở từng ô" in page
    assert "Bảng 1!D3" in page
    assert "trang tính" not in page.lower()
    assert "Lỗi" in copy["Bảng 1"]["D3"].comment.text


def test_the_page_speaks_english_to_who_chose_it_and_leaves_the_table_as_it_is(plan, staff):
    _, record = send(staff, plan, kg171_workbook())
    staff.post(reverse("language"), {"language": "en"})

    page = staff.get(address("import", plan, record.pk)).content.decode()

    for words in ("Fits in all 5 years", ">Changes <b>", ">Unchanged <b>", "Trong tỉnh"):
        assert words in page
    for words in ("Khớp", "Không đổi", "Thay đổi"):
        assert words not in page


def test_a_sum_no_year_has_numbers_for_is_not_told_to_fit(plan, staff):
    book = kg171_workbook()
    for column in "DEFGH":
        book.active[f"{column}5"] = "chưa rõ"
    _, record = send(staff, plan, book)

    page = staff.get(address("import", plan, record.pk)).content.decode()

    assert "Chưa có năm nào đủ số để so" in page
    assert "Khớp ở cả" not in page


def test_a_year_that_lacks_a_part_is_not_told_to_fit(plan, staff):
    book = kg171_workbook()
    book.active["G9"] = "chưa rõ"
    book.active["B5"] = "Số người được giải quyết việc làm:"
    _, record = send(staff, plan, book)

    page = staff.get(address("import", plan, record.pk)).content.decode()

    assert page.count("Khớp ở 4 năm đủ số") == 1
    assert "giải quyết việc làm: Trong tỉnh" in page  # the row’s own colon is enough


def test_a_fault_of_a_list_names_its_agency_indicator_and_year(plan, staff):
    AgencyFactory(jurisdiction=plan.jurisdiction, name="Ủy ban nhân dân huyện Một")
    IndicatorFactory(plan=plan, name="Trong tỉnh")
    book = Workbook()
    book.active.append(["Đơn vị", "Chỉ tiêu", "Năm", "Số giao"])
    book.active.append(["Huyện Một", "Trong tỉnh", 2024, "bốn trăm"])
    _, record = send(staff, plan, book)

    page = staff.get(address("import", plan, record.pk)).content.decode()

    assert "Huyện Một, Trong tỉnh, 2024, Số giao" in page


def test_the_year_of_an_allocation_is_chosen_beforehand_only_where_a_name_speaks_of_it(plan, staff):
    AgencyFactory(jurisdiction=plan.jurisdiction, name="Ủy ban nhân dân huyện Một")
    IndicatorFactory(plan=plan, name="Trong tỉnh")
    book = Workbook()
    book.active.append(["Đơn vị", "Trong tỉnh"])
    book.active.append(["Huyện Một", 100])
    _, record = send(staff, plan, book)

    page = staff.get(address("import", plan, record.pk)).content.decode()

    assert page.count('name="q-year"') == len(plan.years)
    assert " checked" not in page
    _, record = send(staff, plan, book, "giao 2024.xlsx")

    page = staff.get(address("import", plan, record.pk)).content.decode()

    assert page.count(" checked") == 1
    assert 'value="2024" checked' in page
    assert "Chọn sẵn theo tên tệp: năm 2024. Sai thì chọn lại." in page


def test_who_wants_another_table_need_not_answer_for_the_first(plan, staff):
    IndicatorFactory(plan=plan, name="Giải quyết việc làm")
    agency = AgencyFactory(jurisdiction=plan.jurisdiction)
    book = Workbook()
    for page in (book.active, book.create_sheet("Điều chỉnh")):
        page.append(["STT", "Đơn vị", "Giải quyết việc làm"])
        page.append([1, agency.name, 100])

    page = staff.get(send(staff, plan, book, "giao.xlsx")[0]["Location"]).content.decode()

    assert 'name="q-sheet"' in page
    assert page.count('name="q-year"') == len(plan.years)
    assert "required" not in page[page.index('name="q-year"') :].partition("</fieldset>")[0]


def test_a_number_of_a_broken_sum_stands_as_the_file_has_it(plan, staff):
    _, record = send(staff, plan, spoiled())

    page = staff.get(address("import", plan, record.pk)).content.decode()

    assert '<td class="cell" data-label="Trong tệp ghi">19.301</td>' in page


def test_a_table_no_row_was_read_of_is_not_told_to_be_in_the_portal(plan, staff):
    book = Workbook()
    book.active.append(["Đơn vị", "Chỉ tiêu", "Năm", "Số giao"])
    book.active.append(["Nơi nhận:", None, None, "CHỦ TỊCH"])
    _, record = send(staff, plan, book)

    page = staff.get(address("import", plan, record.pk)).content.decode()

    assert "Không đọc được dòng số liệu nào" in page
    assert "đã có trên cổng" not in page


def test_a_second_click_writes_nothing_more(plan, staff):
    _, record = send(staff, plan, kg171_workbook())
    write(staff, record)

    again = staff.post(address("write", plan, record.pk), {"is_kind": "on", "shown": "x"})

    assert again.status_code == 302
    assert Target.objects.count() == 30


def test_every_problem_stands_at_its_cell_and_the_copy_has_the_comments(plan, staff):
    _, record = send(staff, plan, spoiled())

    page = staff.get(address("import", plan, record.pk)).content.decode()
    copy = staff.get(address("file", plan, record.pk, "ghi-chu"))

    assert "4 lỗi phải sửa trong tệp" in page
    for cell in ("Phụ lục!D5", "Phụ lục!D6", "Phụ lục!D7", "Phụ lục!E9"):
        assert f'<td class="cell nowrap">{cell}</td>' in page
    assert "+ Trong tỉnh, Năm 2021" in page
    assert "lệch" in page.lower()
    sheet = load_workbook(io.BytesIO(b"".join(copy))).active
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == {
        "D5",
        "D6",
        "D7",
        "E9",
    }
    assert "Ghi 30" not in page


def test_what_has_errors_is_not_written_whatever_the_form_says(plan, staff):
    _, record = send(staff, plan, spoiled())

    write(staff, record)

    assert not Target.objects.exists()


def test_the_original_comes_back_as_it_was_sent(plan, staff):
    content = content_of(kg171_workbook())
    staff.post(address("upload", plan), {"file": upload(content, "Phụ lục.xlsx")})
    record = AppendixImport.objects.get()

    assert b"".join(staff.get(address("file", plan, record.pk, "goc"))) == content
    assert staff.get(address("file", plan, record.pk, "ghi-chu")).status_code == 404


def test_what_is_no_table_is_refused_at_the_file_field(plan, staff):
    answer = staff.post(address("upload", plan), {"file": upload(b"a;b;c\n1;2;3", "bang.csv")})

    assert answer.status_code == 422
    assert "Xin mở bằng Excel và lưu lại" in answer.content.decode()
    assert not AppendixImport.objects.exists()


def test_the_kind_must_be_confirmed(plan, staff):
    _, record = send(staff, plan, kg171_workbook())

    answer = write(staff, record, is_kind="")

    assert answer.status_code == 422
    assert "Xin xác nhận loại bảng" in answer.content.decode()
    assert not Target.objects.exists()


def test_a_plan_changed_meanwhile_is_shown_again_and_nothing_is_written(plan, staff):
    _, first = send(staff, plan, kg171_workbook())
    _, second = send(staff, plan, kg171_workbook(), "hai.xlsx")
    shown = staff.get(address("import", plan, second.pk)).context["check"].changes.digest
    write(staff, first)

    typed = {"is_kind": "on", "shown": shown}
    page = staff.post(address("write", plan, second.pk), typed, follow=True).content.decode()

    assert "Kế hoạch đã thay đổi từ lúc xem trước" in page
    assert "Mọi số trong tệp đã có trên cổng" in page
    assert Target.objects.count() == 30


def test_on_a_reported_plan_a_changed_target_asks_for_its_decision(plan, staff):
    _, record = send(staff, plan, kg171_workbook())
    write(staff, record)
    ReportFactory(round=RoundFactory(plan=plan))
    book = kg171_workbook()
    book.active["D10"], book.active["D11"] = "16.000", "19.500"
    _, record = send(staff, plan, book, "dieu-chinh.xlsx")

    page = staff.get(address("import", plan, record.pk)).content.decode()
    assert "Văn bản điều chỉnh" in page
    assert "<del>19.000</del>" in page
    missing = write(staff, record, decided_by="", effective_on="")
    assert missing.status_code == 422
    write(staff, record, decided_by="Quyết định 5/QĐ-UBND", effective_on="1/1/2022")

    revised = Target.objects.exclude(decided_by="").get()
    assert (int(revised.number), revised.decided_by) == (19500, "Quyết định 5/QĐ-UBND")


def test_a_question_has_its_likeliest_answer_chosen_and_is_not_asked_again(plan, staff):
    AgencyFactory(jurisdiction=plan.jurisdiction, name="Ủy ban nhân dân huyện Hòn Đất")
    _, record = send(staff, plan, kg171_workbook())
    write(staff, record)
    book = kg171_workbook()
    book.active["B11"] = "Trong đó: Giải quyết việc làm  mới."
    book.active["B5"] = "Số người được giải quyết việc làm mới trong năm"
    _, record = send(staff, plan, book, "khac.xlsx")

    page = staff.get(address("import", plan, record.pk))
    questions = page.context["check"].questions
    assert questions
    assert "checked" in page.content.decode()
    answers = {f"q-{question.key}": question.choices[0][0] for question in questions}
    answers["answered"] = page.context["answered"]
    page = staff.post(address("answer", plan, record.pk), answers, follow=True)

    asked = {question.key for question in page.context["check"].questions}
    assert asked.isdisjoint(question.key for question in questions)
    late = staff.post(address("answer", plan, record.pk), answers | {"lai": "1"}, follow=True)
    assert "Vừa có người khác trả lời" in late.content.decode()
    assert asked == {question.key for question in late.context["check"].questions}
    back = {"lai": "1", "answered": page.context["answered"]}
    page = staff.post(address("answer", plan, record.pk), back, follow=True)
    assert len(page.context["check"].questions) == len(questions)


def test_a_question_of_many_cells_is_asked_once_with_its_likeliest_answer(plan, staff):
    book = kg171_workbook()
    for cell in ("D9", "E9", "F10"):
        book.active[cell] = "-"
    _, record = send(staff, plan, book)

    page = staff.get(address("import", plan, record.pk)).content.decode()

    assert "1 câu cần trả lời" in page
    cells = ", ".join(f'<span class="cell">Phụ lục!{cell}</span>' for cell in ("D9", "E9", "F10"))
    assert f"<legend>{cells} Dấu" in page
    assert page.count('name="q-dash"') == 2
    assert 'name="q-dash" value="0" checked' in page


def test_earlier_imports_are_listed(plan, staff):
    _, record = send(staff, plan, kg171_workbook())
    write(staff, record)
    send(staff, plan, spoiled(), "hong.xlsx")

    page = staff.get(address("upload", plan)).content.decode()

    assert "30 mới, 0 thay đổi" in page
    assert "hong.xlsx" in page


def test_a_kept_table_that_names_nothing_of_the_plan_any_more_is_refused_in_words(plan, staff):
    indicator = IndicatorFactory(plan=plan, name="Giải quyết việc làm", unit="người")
    book = Workbook()
    book.active.append(["TT", "Đơn vị", "Giải quyết việc làm"])
    book.active.append([1, AgencyFactory(jurisdiction=plan.jurisdiction).name, 100])
    _, record = send(staff, plan, book)
    indicator.name = indicator.appendix_label = "Tạo việc"
    indicator.save()

    answers = [
        staff.get(address("import", plan, record.pk), follow=True),
        staff.post(address("answer", plan, record.pk), {"lai": "1"}, follow=True),
        staff.post(
            address("write", plan, record.pk), {"is_kind": "on", "shown": record.shown}, follow=True
        ),
    ]

    for answer in answers:
        assert answer.redirect_chain[-1][0] == address("upload", plan)
        assert "Không thấy bảng nào nhận ra được" in answer.content.decode()
