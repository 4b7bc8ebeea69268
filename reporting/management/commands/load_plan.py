from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reporting import plan_file


class Command(BaseCommand):
    help = "Nạp tệp kế hoạch (YAML) vào cơ sở dữ liệu; nạp lại nhiều lần không đổi kết quả."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args, files, **options):
        for path in files:
            try:
                plan, counts = plan_file.load_plan(plan_file.read_plan_file(path))
            except plan_file.PlanFileError as error:
                raise CommandError(f"{path.name}: {error}") from error
            numbers = ", ".join(f"{name} {count}" for name, count in counts.items())
            self.stdout.write(f"{plan.code}: {numbers}")
