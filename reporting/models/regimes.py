"""Reporting rules of a plan: regimes and the outline of the narrative part."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.language import in_vietnamese
from plans.models import Party, Plan


class Tier(models.TextChoices):
    """Agencies report first; the lead department consolidates after them (R3)."""

    AGENCY = "agency", _("Cơ quan báo cáo")
    LEAD = "lead", _("Cơ quan thường trực tổng hợp")


class Obligation(models.TextChoices):
    REQUIRED = "required", _("Phải báo cáo")
    REQUESTED = "requested", _("Đề nghị cung cấp")


class Regime(models.Model):
    """One reporting rule of a plan, in the plan's words and as data (R1)."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Báo cáo")
        INFORMATION = "information", _("Cung cấp thông tin")
        FEEDBACK = "feedback", _("Phản ánh khó khăn, vướng mắc")
        SUBMISSION = "submission", _("Trình, tham mưu")
        PUBLICATION = "publication", _("Bản tin, công bố")

    class Frequency(models.TextChoices):
        MONTHLY = "monthly", _("Hằng tháng")
        QUARTERLY = "quarterly", _("Hằng quý")
        FIRST_HALF = "first_half", _("6 tháng đầu năm")
        ANNUAL = "annual", _("Hằng năm")
        AD_HOC = "ad_hoc", _("Đột xuất")
        UNSTATED = "unstated", _("Không ghi")

    class DueKind(models.TextChoices):
        BEFORE = "before", _("trước ngày")
        BY = "by", _("chậm nhất ngày")
        ON = "on", _("vào ngày")
        MONTHLY = "monthly", _("trước ngày … hằng tháng")

    class Window(models.TextChoices):
        """Another data window than the usual one of the kind of round (R2)."""

        CALENDAR = "calendar", _("Từ ngày 1 đến ngày cuối tháng")
        MID_MONTH = "mid_month", _("Từ ngày 15 tháng trước đến ngày 14")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="regimes")
    code = models.CharField(_("mã"), max_length=20)
    kind = models.CharField(_("loại"), max_length=12, choices=Kind.choices)
    obligation = models.CharField(_("mức độ"), max_length=10, choices=Obligation.choices)
    reporters = models.ManyToManyField(Party, related_name="regimes", blank=True)
    reporters_words = models.TextField(_("nguyên văn nơi báo cáo"), blank=True)
    tier = models.CharField(_("cấp"), max_length=6, choices=Tier.choices)
    frequency = models.CharField(_("định kỳ"), max_length=10, choices=Frequency.choices)
    due_kind = models.CharField(_("kiểu hạn"), max_length=8, choices=DueKind.choices, blank=True)
    due_month = models.PositiveSmallIntegerField(_("tháng"), null=True, blank=True)
    due_day = models.PositiveSmallIntegerField(_("ngày"), null=True, blank=True)
    window = models.CharField(
        _("thời gian chốt số liệu"), max_length=9, choices=Window.choices, blank=True
    )
    words = models.TextField(_("nguyên văn thời hạn"), blank=True)
    clause = models.CharField(_("mục"), max_length=40)
    content = models.TextField(_("nội dung báo cáo"), blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("chế độ báo cáo")
        verbose_name_plural = _("chế độ báo cáo")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="regime_code_unique_in_plan"),
            models.CheckConstraint(
                name="due_date_is_whole_or_absent",
                condition=Q(due_kind="", due_month=None, due_day=None)
                # A range holds for NULL too; what must be there is said.
                | Q(
                    due_kind="monthly",
                    due_month=None,
                    due_day__isnull=False,
                    due_day__range=(1, 31),
                )
                | Q(
                    due_kind__in=["before", "by", "on"],
                    due_month__isnull=False,
                    due_month__range=(1, 12),
                    due_day__isnull=False,
                    due_day__range=(1, 31),
                ),
                violation_error_message=_(
                    "Hạn báo cáo phải đủ ngày và tháng, hoặc để trống cả hai."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.words or self.get_frequency_display().lower()}"

    def clean(self):
        """A due date must be a day of the calendar: 31/6 is none."""
        if self.due_month and self.due_day:
            try:
                dt.date(2001, self.due_month, self.due_day)
            except ValueError as error:
                raise ValidationError(
                    gettext("Không có ngày {due_day}/{due_month}.").format(
                        due_day=self.due_day, due_month=self.due_month
                    )
                ) from error

    @property
    @in_vietnamese
    def due_words(self):
        """The due date as people say it: “trước ngày 20/6”, “trước ngày 10 tháng sau”."""
        if not self.due_kind:
            return ""
        if self.due_kind == self.DueKind.MONTHLY:
            return f"trước ngày {self.due_day} tháng sau"
        return f"{self.get_due_kind_display()} {self.due_day}/{self.due_month}"

    @property
    def opens_rounds(self):
        """Only a dated report or handing-over of data opens rounds by itself."""
        return self.kind in (self.Kind.REPORT, self.Kind.INFORMATION) and bool(self.due_kind)


class OutlineSection(models.Model):
    """A heading of the narrative part; kept as data because each regime may set its own outline."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="outline")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(_("đề mục"), max_length=200)

    class Meta:
        verbose_name = _("đề mục")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="outline_position_unique")
        ]

    def __str__(self):
        return self.heading
