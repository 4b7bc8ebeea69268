"""How much: indicators, their breakdowns, targets and allocations."""

from targets.models.allocations import Allocation
from targets.models.appendix_imports import AppendixImport
from targets.models.indicators import Breakdown, Indicator
from targets.models.targets import Target

__all__ = ["Allocation", "AppendixImport", "Breakdown", "Indicator", "Target"]
