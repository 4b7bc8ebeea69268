"""A plan with dated rounds, and rounds opened by hand."""

import datetime as dt
from pathlib import Path

import pytest

from agencies.models import Membership
from reporting import plan_file, rounds
from reporting.models import Round, Tier
from tests.factories import MembershipFactory, PartyFactory, PlanFactory, RegimeFactory, at

PLAN_FILES = Path(__file__).resolve().parents[3] / "fixtures" / "plans"
NOW = at("2024-04-01")


@pytest.fixture
def load(db):
    """Return a function that loads one of the five plan files."""

    def load_plan(code):
        document = plan_file.read_plan_file(PLAN_FILES / f"{code}.yaml")
        return plan_file.load_plan(document)[0]

    return load_plan


@pytest.fixture
def plan(db):
    """A plan due before 20/6 and before 15/12; the lead department before 30/6."""
    plan = PlanFactory()
    parties = [PartyFactory(plan=plan), PartyFactory(plan=plan, agency=plan.lead_agency)]
    RegimeFactory(plan=plan, reporters=parties)
    RegimeFactory(plan=plan, annual=True, reporters=parties)
    RegimeFactory(plan=plan, tier=Tier.LEAD, due_month=6, due_day=30)
    return plan


@pytest.fixture
def staff(plan):
    return MembershipFactory(agency=plan.lead_agency, role=Membership.Role.STAFF).user


@pytest.fixture
def open_by_hand(staff):
    """Return a function that opens a round of a plan for some of its parties, undated at first."""

    def open_one(
        plan, kind="ad_hoc", *, number=0, parties=None, moment=NOW, year=2024, **last_days
    ):
        round = Round(
            plan=plan,
            kind=kind,
            year=year,
            number=number,
            window_start=dt.date(year, 1, 1),
            window_end=dt.date(year, 3, 31),
        )
        parties = plan.parties.filter(mentioned_only=False) if parties is None else parties
        return rounds.open_by_hand(round, parties=parties, last_days=last_days, by=staff, at=moment)

    return open_one


def codes(opened):
    return [round.code for round in opened]


def lines(round):
    return sorted(round.reports.values_list("tier", "agency__code", "obligation"))
