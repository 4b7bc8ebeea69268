"""Targets: the values a plan sets for its indicators."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from targets.models.indicators import Indicator


class TargetQuerySet(models.QuerySet):
    def main_of_plans(self):
        """The first target with a number of each plan, as the plan itself orders them."""
        numbered = self.exclude(operator=Target.Operator.QUALITATIVE)
        in_order = numbered.order_by("indicator__plan_id", "indicator__position", "position")
        return in_order.distinct("indicator__plan_id").select_related("indicator")

    def same_span(self, target):
        """What a span was given, the plan's own target first, then each revision (R18)."""
        span = {name: getattr(target, name) for name in Target.SPAN}
        return self.filter(**span).order_by(F("effective_on").asc(nulls_first=True))

    def for_year(self, year):
        """
        Targets that concern a year: set for it, for each year around it, or for a span's end.

        Which of several an indicator is measured against is `attainment.year_target`'s choice.
        """
        in_span = Q(to_year__gte=year) & (Q(from_year=None) | Q(from_year__lte=year))
        return self.filter(
            Q(scope=Target.Scope.YEAR, year=year)
            | Q(scope=Target.Scope.BY_YEAR, year__gte=year)
            | in_span
        )


class Target(models.Model):
    """
    A value the plan sets (R16). One number stands in `low` or `high` by its operator.

    A revision is a new row with its deciding document and effective date (R18).
    """

    class Scope(models.TextChoices):
        YEAR = "year", _("trong năm")
        EACH_YEAR = "each_year", _("mỗi năm")
        BY_YEAR = "by_year", _("đến năm")
        AVERAGE_PER_YEAR = "average_per_year", _("bình quân mỗi năm")
        CUMULATIVE = "cumulative", _("cả giai đoạn")
        EACH_MONTH = "each_month", _("mỗi tháng")
        UNDATED = "undated", _("không ghi thời hạn")

    class Operator(models.TextChoices):
        AT_LEAST = "at_least", _("từ … trở lên")
        AT_MOST = "at_most", _("không quá")
        ABOVE = "above", _("trên")
        BELOW = "below", _("dưới")
        ABOUT = "about", _("khoảng")
        BETWEEN = "between", _("từ … đến …")
        EXACTLY = "exactly", _("đúng")
        PLAIN = "plain", _("con số, không ghi chiều")
        QUALITATIVE = "qualitative", _("định tính")

    ON_LOW = (Operator.AT_LEAST, Operator.ABOVE, Operator.EXACTLY, Operator.PLAIN, Operator.ABOUT)
    ON_HIGH = (Operator.AT_MOST, Operator.BELOW)
    # What a target and its revisions have in common.
    SPAN = ("indicator", "scope", "year", "from_year", "to_year")

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets")
    scope = models.CharField(_("phạm vi"), max_length=20, choices=Scope.choices)
    year = models.PositiveSmallIntegerField(_("năm"), null=True, blank=True)
    from_year = models.PositiveSmallIntegerField(_("từ năm"), null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(_("đến năm"), null=True, blank=True)
    operator = models.CharField(_("so sánh"), max_length=12, choices=Operator.choices)
    low = models.DecimalField(_("số dưới"), max_digits=18, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("số trên"), max_digits=18, decimal_places=4, null=True, blank=True)
    text = models.CharField(_("diễn đạt"), max_length=200, blank=True)
    maintained = models.BooleanField(_("duy trì ở mọi năm trước đó"), default=False)
    clause = models.CharField(_("mục"), max_length=40)
    position = models.PositiveSmallIntegerField()
    decided_by = models.CharField(_("văn bản điều chỉnh"), max_length=200, blank=True)
    effective_on = models.DateField(_("hiệu lực từ"), null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("mục tiêu")
        verbose_name_plural = _("mục tiêu")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "scope", "year", "from_year", "to_year", "effective_on"],
                name="one_target_per_span_and_decision",
                nulls_distinct=False,
                violation_error_message=_("Chỉ tiêu này đã có mục tiêu cho thời gian đó."),
            ),
            models.CheckConstraint(
                name="number_stands_where_its_operator_puts_it",
                condition=Q(
                    operator__in=["at_least", "above", "exactly", "plain", "about"],
                    low__isnull=False,
                    high=None,
                )
                | Q(operator__in=["at_most", "below"], low=None, high__isnull=False)
                # A comparison with NULL would pass the check.
                | Q(operator="between", low__isnull=False, high__isnull=False, low__lt=F("high"))
                | (Q(operator="qualitative", low=None, high=None) & ~Q(text="")),
                violation_error_message=_("Số của mục tiêu không khớp với cách so sánh."),
            ),
            models.CheckConstraint(
                name="years_stand_where_the_scope_puts_them",
                condition=Q(
                    scope__in=["year", "by_year", "each_month"],
                    year__isnull=False,
                    from_year=None,
                    to_year=None,
                )
                | Q(
                    scope__in=["each_year", "average_per_year", "cumulative"],
                    year=None,
                    to_year__isnull=False,
                )
                & (Q(from_year=None) | Q(from_year__lte=F("to_year")))
                | Q(scope="undated", year=None, from_year=None, to_year=None),
                violation_error_message=_("Năm của mục tiêu không khớp với phạm vi."),
            ),
            models.CheckConstraint(
                name="revision_names_its_decision",
                condition=Q(decided_by="", effective_on=None)
                | (~Q(decided_by="") & Q(effective_on__isnull=False)),
                violation_error_message=_("Điều chỉnh phải ghi văn bản và ngày hiệu lực."),
            ),
        ]

    def __str__(self):
        span = self.year or self.to_year or ""
        return f"{self.indicator}: {self.get_scope_display()} {span}".rstrip()

    @property
    def number(self):
        """The one number a percentage is taken of; None for ranges and words."""
        if self.operator == self.Operator.BETWEEN:
            return None
        return self.low if self.low is not None else self.high
