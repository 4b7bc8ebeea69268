from django.core.management.base import BaseCommand

from config import clock
from plans.models import Plan
from reporting import rounds


class Command(BaseCommand):
    help = "Mở các kỳ báo cáo đến hạn mở, mỗi cơ quan một báo cáo; chạy lại không mở thêm."

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, help="mở mọi kỳ có hạn của năm kế hoạch này")

    def handle(self, *args, year, **options):
        plans = Plan.objects.in_force().select_related("jurisdiction", "lead_agency")
        opened = rounds.open_rounds(plans, now=clock.now(), year=year)
        for round in opened:
            reports = round.reports.count()
            self.stdout.write(f"{round.plan.code} {round.code}: {reports} báo cáo")
        self.stdout.write(f"Đã mở {len(opened)} kỳ báo cáo.")
