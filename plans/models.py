"""What: plans, the bodies they name, solution groups and duties."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.derived import DerivedQuerySet
from agencies.models import Agency, Jurisdiction
from agencies.vietnamese import fold


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """
        Plans a person may read: every issued plan, in force or ended, to anyone signed in.

        An issued plan is a published document; what agencies report under it is not, and
        reports have their own rule. A plan being drafted is no plan yet (ADR 0013).
        """
        return self if user.is_authenticated else self.none()

    def in_force(self):
        """Plans that still open rounds."""
        return self.filter(state=Plan.State.ACTIVE)

    def search(self, words):
        """Plans whose number or title holds each of the folded words (R30)."""
        return self.filter(*(Q(text_fold__contains=word) for word in words))

    def for_list(self):
        return self.select_related("jurisdiction", "lead_agency").annotate(
            duty_count=models.Count("duties", distinct=True),
            party_count=models.Count(
                "parties", filter=Q(parties__mentioned_only=False), distinct=True
            ),
        )


class Plan(models.Model):
    """An issued employment plan. Number and date may be absent: the code is the key (R3)."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Đang thực hiện")
        CLOSED = "closed", _("Đã kết thúc")
        REPLACED = "replaced", _("Đã được thay thế")

    code = models.SlugField(_("mã"), max_length=60, unique=True)
    number = models.CharField(_("số, ký hiệu"), max_length=60, blank=True)
    title = models.TextField(_("tên kế hoạch"))
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, verbose_name=_("địa bàn"), related_name="plans"
    )
    first_year = models.PositiveSmallIntegerField(_("từ năm"))
    last_year = models.PositiveSmallIntegerField(_("đến năm"))
    vision_year = models.PositiveSmallIntegerField(_("tầm nhìn đến năm"), null=True, blank=True)
    lead_agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("cơ quan thường trực"), related_name="plans_led"
    )
    source = models.TextField(_("ghi chú về văn bản nguồn"), blank=True)
    state = models.CharField(
        _("tình trạng"), max_length=10, choices=State.choices, default=State.ACTIVE
    )
    activated_at = models.DateTimeField(_("kích hoạt lúc"), null=True, blank=True)
    ended_on = models.DateField(_("kết thúc ngày"), null=True, blank=True)
    ended_because = models.TextField(_("lý do kết thúc"), blank=True)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("được thay bằng"),
        null=True,
        blank=True,
        related_name="replaces",
    )

    text_fold = models.TextField(editable=False, default="")

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("kế hoạch")
        ordering = ["jurisdiction__name", "-first_year", "code"]
        constraints = [
            models.CheckConstraint(
                name="plan_years_in_order",
                condition=Q(first_year__lte=F("last_year"))
                & (Q(vision_year=None) | Q(vision_year__gte=F("last_year"))),
                violation_error_message=_("Năm đầu, năm cuối và năm tầm nhìn phải theo thứ tự."),
            ),
            models.CheckConstraint(
                name="an_ended_plan_says_when_and_by_what",
                condition=Q(state="active", ended_on=None, replaced_by=None)
                | Q(state="closed", ended_on__isnull=False, replaced_by=None)
                | Q(state="replaced", ended_on__isnull=False, replaced_by__isnull=False),
                violation_error_message=_(
                    "Kế hoạch đã kết thúc phải ghi ngày và kế hoạch thay thế."
                ),
            ),
        ]

    def __str__(self):
        return self.short_title

    def save(self, *args, **kwargs):
        self.text_fold = fold(f"{self.short_title} {self.title}")
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "text_fold"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("dashboards:plan-targets", args=[self.code])

    @property
    def short_title(self):
        """Number when there is one, else the first words of the title."""
        if self.number:
            return gettext("Kế hoạch {number}").format(number=self.number)
        return (
            gettext("Kế hoạch năm {first_year}").format(first_year=self.first_year)
            if self.is_one_year
            else self.title.split(" ngày ")[0]
        )

    @property
    def is_active(self):
        return self.state == self.State.ACTIVE

    @property
    def issuer_short(self):
        """The issuer as offices abbreviate it, without our remarks: “UBND tỉnh Kiên Giang”."""
        return self.issuer.replace("Ủy ban nhân dân", "UBND").split(" (")[0]

    @property
    def is_one_year(self):
        return self.first_year == self.last_year

    @property
    def years(self):
        return range(self.first_year, self.last_year + 1)


class Party(models.Model):
    """
    A body as one plan names it: a single agency, or a group under the plan's own name (R20).

    The plan keeps its wording; the agency keeps its own name.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="parties")
    code = models.SlugField(_("mã"), max_length=60)
    name = models.CharField(_("tên"), max_length=200)
    as_written = models.CharField(_("nguyên văn"), max_length=300)
    kind = models.CharField(_("loại"), max_length=30, choices=Agency.Kind.choices)
    position = models.PositiveSmallIntegerField()
    is_group = models.BooleanField(_("là nhóm cơ quan"), default=False)
    mentioned_only = models.BooleanField(_("chỉ được nhắc tới, không có việc riêng"), default=False)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="named_in_plans"
    )
    members = models.ManyToManyField(Agency, related_name="groups", blank=True)

    class Meta:
        verbose_name = _("cơ quan trong kế hoạch")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="party_code_unique_in_plan"),
            models.CheckConstraint(
                name="group_or_single_agency",
                condition=Q(is_group=True, agency=None)
                | Q(is_group=False, agency__isnull=False)
                | Q(mentioned_only=True, is_group=False),
                violation_error_message=_("Tên trong kế hoạch là một cơ quan hoặc một nhóm."),
            ),
        ]

    def __str__(self):
        return self.name


class SolutionGroup(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="solution_groups")
    position = models.PositiveSmallIntegerField()
    clause = models.CharField(_("mục"), max_length=40)
    heading = models.TextField(_("tên nhóm giải pháp"))

    class Meta:
        verbose_name = _("nhóm giải pháp")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"], name="solution_group_position_unique"
            )
        ]

    def __str__(self):
        return f"{self.clause}. {self.heading}"


class DutyQuerySet(DerivedQuerySet):
    def search(self, words):
        """Duties whose statement holds each of the folded words (R30)."""
        return self.filter(*(Q(statement_fold__contains=word) for word in words))


class Duty(models.Model):
    """One task the plan gives, in a short statement of our own, and whom it binds."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Chủ trì")
        COORDINATE = "coordinate", _("Phối hợp")
        SOLE = "sole", _("Thực hiện")
        REQUESTED = "requested", _("Đề nghị")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="duties")
    code = models.CharField(_("mã"), max_length=20)
    clause = models.CharField(_("mục"), max_length=40)
    position = models.PositiveSmallIntegerField()
    role = models.CharField(_("vai trò"), max_length=10, choices=Role.choices)
    acts_as = models.CharField(_("đề nghị làm"), max_length=10, choices=Role.choices, blank=True)
    statement = models.CharField(_("nội dung"), max_length=160)
    statement_fold = models.CharField(max_length=160, editable=False, default="")
    parties = models.ManyToManyField(Party, related_name="duties")
    DERIVED = ("statement_fold",)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = _("nhiệm vụ")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="duty_code_unique_in_plan"),
            models.CheckConstraint(
                name="only_a_request_acts_as",
                condition=Q(role="requested") | Q(acts_as=""),
                violation_error_message=_(
                    "Chỉ nhiệm vụ dạng đề nghị mới ghi vai trò được đề nghị."
                ),
            ),
        ]

    def __str__(self):
        return self.statement

    def save(self, *args, **kwargs):
        self.derive()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "statement_fold"}
        super().save(*args, **kwargs)

    def derive(self):
        self.statement_fold = fold(self.statement)


class DutyPartner(models.Model):
    """A partner named in a duty's clause; no `party` where the words name nobody in particular."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="partners")
    position = models.PositiveSmallIntegerField()
    as_written = models.CharField(_("nguyên văn"), max_length=300)
    party = models.ForeignKey(Party, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["duty", "position"], name="partner_position_unique")
        ]

    def __str__(self):
        return self.as_written
