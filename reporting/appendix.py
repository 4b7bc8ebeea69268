"""What reports add to an appendix import: a target reported on changes by a decision only (R18)."""

from reporting.models import Report
from targets.appendix import imports


def is_reported(plan):
    """Say whether a plan has reports, as `load_plan` asks it too."""
    return Report.objects.filter(round__plan=plan).exists()


def apply_import(record, *, by, at, decision=None, shown=None):
    """Write a kept import, as `targets.appendix.imports.apply_import` does."""
    return imports.apply_import(
        record,
        by=by,
        at=at,
        is_reported=is_reported(record.plan),
        decision=decision,
        shown=shown,
    )


def needs_decision(check, plan):
    """Say whether applying a check would change targets that were reported on."""
    return check.kind == "targets" and bool(check.changes.of("changed")) and is_reported(plan)
