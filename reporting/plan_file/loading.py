"""
Plan file → database, idempotent.

A plan that has been reported on may gain rows and better words; what its figures rest on
(unit, kind, way of adding, target values) is changed by a revision in the portal, not here.
"""

from django.db import transaction

from agencies.models import Agency, Jurisdiction
from agencies.vietnamese import slug
from plans.models import Party, Plan
from reporting.models import Regime, Report
from reporting.plan_file.duties import write_duties
from reporting.plan_file.indicators import write_indicators
from reporting.plan_file.outline import USUAL_OUTLINE
from reporting.plan_file.problems import PlanFileError
from reporting.plan_file.sync import Change, Sync, known
from reporting.plan_file.ties import Ties


@transaction.atomic
def load_plan(document, *, all_members=False):
    """
    Write a checked document and return (plan, counts by section).

    With `all_members` a group has the members the document names and no others; a file alone
    only adds, since staff may have chosen some in the portal. Raises PlanFileError with every
    conflict; then nothing is written.
    """
    sync = Sync()
    jurisdiction = _jurisdiction(sync, document["plan"])
    bodies = _agencies(sync, document, jurisdiction)
    reports = Report.objects.filter(round__plan__code=document["plan"]["code"])
    sync.has_reports = reports.exists()
    sync.plan = _plan(sync, document["plan"], jurisdiction, bodies)
    parties = _parties(sync, document, bodies)
    _members(sync, document, parties, bodies, all_members=all_members)
    write_duties(sync, document, parties)
    write_indicators(sync, document, parties)
    _regimes(sync, document, parties)
    _outline(sync, document)
    if sync.problems:
        raise PlanFileError(sync.problems)
    return sync.plan, dict(sync.counts)


def _jurisdiction(sync, row):
    name = row["province"]
    province = _place(
        sync,
        code=slug(name),
        name=name if name.startswith("Thành phố ") else f"Tỉnh {name}",
        level=Jurisdiction.Level.PROVINCE,
    )
    if row["level"] == Jurisdiction.Level.PROVINCE:
        return province
    if row["level"] != Jurisdiction.Level.DISTRICT or not row.get("district"):
        raise PlanFileError("plan: “level” phải là province hoặc district kèm tên huyện")
    return _place(
        sync,
        code=f"{province.code}-{slug(row['district'])}",
        name=row["district"],
        level=Jurisdiction.Level.DISTRICT,
        parent=province,
    )


def _place(sync, *, code, name, **fields):
    """Return the place of that code or, where somebody gave it another code, of that name."""
    same_name = Jurisdiction.objects.filter(name=name, parent=fields.get("parent"))
    found = Jurisdiction.objects.filter(code=code).first() or same_name.first()
    if found is None:
        found = Jurisdiction(code=code, name=name, **fields)
        if not sync.save("plan", found):
            raise PlanFileError(sync.problems)
    return found


def _agencies(sync, document, jurisdiction):
    """Return all bodies by code; ones that exist keep their name (R20)."""
    bodies = {agency.code: agency for agency in jurisdiction.agencies.all()}
    new = {
        row["code"]: {
            "jurisdiction": jurisdiction,
            "code": row["code"],
            "name": row["name"],
            "kind": row["kind"],
        }
        for row in [*document["agencies"], *document["member_agencies"]]
        if "members" not in row and row["code"] not in bodies
    }
    changes = [Change(Agency(), fields) for fields in new.values()]
    sync.write("agencies", changes)
    written = {row.code: row for row in (change.row for change in changes) if row.pk is not None}
    return bodies | written


def _plan(sync, row, jurisdiction, bodies):
    lead_agency = bodies.get(row["lead_agency"])
    if lead_agency is None:  # told already, and without it there is no plan to hang rows on
        raise PlanFileError(sync.problems)
    fields = {
        "number": row["number"] or "",
        "title": row["title"],
        "issuer": row["issuer"],
        "issued_on": row["issued_on"],
        "jurisdiction": jurisdiction,
        "first_year": row["first_year"],
        "last_year": row["last_year"],
        "vision_year": row.get("vision_year"),
        "source": row.get("source") or "",
        "lead_agency": lead_agency,
    }
    plan = Plan.objects.filter(code=row["code"]).first()
    if plan is None:
        plan = Plan(code=row["code"])
    elif sync.refuses("plan", plan, {n for n, v in fields.items() if getattr(plan, n) != v}):
        return plan
    for name, value in fields.items():
        setattr(plan, name, value)
    if not sync.save("plan", plan):
        raise PlanFileError(sync.problems)
    return plan


def _parties(sync, document, bodies):
    wanted = {}
    mentioned = {row["code"] for row in document["mentioned_agencies"]}
    for row in [*document["agencies"], *document["mentioned_agencies"]]:
        mentioned_only = row["code"] in mentioned
        is_group = "members" in row
        if not (mentioned_only or is_group or row["code"] in bodies):
            continue  # the agency itself could not be written
        wanted[row["code"]] = {
            "code": row["code"],
            "name": row["name"],
            "as_written": row["as_written"],
            "kind": row["kind"],
            "is_group": is_group,
            "mentioned_only": mentioned_only,
            "agency": None if is_group or mentioned_only else bodies[row["code"]],
        }
    parties = sync.rows("parties", sync.plan.parties, wanted, key=lambda party: party.code)
    del sync.counts["parties"]
    sync.counts["agencies"] = len(document["agencies"])
    return parties


def _members(sync, document, parties, bodies, *, all_members):
    """Choose the groups' members; one that has reported under the plan is not let go."""
    reports = Agency.objects.filter(reports__round__plan=sync.plan)
    reported = {agency.pk: agency for agency in reports} if all_members else {}
    ties = Ties(Party.members, parties.values())
    for row in document["agencies"]:
        if row["code"] not in parties or "members" not in row:
            continue
        party, members = parties[row["code"]], known(bodies, row["members"])
        if not all_members:
            ties.add(party, members)
            continue
        if stay := ties.lost_by(party, members) & reported.keys():
            names = ", ".join(sorted(str(reported[key]) for key in stay))
            sync.note("agencies", party, f"đã có báo cáo, không bỏ được {names}", row["code"])
        ties.set(party, members)
    ties.write()


def _outline(sync, document):
    """Headings of the narrative; the texts of reports hang on their places."""
    if not document["outline"] and sync.plan.outline.exists():
        return
    headings = [row["heading"] for row in document["outline"]] or USUAL_OUTLINE
    before = {section.heading: section.position for section in sync.plan.outline.all()}
    if sync.has_reports:
        for place, heading in enumerate(headings, 1):
            if before.get(heading, place) != place:
                sync.note("outline", heading, "đã có báo cáo, không đổi được thứ tự", place)
    wanted = {place: {"heading": heading} for place, heading in enumerate(headings, 1)}
    sync.rows("outline", sync.plan.outline, wanted, key=lambda section: section.position)
    del sync.counts["outline"]


def _regimes(sync, document, parties):
    wanted = {}
    for row in document["regimes"]:
        due = row["due"] or {}
        wanted[row["code"]] = {
            "code": row["code"],
            "kind": row["kind"],
            "obligation": row["obligation"],
            "reporters_words": row["reporters_words"] or "",
            "tier": row["tier"],
            "frequency": row["frequency"],
            "due_kind": due.get("kind") or "",
            "due_month": due.get("month"),
            "due_day": due.get("day"),
            "window": row.get("window") or "",
            "words": row["words"] or "",
            "clause": row["clause"],
            "content": row.get("content") or "",
        }
    regimes = sync.rows("regimes", sync.plan.regimes, wanted, key=lambda regime: regime.code)
    reporters = Ties(Regime.reporters, regimes.values())
    for row in document["regimes"]:
        if row["code"] in regimes:
            named = known(parties, row["reporters"])
            sync.set_reporters("regimes", regimes[row["code"]], named, reporters)
    reporters.write()
