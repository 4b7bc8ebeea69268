"""Who reports in time: every round of a plan against its agencies, and the rates (R4, R5)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from reporting import deadlines
from reporting.deadlines import Timeliness
from reporting.models import (
    Extension,
    FigureStatus,
    Obligation,
    Report,
    Round,
    Tier,
    VersionFigure,
)
from targets import attainment

# So many rounds stand side by side on a page; a plan with more is shown by the year.
AT_ONCE = 12
ALL = "tat-ca"
# (word, class of its shape and colour)
_STATES = {
    Timeliness.ON_TIME: (_("Đúng hạn"), "st-ok"),
    Timeliness.LATE: (ngettext_lazy("Trễ {days} ngày", "Trễ {days} ngày", "days"), "st-late"),
    Timeliness.MISSING: (
        ngettext_lazy("Thiếu, quá {days} ngày", "Thiếu, quá {days} ngày", "days"),
        "st-miss",
    ),
    Timeliness.NOT_YET_DUE: (_("Trong hạn"), "st-none"),
}
# Where no day judges: (not sent, sent).
_STATES_BY_SENDING = {
    Timeliness.INVITED: (
        (_("Chưa cung cấp thông tin"), "st-none"),
        (_("Đã cung cấp"), "st-sent"),
    ),
    Timeliness.NO_DUE_DATE: (
        (_("Không ghi hạn"), "st-none"),
        (_("Đã gửi, không ghi hạn"), "st-sent"),
    ),
}


@dataclass(frozen=True)
class Punctuality:
    """Required reports whose day has passed, or that were sent; no others enter the rate (R4)."""

    on_time: int = 0
    late: int = 0
    missing: int = 0

    @classmethod
    def of(cls, states):
        """Count timeliness values; invited, undated and not yet due ones are left out (R5)."""
        counts = Counter(states)
        names = (Timeliness.ON_TIME, Timeliness.LATE, Timeliness.MISSING)
        return cls(*(counts[name] for name in names))

    @property
    def due(self):
        return self.on_time + self.late + self.missing

    @property
    def rate(self):
        """Return the share sent in time, in per cent; None while nothing is due."""
        return attainment.percent(Decimal(self.on_time), Decimal(self.due))


@dataclass(frozen=True)
class Cell:
    """One report in the table: what stands in it, in words, with the class that draws it."""

    report: Report
    timeliness: Timeliness
    days_late: int
    outstanding: bool

    @property
    def words(self):
        return self._state[0].format(days=self.days_late)

    @property
    def style(self):
        return self._state[1]

    @property
    def _state(self):
        if self.timeliness in _STATES:
            return _STATES[self.timeliness]
        unsent, sent = _STATES_BY_SENDING[self.timeliness]
        return sent if self.report.first_submitted_at else unsent

    @property
    def remarks(self):
        """Yield what is told besides: a second fact never changes the first (R4)."""
        if self.outstanding:
            yield gettext("quá hạn bổ sung")
        elif self.report.state == Report.State.RETURNED:
            yield gettext("bị trả lại")
        if self.report.granted_day:
            yield gettext("gia hạn đến {day:%-d/%-m}").format(day=self.report.granted_day)
        if self.report.is_nil:
            yield gettext("không phát sinh")


@dataclass(frozen=True)
class Line:
    """An agency's reports beside the rounds; None where it had none to give."""

    agency: object
    cells: list
    punctuality: Punctuality


def reports_in(rounds):
    """
    Return the rounds' reports by agency, with the day each was extended to and whether it is nil.

    `is_nil`: the latest version has no number, and at least one “không phát sinh” (R9).
    """
    figures = VersionFigure.objects.filter(version=OuterRef("latest_version"))
    reports = Report.objects.filter(round__in=rounds).select_related("agency")
    return reports.annotate(
        is_nil=Exists(figures.filter(status=FigureStatus.NIL))
        & ~Exists(figures.filter(status=FigureStatus.NUMBER)),
        granted_day=Extension.objects.day_granted(),
    ).order_by("agency__name_key", "agency_id", "pk")


class TimelinessTable:
    """
    A plan's rounds, the newest first, against its agencies.

    `shown` is a year, or “tat-ca” for all; anything else shows all, or where they are too many to
    stand side by side those of the year of the latest that has begun. Two statements whatever the
    number of agencies and rounds.
    """

    def __init__(self, plan, *, now, shown=""):
        own = Round.objects.filter(plan=plan)
        rounds = list(own.order_by("-window_end", "-pk"))
        self.years = sorted({round.year for round in rounds}, reverse=True)
        begun = (round.year for round in rounds if round.window_start <= now.date())
        latest = next(begun, self.years[0] if rounds else None)
        self.year = self._year(shown, latest if len(rounds) > AT_ONCE else None)
        self.rounds = [round for round in rounds if self.year in (None, round.year)]
        # By plan and year, not by the rounds' ids: PostgreSQL knows then how few reports it meets.
        reports = reports_in(own.filter(year=self.year) if self.year else own)
        self._cells = [Cell(report, **deadlines.standing(report, now=now)) for report in reports]

    def _year(self, shown, latest):
        if shown.isdecimal() and int(shown) in self.years:
            return int(shown)
        return None if shown == ALL else latest

    @cached_property
    def required(self):
        """Return the lines of the agencies that must report; these alone have rates (R5)."""
        return self._lines(self._must)

    @cached_property
    def invited(self):
        return self._lines(lambda cell: cell.report.obligation == Obligation.REQUESTED)

    @cached_property
    def consolidations(self):
        """Return the lead department's line: its consolidations have a day of their own (R3)."""
        return self._lines(lambda cell: cell.report.tier == Tier.LEAD)

    @cached_property
    def total(self):
        return Punctuality.of(cell.timeliness for cell in self._cells if self._must(cell))

    @property
    def by_kind(self):
        """Return [(kind of agency in words, its Punctuality)] in the order of the kinds' names."""
        found = defaultdict(list)
        for cell in filter(self._must, self._cells):
            found[cell.report.agency.get_kind_display()].append(cell.timeliness)
        return [(kind, Punctuality.of(states)) for kind, states in sorted(found.items())]

    @staticmethod
    def _must(cell):
        report = cell.report
        return report.tier == Tier.AGENCY and report.obligation == Obligation.REQUIRED

    def _lines(self, takes):
        found = defaultdict(dict)
        for cell in filter(takes, self._cells):
            found[cell.report.agency][cell.report.round_id] = cell
        return [
            Line(
                agency,
                [cells.get(round.pk) for round in self.rounds],
                Punctuality.of(cell.timeliness for cell in cells.values()),
            )
            for agency, cells in found.items()
        ]
