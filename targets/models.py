"""How much: indicators, their breakdowns, targets and allocations."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, StoredFile, User
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
        given = Allocation.objects.filter(
            indicator__in=self.order_by().values("pk"), year__in=years
        )
        return alone.values_list("pk", "reporters__agency", year, nothing).union(
            members.values_list("pk", "reporters__members", year, nothing),
            given.values_list("indicator", "agency", "year", "value"),
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


class Allocation(models.Model):
    """The part of a year's target given to one agency (giao chỉ tiêu)."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="allocations")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="allocations")
    year = models.PositiveSmallIntegerField(_("năm"))
    value = models.DecimalField(_("số giao"), max_digits=18, decimal_places=4)
    decided_by = models.CharField(_("văn bản giao"), max_length=200)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("giao chỉ tiêu")
        verbose_name_plural = _("giao chỉ tiêu")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "agency", "year"],
                name="one_allocation_per_agency_and_year",
                violation_error_message=_("Đơn vị này đã được giao chỉ tiêu của năm đó."),
            ),
            models.CheckConstraint(
                name="allocation_not_negative",
                condition=Q(value__gte=0),
                violation_error_message=_("Số giao không được âm."),
            ),
        ]

    def __str__(self):
        return f"{self.agency}: {self.value:f}"


class AppendixImport(models.Model):
    """
    One appendix table somebody gave us: the file as it came, what it said, what became of it (R26).

    `parsed` is the sheet as read (targets/appendix/stored_sheet.py): the preview and the apply
    work on it, not on the file again. `shown` marks the changes that were shown. Without a plan
    it is for one in the making, which knows its imports (reporting, ADR 18).
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("Đã đọc, chưa ghi")
        APPLIED = "applied", _("Đã ghi")

    class Kind(models.TextChoices):
        TARGETS = "targets", _("Phụ lục mục tiêu")
        ALLOCATION = "allocation", _("Giao chỉ tiêu")

    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="appendix_imports"
    )
    kind = models.CharField(_("loại bảng"), max_length=12, choices=Kind.choices)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.CHECKED
    )
    name = models.CharField(_("tên tệp"), max_length=200)
    sheet = models.CharField(_("trang tính"), max_length=100)
    original = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name=_("tệp gốc"), related_name="+"
    )
    annotated = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        verbose_name=_("tệp có ghi chú"),
        related_name="+",
        null=True,
        blank=True,
    )
    parsed = models.BinaryField(editable=False)
    answers = models.JSONField(_("câu trả lời"), default=dict, blank=True)
    shown = models.CharField(max_length=64, editable=False)
    problem_count = models.PositiveIntegerField(_("số lỗi"), default=0)
    question_count = models.PositiveIntegerField(_("số câu hỏi"), default=0)
    new_count = models.PositiveIntegerField(_("mới"), default=0)
    changed_count = models.PositiveIntegerField(_("thay đổi"), default=0)
    unchanged_count = models.PositiveIntegerField(_("không đổi"), default=0)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(_("nộp lúc"))
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(_("ghi lúc"), null=True, blank=True)
    decided_by = models.CharField(_("văn bản quyết định"), max_length=200, blank=True)
    effective_on = models.DateField(_("hiệu lực từ"), null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("lần nhập phụ lục")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="applied_import_has_its_moment",
                condition=Q(state="checked", applied_at=None)
                | Q(state="applied", applied_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.name
