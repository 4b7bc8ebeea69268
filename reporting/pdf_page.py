"""
A4 pages in the portal's typeface: facts, tables, head and page numbers of all that is printed.

Pure Python with the typeface embedded (ADR 0011). The same input gives the same bytes, so that a
document can be made again instead of being kept.
"""

from django.utils import timezone
from fontpkg_be_vietnam_pro import ROOT
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TextEmphasis, XPos, YPos
from fpdf.fonts import FontFace

FAMILY = "Be Vietnam Pro"
_FILES = {"": "Regular", "B": "Bold", "I": "Italic"}
# Millimetres; margins of official documents (Nghị định 30/2020/NĐ-CP, annex I).
LEFT, TOP, RIGHT, BOTTOM = 30, 20, 15, 20
BODY, SMALL, LINE = 10, 8, 5.2
LABEL_WIDTH = 42
_BELOW_FACT = 0.8
_MOST_LINES = 30  # of one row of a table
# Never typed by people: stands for the number of pages until it is known.
_ALL_PAGES = "{tổng số trang}"
_HEADINGS = FontFace(emphasis=TextEmphasis.B)
_SOFT = 90  # grey of labels, head and foot: 7:1 on white


class PdfPage(FPDF):
    """A document of A4 pages; `head` and `foot` are printed small on every one of them."""

    def __init__(self, title, *, made_at, head="", foot=""):
        super().__init__(format="A4")
        self.head, self.foot = head, foot
        for style, name in _FILES.items():
            self.add_font(FAMILY, style, ROOT / "files" / f"BeVietnamPro-{name}.ttf")
        self.set_title(title)
        self.set_lang("vi")
        self.set_creation_date(made_at)
        self.alias_nb_pages(_ALL_PAGES)
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(True, margin=BOTTOM)
        self.set_line_width(0.15)
        self.add_page()

    def header(self):
        self._small(self.head, y=10)
        self.set_y(TOP)

    def footer(self):
        self._small(f"{self.foot} · trang {self.page_no()}/{_ALL_PAGES}", y=-13)

    def _small(self, text, *, y):
        self.set_y(y)
        self.set_font(FAMILY, "", SMALL)
        with self.local_context(text_color=_SOFT):
            self.multi_cell(0, 4, text, align="L")

    def heading(self, text, size=15):
        self.set_font(FAMILY, "B", size)
        self.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def paragraph(self, text, style=""):
        self.set_font(FAMILY, style, BODY)
        self.multi_cell(0, LINE, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def facts(self, facts):
        """Print (label, text) pairs, one below the other."""
        for label, text in facts:
            # A fact is not torn in two by the end of a page.
            if self.get_y() + self._height_of_fact(label, text) > self.page_break_trigger:
                self.add_page()
            self.fact(label, text)
        self.ln(2)

    def _height_of_fact(self, label, text):
        """Return how high a fact stands. Drawing it on trial would copy the typefaces each time."""
        self.set_font(FAMILY, "", BODY)
        cells = (LABEL_WIDTH, label), (self.epw - LABEL_WIDTH, text)
        heights = [self.multi_cell(w, LINE, t, dry_run=True, output="HEIGHT") for w, t in cells]
        return max(heights) + _BELOW_FACT

    def fact(self, label, text):
        self.set_font(FAMILY, "", BODY)
        top = self.get_y()
        with self.local_context(text_color=_SOFT):
            self.multi_cell(LABEL_WIDTH, LINE, label, align="L", new_x=XPos.RIGHT, new_y=YPos.NEXT)
        below = self.get_y()
        self.set_xy(LEFT + LABEL_WIDTH, top)
        self.multi_cell(0, LINE, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(max(below, self.get_y()) + _BELOW_FACT)

    def figures(self, columns, rows):
        """
        Print a table of figures.

        `columns`: (heading, width as a share, is a number); numbers stand on the right. A row is
        (texts of its cells, remark below them over all columns, or "").
        """
        self.set_font(FAMILY, "", BODY - 1)
        headings, widths, numeric = zip(*columns, strict=True)
        with self.table(
            [headings],
            col_widths=widths,
            text_align=tuple("RIGHT" if right else "LEFT" for right in numeric),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            align="LEFT",
            headings_style=_HEADINGS,
            line_height=LINE,
            padding=(0.8, 1),
        ) as table:
            for cells, remark in rows:
                row = table.row()
                for text in cells:
                    row.cell(text)
                for piece in self._pieces(remark):
                    table.row().cell(piece, colspan=len(columns), align="LEFT")
        self.ln(2)

    def _pieces(self, text):
        """Part a long remark: a row of the table must find room on one page."""
        lines = self.multi_cell(self.epw - 4, LINE, text, dry_run=True, output="LINES")
        for first in range(0, len(lines) if text else 0, _MOST_LINES):
            yield "\n".join(lines[first : first + _MOST_LINES])

    def as_bytes(self):
        return bytes(self.output())


def moment(at):
    """Return a moment as documents give it, in Vietnam: 09:05 ngày 17/6/2024."""
    local = timezone.localtime(at)
    return f"{local:%H:%M} ngày {day(local)}"


def day(date):
    """Return 17/6/2024."""
    return f"{date.day}/{date.month}/{date.year}"
