"""The targets of a plan as tables: one with years as columns, one for everything else."""

from targets.models import Target


def target_tables(plan):
    """
    Return the rows of both tables.

    The first is built like the plan's own appendix: indicators down, years across, a heading
    row before each breakdown's members.
    """
    targets = list(
        Target.objects.filter(indicator__plan=plan).select_related("indicator__breakdown")
    )
    yearly = {
        (target.indicator_id, target.year): target
        for target in targets
        if target.scope == Target.Scope.YEAR
    }
    years = sorted({year for _, year in yearly})
    if len(years) < 2:
        return {"table_years": [], "table": [], "others": targets}
    indicators = {t.indicator_id: t.indicator for t in targets if t.scope == Target.Scope.YEAR}
    return {
        "table_years": years,
        "table": list(_rows(indicators.values(), yearly, years)),
        "others": [target for target in targets if target.scope != Target.Scope.YEAR],
    }


def _rows(indicators, yearly, years):
    breakdown = None
    for indicator in indicators:
        if indicator.breakdown and indicator.breakdown != breakdown:
            breakdown = indicator.breakdown
            yield {
                "heading": breakdown,
                "rule": breakdown.get_rule_display().lower(),
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
