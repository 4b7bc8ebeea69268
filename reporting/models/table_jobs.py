"""A table that is read or written in the background, and how far that is."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import StoredFile, User
from plans.models import Plan
from reporting.models.plan_drafts import PlanDraft
from targets.models import AppendixImport

# A worker says at least this often that it lives; longer silence means that it was killed.
SILENCE = dt.timedelta(seconds=20)


class TableJob(models.Model):
    """
    One reading or one writing of an appendix table, by one worker at a time.

    `seen_at` is real time, as leases are (R6): the last sign of life. `done` of `total` rows are
    through `phase`; the total is not known while a file is being read. The table goes into a plan
    or into a draft.
    """

    class Step(models.TextChoices):
        READ = "read", _("Đọc tệp")
        WRITE = "write", _("Ghi vào cổng")

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ đến lượt")
        RUNNING = "running", _("Đang làm")
        DONE = "done", _("Đã xong")
        FAILED = "failed", _("Không làm được")

    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="table_jobs")
    draft = models.ForeignKey(PlanDraft, models.CASCADE, null=True, related_name="table_jobs")
    step = models.CharField(_("việc"), max_length=5, choices=Step.choices)
    state = models.CharField(
        _("tình trạng"), max_length=8, choices=State.choices, default=State.WAITING
    )
    name = models.CharField(_("tên tệp"), max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    record = models.ForeignKey(AppendixImport, models.CASCADE, null=True, related_name="jobs")
    shown = models.CharField(max_length=64, blank=True)
    decided_by = models.CharField(_("văn bản quyết định"), max_length=200, blank=True)
    effective_on = models.DateField(_("hiệu lực từ"), null=True)
    phase = models.CharField(_("bước"), max_length=5, blank=True)
    done = models.PositiveIntegerField(_("số dòng đã qua"), default=0)
    total = models.PositiveIntegerField(_("tổng số dòng"), null=True)
    message = models.TextField(_("lý do"), blank=True)
    attempt = models.PositiveSmallIntegerField(_("lần làm"), default=0)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("yêu cầu lúc"))
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("việc nhập bảng")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_table_goes_into_a_plan_or_a_draft",
                condition=Q(plan=None, draft__isnull=False) | Q(plan__isnull=False, draft=None),
            )
        ]

    def __str__(self):
        return f"{self.get_step_display()}: {self.name}"

    def get_absolute_url(self):
        if self.draft_id:
            return reverse("reporting:draft-appendix-job", args=[self.draft.code, self.pk])
        return reverse("reporting:appendix-job", args=[self.plan.code, self.pk])

    @property
    def is_open(self):
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def is_lost(self, *, real_now):
        """Say whether the worker has been silent for too long; what it wrote was rolled back."""
        return self.state == self.State.RUNNING and self.seen_at < real_now - SILENCE
