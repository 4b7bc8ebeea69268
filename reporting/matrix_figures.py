"""The figures of a round's agencies beside earlier ones, and what of them does not fit."""

from collections import defaultdict

from django.utils.translation import gettext

from reporting.matrix_flags import Flag
from reporting.models import VersionFigure
from reporting.soft_checks import doubts
from targets.breakdowns import broken_breakdowns
from targets.models import Breakdown, Indicator
from targets.numerals import format_number


class Figures:
    """The figures of a round's agencies beside last year's and the last round's, read at once."""

    def __init__(self, round, indicators):
        self.now, self.last_year, self.last_round = (defaultdict(dict) for _ in range(3))
        breakdowns = Breakdown.objects.filter(plan=round.plan_id).select_related("parent")
        self._breakdowns = list(breakdowns.prefetch_related("members"))
        summed = [i for i in indicators.values() if i.combine == Indicator.Combine.SUM]
        self.main = min(summed, key=lambda indicator: indicator.position, default=None)
        for figure in VersionFigure.objects.beside(round):
            figure.indicator = indicators[figure.indicator_id]
            self._place_of(figure, round)[figure.agency_id][figure.indicator_id] = figure

    def _place_of(self, figure, round):
        if figure.round_id == round.pk:
            return self.now
        return self.last_year if figure.year < round.year else self.last_round

    def main_of(self, figures, report):
        """Return the plan's first additive figure as the agency sent it; None where it is not."""
        if self.main is None:
            return None
        figure = figures[report.agency_id].get(self.main.pk)
        return figure and figure.actual

    def flags_of(self, report):
        """Yield what does not fit in a sent version, and whether the agency said why (R17)."""
        sent = self.now[report.agency_id]
        amounts = {pk: figure.amount for pk, figure in sent.items()}
        for fault in broken_breakdowns(self._breakdowns, amounts):
            yield Flag(
                gettext("Phân tổ lệch {gap}, đã giải trình").format(gap=format_number(fault.gap))
            )
        doubted = [figure for figure in sent.values() if self._doubts(figure, report)]
        silent = [figure for figure in doubted if not figure.explanation]
        if silent:
            yield Flag(gettext("{silent} số cần xem, chưa giải trình").format(silent=len(silent)))
        elif doubted:
            yield Flag(
                gettext("{doubted} số cần xem, đã giải trình").format(doubted=len(doubted)),
                "is-info",
            )

    def _doubts(self, figure, report):
        before = [
            known[report.agency_id].get(figure.indicator_id)
            for known in (self.last_round, self.last_year)
        ]
        last_round, last_year = (figure and figure.actual for figure in before)
        return doubts(figure, last_round=last_round, last_year=last_year)
