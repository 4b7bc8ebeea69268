"""The targets of a plan as tables: one with years as columns, one for everything else."""

from targets import attainment
from targets.models import Target


def target_tables(plan, *, on):
    """
    Return the rows of both tables as the plan and its revisions up to a day set them (R18).

    The first is built like the plan's own appendix: indicators down, years across, a heading
    row before each breakdown's members.
    """
    rows = Target.objects.filter(indicator__plan=plan).select_related("indicator__breakdown")
    by_span = _by_span(rows)
    targets = [_in_force(own, on) for own in by_span.values()]
    revised = [own for own in by_span.values() if len(own) > 1]
    revisions = {"revised": revised, "revisable": targets}
    yearly = {
        (target.indicator_id, target.year): target
        for target in targets
        if target.scope == Target.Scope.YEAR
    }
    years = sorted({year for _, year in yearly})
    if len(years) < 2:
        return {
            "table_years": [],
            "table": [],
            "others": targets,
            "revised": revised,
            "revisable": targets,
        }
    indicators = {t.indicator_id: t.indicator for t in targets if t.scope == Target.Scope.YEAR}
    return {
        "table_years": years,
        "table": list(_rows(indicators.values(), yearly, years)),
        "others": [target for target in targets if target.scope != Target.Scope.YEAR],
        **revisions,
    }


def _by_span(targets):
    """Return {span: the plan's own target and its revisions, the earliest first}."""
    found = {}
    for target in targets:
        found.setdefault(tuple(getattr(target, name) for name in Target.SPAN), []).append(target)
    for own in found.values():
        own.sort(key=lambda target: target.effective_on.toordinal() if target.effective_on else 0)
    return found


def _in_force(own, on):
    return (attainment.in_force(own, on=on) or own)[-1]


def _rows(indicators, yearly, years):
    breakdown = None
    for indicator in indicators:
        if indicator.breakdown and indicator.breakdown != breakdown:
            breakdown = indicator.breakdown
            yield {
                "heading": breakdown,
                "rule": breakdown.rule_beside,
                "width": len(years) + 2,
            }
        row = [yearly.get((indicator.pk, year)) for year in years]
        yield {"indicator": indicator, "targets": row, "operator": _operator(row)}


def _operator(row):
    """The comparison's words when the whole row shares one; a bare number has none."""
    operators = {target.operator for target in row if target}
    if len(operators) != 1 or operators == {Target.Operator.PLAIN}:
        return ""
    return Target.Operator(operators.pop()).label
