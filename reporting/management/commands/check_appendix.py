from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agencies.workbooks.problems import Refused
from reporting.management.appendix_output import leave_unless, plan_of, print_check, unreadable
from targets.appendix.annotate import annotated_copy
from targets.appendix.checking import check_file


class Command(BaseCommand):
    help = "Đọc một phụ lục (.xlsx, .docx), nêu mọi lỗi theo ô và các thay đổi; không ghi gì."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--plan", required=True, metavar="CODE")
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument(
            "--annotated", type=Path, metavar="OUT.xlsx", help="ghi bản có ghi chú ở từng ô lỗi"
        )

    def handle(self, *args, file, plan, as_json, annotated, **options):
        plan = plan_of(plan)
        try:
            check = check_file(file, plan)
        except Refused as refusal:
            raise unreadable(file, refusal) from refusal
        except OSError as error:
            raise unreadable(file, f"không đọc được tệp ({error.strerror})") from error
        if annotated:
            self._write(annotated, annotated_copy(file, check))
        print_check(self.stdout, check, as_json=as_json)
        leave_unless(check)

    def _write(self, path, content):
        try:
            path.write_bytes(content)
        except OSError as error:
            raise CommandError(f"Không ghi được {path.name} ({error.strerror}).") from error
