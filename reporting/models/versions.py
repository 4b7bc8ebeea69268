"""What was sent, as it was sent: immutable versions (R8)."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from reporting.models.regimes import Tier
from reporting.models.reports import Report

# Said of a version in its content, so that the hash vouches for it.
MARKS = {
    "after_closing": _("nhập sau khi kỳ đã đóng"),
    "after_consolidation": _("gửi sau khi đã tổng hợp, không có trong bản tổng hợp"),
}


class ReportVersion(models.Model):
    """What was sent, as it was sent (R8). Appended only; a row trigger and privileges see to it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("bản"))
    submitted_at = models.DateTimeField(_("gửi lúc"))
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    as_of = models.DateField(_("số liệu tính đến ngày"), null=True)
    on_behalf = models.BooleanField(_("cơ quan thường trực nhập thay"), default=False)
    content = models.JSONField(_("nội dung"))
    sha256 = models.CharField(_("mã băm"), max_length=64)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("bản báo cáo")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="version_number_unique_in_report"
            )
        ]

    def __str__(self):
        return gettext("{report}, bản {number}").format(report=self.report, number=self.number)

    def get_absolute_url(self):
        return reverse("reporting:receipt", args=[self.report_id, self.number])

    @property
    def receipt_code(self):
        """The receipt's number: plan, round, agency, version; stable and readable over a phone."""
        report = self.report
        # The lead department has two reports in a round (R5).
        tier = "/tong-hop" if report.tier == Tier.LEAD else ""
        place = f"{report.round.plan.code}/{report.round.code}/{report.agency.code}{tier}"
        return f"{place}/{self.number}"

    @property
    def marks(self):
        """Return what must be said of how this version came, for people."""
        return [words for mark, words in MARKS.items() if self.content.get(mark)]
