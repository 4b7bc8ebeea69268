import datetime as dt
import json

from django.core.management.base import BaseCommand, CommandError

from config import clock
from reporting import reminders
from reporting.models import Reminder
from reporting.reminders import above


def iso_day(text):
    """Return the day; of the forms ISO 8601 allows only YYYY-MM-DD, the one the help names."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise CommandError(f"Ngày “{text}” không đúng dạng YYYY-MM-DD.")
    return day


class Command(BaseCommand):
    help = (
        "Gửi các thư đang nợ, mỗi thư một lần: thư nhắc và bản tóm tắt cho lãnh đạo. "
        "--dry-run chỉ liệt kê thư nhắc của lịch."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--on", metavar="YYYY-MM-DD", help="lấy 08:00 của ngày này làm hiện tại"
        )
        parser.add_argument("--dry-run", action="store_true", help="chỉ liệt kê, không gửi")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args, on, dry_run, as_json, **options):
        now = clock.now() if on is None else clock.at_eight(iso_day(on))
        rows = self._owed(now) if dry_run else self._sent(now)
        if as_json:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            mark = "đã gửi" if row["sent"] else "chờ gửi"
            self.stdout.write("{plan} {round} {agency} {stage} {recipient}: ".format(**row) + mark)
        self.stdout.write(f"{len(rows)} thư nhắc.")

    def _owed(self, now):
        owed = reminders.owed_on(now.date())
        sent = set(
            Reminder.objects.filter(state=Reminder.State.SENT).values_list(
                "report", "last_day", "stage", "recipient"
            )
        )
        return [
            _row(
                item.report,
                item.stage,
                item.recipient,
                item.report.last_day,
                sent=(item.report.pk, item.report.last_day, item.stage, item.recipient.pk) in sent,
            )
            for item in owed
        ]

    def _sent(self, now):
        """Do what beat does in a morning: what the floors above owe goes out as well."""
        reminders.enter_in_ledger(above.owed_on(now.date()), now=now)
        return [
            _row(row.report, row.stage, row.recipient, row.last_day, sent=True)
            for row in reminders.send_owed(now=now)
        ]


def _row(report, stage, recipient, last_day, *, sent):
    """One row of the command's contract (design §4)."""
    return {
        "report": report.pk,
        "plan": report.round.plan.code,
        "round": report.round.code,
        "tier": report.tier,
        "agency": report.agency.code,
        "recipient": recipient.email,
        "stage": stage,
        "last_day": last_day and last_day.isoformat(),  # news may be of a report without one
        "sent": sent,
    }
