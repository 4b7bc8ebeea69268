"""Allocations: agencies by indicators and years, in every layout; sums shown and checked."""

import pytest
from docx import Document
from openpyxl import Workbook

from targets.appendix.apply import decision_in
from targets.appendix.checking import check_file
from targets.models import Allocation
from tests.factories import AgencyFactory
from tests.targets.appendix.books import saved, small_plan

pytestmark = pytest.mark.django_db
PLACES = ["Thành phố Rạch Giá", "Huyện An Minh", "Huyện Giồng Riềng"]


@pytest.fixture
def plan():
    plan = small_plan()
    for number, place in enumerate(PLACES):
        AgencyFactory(
            jurisdiction=plan.jurisdiction,
            name=f"Ủy ban nhân dân {place.lower()[0]}{place[1:]}",
            code=f"ubnd-{number}",
        )
    return plan


def wide(rows, title="Giao chỉ tiêu năm 2024", head=None):
    book = Workbook()
    page = book.active
    page.title = "Giao"
    page.append([title])
    page.append(head or ["TT", "Đơn vị", "Tổng số", "Trong tỉnh", "Ngoài tỉnh"])
    for row in rows:
        page.append(row)
    return book


def good_rows():
    return [
        [1, "TP. Rạch Giá", 1200, 700, 500],
        [2, "An Minh", "900", 600, 300],
        [3, "UBND huyện Giồng Riềng", "900", "700", 200],
        [None, "Tổng cộng", "3.000", "2.000", "1.000"],
    ]


def check(book, plan, folder):
    return check_file(saved(book, folder), plan)


def codes(result):
    return {(p.cell.rpartition("!")[2], p.code) for p in result.problems}


def test_a_wide_table_is_read_with_short_names_and_its_total(plan, tmp_path):
    result = check(wide(good_rows()), plan, tmp_path)

    assert (result.problems, result.questions) == ([], [])
    assert (result.kind, result.rows) == ("allocation", 3)
    assert result.changes.counts == {"new": 9, "changed": 0, "unchanged": 0}
    assert {
        (s.indicator.name, s.year, int(s.allocated), int(s.gap)) for s in result.content.sums
    } == {
        ("Tổng số", 2024, 3000, 0),
        ("Trong tỉnh", 2024, 2000, 0),
        ("Ngoài tỉnh", 2024, 1000, 0),
    }


def test_lines_above_a_word_table_name_its_year_and_its_decision(plan, tmp_path):
    document = Document()
    document.add_paragraph("GIAO CHỈ TIÊU NĂM 2025")
    document.add_paragraph("(Kèm theo Quyết định số 12/QĐ-UBND ngày 5/1/2025)")
    table = document.add_table(rows=0, cols=5)
    for row in [["TT", "Đơn vị", "Tổng số", "Trong tỉnh", "Ngoài tỉnh"], *good_rows()]:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value or "")

    result = check_file(saved(document, tmp_path, "giao.docx"), plan)

    assert (result.problems, result.questions, result.rows) == ([], [], 3)
    assert {share.year for share in result.content.shares} == {2025}
    assert decision_in(result.table.title) == "Quyết định số 12/QĐ-UBND ngày 5/1/2025"


def test_rows_hidden_by_a_filter_are_all_counted_and_not_all_listed(plan, tmp_path):
    rows = [[None, PLACES[0], "Tổng số", 2024, 1000]] * 1500
    book = wide(rows, head=["TT", "Đơn vị", "Chỉ tiêu", "Năm", "Số giao"])
    for row in range(3, 1403):
        book.active.row_dimensions[row].hidden = True

    warned = [p for p in check(book, plan, tmp_path).problems if p.code == "hidden-row"]

    assert len(warned) == 101
    assert warned[0].message == "Dòng 3 đang ẩn: vẫn đọc."
    assert warned[-1].cell.endswith("!A103")
    assert "còn 1.300 dòng đang ẩn, không nêu từng dòng" in warned[-1].message


def test_years_stand_over_or_under_the_indicators(plan, tmp_path):
    book = wide([], head=["TT", "Địa phương", "Tổng số", None, "Trong tỉnh", None])
    page = book.active
    page.append([None, None, "Năm 2023", "Năm 2024", "Năm 2023", "Năm 2024"])
    for cells in ("A2:A3", "B2:B3", "C2:D2", "E2:F2"):
        page.merge_cells(cells)
    page.append([1, PLACES[0], 3000, 3000, 2000, 2000])

    result = check(book, plan, tmp_path)

    assert result.problems == []
    assert [(s.indicator.name, s.year, s.number) for s in result.content.shares] == [
        ("Tổng số", 2023, 3000),
        ("Tổng số", 2024, 3000),
        ("Trong tỉnh", 2023, 2000),
        ("Trong tỉnh", 2024, 2000),
    ]


def test_a_list_has_a_row_for_each_figure(plan, tmp_path):
    rows = [[place, "Tổng số", year, 1000] for place in PLACES for year in (2023, 2024)]
    book = wide(rows, head=["Đơn vị", "Chỉ tiêu", "Năm", "Số giao"])

    result = check(book, plan, tmp_path)

    assert result.problems == []
    assert result.changes.counts["new"] == 6


@pytest.mark.parametrize("body", ["TM. ỦY BAN NHÂN DÂN", "ỦY BAN NHÂN DÂN HUYỆN AN BIÊN"])
def test_agencies_named_as_a_signature_begins_are_rows_while_figures_are_texts(
    plan, tmp_path, body
):
    rows = [
        [str(row[0]), f"Ủy ban nhân dân {place.lower()}", *map(str, row[2:])]
        for place, row in zip(PLACES, good_rows(), strict=False)
    ]
    signed = [[None, None, None, body], [None, "Nơi nhận: như trên", None, "CHỦ TỊCH"]]

    result = check(wide(rows + signed), plan, tmp_path)

    assert (result.problems, result.rows) == ([], 3)
    assert result.changes.counts["new"] == 9
    assert result.notices == ["2 dòng cuối bảng (ghi chú, chữ ký): không đọc."]


def test_a_last_agency_whose_figure_is_words_is_named_not_left_out(plan, tmp_path):
    rows = [*good_rows()[:1], ["2", "Ủy ban nhân dân huyện An Minh", "ba trăm", None, None]]

    result = check(wide(rows), plan, tmp_path)

    assert ("C4", "not-a-number") in codes(result)


def test_a_broken_total_is_named_at_every_cell_that_takes_part(plan, tmp_path):
    rows = good_rows()
    rows[3][3] = "2.010"

    result = check(wide(rows), plan, tmp_path)

    assert {cell for cell, code in codes(result) if code == "broken-sum"} == {
        "D3", "D4", "D5", "D6",
    }  # fmt: skip
    assert "Lệch 10: 700 + 600 + 700 = 2.000, tổng số là 2.010." in result.errors[0].message


def test_parts_that_do_not_sum_in_one_agency_are_named(plan, tmp_path):
    rows = good_rows()[:3]
    rows[1][3] = 630

    result = check(wide(rows), plan, tmp_path)

    assert {("C4", "broken-sum"), ("D4", "broken-sum"), ("E4", "broken-sum")} <= codes(result)


def test_a_difference_to_the_plans_target_is_shown_not_hidden(plan, tmp_path):
    result = check(wide(good_rows()[:2]), plan, tmp_path)

    assert codes(result) == {(c, "differs-from-target") for c in ("C2", "D2", "E2")}
    assert result.is_clean
    assert "giao 2.100, mục tiêu của kế hoạch 3.000, lệch −900" in result.problems[0].message


def test_agencies_the_table_leaves_out_keep_what_they_have_and_count(plan, tmp_path):
    total = plan.indicators.get(name="Tổng số")
    other = AgencyFactory(jurisdiction=plan.jurisdiction)
    Allocation.objects.create(indicator=total, agency=other, year=2024, value=900)

    result = check(wide([row[:3] for row in good_rows()[:2]]), plan, tmp_path)

    (line,) = result.content.sums
    assert (line.allocated, line.gap) == (3000, 0)


def test_an_unknown_agency_is_asked_where_one_is_near_and_refused_where_none_is(plan, tmp_path):
    rows = good_rows()[:3]
    rows[1][1], rows[2][1] = "Huyện An Mính Đông", "Quận Mười"

    result = check(wide(rows), plan, tmp_path)

    assert [(q.cell, q.choices[0][1]) for q in result.questions] == [
        ("Giao!B4", "Ủy ban nhân dân huyện An Minh")
    ]
    assert ("B5", "unknown-agency") in codes(result)


def test_the_same_agency_twice_is_named_at_the_second_cell(plan, tmp_path):
    rows = [*good_rows()[:1], ["4", PLACES[0], 1, 1, 0]]

    result = check(wide(rows), plan, tmp_path)

    assert {("C4", "same-row"), ("D4", "same-row"), ("E4", "same-row")} <= codes(result)


def test_a_year_no_heading_or_title_names_is_asked_once(plan, tmp_path):
    result = check(wide(good_rows(), title="Giao chỉ tiêu"), plan, tmp_path)

    assert [q.text for q in result.questions] == ["Bảng này giao chỉ tiêu của năm nào?"]
    assert (result.questions[0].chosen, result.questions[0].why) == ("", "")


def test_a_year_of_which_only_names_speak_is_proposed_and_asked(plan, tmp_path):
    """The day of the decision stands in the title; the year of the figures in the sheet's name."""
    book = wide(good_rows(), title="Kèm theo Quyết định ngày 28 tháng 12 năm 2023")
    book.active.title = "Giao_2024"

    result = check(book, plan, tmp_path)

    [question] = result.questions
    assert (question.chosen, question.why) == ("2024", "theo tên trang tính: năm 2024")
    assert {share.year for share in result.content.shares} == {2024}
