import datetime as dt
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from agencies.files import FileRefused
from agencies.workbooks.problems import Refused
from config import clock
from reporting import appendix
from reporting.management.appendix_output import leave_unless, plan_of, print_check, unreadable
from targets.appendix.apply import ApplyRefused, Decision
from targets.appendix.imports import read_upload


class Command(BaseCommand):
    help = "Đọc một phụ lục (.xlsx, .docx) rồi ghi vào kế hoạch: ghi cả hoặc không ghi gì."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--plan", required=True, metavar="CODE")
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--decided-by", metavar="WORDS", help="văn bản điều chỉnh mục tiêu")
        parser.add_argument(
            "--effective-on", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="hiệu lực từ"
        )

    def handle(self, *args, file, plan, as_json, decided_by, effective_on, **options):
        plan, now = plan_of(plan), clock.now()
        if bool(decided_by) != bool(effective_on):
            raise CommandError("Điều chỉnh phải ghi cả --decided-by và --effective-on.")
        decision = Decision(decided_by, effective_on) if decided_by else None
        try:
            with file.open("rb") as content:
                record, check = read_upload(File(content, file.name), plan, by=None, at=now)
        except (Refused, FileRefused) as refusal:
            raise unreadable(file, refusal) from refusal
        except OSError as error:
            raise unreadable(file, f"không đọc được tệp ({error.strerror})") from error
        if check.is_clean:
            self._apply(record, decision, at=now)
        print_check(self.stdout, check, as_json=as_json)
        leave_unless(check)

    def _apply(self, record, decision, *, at):
        try:
            appendix.apply_import(record, by=None, at=at, decision=decision)
        except ApplyRefused as refusal:
            raise CommandError(str(refusal)) from refusal
