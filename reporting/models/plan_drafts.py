"""A plan being written or changed: a plan file kept in the portal until it is activated."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import agencies_of, jurisdictions_administered_by
from agencies.models import Agency, Event, Membership, User
from plans.models import Plan
from targets.models import AppendixImport

Role = Membership.Role


class PlanDraftQuerySet(models.QuerySet):
    def visible_to(self, user):
        """
        Drafts of the user's own lead department.

        An administrator reads those of the jurisdiction, and of the districts below it.
        """
        if not user.is_authenticated:
            return self.none()
        places = jurisdictions_administered_by(user)
        return self.filter(
            Q(agency__in=agencies_of(user, Role.STAFF)) | Q(agency__jurisdiction__in=places)
        )

    def open(self):
        return self.filter(state=PlanDraft.State.OPEN)


class PlanDraft(models.Model):
    """
    A plan file in the making (ADR 0013): of a new plan, or of changes to one in force.

    Nothing else in the portal knows it until `load_plan` takes the document as it stands.
    `base` is the plan as it was when its changes were begun.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Đang soạn")
        ACTIVATED = "activated", _("Đã kích hoạt")
        DISCARDED = "discarded", _("Đã bỏ")

    code = models.SlugField(_("mã"), max_length=60)
    agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("cơ quan thường trực"), related_name="plan_drafts"
    )
    plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="drafts",
        verbose_name=_("kế hoạch"),
    )
    document = models.JSONField(_("nội dung"), encoder=DjangoJSONEncoder)
    base = models.JSONField(
        _("bản đang thực hiện"), encoder=DjangoJSONEncoder, null=True, blank=True
    )
    state = models.CharField(
        _("tình trạng"), max_length=10, choices=State.choices, default=State.OPEN
    )
    started_at = models.DateTimeField(_("bắt đầu lúc"))
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("sửa lúc"))
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PlanDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("bản soạn kế hoạch")
        ordering = ["-changed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state="open"),
                name="one_open_draft_per_code",
                violation_error_message=_("Đang có một bản soạn mang mã này."),
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("reporting:plan-draft", args=[self.code])

    @property
    def title(self):
        return self.document["plan"]["title"]

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def events(self):
        subject = self._meta.label_lower
        return Event.objects.filter(subject=subject, subject_id=self.pk).select_related("by")


class DraftImport(models.Model):
    """An appendix table that was read into a draft (ADR 18); activated, it is the plan's, too."""

    record = models.OneToOneField(
        AppendixImport, models.CASCADE, primary_key=True, related_name="of_draft"
    )
    draft = models.ForeignKey(PlanDraft, models.CASCADE, related_name="imports")

    class Meta:
        verbose_name = _("phụ lục nhập vào bản soạn")

    def __str__(self):
        return str(self.record)
