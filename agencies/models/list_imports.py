"""Lists of agencies or people, between preview and application."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.files import StoredFile
from agencies.models.people import User
from agencies.models.places import Jurisdiction


class ListImport(models.Model):
    """
    A list of agencies or people as it was read, between its preview and its application.

    What is applied is what stands here, never what a browser sends back (R26). With `problems` it
    is applied never: `annotated` is the person's own file with a comment at each cell.
    """

    class Kind(models.TextChoices):
        AGENCIES = "co-quan", _("Cơ quan")
        PEOPLE = "nguoi-dung", _("Người dùng")

    kind = models.CharField(_("danh sách"), max_length=10, choices=Kind.choices)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    file_name = models.CharField(_("tên tệp"), max_length=200)
    sha256 = models.CharField(_("mã băm"), max_length=64)
    sheet = models.TextField(_("trang tính"))  # of Excel 31 characters, of other programs more
    columns = models.JSONField(help_text="{heading: letter}")
    rows = models.JSONField(help_text="[[row number, {heading: text}]]")
    shown = models.JSONField(help_text="lines of the preview, as list_imports computed them")
    problems = models.JSONField(default=list, help_text="[[cell, level, code, message, value]]")
    annotated = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("đọc lúc"))
    applied_at = models.DateTimeField(_("ghi lúc"), null=True)

    class Meta:
        verbose_name = _("danh sách nhập")

    def __str__(self):
        return self.file_name
