"""What was sent, as it was sent: immutable versions with figures and duties (R8)."""

from decimal import Decimal
from itertools import takewhile

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields.array import IndexTransform
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from plans.models import Duty
from reporting.models.regimes import Tier
from reporting.models.reports import Report
from reporting.models.rounds import Round
from targets.models import Indicator


class FigureStatus(models.TextChoices):
    """What a cell says (R9): a number, nothing yet, “không phát sinh”, or “không áp dụng”."""

    MISSING = "missing", _("thiếu số liệu")
    NUMBER = "number", _("có số liệu")
    NIL = "nil", _("không phát sinh")
    NOT_APPLICABLE = "not_applicable", _("không áp dụng")


# Said of a version in its content, so that the hash vouches for it.
MARKS = {
    "after_closing": _("nhập sau khi kỳ đã đóng"),
    "after_consolidation": _("gửi sau khi đã tổng hợp, không có trong bản tổng hợp"),
}


class ReportVersion(models.Model):
    """What was sent, as it was sent (R8). Appended only; a row trigger and privileges see to it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("bản"))
    submitted_at = models.DateTimeField(_("gửi lúc"))
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    as_of = models.DateField(_("số liệu tính đến ngày"), null=True)
    on_behalf = models.BooleanField(_("cơ quan thường trực nhập thay"), default=False)
    content = models.JSONField(_("nội dung"))
    sha256 = models.CharField(_("mã băm"), max_length=64)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("bản báo cáo")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="version_number_unique_in_report"
            )
        ]

    def __str__(self):
        return gettext("{report}, bản {number}").format(report=self.report, number=self.number)

    def get_absolute_url(self):
        return reverse("reporting:receipt", args=[self.report_id, self.number])

    @property
    def receipt_code(self):
        """The receipt's number: plan, round, agency, version; stable and readable over a phone."""
        report = self.report
        # The lead department has two reports in a round (R5).
        tier = "/tong-hop" if report.tier == Tier.LEAD else ""
        place = f"{report.round.plan.code}/{report.round.code}/{report.agency.code}{tier}"
        return f"{place}/{self.number}"

    @property
    def marks(self):
        """Return what must be said of how this version came, for people."""
        return [words for mark, words in MARKS.items() if self.content.get(mark)]


class VersionFigureQuerySet(models.QuerySet):
    def current(self):
        """Figures of each report's latest version; earlier versions stay as history."""
        return self.filter(version=F("version__report__latest_version"))

    def accepted_in(self, round):
        """Figures of a round's accepted reports, in the order of the plan and of the agencies."""
        report = "version__report"
        accepted = self.current().filter(
            **{
                f"{report}__round": round,
                f"{report}__tier": Tier.AGENCY,
                f"{report}__state": Report.State.ACCEPTED,
            }
        )
        return (
            accepted.select_related("indicator", f"{report}__agency")
            .defer("version__content")
            .order_by("indicator__position", f"{report}__agency__name_key", "pk")
        )

    def beside(self, round):
        """
        Figures of a round and of those it is compared with, each with agency_id, round_id, year.

        The same round last year, accepted (cùng kỳ, R14), and the rounds before it in the same
        plan year, in order of time: the last one read is the last round.
        """
        report = "version__report"
        return (
            self.current()
            .filter(
                Q(version__report__round=round) | last_year_of(round) | earlier_than(round),
                version__report__round__plan=round.plan_id,
                version__report__tier=Tier.AGENCY,
            )
            .annotate(
                agency_id=F(f"{report}__agency"),
                round_id=F(f"{report}__round"),
                year=F(f"{report}__round__year"),
            )
            .order_by(f"{report}__round__window_end")
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

        The year's round, or December's: months count from the year's first day (R10).
        """
        report = "version__report"
        closing = Q(**{f"{report}__round__kind": Round.Kind.YEAR}) | Q(
            **{f"{report}__round__kind": Round.Kind.MONTH, f"{report}__round__number": 12}
        )
        rows = (
            self.current()
            .filter(
                closing,
                indicator__in=indicators,
                **{
                    f"{report}__state": Report.State.ACCEPTED,
                    f"{report}__tier": Tier.AGENCY,
                },
            )
            .order_by()
            .values("indicator", year=F(f"{report}__round__year"), kind=F(f"{report}__round__kind"))
            .annotate(total=_combined(Q(pk__isnull=False)))
        )
        # Rounds are never added (R13): where a plan has both, the year's own round says it.
        in_order = sorted(
            rows, key=lambda row: (row["total"] is not None, row["kind"] == Round.Kind.YEAR)
        )
        return {(row["indicator"], row["year"]): row["total"] for row in in_order}

    def by_agency(self, *, now, same, whole, before):
        """
        Return one row per indicator and agency: its figure now beside what it is compared with.

        Each argument is a set of round ids, of several plans at once on wish: the rounds shown,
        cùng kỳ, last year's whole year, the last round of the same plan year. What is compared
        with is accepted; `now` is accepted or provisional, as `is_accepted` says. “Không phát
        sinh” is 0, a missing figure None (R9). One statement; its cost follows these rounds alone.
        """
        report = "version__report"
        amount = models.Case(models.When(status="nil", then=Decimal(0)), default=F("actual"))
        states = [Report.State.SUBMITTED, Report.State.ACCEPTED]
        here = Q(**{f"{report}__round__in": now, f"{report}__state__in": states})

        def accepted_in(rounds):
            return Q(**{f"{report}__round__in": rounds, f"{report}__state": states[1]})

        return (
            self.current()
            .filter(**{f"{report}__round__in": {*now, *same, *whole, *before}})
            .filter(**{f"{report}__tier": Tier.AGENCY})
            .order_by()
            .values("indicator_id", agency_id=F(f"{report}__agency"))
            .annotate(
                now=models.Max(amount, filter=here),
                answers=models.Count("pk", filter=here),
                is_accepted=models.Count("pk", filter=accepted_in(now)),
                not_applicable=models.Count("pk", filter=here & Q(status="not_applicable")),
                as_of=models.Max("version__as_of", filter=here),
                sent_at=models.Max("version__submitted_at", filter=here),
                estimate=models.Max("estimate", filter=here),
                before=models.Max(amount, filter=accepted_in(before)),
                same_last_year=models.Max(amount, filter=accepted_in(same)),
                year_last_year=models.Max(amount, filter=accepted_in(whole)),
            )
        )

    def totals_of(self, round):
        """
        Return one row per indicator with the round's own figures combined in SQL (R13).

        `accepted` counts; `provisional` is sent and not yet accepted; neither includes the other.
        """
        state = "version__report__state"
        accepted = Q(**{state: Report.State.ACCEPTED})
        provisional = Q(**{state: Report.State.SUBMITTED})
        return (
            self.current()
            .filter(version__report__round=round, version__report__tier=Tier.AGENCY)
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
    return Q(
        version__report__state=Report.State.ACCEPTED,
        version__report__round__kind=round.kind,
        version__report__round__year=round.year - 1,
        version__report__round__number=round.number,
    )


def earlier_than(round):
    """
    Return the condition on figures sent for an earlier round of the same plan year.

    Only rounds that count from the same day compare (R10): the months of a year with each other,
    the first half with the year, none with an ad hoc one of other dates.
    """
    earlier = Q(
        version__report__round__year=round.year,
        version__report__round__window_end__lt=round.window_end,
    )
    if round.kind == Round.Kind.MONTH:
        return earlier & Q(version__report__round__kind=Round.Kind.MONTH)
    return earlier & Q(version__report__round__window_start=round.window_start)


def _combined(counted):
    """
    Return the sum of an additive indicator's figures; of a level the last one sent (R11).

    “Không phát sinh” adds 0; a sum of missing figures alone stays unknown (R9).
    """
    amount = models.Case(models.When(status="nil", then=Decimal(0)), default=F("actual"))
    known = counted & Q(actual__isnull=False)
    sent = ArrayAgg("actual", filter=known, order_by="-version__submitted_at")
    return models.Case(
        models.When(
            indicator__combine=Indicator.Combine.SUM, then=models.Sum(amount, filter=counted)
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


class DutyStatus(models.TextChoices):
    NOT_STARTED = "not_started", _("Chưa thực hiện")
    IN_PROGRESS = "in_progress", _("Đang thực hiện")
    DONE = "done", _("Đã hoàn thành")
    STUCK = "stuck", _("Vướng mắc")


class VersionDutyQuerySet(models.QuerySet):
    def stuck_in(self, *rounds):
        """
        Return the duties that some rounds' latest versions call stuck, the longest so first.

        `since` is the moment of the first version of the unbroken run of them, up to the round's;
        versions follow by the end of their round's window, then by number. One statement.
        """
        lines = self.filter(
            version=F("version__report__latest_version"),
            version__report__round__in=rounds,
            version__report__tier=Tier.AGENCY,
            status=DutyStatus.STUCK,
        )
        lines = lines.annotate(moments=ArraySubquery(self._moments_until()))
        lines = list(
            lines.select_related("duty", "version__report__agency").defer("version__content")
        )
        for line in lines:
            run = [line.version.submitted_at, *takewhile(bool, reversed(line.moments))]
            line.since = run[-1]
        return sorted(lines, key=lambda line: (line.since, line.pk))

    def _moments_until(self):
        """Return when the outer line's agency called its duty stuck, in order; None: otherwise."""
        round = "version__report__round"
        same = {"duty": "duty", "version__report__agency": "version__report__agency"}
        # The duty's plan says nothing new, but lets PostgreSQL begin with the plan's few rounds.
        same |= {
            f"{round}__plan": "duty__plan",
            f"{round}__window_end__lte": f"{round}__window_end",
        }
        said = VersionDuty.objects.filter(
            version__report__tier=Tier.AGENCY,
            **{name: models.OuterRef(outer) for name, outer in same.items()},
        )
        moment = models.Case(models.When(status=DutyStatus.STUCK, then="version__submitted_at"))
        return said.order_by(f"{round}__window_end", "version__number").values(moment=moment)


class VersionDuty(models.Model):
    """How far a duty is, in the words of the agency it binds; appended with its version."""

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="duties")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+")
    status = models.CharField(_("tiến độ"), max_length=12, choices=DutyStatus.choices)
    words = models.TextField(_("nội dung"), blank=True)
    is_demo = models.BooleanField(default=False)

    objects = VersionDutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiến độ nhiệm vụ")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "duty"], name="one_status_per_version_and_duty"
            )
        ]

    def __str__(self):
        return f"{self.duty}: {self.get_status_display()}"
