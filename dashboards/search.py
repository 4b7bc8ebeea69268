"""One search over plans, duties, agencies and reports; accents do not count (R30)."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q

from agencies.models import Agency
from agencies.vietnamese import fold, nfc
from plans.models import Duty, Party, Plan
from reporting.models import Report, Round

# Words of one search, and rows of one kind: more says what to do, not where to look.
MOST_WORDS, MOST_ROWS = 8, 20


@dataclass(frozen=True)
class Found:
    """What was found of each kind; `more` names the kinds of which there is more than is shown."""

    words: list[str]
    plans: list[Plan]
    duties: list[Duty]
    agencies: list[Agency]
    reports: list[Report]
    more: frozenset[str]

    def __len__(self):
        return sum(map(len, (self.plans, self.duties, self.agencies, self.reports)))


def search(text, user):
    """Return what the words are found in, of all the person may see; each word must occur."""
    words = fold(text).split()[:MOST_WORDS]
    if not words:
        return Found([], [], [], [], [], frozenset())
    plans = Plan.objects.visible_to(user)
    rows = {
        "plans": plans.search(words).select_related("jurisdiction"),
        "duties": _duties(words, plans),
        "agencies": _agencies(words, plans),
        "reports": _reports(words, user),
    }
    rows = {kind: list(found[: MOST_ROWS + 1]) for kind, found in rows.items()}
    more = frozenset(kind for kind, found in rows.items() if len(found) > MOST_ROWS)
    return Found(words, **{kind: found[:MOST_ROWS] for kind, found in rows.items()}, more=more)


def _duties(words, plans):
    duties = Duty.objects.search(words).filter(plan__in=plans).select_related("plan__jurisdiction")
    return duties.prefetch_related("parties").order_by("-plan__first_year", "plan", "position")


def _agencies(words, plans):
    """Agencies the plans name, alone or in a group, with the parties they are there."""
    named = Q(named_in_plans__plan__in=plans) | Q(groups__plan__in=plans)
    holds = (Q(name_fold__contains=word) | Q(code__contains=word) for word in words)
    parties = Party.objects.filter(plan__in=plans, duties__isnull=False).select_related("plan")
    return (
        Agency.objects.filter(named, *holds)
        .distinct()
        .select_related("jurisdiction")
        .prefetch_related(
            Prefetch("named_in_plans", parties.distinct(), to_attr="as_itself"),
            Prefetch("groups", parties.distinct(), to_attr="in_groups"),
        )
    )


def _reports(words, user):
    """Reports by the agency's name and the round's, e.g. “hòn đất 6 tháng 2024”, newest first."""
    rounds = list(Round.objects.visible_to(user).select_related("plan"))
    holds = (
        Q(agency__name_fold__contains=word) | Q(round__in=_rounds_named(word, rounds))
        for word in words
    )
    reports = Report.objects.visible_to(user).filter(*holds).distinct()
    return reports.for_list().order_by("-round__window_end", "-round", "tier", "agency__name_key")


def _rounds_named(word, rounds):
    """A round's name is made of its kind and year; there are few enough to read them all."""
    return [
        round.pk
        for round in rounds
        if word in fold(f"{round} {round.subject} {round.plan.short_title}")
    ]


def marked(text, words):
    """
    Return [(piece, is a hit)] of a text, cut where a folded word occurs.

    Folding keeps the number of letters of Vietnamese; of a text where it does not nothing is
    marked.
    """
    text = " ".join(nfc(text).split())
    folded = fold(text)
    if len(folded) != len(text):
        return [(text, False)]
    hit = [False] * len(text)
    for word in words:
        start = folded.find(word)
        while start >= 0:
            hit[start : start + len(word)] = [True] * len(word)
            start = folded.find(word, start + 1)
    return list(_pieces(text, hit))


def _pieces(text, hit):
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or hit[end] != hit[start]:
            yield text[start:end], hit[start]
            start = end
