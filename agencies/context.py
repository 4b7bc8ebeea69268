"""What the masthead says of the person signed in."""

from django.utils.translation import gettext as _

from agencies.access import memberships_of
from agencies.guide import PAGE_OF_ROLE
from agencies.models import Membership

Role = Membership.Role


def person(request):
    """Return place, role line and the name of the home page; one query."""
    if not request.user.is_authenticated:
        return {}
    memberships = memberships_of(request.user)
    if not memberships:
        return {"role_line": _("chưa được giao vai trò")}
    first = memberships[0]
    place = first.jurisdiction or first.agency.jurisdiction
    roles = {membership.role for membership in memberships}
    return {
        "place": place.name,
        "role_line": f"{_where(first)} · {first.get_role_display().lower()}",
        "role_place": _where(first),
        "role_name": first.get_role_display().lower(),
        "guide_slug": PAGE_OF_ROLE[first.role],
        "is_administrator": Role.ADMINISTRATOR in roles,
        "home_label": _("Tổng quan") if roles == {Role.LEADER} else _("Việc của tôi"),
    }


def _where(membership):
    return membership.agency.short_name if membership.agency else membership.jurisdiction.name
