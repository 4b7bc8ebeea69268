"""The plan file: one YAML document that carries a whole plan into the portal and out of it."""

from reporting.plan_file.exporting import export_plan
from reporting.plan_file.loading import load_plan
from reporting.plan_file.schema import PlanFileError, read_plan_file

__all__ = ["PlanFileError", "export_plan", "load_plan", "read_plan_file"]
