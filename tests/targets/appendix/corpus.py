"""
Workbooks with faults planted at known cells, made anew from a seed; none is kept as a file.

`Corpus(plan).make(seed, faults)` gives a workbook of the plan's own targets in one of many layouts
that must be tolerated (R27), and what must be said of it: {cell: code}. Faults cover the lines
S3-S5, S14-S16, U3-U8, U12, N3-N13, N15-N22 of the research's tables.
"""

import datetime as dt
import random
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from targets.models import Target
from tests.factories import BreakdownFactory, IndicatorFactory, PlanFactory, TargetFactory

BLOCKS = [
    "Giải quyết việc làm",
    "Đào tạo nghề cho lao động nông thôn",
    "Lao động được tư vấn, giới thiệu",
    "Người tham gia bảo hiểm thất nghiệp",
    "Vay vốn từ Quỹ quốc gia",
    "Thanh niên khởi nghiệp",
    "Phụ nữ được hỗ trợ học nghề",
    "Người khuyết tật có việc",
    "Hộ thoát nghèo bền vững",
    "Lao động qua sàn giao dịch",
    "Bộ đội xuất ngũ học nghề",
    "Công nhân khu công nghiệp tuyển mới",
    "Kết nối cung cầu thị trường",
    "Huấn luyện an toàn vệ sinh",
]
RATES = ["Tỷ lệ thất nghiệp thành thị", "Tỷ lệ qua đào tạo có chứng chỉ", "Tỷ lệ nữ tham gia"]
AMOUNTS = ["Kinh phí hỗ trợ từ ngân sách", "Dư nợ cho vay của ngân hàng chính sách"]
PARTS = ("Trong tỉnh", "Ngoài tỉnh")
SIZES = (3_000, 35_000, 1_200_000)
DITTOS = ["“", '"', "''", "nt", "//"]
FOOT = [
    ["", "Ghi chú: số liệu ước tính đến hết năm 2020."],
    ["", "Nơi nhận:", "", "TM. ỦY BAN NHÂN DÂN"],
    ["", "- Như trên;", "", "KT. CHỦ TỊCH"],
    ["", "- Lưu: VT.", "", "PHÓ CHỦ TỊCH"],
]


def corpus_plan():
    """Return a plan of 14 totals with two parts each, three rates and two amounts of money."""
    plan = PlanFactory()
    for number, label in enumerate(BLOCKS):
        total = _indicator(plan, label, "lượt người")
        parts = BreakdownFactory(parent=total)
        size = SIZES[number % 3] + 100 * number
        members = [
            _indicator(plan, part, "lượt người", parent=total, breakdown=parts) for part in PARTS
        ]
        for step, year in enumerate(plan.years):
            inside = size * 6 // 10 + 7 * step
            _targets(year, (total, size), (members[0], inside), (members[1], size - inside))
    for label in RATES:
        rate = _indicator(plan, label, "%", level=True)
        for step, year in enumerate(plan.years):
            _targets(year, (rate, f"{4 + step / 10:.1f}"))
    for label in AMOUNTS:
        amount = _indicator(plan, label, "triệu đồng")
        for step, year in enumerate(plan.years):
            _targets(year, (amount, f"{1250 + step}.5"))
    return plan


def _indicator(plan, label, unit, **facts):
    return IndicatorFactory(plan=plan, name=label, appendix_label=label, **{"unit": unit} | facts)


def _targets(year, *pairs):
    for indicator, number in pairs:
        TargetFactory(indicator=indicator, year=year, operator="plain", low=number)


# What to write into a cell → code expected there. `{n}` is the cell's number with dots.
COUNT_FAULTS = [
    ("1.234,5", "not-whole"), ("1,234.5", "not-whole"), ("1.23.456", "not-a-number"),
    ("12.34.567", "not-a-number"), ("1..2", "not-a-number"), ("1.234,567.8", "not-a-number"),
    ("1,2,3", "not-a-number"), ("6,5%", "percent"), ("“", "ditto"), ('"', "ditto"),
    ("như trên", "ditto"), ("35 nghìn", "not-a-number"), ("1,2 triệu", "not-a-number"),
    ("35k", "not-a-number"), ("~35.000", "not-a-number"), (">100", "not-a-number"),
    ("khoảng 50", "not-a-number"), ("10-12", "not-a-number"), ("5+3", "not-a-number"),
    ("3/4", "not-a-number"), ("50 người", "not-a-number"), ("12*", "not-a-number"),
    ("12(1)", "not-a-number"), ("15.500 người*", "not-a-number"), ("1e5", "not-a-number"),
    ("1_000", "not-a-number"), ("nan", "not-a-number"), ("inf", "not-a-number"),
    ("0x1F", "not-a-number"), ("TRUE", "not-a-number"), ("١٢٣", "not-a-number"),
    ("²", "not-a-number"), ("1O0", "not-a-number"), ("l00", "not-a-number"),
    ("(35)", "not-a-number"), ("35-", "not-a-number"), ("−35", "negative"), ("-35", "negative"),
    ("+35", "not-a-number"), ("19.70", "not-a-number"), ("1 23", "not-a-number"),
    ("007", "not-a-number"), (True, "logical"), (dt.date(2024, 4, 3), "date"), (-35, "negative"),
    (35000.5, "not-whole"), (1234567890123456789, "too-long"), (1e308, "too-long"),
    ("#REF!", "formula-error"), ("#N/A", "formula-error"), ("#DIV/0!", "formula-error"),
    ("=B1+C1", "not-computed"), ("…", "no-data"), ("...", "no-data"), ("x", "no-data"),
    ("N/A", "no-data"), ("KCSL", "no-data"), ("chưa có", "no-data"), ("-", "?"), ("–", "?"),
    ("—", "?"), ("35,000", "?"),
]  # fmt: skip
PERCENT_FAULTS = [
    ((6.5, "0%"), "percent-over-100"),
    (650, "percent-over-100"), ("650", "percent-over-100"), (0.065, "?"), ("6.5.1", "not-a-number"),
    (-1.5, "negative"), ("6,5 điểm", "not-a-number"), ("khoảng 5%", "not-a-number"),
    (99.99999999999999, "too-long"), ("4,12345", "too-precise"), ("#VALUE!", "formula-error"),
    ("35.000", "?"), (dt.date(2024, 5, 6), "date"),
]  # fmt: skip
AMOUNT_FAULTS = [
    ("35.000", "?"), ("35,000", "?"), ("19.70", "not-a-number"), ("1.5 tỷ", "not-a-number"),
    (1250.123456789012, "too-long"), ("12,34567", "too-precise"), ("6,5%", "percent"),
    (-3, "negative"),
]  # fmt: skip
LABEL_FAULTS = [
    (lambda text: "Së Lao ®éng", "old-encoding"),
    (lambda text: "KÕ ho¹ch viÖc lµm", "old-encoding"),
    (lambda text: "Lao ñoäng", "old-encoding"),
    (lambda text: "Ke^' hoa.ch", "old-encoding"),
    (lambda text: "Viá»‡c lÃ m", "old-encoding"),
    (lambda text: text + " \u202e", "direction"),
    (lambda text: text + " \U0001f600", "strange-letters"),
    (lambda text: text[:3] + "\ufffd" + text[3:], "broken-letters"),
    (lambda text: text + "_x0007_", "control"),
    (lambda text: text[:4] + "\u200b" + text[4:], "invisible"),
    (lambda text: "#N/A", "formula-error"),
    (lambda text: None, "no-label"),
    (lambda text: text[:-2] + text[-1], "?"),
    (lambda text: text.replace("T", "Т", 1), "look-alike"),  # Cyrillic
]
LINKED = ("'[1]Sheet1'!$A$1", "external-link")


@dataclass
class Planted:
    """A workbook and what must be said of it: {cell: code}; `?` stands for a question."""

    book: Workbook
    expected: dict[str, str] = field(default_factory=dict)
    # Cells whose sums break with a fault: named too, and no false alarm.
    allowed: set[str] = field(default_factory=set)
    formulas: dict[str, tuple[str, str]] = field(default_factory=dict)

    def save(self, folder, name="bang.xlsx"):
        path = Path(folder) / name
        self.book.save(path)
        if self.formulas:
            give_formulas(path, self.formulas)
        return path


class Corpus:
    def __init__(self, plan):
        self.plan = plan
        targets = Target.objects.filter(indicator__plan=plan).select_related("indicator")
        self.numbers = {(t.indicator_id, t.year): t.low for t in targets}
        self.indicators = list(plan.indicators.all())

    def make(self, seed, faults=0):
        """Return the Planted workbook of a seed with as many faults."""
        sheet = _Sheet(self, random.Random(seed))  # noqa: S311 - repeatable, not secret
        sheet.write()
        sheet.plant(faults)
        return sheet.planted


class _Sheet:
    def __init__(self, corpus, rng):
        self.corpus, self.rng = corpus, rng
        self.book = Workbook()
        self.page = self.book.active
        self.page.title = rng.choice(["Phụ lục", "Sheet1", "Biểu 01", "PL I"])
        self.planted = Planted(self.book)
        self.row = 1
        self.places, self.labels = {}, {}  # (indicator id, year) → cell; indicator id → cell

    def write(self):
        rng = self.rng
        for text in rng.sample(
            ["PHỤ LỤC", "(Kèm theo Kế hoạch)", "Đơn vị: xem cột ĐVT", "BIỂU 1"], 2
        ):
            self._line([text])
        if rng.random() < 0.5:
            self.page.merge_cells("A1:H1")
            self._line([])
        self._head()
        for number, indicator in enumerate(self.corpus.indicators):
            if indicator.parent_id is None and number and rng.random() < 0.15:
                self._line([])
            self._indicator_row(indicator)
        self._foot()

    def _head(self):
        years = [str(year) for year in self.corpus.plan.years]
        names = [self.rng.choice(["TT", "STT", "Số TT"]), "Mục tiêu, chỉ tiêu",
                 self.rng.choice(["ĐVT", "Đơn vị tính", "Đvt"])]  # fmt: skip
        if self.rng.random() < 0.4:  # two rows: “Kế hoạch” over the years
            self._line([*names, "Kế hoạch", "", "", "", "", "Ghi chú"])
            self._line(
                ["", "", "", *(self.rng.choice([int(year), f"Năm {year}"]) for year in years)]
            )
            top = self.row - 2
            self.page.merge_cells(start_row=top, end_row=top, start_column=4, end_column=8)
            for column in (1, 2, 3, 9):
                self.page.merge_cells(
                    start_row=top, end_row=top + 1, start_column=column, end_column=column
                )
        else:
            self._line([*names, *(f"Năm {year}" for year in years), "Ghi chú"])
        self.head = self.row - 1
        if self.rng.random() < 0.4:
            self._line([f"({number})" for number in range(1, 10)])

    def _indicator_row(self, indicator):
        rng, is_part = self.rng, indicator.parent_id is not None
        first = is_part and indicator.name == PARTS[0]
        order = ("a." if first and rng.random() < 0.5 else "") if is_part else rng.choice(["", ""])
        label = f"{rng.choice(['+', '-'])} {indicator.name}" if is_part else indicator.name
        if rng.random() < 0.2:
            label = unicodedata.normalize("NFD", label)
        unit = rng.choice(DITTOS) if is_part else indicator.unit
        self.labels[indicator.pk] = self._address(2)
        cells = [order, label, unit]
        for column, year in enumerate(self.corpus.plan.years, 4):
            self.places[indicator.pk, year] = self._address(column)
            cells.append(self._typed(self.corpus.numbers[indicator.pk, year], indicator))
        self._line([cell if cell != "" else None for cell in cells])

    def _typed(self, number, indicator):
        """Return a number as one of the ways people type it."""
        whole = number == int(number)
        if indicator.unit == "%":
            text = f"{number.normalize():f}".replace(".", ",")
            return self.rng.choice([float(number), text, f"{text}%"])
        if indicator.unit == "triệu đồng":
            text = f"{number.normalize():,f}".translate(str.maketrans(",.", ".,"))
            return self.rng.choice([float(number), text])
        assert whole
        return self.rng.choice([int(number), int(number), f"{int(number):,}".replace(",", ".")])

    def _foot(self):
        if self.rng.random() < 0.6:
            self._line([])
            for row in FOOT:
                self._line(row)

    def plant(self, count):
        """Plant faults at cells in random order; a broken sum takes a whole family of cells."""
        free = list(self.places)
        self.rng.shuffle(free)
        while free and count > 0:
            indicator, year = free.pop()
            indicator = next(i for i in self.corpus.indicators if i.pk == indicator)
            family = [(member.pk, year) for member in self._family(indicator)]
            if (
                len(family) > 1
                and set(family) - {(indicator.pk, year)} <= set(free)
                and (self.rng.random() < 0.15)
            ):
                self._break_sum(indicator, year)
                free = [place for place in free if place not in family]
            elif len(family) > 1 and self.rng.random() < 0.05:
                self._link(indicator, year)
            else:
                choices = {"%": PERCENT_FAULTS, "triệu đồng": AMOUNT_FAULTS}
                value, code = self.rng.choice(choices.get(indicator.unit, COUNT_FAULTS))
                self._set(self.places[indicator.pk, year], value, code)
            count -= 1
        if self.planted.expected:
            self._label_fault()
            self._style_faults(len(self.planted.expected))
            self._shape_faults(len(self.planted.expected))

    def _break_sum(self, indicator, year):
        """Change one number of a family a little: each cell that takes part is named."""
        number = int(self.corpus.numbers[indicator.pk, year]) + 1
        self.page[self._cell(self.places[indicator.pk, year])].value = number
        for member in self._family(indicator):
            self.planted.expected[self.places[member.pk, year]] = "broken-sum"

    def _link(self, indicator, year):
        number = self.corpus.numbers[indicator.pk, year]
        address = self.places[indicator.pk, year]
        self.page[self._cell(address)].value = int(number)
        self.planted.formulas[self._cell(address)] = (LINKED[0], str(int(number)))
        self.planted.expected[address] = LINKED[1]

    def _family(self, indicator):
        top = indicator.parent_id or indicator.pk
        return [i for i in self.corpus.indicators if top in (i.pk, i.parent_id)]

    def _label_fault(self):
        """Spoil the name of one level row; rows under it would go with a total."""
        indicator = self.rng.choice([i for i in self.corpus.indicators if i.name in RATES])
        change, code = self.rng.choice(LABEL_FAULTS)
        text = change(indicator.name)
        self._set(self.labels[indicator.pk], text, code)
        if code != "?" and code != "invisible":
            # Figures of a row nobody can name are judged as its unit alone says.
            self.planted.allowed |= {self.places[indicator.pk, y] for y in self.corpus.plan.years}

    def _style_faults(self, count):
        """One percent format over 100 %, one hidden row, where the sheet has room."""
        indicator = next(i for i in self.corpus.indicators if i.name == AMOUNTS[0])
        if count % 3 == 0:
            row = int(re.sub(r"\D", "", self._cell(self.labels[indicator.pk])))
            self.page.row_dimensions[row].hidden = True
            self.planted.expected[f"{self.page.title}!A{row}"] = "hidden-row"
        if count % 4 == 0:
            other = next(i for i in self.corpus.indicators if i.name == AMOUNTS[1])
            cell = self.page[self._cell(self.labels[other.pk])]
            cell.value, cell.font = "D\u00ad nî vèn vay", Font(name=".VnTime")
            self.planted.expected[self.labels[other.pk]] = "old-encoding"
            self.planted.allowed |= {self.places[other.pk, y] for y in self.corpus.plan.years}

    def _shape_faults(self, count):
        """A column nobody knows, a year outside the plan, two figures in one merged cell."""
        if count % 5 == 0:
            self._set(f"{self.page.title}!J{self.head}", "Số bí ẩn", "unknown-column")
        if count % 6 == 0:
            self._set(f"{self.page.title}!K{self.head}", "Năm 2031", "year-outside")
        if count % 7 == 0:
            upper, lower = (
                self.places[i.pk, 2023] for i in self.corpus.indicators if i.name in AMOUNTS
            )
            cells = [self._cell(upper), self._cell(lower)]
            self.page[cells[0]].value = 1251
            self.page.merge_cells(":".join(cells))
            self.planted.expected[upper] = "merged"
            self.planted.expected.pop(lower, None)

    def _set(self, address, value, code):
        cell = self.page[self._cell(address)]
        if isinstance(value, tuple):
            value, cell.number_format = value
        cell.value = value
        self.planted.expected[address] = code

    def _line(self, values):
        for column, value in enumerate(values, 1):
            if value not in ("", None):
                self.page.cell(self.row, column).value = value
        self.row += 1

    def _address(self, column):
        return f"{self.page.title}!{get_column_letter(column)}{self.row}"

    def _cell(self, address):
        return address.rpartition("!")[2]


def give_formulas(path, formulas):
    """Put formulas with cached values into a saved sheet: {cell: (formula, value)}."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["xl/worksheets/sheet1.xml"].decode()
    for cell, (formula, value) in formulas.items():
        text, count = re.subn(
            rf'(<c r="{cell}"[^>]*?)(?: t="\w+")?><v>[^<]*</v></c>',
            lambda m, f=formula, v=value: f"{m[1]}><f>{f}</f><v>{v}</v></c>",
            text,
        )
        assert count == 1, cell
    parts["xl/worksheets/sheet1.xml"] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
