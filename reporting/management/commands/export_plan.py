import json

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from plans.models import Plan
from reporting import plan_file


class Command(BaseCommand):
    help = "In một kế hoạch ra tệp kế hoạch; nạp lại tệp đó không đổi gì."

    def add_arguments(self, parser):
        parser.add_argument("code")
        parser.add_argument("--format", choices=["json", "yaml"], default="json")

    def handle(self, *args, code, format, **options):
        plan = Plan.objects.filter(code=code).first()
        if plan is None:
            raise CommandError(f"Không có kế hoạch mang mã “{code}”.")
        document = plan_file.export_plan(plan)
        if format == "yaml":
            text = plan_file.as_yaml(document)
        else:
            text = json.dumps(document, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder) + "\n"
        self.stdout.write(text, ending="")
