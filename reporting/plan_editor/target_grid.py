"""Targets of single years as a grid, years across and indicators down, like a plan's appendix."""

from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reporting.plan_editor import drafts, rows
from reporting.plan_editor.row_form import plain, target_number
from reporting.plan_editor.target_forms import words
from targets.models import Target
from targets.numerals import NumeralError, format_number

ONE_NUMBER = [
    (value, _("con số") if value == Target.Operator.PLAIN else label)
    for value, label in Target.Operator.choices
    if value in {*Target.ON_LOW, *Target.ON_HIGH}
]


@dataclass
class Cell:
    """One year of one indicator. `fixed`: a range or words, changed on its own page."""

    name: str
    year: int
    text: str = ""
    fixed: str = ""
    error: str = ""
    number: int | float | None = None


@dataclass
class Line:
    """One indicator. `stored` are operator and clause of its first year, before the form."""

    code: str
    name: str
    unit: str
    operator: str
    clause: str
    stored: tuple[str, str]
    cells: list[Cell] = field(default_factory=list)

    def chosen(self, row):
        """Return (operator, clause) for a year: its own, but for what was chosen anew."""
        now = (self.operator, self.clause)
        own = (row["operator"], row["clause"]) if row else now
        pairs = zip(now, self.stored, own, strict=True)
        return [new if new != old else kept for new, old, kept in pairs]


def grid_of(document, typed=None):
    """Return the lines of the grid, as stored or, with the texts of a sent form, as typed."""
    head = document["plan"]
    years = range(head["first_year"], head["last_year"] + 1)
    yearly = _yearly(document)
    return [_line(indicator, years, yearly, typed) for indicator in document["indicators"]]


def mark_of(document):
    """Return the digest of all the grid shows: someone else's change in it is noticed."""
    return rows.digest([document["indicators"], list(_yearly(document).values())])


def _yearly(document):
    return {
        (row["indicator"], row["year"]): row
        for row in document["targets"]
        if row["scope"] == Target.Scope.YEAR and not row.get("effective_on")
    }


def _line(indicator, years, yearly, typed):
    code = indicator["code"]
    own = [yearly[code, year] for year in years if (code, year) in yearly]
    editable = [row for row in own if row["operator"] in dict(ONE_NUMBER)]
    first = next(iter(editable), {})
    stored = first.get("operator", Target.Operator.PLAIN), first.get("clause", "")
    line = Line(code, indicator["name"], indicator["unit"] or "", *stored, stored)
    if typed is not None:
        chosen = typed.get(f"so-sanh-{code}")
        line.operator = chosen if chosen in dict(ONE_NUMBER) else line.operator
        line.clause = typed.get(f"muc-{code}", line.clause).strip()
    line.cells = [_cell(code, year, yearly.get((code, year)), typed) for year in years]
    return line


def _cell(code, year, row, typed):
    cell = Cell(f"so-{code}-{year}", year)
    if row and row["operator"] not in dict(ONE_NUMBER):
        cell.fixed = words(row)
        return cell
    number = row and (row["low"] if row.get("low") is not None else row.get("high"))
    cell.number = number
    cell.text = "" if number is None else format_number(number)
    if typed is not None and cell.name in typed:
        cell.text = typed[cell.name].strip()
        try:
            cell.number = plain(target_number(cell.text)) if cell.text else None
        except NumeralError as error:
            cell.error = str(error)
    return cell


def save_grid(draft, lines, *, shown, by, at):
    """
    Write the grid as typed, unless something it shows was changed meanwhile (RowChanged).

    A cell left empty makes no target; one that is there stays and waits for its number.
    """

    def edit(document):
        if mark_of(document) != shown:
            raise drafts.RowChanged(
                gettext(
                    "Mục tiêu hoặc chỉ tiêu vừa được người khác sửa. Những gì bạn gõ vẫn còn trên "
                    "trang; lưu lần nữa để giữ số của bạn."
                )
            )
        before = list(_yearly(document).values())
        _write(document, lines)
        old = [row for row in before if row not in document["targets"]]
        new = [row for row in _yearly(document).values() if row not in before]
        return {"section": "targets", "old": old, "new": new}

    note = "Sửa bảng mục tiêu từng năm"
    return drafts.change(draft, edit, note=note, by=by, at=at)


def _write(document, lines):
    yearly = _yearly(document)
    for line in lines:
        for cell in line.cells:
            row = yearly.get((line.code, cell.year))
            if cell.fixed or (row is None and cell.number is None):
                continue
            operator, clause = line.chosen(row)
            on_high = operator in Target.ON_HIGH
            fresh = (row or _new(line.code, cell.year)) | {
                "operator": operator,
                "low": None if on_high else cell.number,
                "high": cell.number if on_high else None,
                "clause": clause,
            }
            if row is None:
                document["targets"].insert(_end_of(document["targets"], line.code), fresh)
            else:
                document["targets"][document["targets"].index(row)] = fresh


def _new(code, year):
    scope = str(Target.Scope.YEAR)
    return {"indicator": code, "scope": scope, "year": year, "text": None}


def _end_of(targets, code):
    """Return the place after the indicator's last target, else the end."""
    own = [place for place, row in enumerate(targets) if row["indicator"] == code]
    return own[-1] + 1 if own else len(targets)
