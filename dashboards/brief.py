"""The leaders' brief of a province: each running plan in seven lines, for one A4 page."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from agencies.access import agencies_of, jurisdictions_led_by
from agencies.models import Jurisdiction, Membership
from config import clock
from dashboards.headline import headline
from dashboards.outlook import LateReport, latest_reports, verdict
from dashboards.progress import YearProgress, year_progresses
from dashboards.year_rounds import in_order, latest_year, without_ad_hoc
from plans.models import Plan
from reporting.models import Obligation, Report, Round, RoundDue, VersionDuty
from targets import attainment
from targets.numerals import format_number, format_percent

MOST_STUCK = 3
# Longer than a mail about a due date may wait (brief_mail.py, its reach and the ledger's week).
_TOLD_AFTER_DUE = timedelta(days=28)


@dataclass(frozen=True)
class PlanBrief:
    """One plan on the page; `late` are the round's latest open reports, `stuck` all that is."""

    progress: YearProgress
    late: list[LateReport]
    stuck: list[VersionDuty]

    @property
    def plan(self):
        return self.progress.plan

    @property
    def year(self):
        return self.progress.year

    @property
    def headline(self):
        return headline(self.progress, self.year)

    def facts(self, most_stuck=MOST_STUCK):
        """Yield (label, words) as page and paper print them; fewer stuck duties on wish."""
        main = self.progress.main
        if main is not None:
            target, unit = main.target, main.indicator.unit
            yield _("Mục tiêu"), attainment.describe(target, unit) if target else _("không ghi")
            yield _("Đã tiếp nhận"), _amount(main.accepted, unit)
            yield _("% mục tiêu năm"), _percent(main.percent)
            yield _("Tạm tính thêm"), _amount(main.provisional, unit, none=_("không có"))
            yield _("Nhịp, dự báo"), verdict(main)
        if self.progress.round:
            told = dict.fromkeys([self._missing, self._sent])  # rates tell the latter alone
            yield _("Kỳ báo cáo"), f"{self.progress.round.label}, {'; '.join(told)}"
            yield _("Chậm nhất"), self._late or _("không đơn vị nào")
        yield _("Vướng mắc"), self._stuck(most_stuck)

    @property
    def figures(self):
        """Return a line for each indicator with a figure: name, unit and words of its numbers."""
        lines = self.progress.lines if self.progress.round else []
        told = [line for line in lines if line[0].accepted_count or line[0].is_additive]
        return [_indicator_line(row, target) for row, target in told]

    @property
    def one_line(self):
        """What is left of the facts where a page has no room for all of them."""
        stuck = _("vướng mắc: {duties}").format(duties=self._stuck(0))
        return "; ".join([self._missing, stuck] if self.progress.round else [stuck])

    @property
    def _missing(self):
        missing, asked = len(self.progress.missing), self.progress.agency_count
        if not asked:  # rates of one source alone: nothing is added up over agencies
            return self._sent
        words = _("{missing}/{asked} đơn vị chưa có số liệu") if missing else _("đủ {asked} đơn vị")
        return words.format(missing=missing, asked=asked)

    @property
    def _sent(self):
        asked = [r for r in self.progress.reports if r.obligation == Obligation.REQUIRED]
        sent = sum(not report.is_open for report in asked)
        words = _("{sent}/{asked} cơ quan phải báo cáo đã gửi")
        return words.format(sent=sent, asked=len(asked))

    @property
    def _late(self):
        return "; ".join(f"{late.report.agency.short_name}, {late.words}" for late in self.late)

    def _stuck(self, most):
        if not self.stuck:
            return _("không nhiệm vụ nào")
        count = _("{count} nhiệm vụ.").format(count=len(self.stuck))
        lines = " · ".join(_one_stuck(item) for item in self.stuck[:most])
        if len(self.stuck) > most and lines:
            lines = _("Trong đó, lâu nhất: {duties}").format(duties=lines)
        return f"{count} {lines}".rstrip()


@dataclass(frozen=True)
class Brief:
    place: Jurisdiction
    at: datetime
    plans: list[PlanBrief]

    @property
    def is_demo(self):
        rounds = (brief.progress.round for brief in self.plans)
        return any(round.is_demo for round in rounds if round)


def plans_told_to(user):
    """Return the plans whose totals the person may read: their leaders', and staff's own."""
    led = jurisdictions_led_by(user)
    leads = agencies_of(user, Membership.Role.STAFF)
    readable = Q(jurisdiction__in=led) | Q(lead_agency__in=leads)
    return Plan.objects.filter(readable).select_related("jurisdiction")


def brief_of(place, plans, *, now):
    """
    Return the brief of the plans that run in the year of `now`, the newest first, but last those
    of which no round has begun.

    A due date just over is told whatever the calendar says: its plan is there, in that round's
    year, though the year or the plan has ended since (month 12 is due in January). Nine
    statements, however many plans.
    """
    rounds, today = _rounds_of(plans, today=now.date()), now.date()
    just_due = {round.plan_id: round.year for round in rounds if round.is_just_due}
    told = [p for p in plans if p.pk in just_due or (p.is_active and now.year in p.years)]
    begun = {round.plan_id for round in rounds if round.window_start <= today}
    told.sort(key=lambda plan: (plan.pk not in begun, -plan.first_year, plan.code))
    lines = [(p, just_due.get(p.pk) or latest_year(rounds, p, today=today)) for p in told]
    reports = Report.objects.with_late_before(told, today=today)
    progresses = year_progresses(lines, today=today, rounds=rounds, reports=reports)
    stuck = defaultdict(list)
    for item in VersionDuty.objects.stuck_in(*(p.round for p in progresses if p.round)):
        stuck[item.version.report.round_id].append(item)
    return Brief(place, now, [_plan_brief(progress, stuck, now) for progress in progresses])


def _rounds_of(plans, *, today):
    """Return the plans' rounds in order of time, each with whether a due date is just over."""
    over = RoundDue.objects.filter(last_day__lt=today, last_day__gte=today - _TOLD_AFTER_DUE)
    rounds = Round.objects.filter(plan__in=plans)
    just_due = Exists(over.filter(round=OuterRef("pk")))
    return without_ad_hoc(in_order(rounds.annotate(is_just_due=just_due)))


def _plan_brief(progress, stuck, now):
    own = stuck[progress.round.pk] if progress.round else []
    return PlanBrief(progress, latest_reports(progress, now=now), own)


def _indicator_line(row, target):
    known = row.accepted is not None
    return {
        "indicator": row.indicator,
        "target": attainment.describe(target) if target else _("không ghi"),
        "accepted": format_number(row.accepted) if known else _("chưa có số liệu"),
        "percent": _judged(row),
        "difference": "–" if row.difference is None else format_number(row.difference, sign=True),
    }


def _judged(row):
    """Return how far a sum is in per cent, whether a level meets its target (R11), or a dash."""
    if row.is_met is not None:
        return _("đạt") if row.is_met else _("chưa đạt")
    return "–" if row.percent is None else format_percent(row.percent)


def _one_stuck(item):
    agency, since = item.version.report.agency.short_name, f"{clock.day_of(item.since):%-d/%-m/%Y}"
    words = (item.words or item.duty.statement).rstrip(".")
    return _("{agency}: {words} (từ {since})").format(agency=agency, words=words, since=since)


def _amount(number, unit, none=None):
    none = none or _("chưa có số liệu")
    return none if number is None else f"{format_number(number)} {unit}"


def _percent(number):
    return _("chưa tính") if number is None else format_percent(number)
