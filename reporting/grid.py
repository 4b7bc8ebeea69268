"""One indicator over all agencies of a round: the figures staff copy from paper reports (R15)."""

from dataclasses import dataclass

from django.db.models import Q

from reporting import draft_fields, drafts
from reporting.models import Report, Tier
from targets.models import Indicator


@dataclass(frozen=True)
class Cell:
    """One agency's draft cell of the indicator, as typed."""

    report: Report
    name: str
    text: str
    error: str = ""
    conflict: object = None


def indicators_in(round):
    """Return the additive indicators that agencies of the round report."""
    return Indicator.objects.filter(plan=round.plan, combine=Indicator.Combine.SUM)


def cells_of(round, indicator, *, typed=None, conflicts=None):
    """
    Return the cells of all open reports that are asked for the indicator, in order of names.

    `typed` (report id → text) is what was just sent; `conflicts` (report id) what others changed.
    """
    typed, conflicts, name = typed or {}, conflicts or {}, f"figure-{indicator.pk}"
    named = Q(agency__named_in_plans__indicators_reported=indicator)
    grouped = Q(agency__groups__indicators_reported=indicator)
    reports = round.reports.filter(named | grouped, tier=Tier.AGENCY).open().distinct()
    cells = []
    for report in reports.for_list().prefetch_related("draft_fields"):
        stored = next((f.text for f in report.draft_fields.all() if f.name == name), "")
        text = typed.get(report.pk, stored)
        error = drafts.read_text(text, indicator)[2]
        cells.append(Cell(report, name, text, error, conflicts.get(report.pk)))
    return cells


def save_grid(cells, texts, *, by, now):
    """
    Save {report id: (text, text last seen)} into the agencies' drafts.

    Returns {report id: conflict}; every other cell is saved, each report in its own transaction.
    """
    conflicts = {}
    for cell in cells:
        if cell.report.pk in texts:
            found = draft_fields.save_fields(
                cell.report, {cell.name: texts[cell.report.pk]}, by=by, now=now
            )
            if found:
                conflicts[cell.report.pk] = found[0]
    return conflicts
