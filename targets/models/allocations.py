"""Allocations: the parts of a target given to agencies."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from targets.models.indicators import Indicator


class Allocation(models.Model):
    """The part of a year's target given to one agency (giao chỉ tiêu)."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="allocations")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="allocations")
    year = models.PositiveSmallIntegerField(_("năm"))
    value = models.DecimalField(_("số giao"), max_digits=18, decimal_places=4)
    decided_by = models.CharField(_("văn bản giao"), max_length=200)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("giao chỉ tiêu")
        verbose_name_plural = _("giao chỉ tiêu")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "agency", "year"],
                name="one_allocation_per_agency_and_year",
                violation_error_message=_("Đơn vị này đã được giao chỉ tiêu của năm đó."),
            ),
            models.CheckConstraint(
                name="allocation_not_negative",
                condition=Q(value__gte=0),
                violation_error_message=_("Số giao không được âm."),
            ),
        ]

    def __str__(self):
        return f"{self.agency}: {self.value:f}"
