"""
Reminders owed at once: what a tick costs before its first mail, and what each mail costs.

The mail server is left out (mails are kept in memory): what is measured is ours. The lower bound
of a mail is its writing alone.
"""

import datetime as dt
import time

from django.core import mail
from django.db import connection
from django.test.utils import override_settings

# The agencies' last day, later than any of the demo; on the day T-3 nothing else is owed.
LAST_DAY, DAY = dt.date(2026, 6, 19), dt.date(2026, 6, 16)
FEW, MANY = (50, 500), (500, 5000)


def print_table(*, full):
    """Print statements and time for ten times as much owed at once, and the ratio of the two."""
    big = _round()
    owed, lines = 0, []
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        for size in MANY if full else FEW:
            _let_report(big, size - owed)
            owed = size
            lines.append(_measured(size))
    print(
        f"\n{'reminders owed at once':24}{'tick ms':>10}{'statements':>12}{'a mail: ms':>12}"
        f"{'statements':>12}{'writing ms':>12}"
    )
    for size, (tick, asked, each, each_asked, writing) in lines:
        print(f"{size:<24}{tick:10.0f}{asked:12}{each:12.2f}{each_asked:12.2f}{writing:12.2f}")
    (_, few), (_, many) = lines
    ratio, more = many[2] / few[2], many[3] / few[3]
    print(f"{'ten times as many':24}{many[0] / few[0]:10.1f}{many[1] / few[1]:12.1f}", end="")
    print(f"{ratio:12.2f}{more:12.2f}{many[4] / few[4]:12.2f}")


def _round():
    from reporting.models import RoundDue
    from tests.many import BigRound

    big = BigRound()
    RoundDue.objects.filter(round=big.round, tier="agency").update(last_day=LAST_DAY)
    return big


def _let_report(big, number):
    """Add agencies that owe a report, each with an officer."""
    from agencies.models import Membership, User

    reports = big.grow(number, sent=0)
    people = User.objects.bulk_create(
        User(email=f"bench-{report.pk}@bench.invalid", full_name=f"Cán bộ thứ {report.pk}")
        for report in reports
    )
    Membership.objects.bulk_create(
        Membership(user=user, role="officer", agency=report.agency)
        for user, report in zip(people, reports, strict=True)
    )


def _measured(size):
    """Return (size, (tick ms, its statements, ms a mail, its statements, ms to write one))."""
    from config import clock
    from reporting import reminders
    from reporting.models import Reminder
    from reporting.reminders import digest

    Reminder.objects.all().delete()
    now = clock.at_eight(DAY)
    tick, asked = _cost(lambda: reminders.enter_in_ledger(reminders.owed_on(now.date()), now=now))
    if Reminder.objects.count() != size:
        raise SystemExit("something else is owed on the day of the bench")
    mail.outbox = []
    whole, all_asked = _cost(lambda: reminders.send_owed(now=now))
    if len(mail.outbox) != size:
        raise SystemExit(f"{len(mail.outbox)} mails for {size} reminders")
    rows = list(
        Reminder.objects.select_related(
            "recipient", "report__agency", "report__round__plan__jurisdiction"
        )[:50]
    )
    writing, _ = _cost(lambda: [digest.message_about([row], now=now) for row in rows])
    # send_owed asks again what is owed, and finds it entered.
    each = (whole - tick) / size
    return size, (tick, asked, each, (all_asked - asked) / size, writing / len(rows))


def _cost(work):
    """Return (ms, statements) of a work."""
    asked = 0

    def count(execute, *arguments):
        nonlocal asked
        asked += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        start = time.perf_counter()
        work()
        elapsed = (time.perf_counter() - start) * 1000
    return elapsed, asked
