"""The indicators of a plan file → rows, with the breakdowns and targets that hang on them."""

from decimal import Decimal

from reporting.plan_file.sync import known
from reporting.plan_file.ties import Ties
from targets.models import Indicator, Target


def write_indicators(sync, document, parties):
    """Write the indicators of a document with their breakdowns and targets."""
    wanted = {
        row["code"]: {
            "code": row["code"],
            "name": row["name"],
            "appendix_label": row["appendix_label"] or "",
            "appendix_order": row["appendix_order"],
            "unit": row["unit"] or "",
            "kind": row["kind"],
            "combine": row["combine"],
            "better": row["better"],
        }
        for row in document["indicators"]
    }
    # A row that goes would take its parts along; all ties are made anew below.
    parents = dict(sync.plan.indicators.values_list("code", "parent__code"))
    sync.plan.indicators.update(parent=None, breakdown=None)
    indicators = sync.rows("indicators", sync.plan.indicators, wanted, key=lambda i: i.code)
    breakdowns = sync.rows(
        "breakdowns",
        sync.plan.breakdowns,
        {
            row["code"]: {
                "code": row["code"],
                "name": row["name"],
                "parent": indicators[row["parent"]],
                "rule": row["rule"],
            }
            for row in document["breakdowns"]
            if row["parent"] in indicators
        },
        key=lambda breakdown: breakdown.code,
    )
    reporters = Ties(Indicator.reporters, indicators.values())
    for row in document["indicators"]:
        if row["code"] in indicators:
            indicator = indicators[row["code"]]
            indicator.parent = indicators.get(row["parent"])
            indicator.breakdown = breakdowns.get(row["breakdown"])
            named = known(parties, row["reporters"])
            sync.set_reporters("indicators", indicator, named, reporters)
            if sync.has_reports and parents.get(row["code"], row["parent"]) != row["parent"]:
                said = "đã có báo cáo, không đổi được chỉ tiêu cấp trên (parent)"
                sync.note("indicators", indicator, said, indicator.code)
    Indicator.objects.bulk_update(indicators.values(), ["parent", "breakdown"])
    reporters.write()
    _targets(sync, document, indicators)


def _targets(sync, document, indicators):
    wanted = {}
    for row in document["targets"]:
        key = (
            row["indicator"],
            row["scope"],
            row.get("year"),
            row.get("from_year"),
            row.get("to_year"),
            row.get("effective_on"),
        )
        if key in wanted:
            said = "hai mục tiêu cho cùng chỉ tiêu và thời gian"
            sync.note("targets", row["indicator"], said, key)
        if row["indicator"] not in indicators:
            continue
        wanted[key] = {
            "indicator": indicators[row["indicator"]],
            "scope": row["scope"],
            "year": row.get("year"),
            "from_year": row.get("from_year"),
            "to_year": row.get("to_year"),
            "operator": row["operator"],
            "low": _decimal(row.get("low")),
            "high": _decimal(row.get("high")),
            "text": row.get("text") or "",
            "maintained": row.get("maintained", False),
            "clause": row["clause"],
            "decided_by": row.get("decided_by") or "",
            "effective_on": row.get("effective_on"),
        }
    manager = Target.objects.filter(indicator__plan=sync.plan).select_related("indicator")
    sync.rows(
        "targets",
        manager,
        wanted,
        common={},
        key=lambda t: (t.indicator.code, t.scope, t.year, t.from_year, t.to_year, t.effective_on),
    )


def _decimal(number):
    return None if number is None else Decimal(str(number))
