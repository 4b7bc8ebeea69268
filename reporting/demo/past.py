"""The demo's rounds that are over: who sent what, and when."""

import datetime as dt
from contextlib import suppress

from agencies.models import User
from reporting import deadlines, draft_fields, rounds, workflow
from reporting.demo import figures, words
from reporting.demo.archive import (
    Archive,
    FilledIn,
    Form,
    as_typed,
    day_before,
    in_thousands,
    officers_of,
)
from reporting.demo.cast import COMMUNES, LABOUR
from reporting.demo.people import at
from reporting.models import Obligation, Round, Tier
from targets.numerals import parse_number

Kind = Round.Kind
DAY = dt.timedelta(days=1)
# (plan, kind, year) of the rounds the plans' own dates open, but for the district's months.
DATED = [
    ("kh-171-2021-kien-giang", Kind.YEAR, 2021),
    ("kh-171-2021-kien-giang", Kind.FIRST_HALF, 2022),
    ("kh-171-2021-kien-giang", Kind.YEAR, 2022),
    ("kh-171-2021-kien-giang", Kind.FIRST_HALF, 2023),
    ("kh-171-2021-kien-giang", Kind.YEAR, 2023),
    ("nq06-an-giang", Kind.YEAR, 2023),
    ("kh-710-2023-kon-tum", Kind.YEAR, 2023),
]
BY_HAND, MONTHLY = "kh-18-2018-kien-giang", "viec-lam-huyen-dong-thap"
PREFIX = {
    "kh-171-2021-kien-giang": "KG171",
    "nq06-an-giang": "AG06",
    "kh-710-2023-kon-tum": "KT710",
    BY_HAND: "KG18",
}
PLANS = [*PREFIX, MONTHLY]
# {round code: {agency: days after its last day}}; everybody else was in time.
LATE = {
    "2021-year": {"ubnd-huyen-giang-thanh": 3, "ubnd-huyen-vinh-thuan": 2, "so-du-lich": 5},
    "2022-first-half": {"ubnd-huyen-kien-hai": 1, "bql-kkt-phu-quoc": 4},
    "2022-year": {"ubnd-huyen-an-minh": 2, "ubnd-huyen-kien-hai": 3, "so-gddt": 1},
    "2023-first-half": {"ubnd-huyen-kien-hai": 2, "so-du-lich": 1},
    "2023-year": {"ubnd-huyen-vinh-thuan": 1, "ubnd-huyen-dak-glei": 3, "so-xay-dung": 2},
    "2020-month-2": {"xa-minh-hoa-4": 2},
    "2020-month-5": {"xa-minh-hoa-7": 4, "phong-vhtt": 1},
    "2020-month-9": {"xa-minh-hoa-2": 1},
}
ON_PAPER = {"ubnd-huyen-kien-hai", "ubnd-huyen-ia-hdrai", "xa-minh-hoa-6"}
# Sent, returned once, and sent again with the figures corrected.
CORRECTED = {("2023-year", "ubnd-huyen-an-bien")}
NEVER_SENT = {("2020-month-8", "xa-minh-hoa-5"), ("2022-first-half", "so-du-lich")}
# Consolidations their leader has not accepted yet.
WITH_THE_LEADER = {("nq06-an-giang", "2023-year")}
# Of the bodies that are only invited, those that answered.
ANSWERED = {"ub-mttq", "hoi-nong-dan-tinh", "hoi-lhpn-tinh", "nhcsxh-tinh", "ldld-tinh"}


def open_all(plans, staff):
    """Open the past rounds, long before their last day; a real round in its place is let be."""
    opened = [_open(plans[code], kind, year) for code, kind, year in DATED if code in plans]
    if MONTHLY in plans:
        opened += [_open(plans[MONTHLY], Kind.MONTH, 2020, month) for month in range(1, 13)]
    if BY_HAND in plans:
        opened += [_open_by_hand(plans[BY_HAND], year, staff) for year in (2018, 2019, 2020)]
    return [round for round in opened if round]


def _open(plan, kind, year, number=0):
    _, end = deadlines.data_window(kind, year, number)
    now = at(end - dt.timedelta(days=20 if number else 60), 8)
    return rounds.open_round(plan, kind, year, number, now=now, is_demo=True)


def _open_by_hand(plan, year, staff):
    """Plan 18 sets no date: staff opened its years by hand, for districts and themselves (R3)."""
    start, end = deadlines.data_window(Kind.YEAR, year)
    round = Round(plan=plan, kind=Kind.YEAR, year=year, window_start=start, window_end=end)
    round.is_demo = True
    parties = plan.parties.filter(code__in=["ubnd-huyen", LABOUR])
    opened_at = at(dt.date(year, 11, 20), 9)
    with suppress(rounds.RoundRefused):
        return rounds.open_by_hand(round, parties=parties, last_days={}, by=staff, at=opened_at)


class Past:
    """Fills the rounds one after another; remembers forms and the totals of last year."""

    def __init__(self, opened, planned):
        self.opened, self.planned, self.archive = opened, planned, Archive()
        self.forms, self.totals = {}, {}
        self.officers = officers_of({round.plan.jurisdiction for round in opened})
        self.staff = {round.plan: staff_of(round.plan) for round in opened}

    def fill_all(self):
        for round in self.opened:
            for place, report in enumerate(agency_reports(round)):
                if report.obligation == Obligation.REQUIRED or report.agency.code in ANSWERED:
                    self._send(report, place)
        self.archive.write()
        for round in self.opened:
            self._consolidate(round)
            closed_at = at(round.window_end + 45 * DAY, 16)
            rounds.close_round(round, by=self.staff[round.plan], at=closed_at)

    def _consolidate(self, round):
        """Send the lead department's consolidation in time; but one, the leader has accepted it."""
        report = round.reports.select_related("agency", "round__plan__lead_agency").get(
            tier=Tier.LEAD
        )
        staff, leader = self.staff[round.plan], leader_of(round.plan)
        sent = at(working_day((report.last_day or round.window_end + 26 * DAY) - DAY), 15, 20)
        said = words.narrative(report.agency, round)
        sections = round.plan.outline.all()
        texts = {f"narrative-{s.pk}": text for s, text in zip(sections, said, strict=False)}
        type_in(report, texts, by=staff, at=sent)
        workflow.submit_report(report, by=staff, at=sent)
        if (round.plan.code, round.code) not in WITH_THE_LEADER:
            workflow.accept_report(report, by=leader, at=sent + 3 * DAY)

    def form_of(self, report):
        key = report.round.plan_id, report.agency_id
        if key not in self.forms:
            self.forms[key] = Form(report, list(report.round.plan.outline.all()))
        return self.forms[key]

    def _send(self, report, place):
        code, round, form = report.agency.code, report.round, self.form_of(report)
        if (round.code, code) in NEVER_SENT:
            return
        sent = sending_moment(report, place)
        draft = FilledIn(report, form, self.texts(report, form, sent))
        staff, on_paper = self.staff[round.plan], code in ON_PAPER and place % 2 == 0
        by = staff if on_paper else self.officers[report.agency_id]
        if (round.code, code) in CORRECTED:
            send_and_correct(report, draft.texts, by=by, staff=staff, at=sent)
            return
        accepted = sent + dt.timedelta(days=1 + place % 3, hours=place % 4)
        self.archive.add(
            draft, by=by, at=sent, accepted_by=staff, accepted_at=accepted, on_behalf=on_paper
        )

    def texts(self, report, form, sent):
        """Return {field name: text} of a whole report, its figures and the words about them."""
        agency, round = report.agency, report.round
        numbers = figures_of(report, form)
        texts = form.texts(
            numbers,
            words.narrative(agency, round, result=self._result(report, numbers)),
            {duty.code: words.duty_progress(agency, round, duty) for duty in form.duties},
        )
        as_of = day_before(sent, not_after=round.window_end)
        texts |= {
            draft_fields.AS_OF: as_typed(as_of),
            draft_fields.DOCUMENT_NUMBER: document_number(agency, round),
            draft_fields.DOCUMENT_DATE: as_typed((sent - DAY).date()),
        }
        return texts | estimates(form, numbers, round) | explanation(form, numbers, report)

    def _result(self, report, numbers):
        main = next(iter(numbers), "")
        if main not in ("KG171-TOTAL", "KG18-NEW-JOBS", "DT20-JOBS"):
            return ""
        agency, round, total = report.agency, report.round, int(numbers[main])
        key = (report.agency_id, main, round.kind)
        before = self.totals.get((*key, round.year - 1))
        self.totals[(*key, round.year)] = total
        return words.result_of(
            place_name(agency),
            total,
            planned=self.planned.get((main, agency.code, round.year)),
            before=before,
            new=int(numbers["KG171-NEW"]) if "KG171-NEW" in numbers else None,
        )


def agency_reports(round):
    reports = round.reports.filter(tier=Tier.AGENCY)
    return reports.select_related("agency", "round__plan__lead_agency")


def staff_of(plan):
    return User.objects.filter(is_demo=True).with_role("staff", agency=plan.lead_agency).first()


def leader_of(plan):
    memberships = plan.jurisdiction.memberships.filter(role="leader", user__is_demo=True)
    return memberships.select_related("user").first().user


def figures_of(report, form):
    """Return {indicator code: text} of what the report asks for; empty where it asks nothing."""
    code, round = report.agency.code, report.round
    if not form.indicators:
        return {}
    if round.plan.code == MONTHLY:
        if round.plan.lead_agency_id == report.agency_id:
            return figures.of_district_office(round.code)
        return figures.of_commune(list(COMMUNES).index(code), round.code)
    if code == "so-ldtbxh":
        codes = [indicator.code for indicator in form.indicators]
        return figures.of_labour_department(PREFIX[round.plan.code], round.code, codes)
    if round.plan.code == BY_HAND:
        return figures.of_district_2018(code, round.code)
    return figures.of_district(code, round.code)


def sending_moment(report, place):
    """Spread reports over working hours of the days before the last one; some come late."""
    round, code = report.round, report.agency.code
    last = report.last_day or round.window_end
    if late := LATE.get(round.code, {}).get(code):
        return at(last + late * DAY, 9, place % 50)
    # Months are short: their reports come within the last three days.
    reach = 3 if round.kind == Kind.MONTH else 9
    day = working_day(last - DAY * (1 + figures.spread(code, round.code, upto=reach)))
    return at(day, 8 + place % 8, 7 * place % 60)


def working_day(day):
    """Return the day, or the Friday before it."""
    return day - DAY * max(day.weekday() - 4, 0)


def estimates(form, numbers, round):
    """Return the year's estimates beside the first half's counts (ước cả năm, R12)."""
    if round.kind != Kind.FIRST_HALF:
        return {}
    return {
        f"estimate-{indicator.pk}": in_thousands(str(int(int(numbers[indicator.code]) / 0.497)))
        for indicator in form.indicators
        if numbers.get(indicator.code, "").isdigit() and indicator.combine == "sum"
    }


def explanation(form, numbers, report):
    """Explain the part that stands nowhere: work abroad, as in the real figures of 2023 (R17)."""
    abroad = figures.ABROAD_2023.get(report.agency.code)
    if not abroad or report.round.code != "2023-year":
        return {}
    return {f"explanation-{form.of('KG171-TOTAL')}": words.WORDS["explanation"].format(gap=abroad)}


def send_and_correct(report, texts, *, by, staff, at):
    """Send with the new jobs too high, have it returned, correct it and send again."""
    new = next(i for i in draft_fields.indicators_asked(report) if i.code.endswith("-NEW"))
    right, total = texts[f"figure-{new.pk}"], parse_number(texts[f"figure-{new.parent_id}"])
    type_in(report, texts | {f"figure-{new.pk}": str(total)}, by=by, at=at)
    workflow.submit_report(report, by=by, at=at)
    workflow.return_report(
        report,
        by=staff,
        at=at + DAY,
        reason="Số việc làm mới bằng tổng số lượt, khác hẳn các kỳ trước. Đề nghị đối chiếu danh "
        "sách của cấp xã và sửa lại.",
        last_day=(at + 4 * DAY).date(),
    )
    type_in(report, {f"figure-{new.pk}": right}, by=by, at=at + 2 * DAY)
    workflow.submit_report(report, by=by, at=at + 2 * DAY)
    workflow.accept_report(report, by=staff, at=at + 3 * DAY)


def type_in(report, texts, *, by, at):
    """Save texts over whatever stands in the draft."""
    seen = draft_fields.texts_of(report)
    fields = {name: (text, seen.get(name, "")) for name, text in texts.items()}
    draft_fields.save_fields(report, fields, by=by, now=at)


def document_number(agency, round):
    kinds = {"district_peoples_committee": "UBND", "commune_peoples_committee": "UBND"}
    initials = "".join(word[0] for word in agency.code.split("-") if word[0].isalpha()).upper()
    number = 40 + figures.spread(agency.code, round.code, upto=460)
    return f"{number}/BC-{kinds.get(agency.kind, initials)}"


def place_name(agency):
    return agency.name.replace("Ủy ban nhân dân ", "")
