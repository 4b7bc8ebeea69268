"""Appendix tables as they were given to the portal."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import StoredFile, User
from plans.models import Plan


class AppendixImport(models.Model):
    """
    One appendix table somebody gave us: the file as it came, what it said, what became of it (R26).

    `parsed` are the sheets as read (targets/appendix/stored_sheet.py): the preview and the apply
    work on them, not on the file again; `sheet` is the one whose table is taken. `shown` marks
    the changes that were shown. Without a plan it is for one in the making, which knows its
    imports (reporting, ADR 18).
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("Đã đọc, chưa ghi")
        APPLIED = "applied", _("Đã ghi")

    class Kind(models.TextChoices):
        TARGETS = "targets", _("Phụ lục mục tiêu")
        ALLOCATION = "allocation", _("Giao chỉ tiêu")

    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="appendix_imports"
    )
    kind = models.CharField(_("loại bảng"), max_length=12, choices=Kind.choices)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.CHECKED
    )
    name = models.CharField(_("tên tệp"), max_length=200)
    sheet = models.CharField(_("trang tính"), max_length=100)
    original = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name=_("tệp gốc"), related_name="+"
    )
    annotated = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        verbose_name=_("tệp có ghi chú"),
        related_name="+",
        null=True,
        blank=True,
    )
    parsed = models.BinaryField(editable=False)
    answers = models.JSONField(_("câu trả lời"), default=dict, blank=True)
    shown = models.CharField(max_length=64, editable=False)
    problem_count = models.PositiveIntegerField(_("số lỗi"), default=0)
    question_count = models.PositiveIntegerField(_("số câu hỏi"), default=0)
    new_count = models.PositiveIntegerField(_("mới"), default=0)
    changed_count = models.PositiveIntegerField(_("thay đổi"), default=0)
    unchanged_count = models.PositiveIntegerField(_("không đổi"), default=0)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(_("nộp lúc"))
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(_("ghi lúc"), null=True, blank=True)
    decided_by = models.CharField(_("văn bản quyết định"), max_length=200, blank=True)
    effective_on = models.DateField(_("hiệu lực từ"), null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("lần nhập phụ lục")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="applied_import_has_its_moment",
                condition=Q(state="checked", applied_at=None)
                | Q(state="applied", applied_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_of_word(self):
        """Say whether `sheet` is a table's number in a Word file, not a worksheet's name."""
        return self.original.kind == "docx"
