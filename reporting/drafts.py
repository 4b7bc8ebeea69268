"""What a draft says: the typed text read as figures, duties and words."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from operator import attrgetter

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from agencies.vietnamese import fold
from plans.models import Duty
from reporting import draft_fields
from reporting.models import DutyStatus, FigureStatus, OutlineSection
from targets.breakdowns import broken_breakdowns
from targets.models import Indicator
from targets.numerals import NumeralError, format_number, parse_number

# What a person may type for “không phát sinh” and “không áp dụng”; the entry page says so.
WORDS = {
    "k": FigureStatus.NIL,
    "khong phat sinh": FigureStatus.NIL,
    "x": FigureStatus.NOT_APPLICABLE,
    "khong ap dung": FigureStatus.NOT_APPLICABLE,
}


def read_cell(text):
    """
    Return (status, value) for what a person typed. Blank is missing, never 0 (R9).

    Raises NumeralError with a message for the cell.
    """
    typed = fold(text)
    if not typed:
        return FigureStatus.MISSING, None
    if typed in WORDS:
        return WORDS[typed], None
    return FigureStatus.NUMBER, parse_number(text)


def read_day(text):
    """Return the date typed as 14/6/2024 or sent as 2024-06-14; None for blank or unreadable."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def as_read(name, text):
    """Return a field's text as people read it: a duty's progress is stored as a code."""
    is_progress = name.startswith("duty-") and text in DutyStatus.values
    return str(DutyStatus(text).label) if is_progress else text


@dataclass(frozen=True)
class DraftFigure:
    """One indicator's cell and what stands beside it, as typed and as read."""

    indicator: Indicator
    typed: str
    typed_estimate: str
    explanation: str
    status: str
    actual: Decimal | None
    estimate: Decimal | None
    error: str = ""
    estimate_error: str = ""

    @property
    def shown(self):
        """The figure as pages print it: 1.915 of what was typed as 1915."""
        return self.typed if self.actual is None else format_number(self.actual)

    @property
    def shown_estimate(self):
        return self.typed_estimate if self.estimate is None else format_number(self.estimate)

    @property
    def amount(self):
        """What the cell adds to its breakdown: a nil and a “không áp dụng” add nothing."""
        if self.status in (FigureStatus.NIL, FigureStatus.NOT_APPLICABLE):
            return Decimal(0)
        return self.actual


@dataclass(frozen=True)
class DraftDuty:
    duty: Duty
    status: str
    words: str

    @property
    def key(self):
        """The duty's id as text, for names of fields."""
        return str(self.duty.pk)


class Draft:
    """A report's draft, read once; `texts` may hold what was just typed and not yet saved."""

    def __init__(self, report, texts=None):
        self.report = report
        self.texts = draft_fields.texts_of(report) | (texts or {})

    def text(self, part, pk=None):
        return self.texts.get(part if pk is None else f"{part}-{pk}", "")

    @cached_property
    def figures(self):
        """Return {indicator id: DraftFigure} of all that is asked, in the plan's order."""
        asked = draft_fields.indicators_asked(self.report)
        return {indicator.pk: self._figure(indicator) for indicator in asked}

    @cached_property
    def duties(self):
        asked = draft_fields.duties_asked(self.report)
        return [DraftDuty(d, self._duty_status(d), self.text("words", d.pk)) for d in asked]

    @cached_property
    def narratives(self):
        """Return [(section, text)] of the plan's outline."""
        sections = OutlineSection.objects.filter(plan=self.report.round.plan_id)
        return [(section, self.text("narrative", section.pk)) for section in sections]

    @cached_property
    def as_of(self):
        """The day the figures run to; by default the window's end (R12)."""
        return read_day(self.text(draft_fields.AS_OF)) or self.report.round.window_end

    @cached_property
    def broken(self):
        return broken_in(self.figures)

    def _duty_status(self, duty):
        """A forged choice is none; the form sends no other than those of its list."""
        status = self.text("duty", duty.pk)
        return status if status in DutyStatus.values else ""

    def _figure(self, indicator):
        typed = self.text("figure", indicator.pk)
        typed_estimate = self.text("estimate", indicator.pk)
        status, actual, error = read_text(typed, indicator)
        _, estimate, estimate_error = read_text(typed_estimate, indicator)
        return DraftFigure(
            indicator=indicator,
            typed=typed,
            typed_estimate=typed_estimate,
            explanation=self.text("explanation", indicator.pk),
            status=status,
            actual=actual,
            estimate=estimate,
            error=error,
            estimate_error=estimate_error,
        )


def broken_in(figures):
    """Return the breakdowns figures contradict; other units than the parent's are let be."""
    asked = [figure.indicator.breakdown for figure in figures.values()]
    breakdowns = list({b.pk: b for b in asked if b}.values())
    prefetch_related_objects(breakdowns, "members")
    amounts = {pk: figure.amount for pk, figure in figures.items()}
    return broken_breakdowns(sorted(breakdowns, key=attrgetter("position")), amounts)


def sent_figures(version):
    """Return a version's figures in the draft's form, so that one table shows both."""
    rows = version.figures.select_related("indicator__breakdown__parent")
    return [
        DraftFigure(
            indicator=row.indicator,
            typed=row.get_status_display() if row.actual is None else format_number(row.actual),
            typed_estimate="" if row.estimate is None else format_number(row.estimate),
            explanation=row.explanation,
            status=row.status,
            actual=row.actual,
            estimate=row.estimate,
        )
        for row in rows.order_by("indicator__position")
    ]


def read_text(text, indicator):
    """Return (status, value, message) of a cell; the message where it cannot be taken."""
    try:
        status, value = read_cell(text)
    except NumeralError as error:
        return FigureStatus.MISSING, None, str(error)
    is_count = indicator.kind == Indicator.Kind.COUNT
    if is_count and value is not None and value != value.to_integral_value():
        return (
            FigureStatus.MISSING,
            None,
            _("“{text}”: {unit} phải là số nguyên.").format(text=text, unit=indicator.unit),
        )
    return status, value, ""
