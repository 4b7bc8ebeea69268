"""The plan file: one YAML document that carries a whole plan into the portal and out of it."""

from reporting.plan_file.exporting import as_yaml, export_plan
from reporting.plan_file.loading import load_plan
from reporting.plan_file.problems import PlanFileError
from reporting.plan_file.schema import arranged, check_document, parse_plan_file, read_plan_file

__all__ = [
    "PlanFileError",
    "arranged",
    "as_yaml",
    "check_document",
    "export_plan",
    "load_plan",
    "parse_plan_file",
    "read_plan_file",
]
