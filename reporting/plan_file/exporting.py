"""Database → plan file. Loading what this gives changes nothing."""

import yaml

from reporting.plan_file.outline import usual_outline
from targets.models import Target


def export_plan(plan):
    """Return the plan as the document `load_plan` takes, rows in the plan's own order."""
    return {
        "plan": _plan(plan),
        **_agencies(plan),
        "indicators": [
            _indicator(row)
            for row in plan.indicators.select_related("parent", "breakdown").prefetch_related(
                "reporters"
            )
        ],
        "breakdowns": [
            _breakdown(row)
            for row in plan.breakdowns.select_related("parent").prefetch_related("members")
        ],
        "targets": [
            _target(row)
            for row in Target.objects.filter(indicator__plan=plan).select_related("indicator")
        ],
        "solution_groups": list(plan.solution_groups.values("clause", "heading")),
        "duties": [
            _duty(row) for row in plan.duties.prefetch_related("parties", "partners__party")
        ],
        "regimes": [_regime(row) for row in plan.regimes.prefetch_related("reporters")],
        "outline": _outline(plan),
    }


def as_yaml(document):
    """Return a document as the text of a plan file."""
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110)


def _plan(plan):
    return {
        "code": plan.code,
        "number": plan.number or None,
        "title": plan.title,
        "issuer": plan.issuer,
        "issued_on": plan.issued_on,
        **place_of(plan.jurisdiction),
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "vision_year": plan.vision_year,
        "lead_agency": plan.lead_agency.code,
        "source": plan.source or None,
    }


def place_of(jurisdiction):
    """Return the keys that tell a plan file's place."""
    province = jurisdiction.parent or jurisdiction
    return {
        "province": province.name.removeprefix("Tỉnh "),
        "district": jurisdiction.name if jurisdiction.parent else None,
        "level": str(jurisdiction.level),
    }


def _agencies(plan):
    parties = list(plan.parties.prefetch_related("members"))
    own = {party.agency_id for party in parties}
    outside = {
        agency.code: {"code": agency.code, "name": agency.name, "kind": agency.kind}
        for party in parties
        for agency in _members(party)
        if agency.pk not in own
    }
    return {
        "agencies": [_party(party) for party in parties if not party.mentioned_only],
        "member_agencies": list(outside.values()),
        "mentioned_agencies": [_party(party) for party in parties if party.mentioned_only],
    }


def _members(party):
    """
    Return a group's members, but those of the demo: they are none of the plan's.

    Members have no order of their own: by kind, then as a Vietnamese dictionary sorts them.
    """
    members = [agency for agency in party.members.all() if not agency.is_demo]
    return sorted(members, key=lambda agency: (agency.kind, bytes(agency.name_key)))


def _party(party):
    row = {
        "code": party.code,
        "name": party.name,
        "as_written": party.as_written,
        "kind": party.kind,
    }
    if party.is_group:
        row["members"] = [agency.code for agency in _members(party)]
    return row


def _indicator(row):
    return {
        "code": row.code,
        "name": row.name,
        "appendix_label": row.appendix_label or None,
        "appendix_order": row.appendix_order,
        "unit": row.unit or None,
        "kind": row.kind,
        "combine": row.combine,
        "better": row.better,
        "parent": row.parent.code if row.parent else None,
        "breakdown": row.breakdown.code if row.breakdown else None,
        "reporters": [party.code for party in row.reporters.all()],
    }


def _breakdown(row):
    return {
        "code": row.code,
        "name": row.name,
        "parent": row.parent.code,
        "rule": row.rule,
        "members": [indicator.code for indicator in row.members.all()],
    }


def _target(row):
    document = {
        "indicator": row.indicator.code,
        "scope": row.scope,
        "year": row.year,
        "from_year": row.from_year,
        "to_year": row.to_year,
        "operator": row.operator,
        "low": _number(row.low),
        "high": _number(row.high),
        "text": row.text or None,
        "clause": row.clause,
    }
    if row.maintained:
        document["maintained"] = True
    if row.decided_by:
        document |= {"decided_by": row.decided_by, "effective_on": row.effective_on}
    return document


def _duty(row):
    document = {
        "code": row.code,
        "clause": row.clause,
        "agencies": [party.code for party in row.parties.all()],
        "role": row.role,
        "partners": [
            {"as_written": partner.as_written, "agency": partner.party and partner.party.code}
            for partner in row.partners.all()
        ],
        "statement": row.statement,
    }
    return document | ({"acts_as": row.acts_as} if row.acts_as else {})


def _regime(row):
    due = {"kind": row.due_kind, "month": row.due_month, "day": row.due_day}
    document = {
        "code": row.code,
        "kind": row.kind,
        "obligation": row.obligation,
        "reporters": [party.code for party in row.reporters.all()],
        "reporters_words": row.reporters_words or None,
        "tier": row.tier,
        "frequency": row.frequency,
        "due": due if row.due_kind else None,
        "words": row.words or None,
        "clause": row.clause,
        "content": row.content or None,
    }
    return document | ({"window": row.window} if row.window else {})


def _outline(plan):
    """Return the headings; none where they are the usual ones, which a new plan gets anyway."""
    headings = list(plan.outline.values("heading"))
    return [] if headings == usual_outline() else headings


def _number(value):
    """Return an int where the value is whole, else a float: 35000, 6.5."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
