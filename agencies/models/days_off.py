"""Days on which the province works otherwise than the library's calendar says."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayOff(models.Model):
    """
    A day on which the calendar differs from the library's: closed, or a make-up working day.

    Swaps are announced year by year; what stands here wins (R25).
    """

    day = models.DateField(_("ngày"), unique=True)
    is_working = models.BooleanField(_("là ngày làm việc"), default=False)
    name = models.CharField(_("lý do"), max_length=200)

    class Meta:
        verbose_name = _("ngày nghỉ, ngày làm bù")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day:%d/%m/%Y}: {self.name}"
