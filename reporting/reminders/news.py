"""News of what people did, entered in the ledger in the transaction of the deed itself."""

from reporting.models import Reminder, Tier
from reporting.reminders import ledger
from reporting.reminders.owed import Owed, People
from reporting.stages import deed_stage

Audience = Reminder.Audience


def tell_above(report, deed, number, *, by, at):
    """
    Tell who decides of what was sent or asked: staff, of a consolidation the leaders (R21).

    The lead department's own data are no news to it.
    """
    numbers = {report.pk: number}
    if report.tier == Tier.LEAD:
        people = {report.pk: People([report]).leaders(report)}
        _enter([report], people, deed, numbers, Audience.LEADER, by=by, at=at)
    elif report.agency_id != report.round.plan.lead_agency_id:
        people = {report.pk: People([report]).staff(report)}
        _enter([report], people, deed, numbers, Audience.STAFF, by=by, at=at)


def tell_agency(report, deed, number, *, by, at):
    """Tell the agency's officers, else its heads, of what was decided about their report."""
    tell_agencies([report], deed, {report.pk: number}, by=by, at=at)


def tell_agencies(reports, deed, numbers, *, by, at):
    """Tell many agencies at once; `numbers` maps report ids to the version, or holds none."""
    around = People(reports)
    people = {
        report.pk: around.staff(report) if report.tier == Tier.LEAD else around.own(report)
        for report in reports
    }
    _enter(reports, people, deed, numbers, Audience.REPORTER, by=by, at=at)


def _enter(reports, people, deed, numbers, audience, *, by, at):
    """Who did it needs no news of it."""
    items = [
        Owed(report, deed_stage(deed, numbers.get(report.pk)), person, audience)
        for report in reports
        for person in people[report.pk]
        if person != by
    ]
    ledger.enter_in_ledger(items, now=at)
