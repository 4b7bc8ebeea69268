"""A filled form → texts of a report's fields, or every problem at its cell; nothing is written."""

from dataclasses import dataclass

from agencies.language import in_vietnamese
from agencies.vietnamese import fold, nfc
from agencies.workbooks import grid
from agencies.workbooks.problems import Problem, Refused, error, warning
from agencies.workbooks.reading import read_file
from reporting import draft_fields, drafts
from reporting.models import DutyStatus
from reporting.result_form.layout import MARK, layout_of
from reporting.result_form.mark import digest, mark_in
from targets.appendix.cells.numbers import read_number
from targets.appendix.cells.readings import Measure
from targets.appendix.cells.texts import old_encoding
from targets.appendix.units import measure_of
from targets.numerals import format_number

_STATUSES = {fold(label): value for value, label in DutyStatus.choices}
_DAYS = (draft_fields.AS_OF, draft_fields.DOCUMENT_DATE)
_FORMULAS = {
    grid.ERROR: ("formula-error", "Công thức hỏng. Ghi lại."),
    grid.UNCOMPUTED: ("not-computed", "Công thức chưa tính. Mở bằng Excel, lưu lại rồi nộp."),
}
_LONGEST = 20_000  # characters of a text


@dataclass(frozen=True)
class Entry:
    """One field as the form has it; `seen` as in draft_fields.save_fields."""

    name: str
    cell: str
    text: str
    seen: str | None


@dataclass(frozen=True)
class FormReading:
    entries: list[Entry]
    problems: list[Problem]

    @property
    def errors(self):
        return [problem for problem in self.problems if problem.level == "error"]


@in_vietnamese
def read_form(path, report):
    """
    Return the FormReading of a report's filled form.

    Raises Refused for a file that is no form, or one of another agency, round or version.
    """
    sheets = {sheet.name: sheet for sheet in read_file(path)}
    mark, layout = mark_in(sheets[MARK]) if MARK in sheets else None, layout_of(report)
    _check_mark(mark, report, layout)
    indicators = {f"{i.pk}": i for i in draft_fields.indicators_asked(report)}
    stored, entries, problems = draft_fields.texts_of(report), [], []
    for place in layout.places:
        sheet = sheets.get(place.sheet)
        if sheet is None:
            raise Refused(f"Biểu thiếu trang “{place.sheet}”. Xin tải lại biểu rồi điền.")
        cell = sheet.cell(place.row, place.column)
        text, problem = _read(place, cell, indicators)
        if problem:
            problems.append(problem)
        elif len(text) > _LONGEST:
            problems.append(error(place.address, "too-long", "Lời dài hơn 20.000 chữ."))
        else:
            seen = _seen(mark.seen.get(place.name), text, stored.get(place.name, ""))
            entries.append(Entry(place.name, place.address, text, seen))
    if not problems:
        problems += _broken(report, layout, entries)
    return FormReading(entries, problems)


def _check_mark(mark, report, layout):
    """Raise Refused unless the form is this report's, of its next version, with today's rows."""
    again = "Xin tải biểu ở trang nhập của báo cáo này rồi điền."
    if mark is None:
        raise Refused(f"Tệp này không phải biểu báo cáo tải từ cổng. {again}")
    if mark.report != str(report.pk):
        raise Refused(
            f"Biểu này của {mark.agency}, {mark.round.lower()}; đang nhập cho {report.agency}, "
            f"{str(report.round).lower()}. {again}"
        )
    version = report.versions.count() + 1
    if mark.version != str(version):
        raise Refused(
            f"Biểu này của lần gửi {mark.version}, báo cáo đang soạn lần gửi {version}. {again}"
        )
    if mark.structure != layout.digest:
        raise Refused(f"Biểu này cũ: chỉ tiêu, nhiệm vụ được hỏi đã thay đổi từ khi tải. {again}")


def _seen(mark, text, stored):
    """Return which text the person had before them: the form keeps its digest."""
    for known in (text, stored):
        if digest(known) == mark:
            return known
    return None


def _read(place, cell, indicators):
    """Return (text as a draft keeps it, problem or None)."""
    if cell.kind in (grid.ERROR, grid.UNCOMPUTED):
        return "", _fault(place.address, cell, *_FORMULAS[cell.kind])
    if place.part in ("figure", "estimate"):
        return read_figure(place.address, cell, indicators[place.name.rpartition("-")[2]])
    if place.part == "duty":
        return _status(place, cell)
    if place.name in _DAYS:
        return _day(place, cell)
    name = old_encoding(cell.value, cell.flags)
    if name not in ("", "VIQR"):  # “chưa xong?” typed without accents is no VIQR
        message = f"Chữ theo bảng mã {name}. Xin chuyển sang Unicode (UniKey: Ctrl+Shift+F6)."
        return "", _fault(place.address, cell, "old-encoding", message)
    return draft_fields.plain(cell.value), None


@in_vietnamese
def read_figure(address, cell, indicator):
    """Return (a figure's text as a draft keeps it, the problem at its cell or None)."""
    if cell.kind in (grid.ERROR, grid.UNCOMPUTED):
        return "", _fault(address, cell, *_FORMULAS[cell.kind])
    text = cell.value.strip()
    if cell.kind == grid.TEXT and fold(text) in drafts.WORDS:
        return text, None
    reading = read_number(cell, _measure(cell, indicator))
    if reading.fault:
        return "", _fault(address, cell, *reading.fault)
    if reading.question:
        choices = " hay ".join(
            "để trống" if c is None else format_number(c) for c in reading.choices
        )
        return "", _fault(address, cell, "unclear", f"{reading.question} Ghi rõ {choices}.")
    if reading.number is None:
        return "", None
    text = format_number(reading.number)
    message = drafts.read_text(text, indicator)[2]
    return text, _fault(address, cell, "not-a-number", message) if message else None


def _measure(cell, indicator):
    """A number typed into our own cell is what it says: 0,8 in a rate is 0,8 %."""
    measure = measure_of(indicator.kind, indicator.unit)
    is_plain = cell.kind == grid.NUMBER and grid.PERCENT not in cell.flags
    return Measure.AMOUNT if measure == Measure.PERCENT and is_plain else measure


def _status(place, cell):
    text = nfc(cell.value).strip()
    if not text:
        return "", None
    if fold(text) in _STATUSES:
        return _STATUSES[fold(text)], None
    choices = ", ".join(map(str, DutyStatus.labels))
    return "", _fault(
        place.address, cell, "unknown-status", f"Tiến độ chỉ ghi một trong: {choices}."
    )


def _day(place, cell):
    text = cell.value.strip()
    if not text:
        return "", None
    day = drafts.read_day(text[:10] if cell.kind == grid.DATE else text)
    if day is None:
        return "", _fault(place.address, cell, "not-a-day", "Ngày ghi như 14/6/2024.")
    return f"{day.day}/{day.month}/{day.year}", None  # as people type it: a receipt shows it


def _fault(address, cell, code, message):
    return error(address, code, message, cell.value.split("|")[0][:200])


def _broken(report, layout, entries):
    """Warn at the total of each breakdown that does not add up; a draft may hold it (R17)."""
    texts = {entry.name: entry.text for entry in entries}
    cells = {place.name: place.address for place in layout.places}
    for fault in drafts.Draft(report, texts).broken:
        name = f"figure-{fault.breakdown.parent_id}"
        if name in cells and not texts.get(f"explanation-{fault.breakdown.parent_id}"):
            message = f"{fault} Sửa, hoặc ghi giải trình ở dòng này trước khi gửi."
            yield warning(cells[name], "broken-sum", message, texts.get(name, ""))
