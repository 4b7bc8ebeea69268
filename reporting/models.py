"""What was reported: regimes, rounds, reports, versions, and the reminder ledger."""

import datetime as dt
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields.array import IndexTransform
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from agencies import access
from agencies.models import Agency, Event, Membership, User
from plans.models import Party, Plan
from targets.models import Indicator

Role = Membership.Role


class Tier(models.TextChoices):
    """Agencies report first; the lead department consolidates after them (R3)."""

    AGENCY = "agency", "Cơ quan báo cáo"
    LEAD = "lead", "Cơ quan thường trực tổng hợp"


class Obligation(models.TextChoices):
    REQUIRED = "required", "Phải báo cáo"
    REQUESTED = "requested", "Đề nghị cung cấp"


class Regime(models.Model):
    """One reporting rule of a plan, in the plan's words and as data (R1)."""

    class Kind(models.TextChoices):
        REPORT = "report", "Báo cáo"
        INFORMATION = "information", "Cung cấp thông tin"
        FEEDBACK = "feedback", "Phản ánh khó khăn, vướng mắc"
        SUBMISSION = "submission", "Trình, tham mưu"
        PUBLICATION = "publication", "Bản tin, công bố"

    class Frequency(models.TextChoices):
        MONTHLY = "monthly", "Hằng tháng"
        QUARTERLY = "quarterly", "Hằng quý"
        FIRST_HALF = "first_half", "6 tháng đầu năm"
        ANNUAL = "annual", "Hằng năm"
        AD_HOC = "ad_hoc", "Đột xuất"
        UNSTATED = "unstated", "Không ghi"

    class DueKind(models.TextChoices):
        BEFORE = "before", "trước ngày"
        BY = "by", "chậm nhất ngày"
        ON = "on", "vào ngày"
        MONTHLY = "monthly", "trước ngày … hằng tháng"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="regimes")
    code = models.CharField("mã", max_length=20)
    kind = models.CharField("loại", max_length=12, choices=Kind.choices)
    obligation = models.CharField("mức độ", max_length=10, choices=Obligation.choices)
    reporters = models.ManyToManyField(Party, related_name="regimes", blank=True)
    reporters_words = models.TextField("nguyên văn nơi báo cáo", blank=True)
    tier = models.CharField("cấp", max_length=6, choices=Tier.choices)
    frequency = models.CharField("định kỳ", max_length=10, choices=Frequency.choices)
    due_kind = models.CharField("kiểu hạn", max_length=8, choices=DueKind.choices, blank=True)
    due_month = models.PositiveSmallIntegerField("tháng", null=True, blank=True)
    due_day = models.PositiveSmallIntegerField("ngày", null=True, blank=True)
    words = models.TextField("nguyên văn thời hạn", blank=True)
    clause = models.CharField("mục", max_length=40)
    content = models.TextField("nội dung báo cáo", blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "chế độ báo cáo"
        verbose_name_plural = "chế độ báo cáo"
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
                violation_error_message="Hạn báo cáo phải đủ ngày và tháng, hoặc để trống cả hai.",
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
                raise ValidationError(f"Không có ngày {self.due_day}/{self.due_month}.") from error

    @property
    def due_words(self):
        """The due date as people say it: “trước ngày 20/6”, “trước ngày 10 tháng sau”."""
        if not self.due_kind:
            return ""
        if self.due_kind == self.DueKind.MONTHLY:
            return f"trước ngày {self.due_day} tháng sau"
        return f"{self.get_due_kind_display()} {self.due_day}/{self.due_month}"

    @property
    def last_day_words(self):
        """The last day on time, without a year: “19/6”; empty for an undated rule."""
        if not self.due_kind:
            return ""
        excluded = self.due_kind in (self.DueKind.BEFORE, self.DueKind.MONTHLY)
        if self.due_kind == self.DueKind.MONTHLY:
            return f"ngày {self.due_day - 1} tháng sau"
        # Any year serves but for 29/2, which no plan names.
        day = dt.date(2001, self.due_month, self.due_day) - dt.timedelta(days=int(excluded))
        return f"{day.day}/{day.month}"

    @property
    def opens_rounds(self):
        """Only a dated report or handing-over of data opens rounds by itself."""
        return self.kind in (self.Kind.REPORT, self.Kind.INFORMATION) and bool(self.due_kind)


class OutlineSection(models.Model):
    """A heading of the narrative part; kept as data because each regime may set its own outline."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="outline")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField("đề mục", max_length=200)

    class Meta:
        verbose_name = "đề mục"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="outline_position_unique")
        ]

    def __str__(self):
        return self.heading


class RoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rounds in which the user has a report to see."""
        return self.filter(pk__in=Report.objects.visible_to(user).values("round"))


class Round(models.Model):
    """A reporting occasion of one plan: first half, year, month n, or ad hoc (R3)."""

    class Kind(models.TextChoices):
        FIRST_HALF = "first_half", "6 tháng đầu năm"
        YEAR = "year", "năm"
        MONTH = "month", "tháng"
        AD_HOC = "ad_hoc", "đột xuất"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="rounds")
    kind = models.CharField("loại kỳ", max_length=10, choices=Kind.choices)
    year = models.PositiveSmallIntegerField("năm kế hoạch")
    number = models.PositiveSmallIntegerField("số thứ tự", default=0)
    window_start = models.DateField("số liệu từ ngày")
    window_end = models.DateField("số liệu đến ngày")
    opened_at = models.DateTimeField("mở lúc")
    is_demo = models.BooleanField("số liệu minh họa", default=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        ordering = ["year", "window_end", "kind", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind", "year", "number"],
                name="one_round_per_plan_kind_year",
                violation_error_message="Kỳ báo cáo này đã được mở.",
            ),
            models.CheckConstraint(
                name="round_number_fits_its_kind",
                condition=Q(kind__in=["first_half", "year"], number=0)
                | Q(kind="month", number__range=(1, 12))
                | Q(kind="ad_hoc", number__gte=1),
                violation_error_message="Số thứ tự không khớp với loại kỳ báo cáo.",
            ),
            models.CheckConstraint(
                name="window_in_order", condition=Q(window_start__lte=F("window_end"))
            ),
        ]

    def __str__(self):
        return f"Báo cáo {self.label}"

    def get_absolute_url(self):
        return reverse("reporting:round-detail", args=[self.pk])

    @property
    def code(self):
        """The round in commands: 2024-first-half, 2024-year, 2020-month-4, 2024-ad-hoc-1."""
        code = f"{self.year}-{self.kind.replace('_', '-')}"
        return f"{code}-{self.number}" if self.number else code

    @property
    def label(self):
        match self.kind:
            case self.Kind.MONTH:
                return f"tháng {self.number}/{self.year}"
            case self.Kind.AD_HOC:
                return f"đột xuất lần {self.number} năm {self.year}"
            case self.Kind.FIRST_HALF:
                return f"6 tháng đầu năm {self.year}"
            case _:
                return f"năm {self.year}"


class RoundDue(models.Model):
    """When one tier of a round is due; without a date it has no lateness and no reminders."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="dues")
    tier = models.CharField("cấp", max_length=6, choices=Tier.choices)
    last_day = models.DateField("ngày cuối cùng", null=True, blank=True)
    words = models.CharField("hạn trong văn bản", max_length=200, blank=True)

    class Meta:
        verbose_name = "hạn báo cáo"
        ordering = ["tier"]
        constraints = [
            models.UniqueConstraint(fields=["round", "tier"], name="one_due_date_per_tier")
        ]

    def __str__(self):
        return f"{self.words} ({self.last_day:%d/%m/%Y})" if self.last_day else "không ghi hạn"


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """
        Reports a person may know of (R21).

        Own agency's; all of the plans their agency leads; all of a leader's jurisdiction.
        An administrator sees no figures.
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(agency__in=access.agencies_of(user, Role.OFFICER, Role.HEAD))
            | Q(round__plan__lead_agency__in=access.agencies_of(user, Role.STAFF))
            | Q(round__plan__jurisdiction__in=access.jurisdictions_led_by(user))
        )

    def reported_by(self, user):
        """Reports the user fills in as officer or head."""
        return self.filter(agency__in=access.agencies_of(user, Role.OFFICER, Role.HEAD))

    def reviewed_by(self, user):
        """Agency-tier reports the user accepts or returns as staff of the lead department."""
        return self.filter(
            tier=Tier.AGENCY, round__plan__lead_agency__in=access.agencies_of(user, Role.STAFF)
        )

    def for_list(self):
        return self.select_related(
            "agency", "round__plan__lead_agency", "round__plan__jurisdiction", "latest_version"
        ).prefetch_related("round__dues")

    def open(self):
        """Reports still to be sent: never sent, or returned."""
        return self.filter(state__in=[Report.State.DRAFT, Report.State.RETURNED])


class Report(models.Model):
    """
    One agency's report in one tier of a round; exists from the round's opening (R5).

    `last_day` is the one in force now; a return or an extension moves it. Timeliness is judged
    on `first_submitted_at` against `first_last_day`, the day in force at that moment (R4).
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Chưa gửi"
        SUBMITTED = "submitted", "Đã gửi"
        RETURNED = "returned", "Trả lại"
        ACCEPTED = "accepted", "Đã tiếp nhận"

    round = models.ForeignKey(Round, models.PROTECT, related_name="reports")
    tier = models.CharField("cấp", max_length=6, choices=Tier.choices, default=Tier.AGENCY)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="reports")
    obligation = models.CharField(
        "mức độ", max_length=10, choices=Obligation.choices, default=Obligation.REQUIRED
    )
    state = models.CharField(
        "trạng thái", max_length=10, choices=State.choices, default=State.DRAFT
    )
    last_day = models.DateField("ngày cuối cùng", null=True, blank=True)
    first_submitted_at = models.DateTimeField("gửi lần đầu", null=True, blank=True)
    first_last_day = models.DateField("ngày cuối cùng khi gửi lần đầu", null=True, blank=True)
    saved_at = models.DateTimeField("lưu lần cuối", null=True, blank=True)
    return_reason = models.TextField("lý do trả lại", blank=True)
    latest_version = models.ForeignKey(
        "ReportVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        ordering = ["agency__name_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "tier", "agency"],
                name="one_report_per_round_tier_agency",
                violation_error_message="Cơ quan này đã có báo cáo trong kỳ.",
            ),
            models.CheckConstraint(
                name="sent_report_has_a_version",
                condition=Q(state="draft", latest_version=None, first_submitted_at=None)
                | (
                    ~Q(state="draft")
                    & Q(latest_version__isnull=False, first_submitted_at__isnull=False)
                ),
                violation_error_message="Báo cáo đã gửi phải có bản lưu.",
            ),
        ]

    def __str__(self):
        return f"{self.round}, {self.agency}"

    def get_absolute_url(self):
        return reverse("reporting:report-detail", args=[self.pk])

    @property
    def is_open(self):
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    @property
    def events(self):
        return Event.objects.filter(subject=self._meta.label_lower, subject_id=self.pk)


class FigureFields(models.Model):
    """
    What a cell says (R9, R12): a number, nothing yet, “không phát sinh”, or “không áp dụng”.

    Additive figures are cumulative since the plan year's window opened (R10).
    """

    class Status(models.TextChoices):
        MISSING = "missing", "thiếu số liệu"
        NUMBER = "number", "có số liệu"
        NIL = "nil", "không phát sinh"
        NOT_APPLICABLE = "not_applicable", "không áp dụng"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    status = models.CharField(max_length=15, choices=Status.choices, default=Status.MISSING)
    actual = models.DecimalField(
        "thực hiện", max_digits=18, decimal_places=4, null=True, blank=True
    )
    estimate = models.DecimalField(
        "ước thực hiện", max_digits=18, decimal_places=4, null=True, blank=True
    )
    explanation = models.TextField("giải trình", blank=True)

    class Meta:
        abstract = True


class Figure(FigureFields):
    """A cell of the draft; rewritten as people type."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")

    class Meta:
        verbose_name = "số liệu"
        verbose_name_plural = "số liệu"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator"], name="one_figure_per_report_and_indicator"
            ),
            models.CheckConstraint(
                name="only_a_number_has_a_value",
                condition=Q(status="number", actual__isnull=False)
                | (~Q(status="number") & Q(actual=None)),
                violation_error_message="Chỉ ô có số liệu mới mang giá trị.",
            ),
        ]

    def __str__(self):
        return f"{self.indicator}: {self.actual if self.status == 'number' else self.status}"


class Narrative(models.Model):
    """The draft's words under one heading of the outline."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="narratives")
    section = models.ForeignKey(OutlineSection, models.PROTECT, related_name="+")
    text = models.TextField("nội dung", blank=True)

    class Meta:
        verbose_name = "thuyết minh"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "section"], name="one_narrative_per_report_and_section"
            )
        ]

    def __str__(self):
        return self.section.heading


class ReportVersion(models.Model):
    """What was sent, as it was sent (R8). Appended only; a row trigger and privileges see to it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("bản")
    submitted_at = models.DateTimeField("gửi lúc")
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    content = models.JSONField("nội dung")
    sha256 = models.CharField("mã băm", max_length=64)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = "bản báo cáo"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="version_number_unique_in_report"
            )
        ]

    def __str__(self):
        return f"{self.report}, bản {self.number}"

    def get_absolute_url(self):
        return reverse("reporting:receipt", args=[self.report_id, self.number])

    @property
    def receipt_code(self):
        """The receipt's number: plan, round, agency, version; stable and readable over a phone."""
        report = self.report
        return f"{report.round.plan.code}/{report.round.code}/{report.agency.code}/{self.number}"


class VersionFigureQuerySet(models.QuerySet):
    def current(self):
        """Figures of each report's latest version; earlier versions stay as history."""
        return self.filter(version=F("version__report__latest_version"))

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


class VersionFigure(FigureFields):
    """A figure of a sent version, as a row so that totals are computed in SQL."""

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="figures")
    is_demo = models.BooleanField(default=False)

    objects = VersionFigureQuerySet.as_manager()

    class Meta:
        verbose_name = "số liệu của bản báo cáo"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "indicator"], name="one_figure_per_version_and_indicator"
            )
        ]

    def __str__(self):
        return f"{self.version}: {self.indicator}"


class Reminder(models.Model):
    """
    The reminder ledger (R23): one row for each thing ever owed, never two for the same.

    `sending` is committed before the mail server is spoken to; a row found in that state after
    its lease ran out may have gone out or not, becomes `unknown` and is never sent blindly again.
    """

    class State(models.TextChoices):
        OWED = "owed", "chờ gửi"
        SENDING = "sending", "đang gửi"
        SENT = "sent", "đã gửi"
        DROPPED = "dropped", "không còn cần"
        UNKNOWN = "unknown", "chưa rõ đã gửi hay chưa"

    report = models.ForeignKey(Report, models.CASCADE, related_name="reminders")
    last_day = models.DateField("ngày cuối cùng")
    stage = models.CharField("mốc nhắc", max_length=10)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="reminders")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = "nhắc việc"
        verbose_name_plural = "nhắc việc"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "last_day", "stage", "recipient"],
                name="one_reminder_per_report_day_stage_recipient",
            )
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="reminder_by_state")]

    def __str__(self):
        return f"{self.stage} {self.recipient}"
