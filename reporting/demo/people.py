"""The demo's accounts, communes and allocations."""

import datetime as dt
from itertools import accumulate

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from agencies.models import Agency, Jurisdiction, Membership, User, record_event
from plans.models import Plan
from reporting.demo import cast
from reporting.demo.figures import DISTRICTS
from reporting.models import Report
from targets.models import Allocation

Role = Membership.Role
HEAD_APPROVAL_SET = "head-approval-set"


def enter_accounts():
    """
    Create the accounts people may sign in with; return {name before @: user}.

    One hash serves all, as all share one password shown on the page.
    """
    password, people, held = make_password(settings.DEMO_PASSWORD), {}, []
    for name, full_name, role, where, code in cast.PEOPLE:
        place = _place(where)
        if place is None:
            continue  # that plan is not loaded
        user = User(
            email=f"{name}@demo.invalid", full_name=full_name, is_demo=True, password=password
        )
        people[name] = user
        agency = place.agencies.get(code=code) if code else None
        held.append(
            Membership(user=user, role=role, agency=agency, jurisdiction=None if code else place)
        )
    for user in people.values():
        user.save()
    Membership.objects.bulk_create(held)
    return people


def _place(where):
    """A province by its code, the nameless district by its plan's."""
    plan = Plan.objects.filter(code=where).select_related("jurisdiction").first()
    return plan.jurisdiction if plan else Jurisdiction.objects.filter(code=where).first()


def enter_officers():
    """Give each agency of the demo's rounds that nobody plays an officer who cannot sign in."""
    played = Membership.objects.filter(role=Role.OFFICER, agency__isnull=False).values("agency")
    reporting = Report.objects.filter(round__is_demo=True).values("agency")
    agencies = Agency.objects.filter(pk__in=reporting).exclude(pk__in=played)
    users = {
        agency: User(
            email=f"{agency.code}@{agency.jurisdiction.code}.demo.invalid",
            full_name=f"Cán bộ đầu mối {agency.short_name}"[:150],
            is_demo=True,
            password=make_password(None),
        )
        for agency in agencies.select_related("jurisdiction")
    }
    for user in users.values():
        user.save()
    Membership.objects.bulk_create(
        Membership(user=user, role=Role.OFFICER, agency=agency) for agency, user in users.items()
    )


def let_heads_approve(by, *, at):
    """Switch on the step of approval where it is off; the event lets clearing switch it back."""
    for agency in Agency.objects.filter(
        jurisdiction__code=cast.KIEN_GIANG, code__in=cast.HEAD_APPROVES, head_approves=False
    ):
        agency.head_approves = True
        agency.save(update_fields=["head_approves"])
        record_event(HEAD_APPROVAL_SET, agency, by=by, at=at, is_demo=True)


def enter_communes(plan):
    """Found the communes of the nameless district and put them into the plan's group."""
    group = plan.parties.get(code="ubnd-xa")
    for code, name in cast.COMMUNES.items():
        commune, _ = Agency.objects.get_or_create(
            jurisdiction=plan.jurisdiction,
            code=code,
            defaults={
                "name": name,
                "kind": Agency.Kind.COMMUNE_PEOPLES_COMMITTEE,
                "is_demo": True,
            },
        )
        group.members.add(commune)


def allocate(plan):
    """
    Share out each year's appendix targets and return {(indicator, agency, year): value} by codes.

    The agencies' shares add up to the target, and each agency's parts to its own total (R17).
    """
    shares = {}
    for indicator in plan.indicators.filter(combine="sum"):
        for target in indicator.targets.filter(scope="year"):
            for code, value in _shared_out(target.low):
                shares[indicator, code, target.year] = value
    _let_parts_add_up(plan, shares)
    agencies = {a.code: a for a in plan.jurisdiction.agencies.filter(code__in=DISTRICTS)}
    Allocation.objects.bulk_create(
        Allocation(
            indicator=indicator,
            agency=agencies[code],
            year=year,
            value=value,
            decided_by=f"Phân bổ minh họa năm {year}",
            is_demo=True,
        )
        for (indicator, code, year), value in shares.items()
    )
    return {
        (indicator.code, code, year): value for (indicator, code, year), value in shares.items()
    }


def _shared_out(number):
    """Yield (agency's code, its share); rounding loses nothing of the whole."""
    given = 0
    upto = accumulate(share for share, *_ in DISTRICTS.values())
    for code, part in zip(DISTRICTS, upto, strict=True):
        before, given = given, number * part // 1000
        yield code, given - before


def _let_parts_add_up(plan, shares):
    """Let the last part of each partition be what its total leaves: parts are rounded alone."""
    for breakdown in plan.breakdowns.filter(rule="partition").select_related("parent"):
        *others, last = breakdown.members.all()
        for place in [place for indicator, *place in shares if indicator == last]:
            parts = sum(shares[other, *place] for other in others)
            shares[last, *place] = shares[breakdown.parent, *place] - parts


def at(day, hour, minute=0):
    """Return a moment in Vietnam."""
    time = dt.time(hour, minute)
    return dt.datetime.combine(day, time, tzinfo=timezone.get_default_timezone())
