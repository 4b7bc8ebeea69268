"""What stands beside a report: evidence, notes, extensions."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.models import StoredFile, User
from reporting.models.reports import Report


class Evidence(models.Model):
    """A file the agency puts beside its report; its version keeps the file's SHA-256."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(_("tên tệp"), max_length=200)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("thêm lúc"))

    class Meta:
        verbose_name = _("tệp minh chứng")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "file"],
                name="one_evidence_per_report_and_file",
                violation_error_message=_("Tệp này đã có trong báo cáo."),
            )
        ]

    def __str__(self):
        return self.name


class Note(models.Model):
    """A remark at a figure or section, seen by both sides, without returning the report."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="notes")
    place = models.CharField(_("chỗ"), max_length=40, blank=True)
    text = models.TextField(_("nội dung"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("ghi chú")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.text[:60]


class ExtensionQuerySet(models.QuerySet):
    def waiting_for(self, user):
        """Requests the user has to answer as staff, the oldest first; a sent report needs none."""
        asked = Report.objects.reviewed_by(user).open()
        return self.filter(decided_at=None, report__in=asked).select_related(
            "report__agency", "report__round__plan", "asked_by"
        )

    def day_granted(self):
        """Return the Subquery of the day an outer report was last extended to, NULL for none."""
        granted = self.filter(report=OuterRef("pk"), granted_day__isnull=False)
        return Subquery(granted.order_by("-decided_at").values("granted_day")[:1])


class Extension(models.Model):
    """A request for a later last day: asked with a reason, granted by the lead, visible to all."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="extensions")
    wanted_day = models.DateField(_("xin đến hết ngày"))
    reason = models.TextField(_("lý do"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("xin lúc"))
    granted_day = models.DateField(_("cho đến hết ngày"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    answer = models.TextField(_("trả lời"), blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("gia hạn")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(decided_at=None),
                name="one_open_extension_per_report",
                violation_error_message=_("Báo cáo này đang có một đề nghị gia hạn."),
            ),
            models.CheckConstraint(
                name="decision_names_who_and_when",
                condition=Q(decided_at=None, decided_by=None, granted_day=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.report}: {self.wanted_day:%d/%m/%Y}"
