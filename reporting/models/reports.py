"""Reports of agencies, and the fields of their drafts."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies import access
from agencies.models import Agency, Event, Membership, User
from reporting.models.regimes import Obligation, Tier
from reporting.models.rounds import Round, reports_visible_to

Role = Membership.Role


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """
        Reports a person may know of (R21).

        Own agency's; all of the plans their agency leads; all of a leader's jurisdiction.
        An administrator sees no figures.
        """
        return self.filter(reports_visible_to(user))

    def reported_by(self, user):
        """Reports the user fills in as officer or head."""
        return self.filter(agency__in=access.agencies_of(user, Role.OFFICER, Role.HEAD))

    def reviewed_by(self, user):
        """Agency-tier reports the user accepts or returns as staff of the lead department."""
        return self.filter(
            tier=Tier.AGENCY, round__plan__lead_agency__in=access.agencies_of(user, Role.STAFF)
        )

    def consolidated_by(self, user):
        """Lead-tier reports: what the user's department, as its staff, makes of a round (R3)."""
        return self.filter(
            tier=Tier.LEAD, round__plan__lead_agency__in=access.agencies_of(user, Role.STAFF)
        )

    def waiting(self):
        """Reports sent and not yet decided on, what waits longest first."""
        waiting = self.filter(state=Report.State.SUBMITTED)
        return waiting.order_by("latest_version__submitted_at", "pk")

    def late(self, *, today):
        """Reports that had to be here and are not, also those returned (“quá hạn bổ sung”, R4)."""
        return self.open().filter(obligation=Obligation.REQUIRED, last_day__lt=today)

    def owing(self):
        """Agencies' reports that have to come and are not here, whatever their day."""
        return self.open().filter(tier=Tier.AGENCY, obligation=Obligation.REQUIRED)

    def decided_by(self, user):
        """Lead-tier reports the user accepts or returns as leader of the jurisdiction (R21)."""
        led = Membership.objects.filter(user=user, role=Role.LEADER).values("jurisdiction")
        return self.filter(tier=Tier.LEAD, round__plan__jurisdiction__in=led)

    def for_list(self):
        return self.select_related(
            "agency", "round__plan__lead_agency", "round__plan__jurisdiction", "latest_version"
        ).prefetch_related("round__dues")

    def last_sent_of(self, plan):
        """Each agency's report of the plan's latest round in which it sent one; one an agency."""
        sent = self.filter(round__plan=plan, tier=Tier.AGENCY, latest_version__isnull=False)
        latest = sent.order_by("agency_id", "-round__window_end", "-round_id").distinct("agency_id")
        return self.model.objects.filter(pk__in=latest.values("pk"))

    def of_agencies_in(self, rounds):
        """Agencies' reports of some rounds, each with its latest version, in Vietnamese order."""
        reports = self.filter(round__in=rounds, tier=Tier.AGENCY)
        reports = reports.select_related("agency", "latest_version")
        return reports.defer("latest_version__content").order_by("agency__name_key")

    def with_late_before(self, plans, *, today):
        """
        Add `late_before` to some plans' reports: in how many rounds the agency was late before.

        Rounds of the same plan in the two years before count: sent after the last day then in
        force (R4), or not sent though that day, extended or not, is over. Who has sent, or is of
        another plan, is not asked: 0.
        """
        sent_late = Q(first_submitted_at__date__gt=F("first_last_day"))
        missing = Q(first_submitted_at=None, last_day__lt=today)
        before = self.model.objects.filter(
            sent_late | missing,
            agency=models.OuterRef("agency"),
            tier=Tier.AGENCY,
            obligation=Obligation.REQUIRED,
            round__plan=models.OuterRef("round__plan"),
            round__year__gte=models.OuterRef("round__year") - 2,
            round__window_end__lt=models.OuterRef("round__window_end"),
        )
        counted = before.order_by().values("agency").annotate(number=models.Count("pk"))
        late = Coalesce(models.Subquery(counted.values("number")), 0)
        is_waiting = Q(state__in=[Report.State.DRAFT, Report.State.RETURNED], round__plan__in=plans)
        return self.annotate(late_before=models.Case(models.When(is_waiting, then=late), default=0))

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
        DRAFT = "draft", _("Chưa gửi")
        SUBMITTED = "submitted", _("Đã gửi")
        RETURNED = "returned", pgettext_lazy("state", "Trả lại")
        ACCEPTED = "accepted", _("Đã tiếp nhận")

    round = models.ForeignKey(Round, models.PROTECT, related_name="reports")
    tier = models.CharField(_("cấp"), max_length=6, choices=Tier.choices, default=Tier.AGENCY)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="reports")
    obligation = models.CharField(
        _("mức độ"), max_length=10, choices=Obligation.choices, default=Obligation.REQUIRED
    )
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.DRAFT
    )
    last_day = models.DateField(_("ngày cuối cùng"), null=True, blank=True)
    first_submitted_at = models.DateTimeField(_("gửi lần đầu"), null=True, blank=True)
    first_last_day = models.DateField(_("ngày cuối cùng khi gửi lần đầu"), null=True, blank=True)
    saved_at = models.DateTimeField(_("lưu lần cuối"), null=True, blank=True)
    return_reason = models.TextField(_("lý do trả lại"), blank=True)
    proposed_at = models.DateTimeField(_("trình lãnh đạo lúc"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người trình")
    )
    # One to one, so that figures find the report whose last word they are (`current_report`) by
    # one unique key: the planner then knows how few they are.
    latest_version = models.OneToOneField(
        "ReportVersion", models.PROTECT, null=True, blank=True, related_name="current_report"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        ordering = ["agency__name_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "tier", "agency"],
                name="one_report_per_round_tier_agency",
                violation_error_message=_("Cơ quan này đã có báo cáo trong kỳ."),
            ),
            models.CheckConstraint(
                name="sent_report_has_a_version",
                condition=Q(state="draft", latest_version=None, first_submitted_at=None)
                | (
                    ~Q(state="draft")
                    & Q(latest_version__isnull=False, first_submitted_at__isnull=False)
                ),
                violation_error_message=_("Báo cáo đã gửi phải có bản lưu."),
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


class DraftField(models.Model):
    """
    One field of a draft, as typed (“figure-12”, “narrative-3”; names: draft_fields.py).

    The text is kept even where it cannot be read as a number, so that nothing typed is lost.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="draft_fields")
    name = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("ô nháp")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "name"], name="one_draft_field_per_report_and_name"
            )
        ]

    def __str__(self):
        return f"{self.name}: {self.text[:40]}"
