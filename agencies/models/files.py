"""Files somebody gave us, kept as they came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.people import User


class StoredFile(models.Model):
    """A file somebody gave us, kept as it came; found by the SHA-256 of its bytes."""

    sha256 = models.CharField(_("mã băm"), max_length=64, unique=True)
    file = models.FileField(_("tệp"), upload_to="files/%Y/%m")
    size = models.PositiveIntegerField(_("cỡ, byte"))
    kind = models.CharField(_("loại"), max_length=10)
    stored_at = models.DateTimeField(_("nhận lúc"))
    stored_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("tệp")

    def __str__(self):
        return self.sha256[:12]
