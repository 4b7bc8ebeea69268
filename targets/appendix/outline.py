"""
Rows of a targets appendix → who stands under whom, by numbering, marks and words.

As offices print them: a total first, “a.” “b.” open groups, “+” and “-” are parts, “Trong đó”
is an amount included. A letter before “+” opens a group whose first part stands in its own row.
"""

import re
from dataclasses import dataclass, field

from targets.appendix.cells.texts import match_key
from targets.models import Breakdown

PARTITION, OF_WHICH = Breakdown.Rule.PARTITION, Breakdown.Rule.OF_WHICH

_ROMAN = re.compile(r"[IVX]+\.?")
_NUMBER = re.compile(r"(\d+(?:\.\d+)*)[.)]?")
_LETTER = re.compile(r"([a-zđ])[.)]?")
_MARK = re.compile(r"[+\-–—*•]")
_INLINE = re.compile(r"(?:([a-zđ])[.)]\s+|(\d+(?:\.\d+)*)[.)]\s+)?([+\-–—*•]\s*)?(.*)", re.DOTALL)
_OF_WHICH = re.compile(r"trong do\b")


@dataclass(eq=False)
class Group:
    """Rows under one parent. `rule` stays None where only the numbers can tell."""

    parent: "Row | None"
    heading: str = ""
    rule: str | None = None
    members: list["Row"] = field(default_factory=list)


@dataclass(eq=False)
class Row:
    """A row as written; `order` is its TT, `label` is without TT and leading signs."""

    number: int
    order: str
    label: str
    has_mark: bool
    has_figures: bool
    has_unit: bool = False
    group: Group | None = None

    @property
    def parent(self):
        return self.group.parent if self.group else None

    @property
    def key(self):
        return match_key(self.label)


def split_label(order, text):
    """Return (order, has a mark, label): the TT and signs may stand in the label's own cell."""
    letter, number, mark, label = _INLINE.fullmatch(text).groups()
    has_mark = bool(mark) or bool(_MARK.fullmatch(order))
    return (
        order if order and not _MARK.fullmatch(order) else (letter or number or ""),
        has_mark,
        label,
    )


def arrange(rows):
    """
    Return (rows that are indicators, groups) with every row's group set.

    Rows without a figure or unit are headings: of a group where parts follow, else of a section.
    """
    return _Outline().read(rows)


class _Outline:
    def __init__(self):
        self.base = None  # the row that letters and marks hang under
        self.open = None  # the group that the next mark joins
        self.letters = None  # plain letters under one base are parts of it together
        self.numbered, self.by_number = {}, {}
        self.rows, self.groups = [], []

    def read(self, rows):
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            self._place(row, following)
        return self.rows, [group for group in self.groups if group.members]

    def _place(self, row, following):
        number, letter = _NUMBER.fullmatch(row.order), _LETTER.fullmatch(row.order)
        if row.has_mark and not letter:
            return self._part(row)
        if letter and not _ROMAN.fullmatch(row.order):
            return self._letter(row)
        if _OF_WHICH.match(row.key):
            return self._of_which(row)
        if not row.has_figures and not (row.has_unit or number):
            return self._heading(row, following)
        if number and "." in number[1]:
            return self._below_number(row, number[1])
        return self._top(row, number)

    def _top(self, row, number):
        if not row.has_figures and not row.has_unit:
            self.base = self.open = self.letters = None
            return
        self._begin(row)
        if number:
            self.by_number[number[1]] = row
        self.rows.append(row)

    def _begin(self, row):
        self.base, self.open, self.letters = row, None, None

    def _below_number(self, row, number):
        parent = self.by_number.get(number.rpartition(".")[0])
        if parent:
            if parent not in self.numbered:
                self.numbered[parent] = self._new_group(parent)
            self._join(row, self.numbered[parent])
        else:
            self.rows.append(row)
        self._begin(row)
        self.by_number[number] = row

    def _letter(self, row):
        if not row.has_figures:
            rule = OF_WHICH if _OF_WHICH.match(row.key) else None
            self.open = self._new_group(self.base, heading=row.label.rstrip(" :."), rule=rule)
        elif self.base is None:
            self.rows.append(row)
            self.open = None
        elif _OF_WHICH.match(row.key):
            self._of_which(row)
        elif row.has_mark:
            self.open = self._new_group(self.base)
            self._join(row, self.open)
        else:
            self.letters = self.letters or self._new_group(self.base)
            self._join(row, self.letters)
            self.open = self._new_group(row)

    def _of_which(self, row):
        group = self._new_group(self.base, rule=OF_WHICH)
        if row.has_figures or row.has_unit:
            self._join(row, group)
            self.open = None
        else:
            self.open = group

    def _part(self, row):
        if _OF_WHICH.match(row.key):
            return self._of_which(row)
        if self.open is None and self.base is not None:
            self.open = self._new_group(self.base)
        if self.open is None or self.open.parent is None:
            self.rows.append(row)
        else:
            self._join(row, self.open)
        return None

    def _heading(self, row, following):
        if following and following.has_mark and self.base:
            self.open = self._new_group(self.base, heading=row.label.rstrip(" :."))
        else:
            self.base = self.open = self.letters = None

    def _new_group(self, parent, **facts):
        group = Group(parent, **facts)
        self.groups.append(group)
        return group

    def _join(self, row, group):
        row.group = group
        group.members.append(row)
        self.rows.append(row)
