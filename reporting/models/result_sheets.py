"""A filled form, or a table of results, between its preview and what it writes into drafts."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import StoredFile, User
from reporting.models.reports import Report
from reporting.models.rounds import Round


class ResultSheet(models.Model):
    """
    Results somebody brought in a workbook: of one report (its form), or of a round's agencies.

    What is written is what stands here, each field with the text its author had seen (R26).
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="result_sheets")
    report = models.ForeignKey(
        Report, models.CASCADE, null=True, blank=True, related_name="result_sheets"
    )
    name = models.CharField(_("tên tệp"), max_length=200)
    original = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    annotated = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    entries = models.JSONField(help_text="[[report id, field, cell, text, text last seen]]")
    problems = models.JSONField(help_text="[[cell, level, code, message, value]]")
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("đọc lúc"))
    applied_at = models.DateTimeField(_("ghi lúc"), null=True)

    class Meta:
        verbose_name = _("biểu kết quả")
        ordering = ["-read_at", "-pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        if self.report_id:
            return reverse("reporting:result-sheet", args=[self.report_id, self.pk])
        return reverse("reporting:result-table", args=[self.round_id, self.pk])

    @property
    def has_errors(self):
        return any(level == "error" for _, level, *_ in self.problems)
