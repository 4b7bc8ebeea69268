from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies.signin import demo_accounts
from reporting import demo


class Command(BaseCommand):
    help = "Nạp tài khoản và số liệu minh họa; chạy lại không thêm lần nữa."

    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true", help="chỉ in tài khoản đăng nhập")

    def handle(self, *args, accounts, **options):
        if settings.PRODUCTION:
            raise CommandError("Không nạp dữ liệu minh họa vào hệ thống thật.")
        if not accounts:
            try:
                added = demo.load_demo()
            except demo.DemoRefused as error:
                raise CommandError(f"Không nạp được dữ liệu minh họa: {error}.") from error
            self.stdout.write("Đã nạp dữ liệu minh họa." if added else "Đã có dữ liệu minh họa.")
        for account in demo_accounts():
            self.stdout.write("{email}  {password}  {name}, {role}".format(**account))
