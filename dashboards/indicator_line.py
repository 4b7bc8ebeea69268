"""An indicator's year beside its target: its changes, its pace, its forecast (R10, R14)."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from reporting.totals import IndicatorProgress
from targets import attainment
from targets import pace as pacing
from targets.pace import Part


@dataclass(frozen=True)
class IndicatorLine(IndicatorProgress):
    """
    An indicator's year with what each agency brings to it.

    `agencies` are the ids of those the parts are of, in the same order (sums only). `span` is the
    plan year's first and last day, where figures run since it opened (R10). `is_closed` says that
    this year is over and the parts stand in its closing round.
    """

    parts: tuple[Part, ...] = ()
    agencies: tuple[int, ...] = ()
    span: tuple[dt.date, dt.date] | None = None
    is_closed: bool = False

    @property
    def difference(self):
        """Against cùng kỳ, of the agencies that have both (R14)."""
        return self._change("same_last_year")

    @property
    def increment(self):
        """Since the last round of the same plan year, of the agencies that have both (R10)."""
        return self._change("before")

    def _change(self, name):
        return attainment.difference(*pacing.change(self.parts, name))

    @cached_property
    def pace(self):
        """Return the Pace of a sum towards its year's number; None where there is none to tell."""
        if not (self.is_additive and self.span and self.year_number):
            return None
        start, end = self.span
        return pacing.pace(
            self.parts, self.year_number, start=start, end=end, is_closed=self.is_closed
        )

    @property
    def is_on_pace(self):
        return self.pace and pacing.is_on_pace(self.indicator, self.pace.points)

    @cached_property
    def forecast(self):
        if not (self.is_additive and self.span):
            return None
        return pacing.forecast(self.parts, end=self.span[1], is_closed=self.is_closed)

    @property
    def will_be_met(self):
        return pacing.will_be_met(self.target, self.forecast) if self.year_number else None

    @property
    def as_of(self):
        """Return (earliest, latest) day the figures sent run to; (None, None) before any."""
        days = [part.as_of for part in self.parts if part.has_reported and part.as_of]
        return min(days, default=None), max(days, default=None)
