from django.core.management.base import BaseCommand, CommandError
from django.db import Error, IntegrityError

from reporting import demo


class Command(BaseCommand):
    help = "Xóa tài khoản và số liệu minh họa (chạy bằng vai trò chủ sở hữu cơ sở dữ liệu)."

    def handle(self, *args, **options):
        try:
            demo.clear_demo()
        except IntegrityError as error:
            raise CommandError(
                "Chưa xóa được: tài khoản minh họa đã làm việc trên báo cáo thật."
            ) from error
        except Error as error:
            reason = str(error).splitlines()[0]
            raise CommandError(f"Chưa xóa được dữ liệu minh họa: {reason}") from error
        self.stdout.write("Đã xóa dữ liệu minh họa.")
