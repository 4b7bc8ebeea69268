"""
Faults at reports: edits that race on one draft, and one report sent by fifty people at once.

Every thread has a connection of its own; what each person was told is held against what is stored.
"""

import random
import sys
from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from agencies.models import Event, Membership
from reporting import draft_fields, workflow
from reporting.models import Report, ReportVersion, Tier
from tests.at_once import at_once
from tests.factories import (
    IndicatorFactory,
    MembershipFactory,
    OutlineSectionFactory,
    PartyFactory,
    PlanFactory,
    ReportFactory,
    RoundFactory,
    at,
)
from tests.faults import Row

NOW = at("2024-06-17")
NIGHT = 20  # a long run does so many times more
EDIT_RACES, REPORTS, CLICKS = 250, 100, 50  # four kinds of edit races make a thousand


def run(*, seed, long):
    """Return the rows of both kinds; see the package for the contract."""
    times = NIGHT if long else 1
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    scene = Scene.build()
    return [
        *(edit_races(scene, kind, EDIT_RACES * times, chance) for kind in KINDS),
        submissions(scene, REPORTS * times, CLICKS),
    ]


@dataclass
class Scene:
    """One plan and round; `report()` gives a new agency's draft in it."""

    round: object
    indicator: object
    section: object
    officers: dict

    @classmethod
    def build(cls):
        plan = PlanFactory()
        indicator = IndicatorFactory(plan=plan)
        section = OutlineSectionFactory(plan=plan)
        return cls(RoundFactory(plan=plan), indicator, section, {})

    def report(self):
        party = PartyFactory(plan=self.round.plan)
        self.indicator.reporters.add(party)
        report = ReportFactory(round=self.round, agency=party.agency, tier=Tier.AGENCY)
        role = Membership.Role.OFFICER
        self.officers[report.pk] = MembershipFactory(role=role, agency=party.agency).user
        return report

    def names(self):
        parts = ("figure", "estimate", "explanation")
        return [f"{part}-{self.indicator.pk}" for part in parts]


# Edits


@dataclass(frozen=True)
class Edit:
    """What one person typed on what they had seen, and whether they were told it is saved."""

    name: str
    seen: str
    text: str
    saved: bool


def one_field(names, chance):
    """All type into the same field."""
    return lambda person: names[:1]


def own_fields(names, chance):
    """Each types into a field of their own; four people share three fields."""
    return lambda person: [names[person % len(names)]]


def any_fields(names, chance):
    """Each types into any of the fields."""
    picks = [chance.sample(names, chance.randint(1, len(names))) for _ in range(4)]
    return lambda person: picks[person]


def by_function(scene, report, person, texts, seen):
    """Save as the view does, and return the names of fields that conflict."""
    typed = {name: (text, seen[name]) for name, text in texts.items()}
    by = scene.officers[report.pk]
    return {c.name for c in draft_fields.save_fields(report, typed, by=by, now=NOW)}


def by_page(scene, report, person, texts, seen):
    """Post the changed fields as the page does."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(scene.officers[report.pk])
    data = texts | {f"seen-{name}": seen[name] for name in texts}
    answer = client.post(reverse("reporting:report-field", args=[report.pk]), data)
    assert answer.status_code == 200, answer.status_code
    return set(answer["X-Conflicts"].split())


KINDS = {
    "edits of one field": (one_field, by_function),
    "edits of different fields": (own_fields, by_function),
    "edits of any fields": (any_fields, by_function),
    "edits of any fields, over the page": (any_fields, by_page),
}


def edit_races(scene, kind, times, chance):
    """Let two to four people type into one report at the same moment, `times` times."""
    lost = overwritten = doubled = other = 0
    fields_of, save = KINDS[kind]
    report = scene.report()
    for turn in range(times):
        before = dict.fromkeys(scene.names(), "") | draft_fields.texts_of(report)
        pick = fields_of(scene.names(), chance)

        def type_in(person, turn=turn, before=before, pick=pick):
            texts = dict.fromkeys(pick(person), f"{turn}.{person}")
            refused = save(scene, report, person, texts, before)
            return [Edit(n, before[n], text, n not in refused) for n, text in texts.items()]

        answers = at_once(type_in, chance.randint(2, 4), refusal=Exception)
        other += failures(answers)
        edits = [edit for a in answers if not isinstance(a, Exception) for edit in a]
        after = before | draft_fields.texts_of(report)
        for name in scene.names():
            found = judged([e for e in edits if e.name == name], before[name], after[name])
            lost, overwritten = lost + found[0], overwritten + found[1]
        rows = report.draft_fields.values_list("name", flat=True)
        doubled += len(rows) - len(set(rows))
    return Row(kind, times, lost=lost, doubled=doubled, overwritten=overwritten, other=other)


def judged(edits, before, after):
    """
    Return (lost, silently overwritten) of the edits of one field that met in one moment.

    All have seen the same text, so exactly one may be told that it is saved, and that one stands;
    where nobody typed, the field stays as it was.
    """
    saved = [edit.text for edit in edits if edit.saved]
    if not edits:
        return int(after != before), 0
    if not saved:
        return 1, 0
    return int(after not in saved), len(saved) - 1


def failures(answers):
    """Count the people who met an error, and tell the first one."""
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    if errors:
        print(f"{len(errors)} × {errors[0]!r}", file=sys.stderr)
    return len(errors)


# Submissions


def submissions(scene, reports, clicks):
    """Send each report as many times at once: one version, one event, the same receipt for all."""
    lost = doubled = other = 0
    for _ in range(reports):
        report = scene.report()
        typed = {
            f"figure-{scene.indicator.pk}": ("1.572", ""),
            f"narrative-{scene.section.pk}": ("Đã triển khai.", ""),
        }
        officer = scene.officers[report.pk]
        draft_fields.save_fields(report, typed, by=officer, now=NOW)

        def send(person, pk=report.pk, officer=officer):
            return workflow.submit_report(Report.objects.get(pk=pk), by=officer, at=NOW)

        answers = at_once(send, clicks, refusal=Exception)
        other += failures(answers)
        receipts = {a.pk for a in answers if not isinstance(a, Exception)}
        versions = set(ReportVersion.objects.filter(report=report).values_list("pk", flat=True))
        sent = Event.objects.filter(
            action="report-submitted", subject="reporting.report", subject_id=report.pk
        ).count()
        lost += len(receipts - versions) + (not versions) + (not sent)
        doubled += max(len(versions) - 1, 0) + max(sent - 1, 0)
    return Row(
        f"reports sent {clicks} times at once", reports, lost=lost, doubled=doubled, other=other
    )
