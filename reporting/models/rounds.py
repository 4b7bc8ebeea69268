"""Reporting occasions: rounds and when each of their tiers is due."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import access
from agencies.models import Membership
from plans.models import Plan
from reporting.models.regimes import Obligation, Tier

Role = Membership.Role


def reports_visible_to(user, through=""):
    """Return the condition on reports a person may know of; `through` leads to them."""
    if not user.is_authenticated:
        return Q(pk=None)
    own = access.agencies_of(user, Role.OFFICER, Role.HEAD)
    led = access.agencies_of(user, Role.STAFF)
    return (
        Q(**{f"{through}agency__in": own})
        | Q(**{f"{through}round__plan__lead_agency__in": led})
        | Q(**{f"{through}round__plan__jurisdiction__in": access.jurisdictions_led_by(user)})
    )


class RoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rounds in which the user has a report to see."""
        seen = self.model.objects.filter(reports_visible_to(user, through="reports__"))
        return self.filter(pk__in=seen.values("pk"))

    def led_by(self, user):
        """Rounds of the plans whose lead department the user is staff of."""
        return self.filter(plan__lead_agency__in=access.agencies_of(user, Role.STAFF))

    def with_rights(self, user):
        """
        Add `may_steer` (staff of the department that leads the plan) and `may_read_totals`.

        What all agencies report is for those staff and for the jurisdiction's leaders.
        """
        staff = models.Exists(
            Membership.objects.filter(
                user=user, role=Role.STAFF, agency=models.OuterRef("plan__lead_agency")
            )
        )
        reads = Q(staff) | Q(plan__jurisdiction__in=access.jurisdictions_led_by(user))
        return self.annotate(
            may_steer=staff,
            may_read_totals=models.ExpressionWrapper(reads, models.BooleanField()),
        )

    def with_counts(self):
        """Add how many agencies must report (R5), and how many of them have sent, are accepted."""
        required = Q(reports__tier=Tier.AGENCY, reports__obligation=Obligation.REQUIRED)
        sent, accepted = Q(reports__state="submitted"), Q(reports__state="accepted")
        waiting = Q(reports__tier=Tier.AGENCY) & sent
        return self.annotate(
            required_count=models.Count("reports", filter=required),
            sent_count=models.Count("reports", filter=required & (sent | accepted)),
            accepted_count=models.Count("reports", filter=required & accepted),
            waiting_count=models.Count("reports", filter=waiting),
        )


class Round(models.Model):
    """A reporting occasion of one plan: first half, year, month n, or ad hoc (R3)."""

    class Kind(models.TextChoices):
        FIRST_HALF = "first_half", _("6 tháng đầu năm")
        YEAR = "year", _("năm")
        MONTH = "month", _("tháng")
        AD_HOC = "ad_hoc", _("đột xuất")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="rounds")
    kind = models.CharField(_("loại kỳ"), max_length=10, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(_("năm kế hoạch"))
    number = models.PositiveSmallIntegerField(_("số thứ tự"), default=0)
    window_start = models.DateField(_("số liệu từ ngày"))
    window_end = models.DateField(_("số liệu đến ngày"))
    opened_at = models.DateTimeField(_("mở lúc"))
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, blank=True)
    subject = models.CharField(_("nội dung kỳ đột xuất"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("số liệu minh họa"), default=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("kỳ báo cáo")
        verbose_name_plural = _("kỳ báo cáo")
        ordering = ["year", "window_end", "kind", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind", "year", "number"],
                name="one_round_per_plan_kind_year",
                violation_error_message=_("Kỳ báo cáo này đã được mở."),
            ),
            models.CheckConstraint(
                name="round_number_fits_its_kind",
                condition=Q(kind__in=["first_half", "year"], number=0)
                | Q(kind="month", number__range=(1, 12))
                | Q(kind="ad_hoc", number__gte=1),
                violation_error_message=_("Số thứ tự không khớp với loại kỳ báo cáo."),
            ),
            models.CheckConstraint(
                name="window_in_order", condition=Q(window_start__lte=F("window_end"))
            ),
        ]

    def __str__(self):
        return gettext("Báo cáo {label}").format(label=self.label)

    def get_absolute_url(self):
        return reverse("reporting:round-detail", args=[self.pk])

    @property
    def is_consolidated(self):
        """Say whether the lead department's consolidation is sent and not returned (R3)."""
        lead = self.reports.filter(tier=Tier.LEAD)
        return lead.exclude(state__in=["draft", "returned"]).exists()

    @property
    def code(self):
        """The round in commands: 2024-first-half, 2024-year, 2020-month-4, 2024-ad-hoc-1."""
        code = f"{self.year}-{self.kind.replace('_', '-')}"
        return f"{code}-{self.number}" if self.number else code

    @property
    def counts_from(self):
        """
        The day from which additive figures run (R10).

        A month's window is the month alone (R2); its figures run on from the year's first month, so
        that the latest round holds the year's total.
        """
        start = self.window_start
        if self.kind != self.Kind.MONTH:
            return start
        begins_before = (self.year - start.year) * 12 + self.number - start.month
        match begins_before:
            case 0:
                return start.replace(month=1)
            case 1:  # from the 15th of the month before
                return start.replace(year=self.year - 1, month=12)
            case _:  # opened by hand, its window runs from the year's first day already
                return start

    @property
    def label(self):
        match self.kind:
            case self.Kind.MONTH:
                return gettext("tháng {number}/{year}").format(number=self.number, year=self.year)
            case self.Kind.AD_HOC:
                return gettext("đột xuất lần {number} năm {year}").format(
                    number=self.number, year=self.year
                )
            case self.Kind.FIRST_HALF:
                return gettext("6 tháng đầu năm {year}").format(year=self.year)
            case _:
                return gettext("năm {year}").format(year=self.year)


class RoundDue(models.Model):
    """When one tier of a round is due; without a date it has no lateness and no reminders."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="dues")
    tier = models.CharField(_("cấp"), max_length=6, choices=Tier.choices)
    last_day = models.DateField(_("ngày cuối cùng"), null=True, blank=True)
    words = models.CharField(_("hạn trong văn bản"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("hạn báo cáo")
        ordering = ["tier"]
        constraints = [
            models.UniqueConstraint(fields=["round", "tier"], name="one_due_date_per_tier")
        ]

    def __str__(self):
        return (
            f"{self.words} ({self.last_day:%d/%m/%Y})"
            if self.last_day
            else gettext("không ghi hạn")
        )
