"""The staff's hand: “nhắc ngay”, once a day at most, and mails that wait for a decision (R24)."""

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agencies.models import Agency, record_event
from reporting.models import Reminder, Report, Tier
from reporting.reminders import ledger, owed
from reporting.stages import by_hand_stage


class ReminderRefused(Exception):
    """Reports that cannot be reminded; the message names each with its reason."""


@dataclass(frozen=True)
class RemindedNow:
    """
    What a click on “nhắc ngay” did, for the message to the person who clicked.

    `entered` and `already_today` count reports; `unreachable` lists the agencies for which no
    active user exists (their officers and heads are all gone).
    """

    entered: int
    already_today: int
    unreachable: list[Agency]


@transaction.atomic
def remind_now(reports, *, by, now):
    """
    Enter a reminder of today for each open report's officers (else heads) and return the counts.

    The ledger's unique key holds it to one a day for a report and a person, whoever clicks. The
    next tick sends it, within mail hours, also to those who had their digest today: it is a deed
    of the staff, not the calendar's. A person still waiting for today's digest gets one mail with
    both. Raises ReminderRefused, and enters nothing, when a report is not open, is undated (R3) or
    its round is closed.
    """
    chosen = Report.objects.filter(pk__in=[report.pk for report in reports])
    # A submission, or a second click, waits for this one or is seen by it.
    chosen = list(chosen.select_for_update(of=("self",), no_key=True).for_list())
    if refused := [f"{report.agency} ({why})" for report in chosen if (why := _obstacle(report))]:
        raise ReminderRefused(_("Không nhắc được: {refused}.").format(refused="; ".join(refused)))
    around = owed.People(chosen)
    people = {
        report.pk: around.staff(report) if report.tier == Tier.LEAD else around.own(report)
        for report in chosen
    }
    stage = by_hand_stage(now.date())
    entered = ledger.enter_in_ledger(
        [owed.Owed(report, stage, person) for report in chosen for person in people[report.pk]],
        now=now,
    )
    count = Counter(row.report_id for row in entered)
    for report in chosen:
        if count[report.pk]:
            is_demo = report.round.is_demo
            people_told = count[report.pk]
            record_event(
                "reminded-by-hand", report, by=by, at=now, is_demo=is_demo, people=people_told
            )
    reached = [report for report in chosen if people[report.pk]]
    return RemindedNow(
        entered=len(count),
        already_today=len(reached) - len(count),
        unreachable=[report.agency for report in chosen if not people[report.pk]],
    )


def _obstacle(report):
    """Say in a few words why a report cannot be reminded; empty when it can."""
    if not report.is_open:
        return report.get_state_display().lower()
    if owed.is_shut_out(report):
        return _("kỳ đã đóng")
    return "" if report.last_day else _("chưa có hạn")


@transaction.atomic
def decide(row, *, again, by, now):
    """
    Send an undelivered mail again, or take it as sent; False when it waits for nobody any more.

    The row is checked against its report once more before it goes (ledger.claim).
    """
    waiting = Reminder.objects.filter(pk=row.pk, state__in=Reminder.UNDELIVERED)
    if again:
        changed = waiting.update(state=Reminder.State.OWED, attempts=0, lease_until=None, error="")
    else:
        changed = waiting.update(state=Reminder.State.SENT, sent_at=F("tried_at"), error="")
    if changed:
        report, is_demo = row.report, row.report.round.is_demo
        action = "mail-sent-again" if again else "mail-taken-as-sent"
        record_event(action, report, by=by, at=now, is_demo=is_demo, to=row.recipient.email)
    return bool(changed)
