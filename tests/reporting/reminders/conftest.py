"""Days of a report due on 19/6/2024, and the ledger as tests read it."""

import datetime as dt

from reporting import reminders, workflow
from reporting.models import Reminder
from tests.factories import AgencyFactory, MembershipFactory, ReportFactory, at

LAST_DAY = dt.date(2024, 6, 19)
# Last day 19/6/2024: T-3 on Friday 14/6 until 17/6, T-1 on 18/6, T0 on 19/6, T+1 from 20/6.
T_MINUS_3, T_MINUS_1, T0, T_PLUS_1 = (at(f"2024-06-{day}", 8) for day in ("14", "18", "19", "20"))


def add_reports(report, number, *, with_officers):
    """Put more agencies' reports beside one, each with an officer of its own or with none."""
    agencies = AgencyFactory.create_batch(number, jurisdiction=report.agency.jurisdiction)
    for agency in agencies:
        ReportFactory(round=report.round, agency=agency)
        if with_officers:
            MembershipFactory(agency=agency)


def owed(now):
    return [(item.report, item.stage, item.recipient) for item in reminders.owed_on(now.date())]


def entries():
    rows = Reminder.objects.order_by("pk")
    return [(row.recipient.email, row.stage, row.state) for row in rows]


def enter(now):
    reminders.enter_in_ledger(reminders.owed_on(now.date()), now=now)


def states():
    return [state for _, _, state in entries()]


def reminding():
    """The states of what the calendar owed, without the news of deeds."""
    return list(Reminder.objects.reminding().order_by("pk").values_list("state", flat=True))


def send_back(report, staff, *, last_day=dt.date(2024, 6, 25), moment=None, reason="Số sai."):
    workflow.return_report(
        report, by=staff, at=moment or at("2024-06-17"), reason=reason, last_day=last_day
    )
