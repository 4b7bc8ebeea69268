"""
Plan file → database, idempotent.

A plan that has been reported on may gain rows and better words; what its figures rest on
(unit, kind, way of adding, target values) is changed by a revision in the portal, not here.
"""

from collections import Counter
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Agency, Jurisdiction
from agencies.vietnamese import slug
from plans.models import DutyPartner, Plan
from reporting.models import OutlineSection, Report
from reporting.plan_file.schema import PlanFileError
from targets.models import Target

# Default outline: vietnam.md §5.1; each plan may change it later.
OUTLINE = [
    "Tình hình chỉ đạo, triển khai",
    "Kết quả thực hiện",
    "Khó khăn, vướng mắc và nguyên nhân",
    "Phương hướng, nhiệm vụ thời gian tới",
    "Kiến nghị, đề xuất",
]
GUARDED = {
    "indicators": {"unit", "kind", "combine"},
    "targets": {"operator", "low", "high"},
}


class Sync:
    """Makes the rows of one plan equal to a file's, noting conflicts with what was reported on."""

    def __init__(self, plan, *, has_reports):
        self.plan, self.has_reports = plan, has_reports
        self.problems, self.counts = [], Counter()

    def rows(self, section, manager, wanted, *, key, common=None):
        """
        Create, update or remove rows of a section; return them by key.

        `common` fields go into each row; rows hang on the plan unless it says otherwise.
        """
        common = {"plan": self.plan} if common is None else common
        existing = {key(row): row for row in manager.all()}
        result = {}
        for position, (row_key, fields) in enumerate(wanted.items(), 1):
            row = existing.pop(row_key, None)
            is_new = row is None
            row = manager.model() if is_new else row
            self._change(section, row, {"position": position, **common, **fields}, is_new=is_new)
            result[row_key] = row
        self._remove(section, existing)
        self.counts[section] = len(result)
        return result

    def _change(self, section, row, fields, *, is_new):
        changed = {n for n, value in fields.items() if is_new or getattr(row, n) != value}
        if not is_new and self.has_reports and (guarded := changed & GUARDED.get(section, set())):
            self.problems.append(
                f"{section} “{row}”: đã có báo cáo, không đổi được {', '.join(sorted(guarded))}"
            )
            return
        if not changed:
            return
        for name in changed:
            setattr(row, name, fields[name])
        try:
            row.full_clean(validate_unique=False)
        except ValidationError as error:
            self.problems.append(f"{section} “{row}”: {' '.join(error.messages)}")
        else:
            row.save()

    def _remove(self, section, surplus):
        if self.has_reports:
            self.problems += [
                f"{section} “{row}”: đã có báo cáo, không bỏ được" for row in surplus.values()
            ]
            return
        for row in surplus.values():
            row.delete()


@transaction.atomic
def load_plan(document):
    """
    Write a checked document and return (plan, counts by section).

    Raises PlanFileError with every conflict; then nothing is written.
    """
    jurisdiction = _jurisdiction(document["plan"])
    bodies = _agencies(document, jurisdiction)
    plan = _plan(document["plan"], jurisdiction, bodies)
    sync = Sync(plan, has_reports=Report.objects.filter(round__plan=plan).exists())
    parties = _parties(sync, document, bodies)
    _duties(sync, document, parties)
    _indicators(sync, document, parties)
    _regimes(sync, document, parties)
    if not plan.outline.exists():
        OutlineSection.objects.bulk_create(
            OutlineSection(plan=plan, position=position, heading=heading)
            for position, heading in enumerate(OUTLINE, 1)
        )
    if sync.problems:
        raise PlanFileError(sync.problems)
    return plan, dict(sync.counts)


def _jurisdiction(row):
    province, _ = Jurisdiction.objects.get_or_create(
        code=slug(row["province"]),
        defaults={"name": f"Tỉnh {row['province']}", "level": Jurisdiction.Level.PROVINCE},
    )
    if row["level"] == Jurisdiction.Level.PROVINCE:
        return province
    if row["level"] != Jurisdiction.Level.DISTRICT or not row.get("district"):
        raise PlanFileError("plan: “level” phải là province hoặc district kèm tên huyện")
    district, _ = Jurisdiction.objects.get_or_create(
        code=f"{province.code}-{slug(row['district'])}",
        defaults={
            "name": row["district"],
            "level": Jurisdiction.Level.DISTRICT,
            "parent": province,
        },
    )
    return district


def _agencies(document, jurisdiction):
    """Return all bodies by code; ones that exist keep their name (R20)."""
    bodies = {agency.code: agency for agency in jurisdiction.agencies.all()}
    singles = [row for row in document["agencies"] if "members" not in row]
    for row in [*singles, *document["member_agencies"]]:
        if row["code"] not in bodies:
            bodies[row["code"]] = Agency.objects.create(
                jurisdiction=jurisdiction, code=row["code"], name=row["name"], kind=row["kind"]
            )
    return bodies


def _plan(row, jurisdiction, bodies):
    fields = {
        "number": row["number"] or "",
        "title": row["title"],
        "issuer": row["issuer"],
        "issued_on": row["issued_on"],
        "jurisdiction": jurisdiction,
        "first_year": row["first_year"],
        "last_year": row["last_year"],
        "vision_year": row.get("vision_year"),
        "lead_agency": bodies[row["lead_agency"]],
        "source": row.get("source") or "",
    }
    plan, _ = Plan.objects.update_or_create(code=row["code"], defaults=fields)
    return plan


def _parties(sync, document, bodies):
    wanted = {}
    for row in [*document["agencies"], *document["mentioned_agencies"]]:
        mentioned_only = row in document["mentioned_agencies"]
        is_group = "members" in row
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
    for row in document["agencies"]:
        # Only added: staff may have chosen members of a catch-all group in the portal.
        parties[row["code"]].members.add(*(bodies[code] for code in row.get("members", [])))
    del sync.counts["parties"]
    sync.counts["agencies"] = len(document["agencies"])
    return parties


def _duties(sync, document, parties):
    sync.rows(
        "solution_groups",
        sync.plan.solution_groups,
        {
            i: {"clause": r["clause"], "heading": r["heading"]}
            for i, r in enumerate(document["solution_groups"], 1)
        },
        key=lambda group: group.position,
    )
    wanted = {
        row["code"]: {
            "code": row["code"],
            "clause": row["clause"],
            "role": row["role"],
            "acts_as": row.get("acts_as") or "",
            "statement": row["statement"],
        }
        for row in document["duties"]
    }
    duties = sync.rows("duties", sync.plan.duties, wanted, key=lambda duty: duty.code)
    for row in document["duties"]:
        duty = duties[row["code"]]
        duty.parties.set(parties[code] for code in row["agencies"])
        duty.partners.all().delete()
        DutyPartner.objects.bulk_create(
            DutyPartner(
                duty=duty,
                position=position,
                as_written=partner["as_written"],
                party=parties.get(partner.get("agency")),
            )
            for position, partner in enumerate(row.get("partners") or [], 1)
        )


def _indicators(sync, document, parties):
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
    indicators = sync.rows("indicators", sync.plan.indicators, wanted, key=lambda i: i.code)
    if sync.problems:  # rows below hang on these; report what is wrong with them first
        raise PlanFileError(sync.problems)
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
        },
        key=lambda breakdown: breakdown.code,
    )
    for row in document["indicators"]:
        indicator = indicators[row["code"]]
        indicator.parent = indicators.get(row["parent"])
        indicator.breakdown = breakdowns.get(row["breakdown"])
        indicator.save(update_fields=["parent", "breakdown"])
        indicator.reporters.set(parties[code] for code in row["reporters"])
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
    if len(wanted) < len(document["targets"]):
        sync.problems.append("targets: hai mục tiêu cho cùng chỉ tiêu và thời gian")
    manager = Target.objects.filter(indicator__plan=sync.plan).select_related("indicator")
    sync.rows(
        "targets",
        manager,
        wanted,
        common={},
        key=lambda t: (t.indicator.code, t.scope, t.year, t.from_year, t.to_year, t.effective_on),
    )


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
            "words": row["words"] or "",
            "clause": row["clause"],
            "content": row.get("content") or "",
        }
    regimes = sync.rows("regimes", sync.plan.regimes, wanted, key=lambda regime: regime.code)
    for row in document["regimes"]:
        regimes[row["code"]].reporters.set(parties[code] for code in row["reporters"])


def _decimal(number):
    return None if number is None else Decimal(str(number)).quantize(Decimal("0.0001"))
