"""
The scale set: provinces with monthly plans and years of figures, made up and loaded by COPY.

    scale_set.load(SIZES["national"], months=…)

Small rows go through the ORM; reports, versions, duties and figures by COPY (bulk_load.py).
Nothing of it is ever committed to the repository; the same size always gives the same rows.
"""

import datetime as dt
import io
from calendar import monthrange
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from agencies.models import Agency, Jurisdiction, Membership, User
from bench.bulk_load import COLUMNS, NULL, bare_tables, copy, go_on_at, next_id, settle, write
from plans.models import Duty, Party, Plan
from reporting.deadlines import data_window
from reporting.models import Report, ReportVersion, Round, RoundDue, VersionDuty, VersionFigure
from targets.models import Indicator, Target

DUTIES = 3
DUTY_MONTHS = (6, 12)  # of the months, those whose versions speak of duties; the last one does too
_STATUSES = ("done", "in_progress", "stuck", "not_started")


@dataclass(frozen=True)
class Size:
    provinces: int
    plans: int = 3
    agencies: int = 120
    indicators: int = 15
    months: int = 60

    @property
    def figures(self):
        return self.provinces * self.plans * self.agencies * self.indicators * self.months


SIZES = {"province": Size(1), "national": Size(34)}


def months_until(today, number):
    """Return the last whole months before a day as (year, month), the oldest first."""
    last = today.year * 12 + today.month - 2
    return [divmod(index, 12) for index in range(last - number + 1, last + 1)]


def found(size, *, today):
    """Write provinces, agencies, plans and people; return the plans, the first one's leader."""
    made = [_province(number, size, today) for number in range(1, size.provinces + 1)]
    return [plan for plans, _ in made for plan in plans], made[0][1]


def _province(number, size, today):
    place = Jurisdiction.objects.create(
        code=f"bench-{number}", name=f"Tỉnh đo {number}", level=Jurisdiction.Level.PROVINCE
    )
    names = ["Sở Nội vụ", *(f"Ủy ban nhân dân xã Đo {n}" for n in range(1, size.agencies + 1))]
    agencies = Agency.objects.bulk_create(
        Agency(
            jurisdiction=place,
            code=f"co-quan-{index}",
            name=name,
            kind=Agency.Kind.COMMUNE_PEOPLES_COMMITTEE if index else Agency.Kind.DEPARTMENT,
        )
        for index, name in enumerate(names)
    )
    leader = User.objects.create(email=f"lanh-dao-{number}@bench.invalid", full_name="Người Đo")
    Membership.objects.create(user=leader, role=Membership.Role.LEADER, jurisdiction=place)
    plans = [_plan(place, agencies, n, size, today) for n in range(1, size.plans + 1)]
    return plans, leader


def _plan(place, agencies, number, size, today):
    plan = Plan.objects.create(
        code=f"{place.code}-ke-hoach-{number}",
        title=f"Kế hoạch đo số {number}",
        issuer="Ủy ban nhân dân tỉnh",
        jurisdiction=place,
        first_year=today.year - 6,
        last_year=today.year + 1,
        lead_agency=agencies[0],
    )
    group = Party.objects.create(
        plan=plan,
        code="cac-xa",
        name="Các xã",
        as_written="các xã",
        kind=Agency.Kind.COLLECTIVE_MIXED,
        position=1,
        is_group=True,
    )
    group.members.set(agencies[1:])
    group.indicators_reported.set(_indicators(plan, size))
    group.duties.set(
        Duty.objects.bulk_create(
            Duty(plan=plan, code=f"D{n}", clause="III", position=n, role="lead", statement="Làm.")
            for n in range(DUTIES)
        )
    )
    return plan


def _indicators(plan, size):
    made = Indicator.objects.bulk_create(
        Indicator(
            plan=plan,
            code=f"CT-{n}",
            name=f"Chỉ tiêu {n}",
            unit="người",
            kind=Indicator.Kind.COUNT,
            combine=Indicator.Combine.SUM,
            better=Indicator.Better.HIGHER,
            position=n,
        )
        for n in range(size.indicators)
    )
    Target.objects.bulk_create(
        Target(
            indicator=indicator,
            scope=Target.Scope.YEAR,
            year=year,
            operator=Target.Operator.AT_LEAST,
            low=35_000,
            clause="II",
            position=year,
        )
        for indicator in made
        for year in plan.years
    )
    return made


def load(plans, months, *, last, by):
    """Write the rounds of these months for all plans, with their reports and figures."""
    ids = {model: next_id(model) for model in (Report, ReportVersion)}
    with bare_tables():
        for plan in plans:
            with transaction.atomic():
                _load_plan(plan, months, last=last, by=by, ids=ids)
    for model, number in ids.items():
        go_on_at(model, next(number))
    settle()


def _load_plan(plan, months, *, last, by, ids):
    agencies = list(plan.parties.get().members.order_by("pk").values_list("pk", flat=True))
    indicators = list(plan.indicators.values_list("pk", flat=True))
    duties = list(plan.duties.values_list("pk", flat=True))
    lines = {model: io.StringIO() for model in COLUMNS}
    for round in _rounds(plan, months):
        told = duties if round.number in DUTY_MONTHS or (round.year, round.number) == last else []
        for place, agency in enumerate(agencies):
            report, version = next(ids[Report]), next(ids[ReportVersion])
            state = _state(place, is_last=(round.year, round.number) == last)
            sent = _sent(round, place, state)
            write(lines[Report], _report(report, version, round, agency, state, sent))
            if sent is None:
                continue
            write(lines[ReportVersion], _version(version, report, round, sent, by))
            for number, duty in enumerate(told):
                status = _STATUSES[(place + number) % 4 if place % 7 else 2]
                write(lines[VersionDuty], (version, duty, status, "Như đã nêu.", "f"))
            for number, indicator in enumerate(indicators):
                actual = round.number * (10 + place % 7) + number
                write(lines[VersionFigure], (version, indicator, "number", actual, NULL, "", "f"))
    for model, text in lines.items():
        copy(model, text)


def _rounds(plan, months):
    rounds = []
    for year, month in months:
        start, end = data_window(Round.Kind.MONTH, year, month + 1)
        opened = dt.datetime.combine(start, dt.time(8), tzinfo=timezone.get_default_timezone())
        rounds.append(
            Round(
                plan=plan,
                kind=Round.Kind.MONTH,
                year=year,
                number=month + 1,
                window_start=start,
                window_end=end,
                opened_at=opened,
            )
        )
    Round.objects.bulk_create(rounds)
    RoundDue.objects.bulk_create(
        RoundDue(round=round, tier="agency", last_day=_last_day(round), words="trước ngày 10")
        for round in rounds
    )
    return rounds


def _last_day(round):
    days = monthrange(round.year, round.number)[1]
    return round.window_start + dt.timedelta(days=days + 8)


def _state(place, *, is_last):
    """In the last month a quarter is missing and a quarter waits; before it one in forty fails."""
    if is_last:
        return ("draft", "submitted", "accepted", "accepted")[place % 4]
    return "draft" if place % 40 == 7 else "accepted"


def _sent(round, place, state):
    """Return the day of the first sending, every ninth agency two days late; None for a draft."""
    if state == "draft":
        return None
    return _last_day(round) + dt.timedelta(days=-1 if place % 9 else 2)


def _report(report, version, round, agency, state, sent):
    last = _last_day(round)
    fields = (report, round.pk, "agency", agency, "required", state, last)
    if sent is None:
        return (*fields, NULL, NULL, NULL, "", NULL)
    moment = f"{sent} 09:00+07"
    return (*fields, moment, last, moment, "", version)


def _version(version, report, round, sent, by):
    content = '{"figures": [], "duties": [], "narratives": [], "evidence": [], "document": {}}'
    moment = f"{sent} 09:00+07"
    return (
        version,
        report,
        1,
        moment,
        by.pk,
        round.window_end,
        "f",
        content,
        f"{version:064x}",
        "f",
    )
