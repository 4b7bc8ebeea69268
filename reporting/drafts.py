"""What a draft says: the typed text read as figures, duties and words, and what is still open."""

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
from reporting.models import DutyStatus, FigureStatus, Obligation, OutlineSection, Tier
from targets.breakdowns import BrokenBreakdown, broken_breakdowns
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


@dataclass(frozen=True)
class Checklist:
    """What stands between a draft and its submission."""

    unreadable: tuple[DraftFigure, ...]
    missing: tuple[DraftFigure, ...]
    broken: tuple[BrokenBreakdown, ...]
    duties: tuple[DraftDuty, ...]
    wrong_day: str
    is_empty: bool

    def __len__(self):
        parts = (self.unreadable, self.missing, self.broken, self.duties)
        return sum(map(len, parts)) + bool(self.wrong_day) + self.is_empty

    @property
    def is_clear(self):
        return not len(self)


def checklist(draft, *, today):
    """
    Return what is still missing or contradictory in a draft, if it were sent today.

    A broken breakdown that is explained at its parent's row no longer blocks (R17). An agency
    that is only invited (R5) owes no duty lines.
    """
    figures = draft.figures
    unreadable = [f for f in figures.values() if f.error or f.estimate_error]
    missing = [f for f in figures.values() if f.status == FigureStatus.MISSING and not f.error]
    explained = {pk for pk, figure in figures.items() if figure.explanation}
    broken = [fault for fault in draft.broken if fault.breakdown.parent_id not in explained]
    duties = [d for d in draft.duties if d.status == DutyStatus.STUCK and not d.words]
    if draft.report.obligation == Obligation.REQUIRED:
        duties += [d for d in draft.duties if not d.status]
    words = any(text for _, text in draft.narratives)
    is_own = draft.report.tier == Tier.AGENCY  # a consolidation says what others sent
    return Checklist(
        unreadable=tuple(unreadable),
        missing=tuple(missing),
        broken=tuple(broken),
        duties=tuple(duties),
        wrong_day=_wrong_day(draft, today=today),
        is_empty=is_own and not figures and not words and not any(d.status for d in draft.duties),
    )


@dataclass(frozen=True)
class Part:
    """How far one part of a draft is: `done` of `total`; `is_open` where it holds up sending."""

    name: str
    anchor: str
    done: int
    total: int
    is_open: bool


def parts(draft, open_points):
    """Return the parts of a draft that is filled in; the words are nobody's duty."""
    figures, duties, narratives = draft.figures, draft.duties, draft.narratives
    not_read = {f.indicator.pk for f in (*open_points.unreadable, *open_points.missing)}
    written = sum(bool(text) for _, text in narratives)
    left = len({line.duty.pk for line in open_points.duties})
    found = [
        Part(_("Số liệu"), "so-lieu", len(figures) - len(not_read), len(figures), bool(not_read)),
        Part(_("Nhiệm vụ"), "nhiem-vu", len(duties) - left, len(duties), bool(left)),
        Part(_("Thuyết minh"), "thuyet-minh", written, len(narratives), open_points.is_empty),
    ]
    return [part for part in found if part.total]


def _wrong_day(draft, *, today):
    """
    Return what is wrong with the day the figures run to, or nothing.

    Before the window closes its end may not stand by default: no figure runs to a day to come,
    and the report says to which it does (R12).
    """
    typed, window = draft.text(draft_fields.AS_OF), draft.report.round
    if typed and read_day(typed) is None:
        return _("“{typed}” không phải là ngày; viết như 14/6/2024.").format(typed=typed)
    if not draft.figures:
        return ""
    if not typed and today < window.window_end:
        return _(
            "Chưa đến ngày chốt số liệu {window_end}: ghi số liệu tính đến ngày nào ở mục 4."
        ).format(window_end=_day(window.window_end))
    if not window.window_start <= draft.as_of <= window.window_end:
        return _(
            "Số liệu phải tính đến một ngày từ {window_start:%d/%m/%Y} đến {window_end:%d/%m/%Y}."
        ).format(window_start=window.window_start, window_end=window.window_end)
    if draft.as_of > today:
        return _("Số liệu không thể tính đến ngày chưa tới: {as_of}.").format(
            as_of=_day(draft.as_of)
        )
    return ""


def _day(date):
    return f"{date.day}/{date.month}/{date.year}"
