"""The draft of a report: its cells, what typed text means, what is still missing."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from agencies.vietnamese import fold
from reporting.models import Figure, Narrative
from targets.breakdowns import BrokenBreakdown, broken_breakdowns
from targets.models import Breakdown, Indicator
from targets.numerals import NumeralError, format_number, parse_number

Status = Figure.Status
# What a person may type for “không phát sinh” and “không áp dụng”; the entry page says so.
_WORDS = {
    "k": Status.NIL,
    "khong phat sinh": Status.NIL,
    "x": Status.NOT_APPLICABLE,
    "khong ap dung": Status.NOT_APPLICABLE,
}


def indicators_asked(report):
    """Return the indicators this agency reports on (R13), in the plan's order."""
    named = Q(reporters__agency=report.agency_id) | Q(reporters__members=report.agency_id)
    asked = Indicator.objects.filter(named, plan=report.round.plan_id)
    return asked.distinct().select_related("breakdown", "parent")


def read_cell(text):
    """
    Return (status, value) for what a person typed. Blank is missing, never 0 (R9).

    Raises NumeralError with a message for the cell.
    """
    typed = fold(text)
    if not typed:
        return Status.MISSING, None
    if typed in _WORDS:
        return _WORDS[typed], None
    return Status.NUMBER, parse_number(text)


def write_cell(figure):
    """Return a stored figure as people type it; the inverse of `read_cell`."""
    if figure is None or figure.status == Status.MISSING:
        return ""
    if figure.status == Status.NUMBER:
        return format_number(figure.actual)
    return figure.get_status_display()


@dataclass
class Entry:
    """What one sending of the entry form brings: texts by indicator and by outline section."""

    figures: dict[int, str] = field(default_factory=dict)
    explanations: dict[int, str] = field(default_factory=dict)
    narratives: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def save_draft(report, entry, *, now):
    """
    Save every readable cell and return {indicator id: message} for those that are not.

    A bad cell keeps its stored value; the page shows again what was typed.
    """
    faults = {}
    for indicator, text in entry.figures.items():
        explanation = entry.explanations.get(indicator, "").strip()
        try:
            status, value = read_cell(text)
        except NumeralError as error:
            faults[indicator] = str(error)
            continue
        Figure.objects.update_or_create(
            report=report,
            indicator_id=indicator,
            defaults={"status": status, "actual": value, "explanation": explanation},
        )
    for section, text in entry.narratives.items():
        Narrative.objects.update_or_create(
            report=report, section_id=section, defaults={"text": text.strip()}
        )
    report.saved_at = now
    report.save(update_fields=["saved_at"])
    return faults


@dataclass(frozen=True)
class Checklist:
    """What stands between a draft and its submission."""

    missing: tuple[Indicator, ...]
    broken: tuple[BrokenBreakdown, ...]
    is_empty: bool

    @property
    def is_clear(self):
        return not (self.missing or self.broken or self.is_empty)


def checklist(report):
    """
    Return what is still missing or contradictory in the draft.

    A broken breakdown that is explained at its parent's row no longer blocks (R17).
    """
    figures = {figure.indicator_id: figure for figure in report.figures.all()}
    asked = list(indicators_asked(report))
    missing = [i for i in asked if _status(figures.get(i.pk)) == Status.MISSING]
    broken = [
        fault
        for fault in broken_in(report, figures)
        if not figures[fault.breakdown.parent_id].explanation
    ]
    words = any(narrative.text for narrative in report.narratives.all())
    return Checklist(tuple(missing), tuple(broken), is_empty=not asked and not words)


def broken_in(report, figures):
    """Return the breakdowns the figures contradict; other units than the parent's are let be."""
    breakdowns = Breakdown.objects.filter(plan=report.round.plan).select_related("parent")
    comparable = [
        breakdown
        for breakdown in breakdowns.prefetch_related("members")
        if all(m.unit == breakdown.parent.unit for m in breakdown.members.all())
    ]
    return broken_breakdowns(comparable, {pk: _amount(figure) for pk, figure in figures.items()})


def _status(figure):
    return figure.status if figure else Status.MISSING


def _amount(figure):
    """A nil counts as 0 in a sum; missing and not applicable stay unknown."""
    return Decimal(0) if figure.status == Status.NIL else figure.actual
