"""
What is owed on each day over the five plans, against the rules in plain code.

On the days of a sheet made by hand `send_reminders --on D --dry-run --json` itself is asked.
"""

import datetime as dt
import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from agencies.calendar import WorkingCalendar
from agencies.models import Agency, Membership
from plans.models import Plan
from reporting import extensions, reminders, workflow
from reporting.models import Report
from tests import reminder_oracle, reminder_sheet
from tests.drafting import type_in
from tests.factories import AgencyFactory, MembershipFactory, UserFactory, at

Role = Membership.Role
K171, AN_GIANG, KON_TUM, DISTRICT = (
    "kh-171-2021-kien-giang",
    "nq06-an-giang",
    "kh-710-2023-kon-tum",
    "viec-lam-huyen-dong-thap",
)
# Whose rows the sheet speaks of: (plan, tier, agency) → name, None for the recipient.s own.
WATCHED = {
    (K171, "agency", "ubnd-huyen-hon-dat"): None,
    (K171, "agency", "ub-mttq"): None,
    (K171, "lead", "so-ldtbxh"): None,
    (AN_GIANG, "agency", "so-gddt"): "angiang",
    (AN_GIANG, "lead", "so-ldtbxh"): "aglead",
    (KON_TUM, "agency", "so-gddt"): "kontum",
    (DISTRICT, "agency", "xa-1"): "xa",
}
FIRST_HALF_ONLY = {
    (K171, "agency", "ubnd-huyen-giang-thanh"): None,
    (K171, "agency", "so-gddt"): None,
}

AGENCIES = {agency for _, _, agency in WATCHED | FIRST_HALF_ONLY}


def person(name, role, *, plan=None, agency=None):
    """Give somebody a role in an agency of the plan, or, as leader, over its jurisdiction."""
    jurisdiction = Plan.objects.get(code=plan).jurisdiction
    place = {"agency": None, "jurisdiction": jurisdiction}
    if agency:
        place = {"agency": Agency.objects.get(jurisdiction=jurisdiction, code=agency)}
    user = UserFactory(email=f"{name}@test.invalid")
    return MembershipFactory(user=user, role=role, **place).user


def report_of(agency, plan=K171):
    return Report.objects.get(
        round__plan__code=plan, round__year=2024, round__kind="first_half", agency__code=agency
    )


@pytest.fixture
def five_plans(db, submit):
    call_command(
        "load_plan",
        *map(str, sorted(settings.BASE_DIR.glob("fixtures/plans/*.yaml"))),
        stdout=StringIO(),
    )
    district = Plan.objects.get(code=DISTRICT)
    commune = AgencyFactory(jurisdiction=district.jurisdiction, code="xa-1", name="UBND xã số 1")
    district.parties.get(code="ubnd-xa").members.add(commune)
    person("hondat", Role.OFFICER, plan=K171, agency="ubnd-huyen-hon-dat")
    person("head", Role.HEAD, plan=K171, agency="ubnd-huyen-hon-dat")
    person("gthanh", Role.OFFICER, plan=K171, agency="ubnd-huyen-giang-thanh")
    officer = person("gddt", Role.OFFICER, plan=K171, agency="so-gddt")
    person("mttq", Role.OFFICER, plan=K171, agency="ub-mttq")
    staff = person("staff", Role.STAFF, plan=K171, agency="so-ldtbxh")
    person("leader", Role.LEADER, plan=K171)
    person("angiang", Role.STAFF, plan=AN_GIANG, agency="so-ldtbxh")
    person("kontum", Role.STAFF, plan=KON_TUM, agency="so-ldtbxh")
    person("xa", Role.OFFICER, plan=DISTRICT, agency="xa-1")
    for year in (2020, 2021, 2022, 2023, 2024):
        call_command("open_rounds", year=year, stdout=StringIO())
    extensions.answer(
        report_of("ubnd-huyen-giang-thanh"),
        granted_day=dt.date(2024, 6, 28),
        answer="Đồng ý.",
        by=staff,
        at=at("2024-06-03"),
    )
    returned = report_of("so-gddt")
    type_in_all(returned, submit, officer)
    workflow.return_report(
        returned, by=staff, at=at("2024-06-07"), reason="Sai.", last_day=dt.date(2024, 6, 25)
    )


def type_in_all(report, submit, officer):
    duties = {f"duty-{duty.pk}": "done" for duty in report.round.plan.duties.all()}
    type_in(report, duties)
    submit(report, by=officer, moment=at("2024-06-06"))


def listed(day):
    """Return the watched rows of a day in the sheet's words."""
    out = StringIO()
    call_command("send_reminders", "--on", day, "--dry-run", "--json", stdout=out)
    return sorted(words for row in json.loads(out.getvalue()) if (words := _words(row)))


def _words(row):
    key = row["plan"], row["tier"], row["agency"]
    watched = WATCHED | (FIRST_HALF_ONLY if row["round"] == "2024-first-half" else {})
    if key not in watched:
        return None
    assert not row["sent"]
    name = watched[key] or row["recipient"].partition("@")[0]
    month = f" {row['round'].removeprefix('2020-')}" if name == "xa" else ""
    return f"{name}{month}: {row['stage']}"


def test_the_rules_in_plain_code_agree_with_the_sheet():
    for day, hoped in reminder_sheet.rows():
        entries = reminder_oracle.entries_on(dt.date.fromisoformat(day))
        assert sorted(_as_on_the_sheet(*entry) for entry in entries) == hoped, day


def _as_on_the_sheet(who, round, stage):
    month = f" {round.removeprefix('2020-')}" if who == "xa" else ""
    return f"{who}{month}: {stage}"


def test_each_day_of_three_years_is_as_the_rules_say(five_plans):
    """Rounds of 2021 and 2022 stand open all the time: nobody is reminded of them."""
    sheet = reminder_sheet.rows()
    assert {day: found for day, hoped in sheet if (found := listed(day)) != hoped} == {}
    assert len(sheet) > 60

    calendar = WorkingCalendar.load()
    watched = Report.objects.filter(agency__code__in=AGENCIES)
    days = reminder_oracle.days_of(2020, 2023, 2024)
    wrong = {
        day: (found, hoped)
        for day in days
        if (found := owed(day, watched, calendar)) != (hoped := reminder_oracle.entries_on(day))
    }
    assert wrong == {}
    assert len(days) == 366 + 365 + 366


def owed(day, watched, calendar):
    """Return the watched (who, round, stage) of a day."""
    items = reminders.owed_on(day, watched, calendar)
    return sorted(entry for item in items if (entry := _entry(item)))


def _entry(item):
    report = item.report
    key = report.round.plan.code, report.tier, report.agency.code
    watched = WATCHED | (FIRST_HALF_ONLY if report.round.code == "2024-first-half" else {})
    if key not in watched:
        return None
    name = watched[key] or item.recipient.email.partition("@")[0]
    return name, report.round.code, item.stage
