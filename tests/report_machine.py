"""
Random sequences of what people do to two reports, checked against a model at every step (R7–R17).

The model knows the rules as a person does: what each was told is saved, which step is allowed when,
what was sent. Used by the suite (short, always the same) and by `make faults` (random, long).
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from agencies.models import Event
from reporting import draft_fields, extensions, freezing, workflow
from reporting.models import Extension, Report, VersionFigure
from reporting.workflow import NotReadyError, TransitionError
from tests.factories import (
    IndicatorFactory,
    OutlineSectionFactory,
    PartyFactory,
    ReportFactory,
    RoundFactory,
    UserFactory,
    at,
)

# What is typed into a figure, and what it adds to the total; None adds nothing, no key: not ready.
AMOUNTS = {"12": 12, "1.500": 1500, "0": 0, "k": 0, "x": None}
TEXTS = st.sampled_from([*AMOUNTS, *AMOUNTS, "", "mười hai", "12,5"])
PEOPLE, REPORTS = st.integers(0, 3), st.integers(0, 1)
DAYS = st.integers(-3, 12)
STATES = {"report-submitted": "submitted", "report-accepted": "accepted"}
STATES |= {"report-returned": "returned", "report-reopened": "returned"}
NONE_OF_THEM = object()


class World:
    """What all sequences share: one round, two agencies that report two indicators, four people."""

    def __init__(self):
        self.round = RoundFactory()
        plan = self.round.plan
        self.indicators = [IndicatorFactory(plan=plan) for _ in range(2)]
        section = OutlineSectionFactory(plan=plan)
        self.reports = []
        for _ in range(2):
            party = PartyFactory(plan=plan)
            for indicator in self.indicators:
                indicator.reporters.add(party)
            self.reports.append(ReportFactory(round=self.round, agency=party.agency).pk)
        self.people = UserFactory.create_batch(4)
        self.figures = [f"figure-{indicator.pk}" for indicator in self.indicators]
        self.names = [*self.figures, f"narrative-{section.pk}"]


@dataclass
class Model:
    """What a report must be, as the people at it know."""

    state: str = "draft"
    last_day: dt.date = dt.date(2024, 6, 19)
    texts: dict = field(default_factory=dict)  # what was told to be saved, and stands
    versions: list = field(default_factory=list)  # (number, sha256, moment, figures as typed)
    first: tuple = (None, None)  # moment of the first sending, the last day then in force
    waiting: int | None = None  # the extension that waits for an answer
    events: list = field(default_factory=list)

    @property
    def is_open(self):
        return self.state in ("draft", "returned")


@dataclass
class Screen:
    """What one person last saw of a report: it may be old by now."""

    report: Report
    texts: dict
    waiting: int | None


class ReportMachine(RuleBasedStateMachine):
    """Set `world` on a subclass; each sequence is undone at its end."""

    world = None

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = at("2024-06-14")  # the window's end: no day of the figures need be said (R12)
        self.models = [Model(), Model()]
        self.screens = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def fresh(self, which):
        return Report.objects.get(pk=self.world.reports[which])

    @initialize()
    def everybody_looks(self):
        for who in range(4):
            for which in range(2):
                self.look(who, which)

    @rule(who=PEOPLE, which=REPORTS)
    def look(self, who, which):
        model = self.models[which]
        self.screens[who, which] = Screen(self.fresh(which), dict(model.texts), model.waiting)

    @rule(hours=st.sampled_from([1, 9, 24, 100]))
    def time_passes(self, hours):
        self.now += dt.timedelta(hours=hours)

    @rule(who=PEOPLE, which=REPORTS, texts=st.dictionaries(st.integers(0, 2), TEXTS, min_size=1))
    def type_in(self, who, which, texts):
        """Type into one or several fields, on what was last seen in them."""
        model, screen = self.models[which], self.screens[who, which]
        typed = {self.world.names[place]: text for place, text in texts.items()}
        edits = {name: (text, screen.texts.get(name, "")) for name, text in typed.items()}
        conflicts = self._refused(
            draft_fields.ReportIsSent,
            lambda: draft_fields.save_fields(
                screen.report, edits, by=self.world.people[who], now=self.now
            ),
            expected=not model.is_open,
        )
        if conflicts is NONE_OF_THEM:
            return
        told = {conflict.name: conflict.theirs for conflict in conflicts}
        for name, (text, seen) in edits.items():
            stored = model.texts.get(name, "")
            is_conflict = text not in (stored, seen) and stored != seen
            assert (name in told) == is_conflict, (name, text, seen, stored)
            if is_conflict:
                assert told[name] == stored
                screen.texts[name] = stored
            elif text != seen:
                model.texts[name] = screen.texts[name] = text

    @rule(who=PEOPLE, which=REPORTS, times=st.integers(1, 2))
    def send(self, who, which, times):
        """Send once or, as a double click does, twice with the same page."""
        model, screen = self.models[which], self.screens[who, which]
        for _ in range(times):
            figures = [model.texts.get(name, "") for name in self.world.figures]
            ready = all(text in AMOUNTS for text in figures)
            before = model.state
            version = self._refused(
                NotReadyError if model.is_open else TransitionError,
                lambda: workflow.submit_report(
                    screen.report, by=self.world.people[who], at=self.now
                ),
                expected=before == "accepted" or (model.is_open and not ready),
            )
            if version is NONE_OF_THEM:
                return
            if before == "submitted":
                assert version.number == len(model.versions)
                continue
            number = len(model.versions) + 1
            model.versions.append((number, version.sha256, self.now, figures))
            if model.first[0] is None:
                model.first = (self.now, model.last_day)
            self._stepped(model, "report-submitted")

    @rule(who=PEOPLE, which=REPORTS)
    def accept(self, who, which):
        model, screen = self.models[which], self.screens[who, which]
        done = self._refused(
            TransitionError,
            lambda: workflow.accept_report(screen.report, by=self.world.people[who], at=self.now),
            expected=self._is_old(screen, which) or model.state != "submitted",
        )
        if done is not NONE_OF_THEM:
            self._stepped(model, "report-accepted")

    @rule(who=PEOPLE, which=REPORTS, days=DAYS)
    def give_back(self, who, which, days):
        """Return, or reopen what is accepted."""
        model, screen = self.models[which], self.screens[who, which]
        day = self.now.date() + dt.timedelta(days=days)
        done = self._refused(
            TransitionError,
            lambda: workflow.return_report(
                screen.report,
                by=self.world.people[who],
                at=self.now,
                reason="Sửa số.",
                last_day=day,
            ),
            expected=self._is_old(screen, which) or model.is_open or days < 0,
        )
        if done is not NONE_OF_THEM:
            reopened = model.state == "accepted"
            model.last_day = day
            self._stepped(model, "report-reopened" if reopened else "report-returned")

    @rule(who=PEOPLE, which=REPORTS, days=DAYS)
    def ask_for_time(self, who, which, days):
        model, screen = self.models[which], self.screens[who, which]
        day = model.last_day + dt.timedelta(days=days)
        asked = self._refused(
            TransitionError,
            lambda: extensions.ask_extension(
                screen.report,
                wanted_day=day,
                reason="Chờ số liệu.",
                by=self.world.people[who],
                at=self.now,
            ),
            expected=not model.is_open
            or day <= max(model.last_day, self.now.date())
            or model.waiting is not None,
        )
        if asked is not NONE_OF_THEM:
            model.waiting = asked.pk
            model.events.append("extension-asked")

    @rule(who=PEOPLE, which=REPORTS, days=st.none() | DAYS)
    def answer(self, who, which, days):
        """Grant (days after the last day now in force), or refuse, what the page showed."""
        model, screen = self.models[which], self.screens[who, which]
        day = None if days is None else model.last_day + dt.timedelta(days=days)
        own_motion = model.waiting is None
        too_early = day is not None and day <= model.last_day
        if own_motion and day is not None:
            too_early = day <= max(model.last_day, self.now.date())
        done = self._refused(
            TransitionError,
            lambda: extensions.answer(
                screen.report,
                granted_day=day,
                answer="Đã xem.",
                by=self.world.people[who],
                at=self.now,
                shown=screen.waiting,
            ),
            expected=screen.waiting != model.waiting
            or (own_motion and day is None)
            or too_early
            or (day is not None and not model.is_open),
        )
        if done is NONE_OF_THEM:
            return
        model.events += ["extension-asked"] if own_motion else []
        model.events.append("extension-refused" if day is None else "extension-granted")
        model.waiting = None
        model.last_day = day or model.last_day

    def _refused(self, refusal, deed, *, expected):
        """Do it; return what it gave, or NONE_OF_THEM when it was refused as it had to be."""
        try:
            with transaction.atomic():
                result = deed()
        except refusal:
            assert expected, "refused what is allowed"
            return NONE_OF_THEM
        assert not expected, "allowed what must be refused"
        return result

    def _stepped(self, model, event):
        old, model.state = model.state, STATES[event]
        model.events.append(event)
        assert model.state in {state.value for state in workflow.TRANSITIONS[old]}

    def _is_old(self, screen, which):
        seen, current = screen.report, self.fresh(which)
        return (seen.state, seen.latest_version_id) != (current.state, current.latest_version_id)

    # What holds after every step

    @invariant()
    def the_reports_are_what_people_were_told(self):
        for which, model in enumerate(self.models):
            report = self.fresh(which)
            assert (report.state, report.last_day) == (model.state, model.last_day)
            assert (report.first_submitted_at, report.first_last_day) == model.first
            texts = draft_fields.texts_of(report)
            assert {name: text for name, text in texts.items() if text} == {
                name: text for name, text in model.texts.items() if text
            }
            waiting = Extension.objects.filter(report=report, decided_at=None)
            assert [extension.pk for extension in waiting] == [model.waiting] * bool(model.waiting)

    @invariant()
    def versions_are_numbered_and_never_change(self):
        for which, model in enumerate(self.models):
            versions = list(self.fresh(which).versions.all())
            assert [(v.number, v.sha256, v.submitted_at) for v in versions] == [
                told[:3] for told in model.versions
            ]
            assert [v.number for v in versions] == list(range(1, len(versions) + 1))
            assert all(freezing.content_hash(v.content) == v.sha256 for v in versions)

    @invariant()
    def each_step_has_one_event(self):
        for which, model in enumerate(self.models):
            pk = self.world.reports[which]
            booked = Event.objects.filter(subject="reporting.report", subject_id=pk)
            assert list(booked.order_by("pk").values_list("action", flat=True)) == model.events

    @invariant()
    def totals_are_the_sum_of_latest_versions(self):
        rows = VersionFigure.objects.totals_of(self.world.round)
        totals = {row["indicator"]: (row["accepted"], row["provisional"]) for row in rows}
        for place, indicator in enumerate(self.world.indicators):
            assert totals.get(indicator.pk, (None, None)) == (
                self._sum(place, "accepted"),
                self._sum(place, "submitted"),
            )

    def _sum(self, place, state):
        latest = [m.versions[-1][3][place] for m in self.models if m.state == state]
        known = [AMOUNTS[text] for text in latest if AMOUNTS[text] is not None]
        return Decimal(sum(known)) if known else None


def machine_of(world):
    return type("Machine", (ReportMachine,), {"world": world})


def thoroughness(*, sequences, steps, **more):
    """Return settings for so many sequences of so many steps; a database is just slow."""
    return settings(
        max_examples=sequences,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
