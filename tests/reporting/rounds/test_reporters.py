"""Who is asked when a round opens (R5): one report for each agency."""

import datetime as dt

import pytest
from django.db.models import F

from agencies.models import Agency
from reporting import rounds
from reporting.models import Obligation
from tests.factories import (
    AgencyFactory,
    DutyFactory,
    JurisdictionFactory,
    PartyFactory,
    RegimeFactory,
    at,
)
from tests.reporting.rounds.conftest import NOW, lines


def test_a_group_stands_for_its_members_in_force(plan):
    group = PartyFactory(plan=plan, group=True)
    there = {"jurisdiction": plan.jurisdiction}
    group.members.set(
        [
            AgencyFactory(code="con", **there),
            AgencyFactory(code="moi", valid_from=dt.date(2024, 6, 14), **there),
            AgencyFactory(code="giai-the", valid_to=dt.date(2024, 6, 13), **there),
            AgencyFactory(code="chua-lap", valid_from=dt.date(2024, 6, 15), **there),
        ]
    )
    RegimeFactory(plan=plan, reporters=[group])

    [round] = rounds.open_rounds([plan], now=NOW)

    members = round.reports.filter(agency__in=group.members.all())
    assert sorted(members.values_list("agency__code", flat=True)) == ["con", "moi"]


def test_an_agency_named_alone_and_in_a_group_has_one_report(plan):
    agency = AgencyFactory(jurisdiction=plan.jurisdiction)
    group = PartyFactory(plan=plan, group=True)
    group.members.set([agency])
    RegimeFactory(plan=plan, reporters=[group, PartyFactory(plan=plan, agency=agency)])

    [round] = rounds.open_rounds([plan], now=NOW)

    assert round.reports.filter(agency=agency).count() == 1


def test_the_lead_department_has_two_reports(plan):
    [round] = rounds.open_rounds([plan], now=NOW)

    assert sorted(round.reports.filter(agency=plan.lead_agency).values_list("tier", flat=True)) == [
        "agency",
        "lead",
    ]
    assert round.reports.filter(tier="lead").count() == 1


@pytest.mark.parametrize("requested_first", [True, False])
def test_who_is_both_obliged_and_requested_is_obliged(plan, requested_first):
    party = PartyFactory(plan=plan)
    order = [Obligation.REQUESTED, Obligation.REQUIRED]
    for position, obligation in enumerate(order if requested_first else reversed(order), 100):
        RegimeFactory(plan=plan, reporters=[party], obligation=obligation, position=position)

    [round] = rounds.open_rounds([plan], now=NOW)

    assert round.reports.get(agency=party.agency).obligation == "required"


def test_requested_reporters_and_other_holders_of_duties_are_invited(plan):
    requested, bank, mentioned = PartyFactory.create_batch(3, plan=plan)
    mentioned.mentioned_only = True
    mentioned.save()
    RegimeFactory(plan=plan, reporters=[requested], obligation="requested")
    DutyFactory(plan=plan).parties.set([bank, mentioned])
    DutyFactory(plan=plan).parties.set([bank])

    [round] = rounds.open_rounds([plan], now=NOW)

    assert [line for line in lines(round) if line[2] == "requested"] == sorted(
        [("agency", requested.agency.code, "requested"), ("agency", bank.agency.code, "requested")]
    )
    assert not round.reports.filter(agency=mentioned.agency).exists()


def test_a_reporter_who_holds_duties_stays_obliged(plan):
    party = plan.parties.exclude(agency=plan.lead_agency).get()
    DutyFactory(plan=plan).parties.set([party])

    [round] = rounds.open_rounds([plan], now=NOW)

    assert round.reports.get(agency=party.agency).obligation == "required"


def test_a_catch_all_without_members_brings_nobody(plan):
    RegimeFactory(plan=plan, reporters=[PartyFactory(plan=plan, group=True)])
    before = len(plan.parties.filter(agency__isnull=False))

    [round] = rounds.open_rounds([plan], now=NOW)

    assert round.reports.count() == before + 1  # and the lead's consolidation


def test_another_kind_of_rounds_reporters_are_not_asked(plan):
    party = PartyFactory(plan=plan)
    RegimeFactory(plan=plan, annual=True, reporters=[party])

    [round] = rounds.open_rounds([plan], now=NOW)

    assert not round.reports.filter(agency=party.agency).exists()


def test_the_dates_are_the_obligeds_not_the_requesteds(plan):
    # The plan names who is asked before who must, and with an earlier day.
    plan.regimes.update(position=F("position") + 1)
    invited = PartyFactory(plan=plan)
    RegimeFactory(plan=plan, reporters=[invited], obligation="requested", due_day=10, position=0)

    [round] = rounds.open_rounds([plan], now=at("2024-06-15"))

    assert round.dues.get(tier="agency").last_day == dt.date(2024, 6, 19)
    assert round.reports.get(agency=invited.agency).last_day == dt.date(2024, 6, 19)


def test_every_report_of_an_opened_round_is_an_empty_draft(plan):
    [round] = rounds.open_rounds([plan], now=NOW)

    states = round.reports.values_list("state", "latest_version", "first_submitted_at")
    assert set(states) == {("draft", None, None)}
    assert not round.is_demo


def test_agencies_of_another_province_with_the_same_code_are_left_out(plan):
    namesake = AgencyFactory(jurisdiction=JurisdictionFactory(), code="so-ldtbxh")

    [round] = rounds.open_rounds([plan], now=NOW)

    assert not round.reports.filter(agency=namesake).exists()
    assert Agency.objects.filter(code="so-ldtbxh").count() == 2
