"""What changed between two sent versions: contents in, words out; nothing is asked of anybody."""

import difflib
import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from reporting.models import DutyStatus, FigureStatus
from targets import attainment
from targets.numerals import format_number

# Beyond this many words a text is compared line by line: the matcher's work grows by the square.
_WORDS_COMPARED = 4000


@dataclass(frozen=True)
class Change:
    """One value in two versions, as people read it; `delta` only between two numbers."""

    old: str
    new: str
    delta: Decimal | None = None

    @property
    def is_changed(self):
        return self.old != self.new

    @property
    def words(self):
        """Return “tăng 54”, “giảm 54”, “đã sửa”; nothing where nothing changed."""
        if not self.is_changed:
            return ""
        if not self.delta:
            return _("đã sửa")
        words = _("tăng {number}") if self.delta > 0 else _("giảm {number}")
        return words.format(number=format_number(abs(self.delta)))


@dataclass(frozen=True)
class FigureChange:
    actual: Change
    estimate: Change
    has_new_explanation: bool

    @property
    def is_changed(self):
        return self.actual.is_changed or self.estimate.is_changed or self.has_new_explanation


def figure_change(before: dict | None, figure) -> FigureChange:
    """
    Compare a figure of the version before, as its content holds it, with one of this version.

    `before` is None for a figure that was not asked then; `figure` has typed, typed_estimate,
    actual, estimate and explanation.
    """
    before = before or {"status": "", "actual": None, "estimate": None, "explanation": ""}
    actual, estimate = _number(before["actual"]), _number(before["estimate"])
    words = FigureStatus(before["status"]).label if before["status"] else _("chưa hỏi")
    return FigureChange(
        actual=Change(
            words if actual is None else format_number(actual),
            figure.typed,
            attainment.difference(figure.actual, actual),
        ),
        estimate=Change(
            "" if estimate is None else format_number(estimate),
            figure.typed_estimate,
            attainment.difference(figure.estimate, estimate),
        ),
        has_new_explanation=figure.explanation not in ("", before["explanation"]),
    )


def _number(text):
    return None if text is None else Decimal(text)


@dataclass(frozen=True)
class DutyChange:
    """One duty line beside the version before: the status it had, and the words piece by piece."""

    line: object
    old_status: str
    pieces: list[tuple[str, str]]

    @property
    def is_changed(self):
        return bool(self.old_status) or any(kind != "same" for kind, _ in self.pieces)


def duty_changes(before: dict | None, lines) -> list[DutyChange]:
    """Compare duty lines (with duty.code, status, words); without a version before none changed."""
    if before is None:
        return [DutyChange(line, "", text_changes(line.words, line.words)) for line in lines]
    known = {row["duty"]: row for row in before["duties"]}
    return [_duty_change(known.get(line.duty.code), line) for line in lines]


def _duty_change(row, line):
    if row is None:
        return DutyChange(line, _("chưa báo cáo"), text_changes("", line.words))
    old = "" if row["status"] == line.status else DutyStatus(row["status"]).label
    return DutyChange(line, old, text_changes(row["words"], line.words))


@dataclass(frozen=True)
class Section:
    """One narrative section; `kind` is same, changed, new or gone."""

    heading: str
    kind: str
    pieces: list[tuple[str, str]]


def sections(before: dict | None, now: dict) -> list[Section]:
    """Return the narrative of a version, piece by piece beside the one before, the gone last."""
    texts = {row["heading"]: row["text"] for row in now["narratives"]}
    if before is None:
        return [Section(heading, "same", [("same", text)]) for heading, text in texts.items()]
    old = {row["heading"]: row["text"] for row in before["narratives"]}
    found = [_section(heading, old.get(heading), text) for heading, text in texts.items()]
    gone = [heading for heading in old if heading not in texts]
    return found + [Section(heading, "gone", [("del", old[heading])]) for heading in gone]


def _section(heading, old, text):
    if old is None:
        return Section(heading, "new", [("ins", text)])
    return Section(heading, "same" if old == text else "changed", text_changes(old, text))


def text_changes(old: str, new: str) -> list[tuple[str, str]]:
    """Return [(same | del | ins, text)]; the same and del parts joined give the old text."""
    if old == new:
        return [("same", new)] if new else []
    parts = [re.findall(r"\s+|\S+", text) for text in (old, new)]
    if sum(map(len, parts)) > _WORDS_COMPARED:
        parts = [text.splitlines(keepends=True) for text in (old, new)]
    pieces = []
    before, after = parts
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for _tag, start, end, begin, finish in matcher.get_opcodes():
        same = before[start:end] == after[begin:finish]
        if same:
            pieces.append(("same", "".join(before[start:end])))
            continue
        pieces += [
            (kind, "".join(part))
            for kind, part in (("del", before[start:end]), ("ins", after[begin:finish]))
            if part
        ]
    return pieces


def count_words(changed_figures, duties, narrative) -> str:
    """Return “3 số, 1 nhiệm vụ, 2 mục thuyết minh” of what changed, "" for nothing."""
    counts = [
        (changed_figures, _("số")),
        (sum(line.is_changed for line in duties), _("nhiệm vụ")),
        (sum(section.kind != "same" for section in narrative), _("mục thuyết minh")),
    ]
    return ", ".join(f"{count} {what}" for count, what in counts if count)
