"""Signing in by e-mail address, and the demo's accounts shown on that page."""

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from agencies.models import User


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("Thư điện tử hoặc mật khẩu không đúng."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
        self.fields["username"].widget.input_type = "email"


def demo_accounts():
    """Return who can sign in to the demo, and with what; nobody outside it."""
    if not settings.DEMO:
        return []
    # Officers who only appear in the demo's books have no password; the invited chose their own.
    users = User.objects.filter(is_demo=True, invitations=None)
    users = users.exclude(pk__in=User.objects.without_password())
    users = users.prefetch_related("memberships__agency__jurisdiction", "memberships__jurisdiction")
    return [
        {
            "name": user.full_name,
            "role": "; ".join(_role_and_place(held) for held in user.memberships.all()),
            "email": user.email,
            "password": settings.DEMO_PASSWORD,
        }
        for user in users.order_by("pk")
    ]


def _role_and_place(membership):
    """Sở Lao động exists in every province: name the province too."""
    if membership.agency is None:
        return str(membership)
    return f"{membership}, {membership.agency.jurisdiction.name_inside}"
