"""The duties of a plan file → rows, with the bodies they bind and their partners."""

from collections import defaultdict

from plans.models import Duty, DutyPartner
from reporting.plan_file.sync import Change, known
from reporting.plan_file.ties import Ties


def write_duties(sync, document, parties):
    """Write the solution groups and duties of a document with whom each duty binds."""
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
    ties = Ties(Duty.parties, duties.values())
    for row in document["duties"]:
        if row["code"] in duties:
            ties.set(duties[row["code"]], known(parties, row["agencies"]))
    ties.write()
    _partners(sync, document, duties, parties)


def _partners(sync, document, duties, parties):
    """Partners have no key that outlives a change: those of a duty whose list differs go."""
    there = defaultdict(list)
    for partner in DutyPartner.objects.filter(duty__in=duties.values()):
        there[partner.duty_id].append((partner.position, partner.as_written, partner.party_id))
    wanted = {
        duties[row["code"]]: [
            (position, partner["as_written"], parties.get(partner.get("agency")))
            for position, partner in enumerate(row.get("partners", []), 1)
        ]
        for row in document["duties"]
        if row["code"] in duties
    }
    changed = {
        duty: rows
        for duty, rows in wanted.items()
        if there[duty.pk] != [(place, words, party and party.pk) for place, words, party in rows]
    }
    if changed:
        DutyPartner.objects.filter(duty__in=changed).delete()
    sync.write("duties", [_partner(duty, *row) for duty, rows in changed.items() for row in rows])


def _partner(duty, position, as_written, party):
    fields = {"duty": duty, "position": position, "as_written": as_written, "party": party}
    place = f"{duty.code} partners[{position}]"
    return Change(DutyPartner(), fields, key=duty.code, place=place)
