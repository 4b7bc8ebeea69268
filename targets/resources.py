"""
django-import-export's view of allocations: one row for each agency, indicator and year.

It carries the export and, in `make bench`, the comparison. Importing goes through
targets/appendix: pivoted tables, cell addresses and one upsert are not its ground (ADR 0015).
"""

from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget, NumberWidget

from agencies.models import Agency
from targets.models import Allocation, Indicator


class AllocationResource(ModelResource):
    """Indicators stand under their names; under their codes where a plan repeats a name."""

    agency = Field("agency", "Đơn vị", ForeignKeyWidget(Agency, "name"))
    indicator = Field("indicator", "Chỉ tiêu", ForeignKeyWidget(Indicator, "name"))
    year = Field("year", "Năm", NumberWidget(coerce_to_string=False))
    value = Field("value", "Số giao", NumberWidget(coerce_to_string=False))

    class Meta:
        model = Allocation
        fields = ("agency", "indicator", "year", "value")
        import_id_fields = ("agency", "indicator", "year")
        skip_unchanged = True

    def __init__(self, *, repeated_names=frozenset(), **kwargs):
        super().__init__(**kwargs)
        self.repeated_names = repeated_names

    def dehydrate_indicator(self, allocation):
        indicator = allocation.indicator
        return indicator.code if indicator.name in self.repeated_names else indicator.name
