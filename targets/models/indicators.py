"""Indicators with the breakdowns that order them under a parent."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from plans.models import Party, Plan


class IndicatorQuerySet(models.QuerySet):
    def asked_of(self, years):
        """
        Return (indicator id, agency id, year, allocation); the last two None where only asked.

        Agencies named alone, members of groups (R13), and who was given a part of some years'
        targets; a pair may come more than once. One statement.
        """
        nothing = Cast(None, models.DecimalField(max_digits=18, decimal_places=4))
        year = Cast(None, models.PositiveSmallIntegerField())
        alone = self.filter(reporters__agency__isnull=False).order_by()
        members = self.filter(reporters__members__isnull=False).order_by()
        given = self.filter(allocations__year__in=years).order_by()
        return alone.values_list("pk", "reporters__agency", year, nothing).union(
            members.values_list("pk", "reporters__members", year, nothing),
            given.values_list(
                "pk", "allocations__agency", "allocations__year", "allocations__value"
            ),
            all=True,
        )


class Indicator(models.Model):
    class Kind(models.TextChoices):
        COUNT = "count", _("Số lượng")
        RATE = "rate", _("Tỷ lệ")
        INDEX = "index", _("Chỉ số")
        RANK = "rank", _("Xếp hạng")
        SHARE = "share", _("Tỷ trọng")
        GROWTH = "growth", _("Tốc độ tăng")

    class Combine(models.TextChoices):
        """How figures of several agencies make one: added (R10), or one source only (R11)."""

        SUM = "sum", _("Cộng các đơn vị")
        LATEST = "latest", _("Lấy số mới nhất từ một nguồn")

    class Better(models.TextChoices):
        HIGHER = "higher", _("Càng cao càng tốt")
        LOWER = "lower", _("Càng thấp càng tốt")
        NEUTRAL = "neutral", _("Không đánh giá")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="indicators")
    code = models.CharField(_("mã"), max_length=40)
    name = models.CharField(_("tên chỉ tiêu"), max_length=300)
    appendix_label = models.CharField(_("tên trong phụ lục"), max_length=300, blank=True)
    appendix_order = models.PositiveSmallIntegerField(
        _("thứ tự trong phụ lục"), null=True, blank=True
    )
    unit = models.CharField(_("đơn vị tính"), max_length=60, blank=True)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    combine = models.CharField(_("cách cộng"), max_length=10, choices=Combine.choices)
    better = models.CharField(_("chiều tốt"), max_length=10, choices=Better.choices)
    position = models.PositiveSmallIntegerField()
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    breakdown = models.ForeignKey(
        "Breakdown", models.CASCADE, null=True, blank=True, related_name="members"
    )
    reporters = models.ManyToManyField(Party, related_name="indicators_reported", blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="indicator_code_unique_in_plan"),
            models.CheckConstraint(
                name="breakdown_member_has_a_parent",
                condition=Q(breakdown=None) | Q(parent__isnull=False),
                violation_error_message=_("Chỉ tiêu thuộc một phân tổ phải có chỉ tiêu cấp trên."),
            ),
            models.CheckConstraint(
                name="only_counts_are_summed",
                condition=~Q(combine="sum") | Q(kind="count"),
                violation_error_message=_(
                    "Tỷ lệ, chỉ số, xếp hạng không được cộng giữa các đơn vị."
                ),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def labels(self):
        """What a table may call it: its name, its code, its label in the appendix."""
        return set(filter(None, (self.name, self.code, self.appendix_label)))


class Breakdown(models.Model):
    """Rows under one parent (R17): parts that make it up, or amounts included in it."""

    class Rule(models.TextChoices):
        PARTITION = "partition", _("Cộng đủ")
        OF_WHICH = "of_which", _("Trong đó")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="breakdowns")
    code = models.CharField(_("mã"), max_length=40)
    name = models.CharField(_("tên phân tổ"), max_length=200)
    parent = models.ForeignKey(Indicator, models.CASCADE, related_name="breakdowns")
    rule = models.CharField(_("quy tắc"), max_length=10, choices=Rule.choices)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("phân tổ")
        verbose_name_plural = _("phân tổ")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="breakdown_code_unique_in_plan")
        ]

    def __str__(self):
        return self.name

    @property
    def rule_beside(self):
        """The rule as said beside the name; nothing where the name says it: “Trong đó …”."""
        label = str(self.get_rule_display())
        return "" if self.name.casefold().startswith(label.casefold()) else label.lower()
