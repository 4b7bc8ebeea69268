"""What the lead department does about a difficulty or proposal that an agency reported."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from reporting.models.reports import Report
from reporting.models.versions import ReportVersion


class FollowUp(models.Model):
    """
    How far staff are with one place of a report; none is kept while nobody has taken it up.

    `place` names it within the report (difficulties.py); `version` is the one that was answered,
    so that a later one, with other words, shows as not yet looked at.
    """

    class State(models.TextChoices):
        NEW = "new", _("Mới")
        IN_PROGRESS = "in_progress", _("Đang xử lý")
        ANSWERED = "answered", _("Đã trả lời, xử lý")

    report = models.ForeignKey(Report, models.CASCADE, related_name="follow_ups")
    place = models.CharField(_("chỗ"), max_length=100)
    heading = models.CharField(_("mục, nhiệm vụ"), max_length=200)
    state = models.CharField(_("tình trạng"), max_length=12, choices=State.choices)
    answer = models.TextField(_("trả lời"), blank=True)
    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("theo dõi xử lý")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "place"], name="one_follow_up_per_report_and_place"
            )
        ]

    def __str__(self):
        return f"{self.report}, {self.place}: {self.get_state_display()}"
