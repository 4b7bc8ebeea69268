"""One indicator over all agencies of a round: the figures staff copy from paper reports (R15)."""

from contextlib import suppress
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
        text = typed.get(report.pk, _stored(report, name))
        error = drafts.read_text(text, indicator)[2]
        cells.append(Cell(report, name, text, error, conflicts.get(report.pk)))
    return cells


def save_grid(cells, texts, *, by, now):
    """
    Save {report id: (text, text last seen)} into the agencies' drafts.

    Returns {report id: conflict}; every other cell is saved, each report in its own transaction.
    What comes too late for a report is none: `left_out` names it.
    """
    conflicts = {}
    for cell in cells:
        if cell.report.pk in texts:
            typed = {cell.name: texts[cell.report.pk]}
            with suppress(draft_fields.ReportIsSent):
                for conflict in draft_fields.save_fields(cell.report, typed, by=by, now=now):
                    conflicts[cell.report.pk] = conflict
    return conflicts


def left_out(round, indicator, texts):
    """
    Return [(report, text)] of what was typed for reports that were sent meanwhile.

    `texts` as in `save_grid`; what says the same as the report sent is not left out.
    """
    touched = [pk for pk, (text, seen) in texts.items() if text != seen]
    reports = round.reports.filter(pk__in=touched, tier=Tier.AGENCY).select_related("agency")
    sent = [report for report in reports.prefetch_related("draft_fields") if not report.is_open]
    typed = {report: draft_fields.plain(texts[report.pk][0]) for report in sent}
    name = f"figure-{indicator.pk}"
    return [(report, text) for report, text in typed.items() if text != _stored(report, name)]


def _stored(report, name):
    """Return a field's text among those read with the report."""
    return next((field.text for field in report.draft_fields.all() if field.name == name), "")
