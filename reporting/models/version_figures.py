"""The figures of sent versions, and how they are added up and compared (R10–R14)."""

from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields.array import IndexTransform
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reporting.models.regimes import Tier
from reporting.models.reports import Report
from reporting.models.rounds import Round
from reporting.models.versions import ReportVersion
from targets.models import Indicator


class FigureStatus(models.TextChoices):
    """What a cell says (R9): a number, nothing yet, “không phát sinh”, or “không áp dụng”."""

    MISSING = "missing", _("thiếu số liệu")
    NUMBER = "number", _("có số liệu")
    NIL = "nil", _("không phát sinh")
    NOT_APPLICABLE = "not_applicable", _("không áp dụng")


# From a figure to the report whose latest version it stands in; none leads there from history.
REPORT = "version__current_report"
ROUND = f"{REPORT}__round"


def in_report(**conditions):
    """Return the condition on figures of the latest versions of reports that are like this."""
    return Q(**{f"{REPORT}__{name}": value for name, value in conditions.items()})


class VersionFigureQuerySet(models.QuerySet):
    def sent_by_agencies(self, **conditions):
        """
        Figures of agencies' reports, each report's latest version; earlier ones stay as history.

        The conditions are on the report: `round=…`, `state=…`, `round__plan=…`.
        """
        return self.filter(in_report(tier=Tier.AGENCY, **conditions))

    def accepted_in(self, round):
        """Figures of a round's accepted reports, in the order of the plan and of the agencies."""
        report = "version__report"
        return (
            self.sent_by_agencies(round=round, state=Report.State.ACCEPTED)
            .select_related("indicator", f"{report}__agency")
            .defer("version__content")
            .order_by("indicator__position", f"{report}__agency__name_key", "pk")
        )

    def beside(self, round):
        """
        Figures of a round and of those it is compared with, each with agency_id, round_id, year.

        The same round last year, accepted (cùng kỳ, R14), and the rounds before it in the same
        plan year, in order of time: the last one read is the last round.
        """
        return (
            self.sent_by_agencies(round__plan=round.plan_id)
            .filter(in_report(round=round) | last_year_of(round) | earlier_than(round))
            .annotate(agency_id=F(f"{REPORT}__agency"), round_id=F(ROUND), year=F(f"{ROUND}__year"))
            .order_by(f"{ROUND}__window_end")
        )

    def added_up(self):
        """Figures that are part of a sum: a “không áp dụng” is an answer, but adds nothing (R9)."""
        return self.filter(
            indicator__combine=Indicator.Combine.SUM,
            status__in=[FigureStatus.NUMBER, FigureStatus.NIL],
        )

    def by_year(self, indicators):
        """
        Return {(indicator id, year): what the accepted reports of its closing round make} (R13).

        The year's round, or December's: months count from the year's first day (R10). One
        statement for what is added up, one for levels, of which the last one sent counts (R11);
        neither is asked where no indicator is of its kind.
        """
        combine = {indicator.pk: indicator.combine for indicator in indicators}
        figures = self._closing_years({indicator.plan_id for indicator in indicators})
        rows = []
        if Indicator.Combine.SUM in combine.values():
            # Of all the plans' figures: joining their indicators costs more than adding them up.
            sums = figures.order_by().annotate(total=models.Sum(_amount()))
            rows += [r for r in sums if combine.get(r["indicator"]) == Indicator.Combine.SUM]
        if Indicator.Combine.LATEST in combine.values():
            levels = figures.filter(indicator__combine=Indicator.Combine.LATEST)._last_sent()
            rows += [row for row in levels if row["indicator"] in combine]
        # Rounds are never added (R13): where a plan has both, the year's own round says it.
        rows.sort(key=lambda row: (row["total"] is not None, row["kind"] == Round.Kind.YEAR))
        return {(row["indicator"], row["year"]): row["total"] for row in rows}

    def _closing_years(self, plans):
        closing = in_report(round__kind=Round.Kind.YEAR) | in_report(
            round__kind=Round.Kind.MONTH, round__number=12
        )
        figures = self.sent_by_agencies(state=Report.State.ACCEPTED, round__plan__in=plans)
        return figures.filter(closing).values(
            "indicator", year=F(f"{ROUND}__year"), kind=F(f"{ROUND}__kind")
        )

    def _last_sent(self):
        group = ("indicator", "year", "kind")
        known = self.filter(actual__isnull=False).annotate(total=F("actual"))
        return known.order_by(*group, "-version__submitted_at").distinct(*group)

    def by_agency(self, *, now, same, whole, before):
        """
        Return one row per indicator and agency: its figure now beside what it is compared with.

        Each argument is a set of round ids, of several plans at once on wish: the rounds shown,
        cùng kỳ, last year's whole year, the last round of the same plan year. What is compared
        with is accepted; `now` is accepted or provisional, `answer` its status, None where
        nothing is sent. “Không phát sinh” is 0, a missing figure None (R9). One statement; its
        cost follows these rounds alone.
        """
        accepted = Report.State.ACCEPTED
        here = in_report(round__in=now, state__in=[Report.State.SUBMITTED, accepted])
        return (
            self.sent_by_agencies(round__in={*now, *same, *whole, *before})
            .order_by()
            .values("indicator_id", agency_id=F(f"{REPORT}__agency"))
            .annotate(
                answer=models.Max("status", filter=here),
                now=models.Max(_amount(), filter=here),
                estimate=models.Max("estimate", filter=here),
                before=_accepted_amount(before),
                same_last_year=_accepted_amount(same),
                year_last_year=_accepted_amount(whole),
            )
        )

    def last_before(self, round, *, indicator, agencies):
        """
        Return the last accepted figure of some agencies in earlier rounds of the plan year.

        One row an agency: its name, the figure's status and amount, the day it runs to.
        """
        earlier = self.sent_by_agencies(
            round__plan=round.plan_id,
            round__year=round.year,
            round__window_end__lt=round.window_end,
            state=Report.State.ACCEPTED,
            agency__in=agencies,
        ).filter(indicator=indicator)
        return (
            earlier.order_by(f"{REPORT}__agency_id", f"-{ROUND}__window_end")
            .distinct(f"{REPORT}__agency_id")
            .values(
                "status",
                "actual",
                agency=F(f"{REPORT}__agency__name"),
                until=F(f"{ROUND}__window_end"),
            )
        )

    def totals_of(self, round):
        """
        Return one row per indicator with the round's own figures combined in SQL (R13).

        `accepted` counts; `provisional` is sent and not yet accepted; neither includes the other.
        """
        accepted = in_report(state=Report.State.ACCEPTED)
        provisional = in_report(state=Report.State.SUBMITTED)
        return (
            self.sent_by_agencies(round=round)
            .order_by()
            .values("indicator")
            .annotate(
                accepted=_combined(accepted),
                accepted_count=models.Count("pk", filter=accepted),
                provisional=_combined(provisional),
                provisional_count=models.Count("pk", filter=provisional),
            )
        )


def last_year_of(round):
    """
    Return the condition on accepted figures of last year's same round (cùng kỳ, R14).

    Ad hoc rounds are numbered as they come: the first of two years have nothing in common.
    """
    if round.kind == Round.Kind.AD_HOC:
        return Q(pk=None)
    return in_report(
        state=Report.State.ACCEPTED,
        round__kind=round.kind,
        round__year=round.year - 1,
        round__number=round.number,
    )


def earlier_than(round):
    """
    Return the condition on figures sent for an earlier round of the same plan year.

    Only rounds that count from the same day compare (R10): the months of a year with each other,
    the first half with the year, none with an ad hoc one of other dates.
    """
    earlier = in_report(round__year=round.year, round__window_end__lt=round.window_end)
    if round.kind == Round.Kind.MONTH:
        return earlier & in_report(round__kind=Round.Kind.MONTH)
    return earlier & in_report(round__window_start=round.window_start)


def _amount():
    """Return what a figure adds: “không phát sinh” 0; a missing one stays unknown (R9)."""
    return models.Case(models.When(status="nil", then=Decimal(0)), default=F("actual"))


def _accepted_amount(rounds):
    accepted = in_report(round__in=rounds, state=Report.State.ACCEPTED)
    return models.Max(_amount(), filter=accepted)


def _combined(counted):
    """Return the sum of an additive indicator's figures; of a level the last one sent (R11)."""
    known = counted & Q(actual__isnull=False)
    sent = ArrayAgg("actual", filter=known, order_by="-version__submitted_at")
    return models.Case(
        models.When(
            indicator__combine=Indicator.Combine.SUM, then=models.Sum(_amount(), filter=counted)
        ),
        default=IndexTransform(1, models.DecimalField(), sent),
    )


class VersionFigure(models.Model):
    """
    A figure of a sent version, as a row so that totals are computed in SQL.

    Additive figures are cumulative since the plan year's window opened (R10). The estimate (ước
    thực hiện) stands beside the actual and is never added to it (R12).
    """

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="figures")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    status = models.CharField(max_length=15, choices=FigureStatus.choices)
    actual = models.DecimalField(
        _("thực hiện"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    estimate = models.DecimalField(
        _("ước thực hiện"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    explanation = models.TextField(_("giải trình"), blank=True)
    is_demo = models.BooleanField(default=False)

    objects = VersionFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("số liệu của bản báo cáo")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "indicator"], name="one_figure_per_version_and_indicator"
            ),
            models.CheckConstraint(
                name="only_a_number_has_a_value",
                condition=Q(status="number", actual__isnull=False)
                | (~Q(status="number") & Q(actual=None)),
            ),
        ]

    def __str__(self):
        return f"{self.version}: {self.indicator}"

    @property
    def amount(self):
        """What the figure adds to its breakdown: a nil and a “không áp dụng” add nothing."""
        is_nothing = self.status in (FigureStatus.NIL, FigureStatus.NOT_APPLICABLE)
        return Decimal(0) if is_nothing else self.actual
