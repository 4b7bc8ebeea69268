"""
The truth table of time (R1–R4): every order of period end, last day, extension, submission, return,
resubmission and now, judged by an oracle that knows the rules as sentences and not the code.

`Story` is what happened; `oracle` reads it as a person would; the code gets the report's fields as
the workflow leaves them, and for a part of the orders the workflow itself writes them.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from itertools import permutations

import pytest

from reporting import deadlines, extensions, workflow
from reporting.models import Regime, Report
from tests.factories import AgencyFactory, ReportFactory, at

INSTANT = dt.timedelta(microseconds=1)
DAY = dt.timedelta(days=1)
FIRST = dt.date(2024, 1, 1)

# Ends of days: midnight after the period's last day, the last day, an extended and a new one.
ENDS = ("period", "last", "extended", "new")
# Deeds of people, and the moment of looking.
DEEDS = ("extend", "submit", "return", "resubmit", "now")
STORIES = [
    (*deeds, *extension)
    for deeds in [(), ("submit",), ("submit", "return"), ("submit", "return", "resubmit")]
    for extension in [(), ("extend",)]
]


@dataclass(frozen=True)
class Story:
    """What happened to one report, each deed with its moment, and each end with its last day."""

    deeds: dict
    days: dict

    @property
    def now(self):
        return self.deeds["now"]

    def happened(self, deed):
        return deed in self.deeds and self.deeds[deed] <= self.now


def orders(deeds):
    """Yield every order in which the deeds and the ends that go with them can follow each other."""
    ends = ["period", "last"]
    ends += ["extended"] if "extend" in deeds else []
    ends += ["new"] if "return" in deeds else []
    for order in permutations([*ends, *deeds, "now"]):
        if _can_happen({name: place for place, name in enumerate(order)}):
            yield order


def _can_happen(place):
    """Say whether people could do it in this order: nobody returns what was not sent."""
    steps = [place[deed] for deed in ("submit", "return", "resubmit") if deed in place]
    if steps != sorted(steps):
        return False
    if "new" in place and place["new"] < place["return"]:
        return False  # a new last day is never one that has passed
    if "extend" not in place:
        return True
    # An extension is granted while the report is open, and lengthens the day then in force.
    if "submit" not in place or place["extend"] < place["submit"]:
        return place["last"] < place["extended"]
    is_open = place.get("return", 99) < place["extend"] < place.get("resubmit", 99)
    return is_open and place["new"] < place["extended"]


def story(order, *, leans):
    """
    Give an order its moments, as tight as can be.

    A deed beside an end of day falls on its very midnight when it follows, and on the instant
    before when it precedes; between two ends it leans as told.
    """
    midnights = {
        place: at(FIRST + 2 * (place + 1) * DAY, 0)
        for place, name in enumerate(order)
        if name in ENDS
    }
    deeds = {}
    for place, name in enumerate(order):
        if name in DEEDS:
            near = {"after": midnights.get(place - 1), "before": midnights.get(place + 1)}
            if near["before"]:
                near["before"] -= INSTANT
            loose = at(FIRST + (2 * place + 1) * DAY, 12)
            deeds[name] = near[leans] or near["after"] or near["before"] or loose
    days = {order[p]: (midnight - DAY).date() for p, midnight in midnights.items()}
    return Story(deeds, days)


@cache
def all_stories():
    return [
        story(order, leans=leans)
        for deeds in STORIES
        for order in orders(deeds)
        for leans in ("after", "before")
    ]


# The oracle: the rules in plain words


def ends(day):
    """“Trước ngày 20/6”: 19/6 is the last day, and it ends when 20/6 begins in Vietnam."""
    return at(day + DAY, 0)


def day_in_force(story, moment):
    """The round's last day, until a return or an extension sets another."""
    settings = [(story.deeds[d], story.days[e]) for d, e in SETS_DAY if d in story.deeds]
    earlier = [(when, day) for when, day in settings if when < moment]
    return max(earlier)[1] if earlier else story.days.get("last")


SETS_DAY = [("return", "new"), ("extend", "extended")]


def oracle(story):
    """Return (timeliness, days late, outstanding) of an obliged agency's report."""
    if story.happened("submit"):
        # Only the first sending counts, against the last day then in force; today does not matter.
        judged, day = story.deeds["submit"], day_in_force(story, story.deeds["submit"])
        words = ("on_time", "late")
    else:
        # Nothing is sent: today is held against the day in force now.
        judged, day = story.now, day_in_force(story, story.now + INSTANT)
        words = ("not_yet_due", "missing")
    late = judged >= ends(day)
    days = (judged.date() - day).days if late else 0
    is_back = story.happened("return") and not story.happened("resubmit")
    outstanding = is_back and story.now >= ends(day_in_force(story, story.now + INSTANT))
    return words[late], days, outstanding


def as_stored(story):
    """Return the report's fields as the workflow leaves them at `now` (R7)."""
    happened = [d for d in ("submit", "return", "resubmit") if story.happened(d)]
    states = {"submit": "submitted", "return": "returned", "resubmit": "submitted"}
    report = Report(state=states[happened[-1]] if happened else "draft")
    report.last_day = day_in_force(story, story.now + INSTANT)
    if happened:
        report.first_submitted_at = story.deeds["submit"]
        report.first_last_day = day_in_force(story, story.deeds["submit"])
    return report


def judged(report, now):
    standing = deadlines.standing(report, now=now)
    return standing["timeliness"].value, standing["days_late"], standing["outstanding"]


def test_every_order_is_judged_as_the_rules_say():
    stories = all_stories()

    wrong = [s for s in stories if judged(as_stored(s), s.now) != oracle(s)]

    assert len(stories) > 17_000
    assert wrong == []


def test_the_orders_reach_every_answer():
    assert {oracle(story)[0::2] for story in all_stories()} == {
        ("not_yet_due", False),
        ("missing", False),
        ("on_time", False),
        ("late", False),
        ("on_time", True),
        ("late", True),
    }


def test_an_invited_agency_is_never_late_in_any_order():
    for story in all_stories():
        report = as_stored(story)
        report.obligation = "requested"
        assert judged(report, story.now) == ("invited", 0, False), story


def test_an_undated_report_is_never_late_in_any_order_without_a_return():
    for story in all_stories():
        if not story.happened("return") and not story.happened("extend"):
            report = as_stored(story)
            report.last_day = report.first_last_day = None
            assert judged(report, story.now) == ("no_due_date", 0, False), story


def test_the_end_of_the_period_changes_nothing():
    """A last day before the period's end is late all the same: the status never flips (R4)."""
    answers = {}
    for story in all_stories():
        without = {name: day for name, day in story.days.items() if name != "period"}
        order = sorted(
            [(moment, name) for name, moment in story.deeds.items()]
            + [(ends(day) - INSTANT / 2, name) for name, day in without.items()]
        )
        key = tuple(name for _, name in order)
        answers.setdefault(key, set()).add(judged(as_stored(story), story.now)[0::2])
    assert {len(found) for found in answers.values()} == {1}


# The same through the workflow


@pytest.mark.django_db
def test_the_workflow_leaves_what_the_rules_judge(report, people, fill_in):
    stories = all_stories()[:: len(all_stories()) // 60]

    for story in stories:
        played = ReportFactory(
            round=report.round,
            agency=AgencyFactory(jurisdiction=report.round.plan.jurisdiction),
            last_day=story.days["last"],
        )
        fill_in(played)
        for deed, moment in sorted(story.deeds.items(), key=lambda item: item[1]):
            if deed != "now" and moment <= story.now:
                play(deed, Report.objects.get(pk=played.pk), people, story)
        assert judged(Report.objects.get(pk=played.pk), story.now) == oracle(story), story


def play(deed, report, people, story):
    moment = story.deeds[deed]
    if deed == "return":
        day = story.days["new"]
        workflow.return_report(report, by=people.staff, at=moment, reason="Sửa.", last_day=day)
    elif deed == "extend":
        day = story.days["extended"]
        # Asked in good time; the answer may come when even the granted day has passed.
        asked = story.deeds["return"] if report.state == "returned" else at(FIRST)
        wish = extensions.ask_extension(
            report, wanted_day=day, reason="Chờ số liệu.", by=people.officer, at=asked
        )
        extensions.decide_extension(
            wish, granted_day=day, answer="Đồng ý.", by=people.staff, at=moment
        )
    else:
        workflow.submit_report(report, by=people.officer, at=moment)


# R1 over every day of a year, under all four settings


# Days offices were closed besides weekends, and the Saturdays worked in exchange, as announced.
CLOSED = {
    2020: "1/1 23/1 24/1 27/1 28/1 29/1 2/4 30/4 1/5 2/9",
    2024: "1/1 8/2 9/2 12/2 13/2 14/2 18/4 29/4 30/4 1/5 2/9 3/9",
}
WORKED = {2020: "", 2024: "4/5"}


def dates(words, year):
    return {dt.date(year, int(m), int(d)) for d, m in (word.split("/") for word in words.split())}


def is_open(day):
    if day in dates(WORKED.get(day.year, ""), day.year):
        return True
    return day.weekday() < 5 and day not in dates(CLOSED[day.year], day.year)


def last_day_in_words(kind, named, *, counts, moves):
    day = named if counts or kind in ("by", "on") else named - DAY
    while moves and not is_open(day):
        day += DAY
    return day


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("kind", ["before", "by", "on"])
@pytest.mark.parametrize("year", [2020, 2024])
def test_the_last_day_of_every_named_day(year, kind, counts, moves):
    for number in range(1, 355):  # into the next year's holidays no further
        named = dt.date(year, 1, 1) + number * DAY
        regime = Regime(due_kind=kind, due_day=named.day, due_month=named.month)
        told = deadlines.last_day(regime, year, named_day_counts=counts, moves_to_working_day=moves)
        assert told == last_day_in_words(kind, named, counts=counts, moves=moves), named
