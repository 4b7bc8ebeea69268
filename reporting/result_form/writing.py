"""A report → its Excel form: locked, input cells coloured, last figures and plan beside them."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from agencies.language import in_vietnamese
from agencies.spreadsheets import as_text, fit_height, print_on_a4, workbook_bytes
from reporting import drafts
from reporting.entry import entry_table
from reporting.models import DutyStatus, FigureStatus
from reporting.result_form.layout import (
    DUTIES,
    DUTY_HEADINGS,
    FIGURE_HEADINGS,
    FIGURES,
    GUIDE,
    HEAD_ROW,
    MARK,
    WORDS,
    WORDS_HEADINGS,
    layout_of,
)
from reporting.result_form.mark import mark_of
from targets.models import Breakdown, Indicator

_FONT = "Times New Roman"
_THIN = Side(style="thin", color="808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E8EDF3")
_INPUT = PatternFill("solid", fgColor="FFF9E0")
_WIDTHS = {
    FIGURES: (42, 12, 12, 12, 12, 14, 14, 34),
    DUTIES: (58, 9, 18, 50),
    WORDS: (40, 90),
    GUIDE: (110,),
}
_WORDS_LINES = 4  # of a row for words still to be written
_GUIDE = (
    "Chỉ ghi vào các ô tô vàng nhạt; các ô khác đã khóa.",
    "Trang “Số liệu”: số thực hiện là lũy kế từ đầu năm kế hoạch. Để trống: thiếu số liệu. "
    "Ghi 0: bằng không. Ghi k: không phát sinh. Ghi x: không áp dụng.",
    "Ô số chỉ ghi một con số (1572 hoặc 1.572), không kèm chữ, dấu *, chú thích. "
    "Lời giải thích ghi ở cột “Giải trình”.",
    "Số của các dòng trong một phân tổ “cộng đủ” cộng lại phải bằng tổng số; nếu khác, ghi lý do "
    "ở cột “Giải trình” của dòng tổng số.",
    "Trang “Nhiệm vụ”: chọn tiến độ trong danh sách; đang vướng thì ghi rõ vướng mắc.",
    "Trang “Văn bản, thuyết minh”: ngày ghi như 14/6/2024.",
    "Ghi xong, lưu lại dạng .xlsx, mở trang nhập của báo cáo trên cổng, chọn “Nộp biểu đã điền”. "
    "Cổng chỉ ra mọi ô sai cùng lúc và cho xem trước khi ghi vào bản nháp.",
    "Biểu này của riêng một cơ quan, một kỳ, một lần gửi; không dùng cho kỳ khác hay cơ quan khác.",
)


@in_vietnamese
def form_workbook(report):
    """Return the bytes of a report's form, filled with what its draft holds."""
    draft, layout = drafts.Draft(report), layout_of(report)
    book = Workbook()
    book.remove(book.active)
    if layout.figures:
        _figures_sheet(_sheet(book, FIGURES, FIGURE_HEADINGS, report), draft, layout)
    if layout.duties:
        _duties_sheet(_sheet(book, DUTIES, DUTY_HEADINGS, report), draft, layout)
    _words_sheet(_sheet(book, WORDS, WORDS_HEADINGS, report), draft, layout)
    _guide_sheet(book)
    _mark_sheet(book, mark_of(report, layout, draft.texts))
    return workbook_bytes(book)


def _sheet(book, title, headings, report):
    page = book.create_sheet(title)
    for number, width in enumerate(_WIDTHS[title], 1):
        page.column_dimensions[get_column_letter(number)].width = width
    round = report.round
    _put(page, 1, 1, f"Báo cáo {round.label}: {title.lower()}", bold=True, grid=False)
    _put(page, 2, 1, f"{report.agency} · {round.plan.short_title}", grid=False)
    window = f"{round.window_start:%-d/%-m/%Y} - {round.window_end:%-d/%-m/%Y}"
    _put(page, 3, 1, f"Thời gian chốt số liệu: {window}. Chỉ ghi vào ô tô vàng.", grid=False)
    for column, heading in enumerate(headings, 1):
        cell = _put(page, HEAD_ROW, column, heading, bold=True)
        cell.fill = _HEAD
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    fit_height(page, HEAD_ROW, zip(headings, _WIDTHS[title], strict=True))
    page.freeze_panes = page.cell(HEAD_ROW + 1, 2)
    print_on_a4(page, header_row=HEAD_ROW)
    _lock(page)
    return page


def _lock(page):
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False


def _figures_sheet(page, draft, layout):
    beside = {row.indicator.pk: row for group in entry_table(draft) for row in group.rows}
    for line in layout.figures:
        if isinstance(line.item, Breakdown):
            rule = line.item.rule_beside
            _put(page, line.row, 1, f"{line.item} ({rule})" if rule else str(line.item), bold=True)
            continue
        row = beside[line.item.pk]
        name = _put(page, line.row, 1, str(line.item))
        name.alignment = Alignment(wrap_text=True, vertical="top", indent=bool(line.item.breakdown))
        _put(page, line.row, 2, line.item.unit)
        for column, value in enumerate((row.planned, row.last_year, row.last_round), 3):
            _put(page, line.row, column, value)
        for place in line.places:
            _input(page, place, _shown(place, draft, line.item))
        _fit(page, line)
    _validate_numbers(page, layout)


def _shown(place, draft, indicator):
    """Return a number where the draft's text is one, else the text as typed."""
    text = draft.texts.get(place.name, "")
    if place.part == "explanation":
        return text
    status, value, _ = drafts.read_text(text, indicator)
    return value if status == FigureStatus.NUMBER else text


def _validate_numbers(page, layout):
    for is_count in (True, False):
        cells = [
            place.reference
            for line in layout.figures
            for place in line.places
            if place.part != "explanation" and _is_count(line.item) == is_count
        ]
        if cells:
            page.add_data_validation(_number_rule(cells, is_count=is_count))


def _is_count(indicator):
    return indicator.kind == Indicator.Kind.COUNT


def _number_rule(cells, *, is_count):
    first = cells[0]
    whole = f",{first}=INT({first})" if is_count else ""
    # IF keeps INT from being asked of a text.
    test = f'=IF(ISNUMBER({first}),AND({first}>=0{whole}),OR({first}="k",{first}="x"))'
    kind = "một số nguyên" if is_count else "một con số"
    rule = DataValidation(type="custom", formula1=test[1:], allow_blank=True)
    rule.errorTitle, rule.error = "Ô số liệu", f"Ghi {kind} không âm, hoặc k, hoặc x."
    rule.promptTitle, rule.prompt = (
        "Ô số liệu",
        f"{kind.capitalize()}; k: không phát sinh; x: không áp dụng; để trống: thiếu số liệu.",
    )
    rule.showErrorMessage = rule.showInputMessage = True
    rule.sqref = " ".join(cells)
    return rule


def _duties_sheet(page, draft, layout):
    for line in layout.duties:
        name = _put(page, line.row, 1, str(line.item))
        name.alignment = Alignment(wrap_text=True, vertical="top")
        _put(page, line.row, 2, line.item.clause)
        for place in line.places:
            text = draft.texts.get(place.name, "")
            _input(page, place, drafts.as_read(place.name, text))
        _fit(page, line)
    choices = ",".join(map(str, DutyStatus.labels))
    rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
    rule.errorTitle, rule.error = "Tiến độ", "Chọn một mức trong danh sách."
    rule.showErrorMessage = True
    rule.sqref = " ".join(line.places[0].reference for line in layout.duties)
    page.add_data_validation(rule)


def _words_sheet(page, draft, layout):
    for line in layout.words:
        _put(page, line.row, 1, str(line.item))
        [place] = line.places
        _input(page, place, _day_as_read(draft.texts.get(place.name, "")))
        _fit(page, line, least=_WORDS_LINES if place.part == "narrative" else 1)


def _day_as_read(text):
    day = drafts.read_day(text)
    return f"{day.day}/{day.month}/{day.year}" if day else text


def _guide_sheet(book):
    page = book.create_sheet(GUIDE)
    page.column_dimensions["A"].width = _WIDTHS[GUIDE][0]
    _put(page, 1, 1, "Hướng dẫn điền biểu", bold=True, grid=False)
    for number, words in enumerate(_GUIDE, 1):
        cell = _put(page, number + 2, 1, f"{number}. {words}", grid=False)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        fit_height(page, number + 2, [(cell.value, _WIDTHS[GUIDE][0])])
    print_on_a4(page, header_row=1)
    _lock(page)


def _mark_sheet(book, mark):
    page = book.create_sheet(MARK)
    page.sheet_state = "veryHidden"
    for number, (key, value) in enumerate(mark.rows(), 1):
        as_text(page.cell(number, 1), key)
        as_text(page.cell(number, 2), value)
    _lock(page)


def _fit(page, line, *, least=1):
    cells = zip(page[line.row], _WIDTHS[page.title], strict=True)
    texts = [(cell.value, width) for cell, width in cells if isinstance(cell.value, str)]
    fit_height(page, line.row, texts, least=least)


def _put(page, row, column, value, *, bold=False, grid=True):
    cell = page.cell(row, column)
    if isinstance(value, str):
        as_text(cell, value)
        cell.alignment = Alignment(wrap_text=grid, vertical="top")
    elif value is not None:
        cell.value, cell.number_format = value, _number_format(value)
        cell.alignment = Alignment(vertical="top")
    cell.font = Font(name=_FONT, bold=bold)
    if grid:
        cell.border = _GRID
    return cell


def _number_format(value):
    return "#,##0.####" if value % 1 else "#,##0"


def _input(page, place, value):
    cell = _put(page, place.row, place.column, value or None if isinstance(value, str) else value)
    cell.fill, cell.protection = _INPUT, Protection(locked=False)
    cell.border = _GRID
    if place.part in ("figure", "estimate"):
        cell.alignment = Alignment(horizontal="right", vertical="top")
    else:
        cell.number_format = "@"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
