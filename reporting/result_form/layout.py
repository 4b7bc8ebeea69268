"""Where each field of a report stands in its Excel form; the same for writing and for reading."""

import hashlib
import json
from dataclasses import dataclass
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from reporting import draft_fields, drafts

FIGURES, DUTIES, WORDS = "Số liệu", "Nhiệm vụ", "Văn bản, thuyết minh"
GUIDE, MARK = "Hướng dẫn", "Mã biểu"
HEAD_ROW = 5
FIGURE_HEADINGS = (
    "Chỉ tiêu",
    "Đơn vị tính",
    "Kế hoạch năm",
    "Cùng kỳ năm trước",
    "Kỳ trước trong năm",
    "Thực hiện lũy kế",
    "Ước cả năm",
    "Giải trình",
)
DUTY_HEADINGS = ("Nhiệm vụ", "Mục", "Tiến độ", "Kết quả, vướng mắc")
WORDS_HEADINGS = ("Nội dung", "Cơ quan ghi")
_FIGURE_COLUMNS = {"figure": 6, "estimate": 7, "explanation": 8}
_DUTY_COLUMNS = {"duty": 3, "words": 4}
_WORDS_COLUMN = 2


class Place(NamedTuple):
    """A field's input cell."""

    name: str
    sheet: str
    row: int
    column: int

    @property
    def reference(self):
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def address(self):
        return f"{self.sheet}!{self.reference}"

    @property
    def part(self):
        """What the field is: figure, estimate, explanation, duty, words, narrative, or a head."""
        part, _, number = self.name.rpartition("-")
        return part if number.isdigit() else self.name


@dataclass(frozen=True)
class Line:
    """A row of a sheet: a heading between rows has no places; `item` is what the row is about."""

    row: int
    item: object
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Layout:
    figures: tuple[Line, ...]
    duties: tuple[Line, ...]
    words: tuple[Line, ...]

    @property
    def places(self):
        lines = (*self.figures, *self.duties, *self.words)
        return [place for line in lines for place in line.places]

    @property
    def digest(self):
        """Return a mark of the structure: a form of other rows does not fit any more."""
        text = json.dumps([place[:] for place in self.places], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def layout_of(report):
    """Return the Layout of a report's form as the plan asks for it now."""
    draft = drafts.Draft(report, {})
    return Layout(
        tuple(_figure_lines(draft)), tuple(_duty_lines(draft)), tuple(_words_lines(draft))
    )


def _figure_lines(draft):
    row, breakdown = HEAD_ROW, None
    for pk, figure in draft.figures.items():
        row += 1
        if figure.indicator.breakdown not in (None, breakdown):
            yield Line(row, figure.indicator.breakdown)
            row += 1
        breakdown = figure.indicator.breakdown
        yield Line(row, figure.indicator, _places(FIGURES, row, pk, _FIGURE_COLUMNS))


def _duty_lines(draft):
    for row, line in enumerate(draft.duties, HEAD_ROW + 1):
        yield Line(row, line.duty, _places(DUTIES, row, line.duty.pk, _DUTY_COLUMNS))


def _words_lines(draft):
    head = draft_fields.words_of_head(draft.report)
    fields = [(name, words) for name, words in head.items()]
    fields += [(f"narrative-{section.pk}", str(section)) for section, _ in draft.narratives]
    for row, (name, words) in enumerate(fields, HEAD_ROW + 1):
        yield Line(row, words, (Place(name, WORDS, row, _WORDS_COLUMN),))


def _places(sheet, row, pk, columns):
    return tuple(Place(f"{part}-{pk}", sheet, row, column) for part, column in columns.items())
