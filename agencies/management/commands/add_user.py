import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agencies.models import Agency, Jurisdiction, Membership, User
from agencies.people import give_role
from config import clock

Role = Membership.Role


class Command(BaseCommand):
    help = "Thêm một người dùng với một vai trò; mật khẩu đọc từ bàn phím hoặc dòng đầu của stdin."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("name", help="họ và tên")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--jurisdiction", required=True, help="mã địa bàn, ví dụ kien-giang")
        parser.add_argument("--agency", help="mã cơ quan, với vai trò officer, head, staff")

    @transaction.atomic
    def handle(self, *args, email, name, role, jurisdiction, agency, **options):
        place = self._place(role, jurisdiction, agency)
        password = self._password()
        user = User(email=email.lower(), full_name=name)
        try:
            validate_password(password, user)
            user.set_password(password)
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        membership = give_role(user, role=role, place=place, by=None, at=clock.now())
        self.stdout.write(f"Đã thêm {user.email}: {membership}.")

    def _place(self, role, jurisdiction, agency):
        """Return where the role is held: an agency of the jurisdiction, or the whole of it."""
        whole = Jurisdiction.objects.filter(code=jurisdiction).first()
        if whole is None:
            raise CommandError(f"Không có địa bàn mang mã “{jurisdiction}”.")
        if role not in Membership.OF_AGENCY:
            return whole
        found = Agency.objects.filter(jurisdiction=whole, code=agency or "").first()
        if found is None:
            raise CommandError(f"{whole} không có cơ quan mang mã “{agency}”.")
        return found

    def _password(self):
        if sys.stdin.isatty():
            return getpass.getpass("Mật khẩu: ")
        return sys.stdin.readline().rstrip("\n")
