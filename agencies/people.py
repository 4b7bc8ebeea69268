"""People and their roles: adding, giving and taking roles, leaving and coming back (R21)."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import jurisdictions_administered_by
from agencies.models import Membership, User, record_event

Role = Membership.Role


class PeopleRefused(Exception):
    """A change that would leave somebody, or the portal, in a state nobody wants; in words."""


def may_manage(administrator, user):
    """
    Say whether the whole account is the administrator's affair: every role lies in their places.

    Who has a role elsewhere too keeps address and account; only roles here can be changed.
    """
    places = jurisdictions_administered_by(administrator)
    elsewhere = user.memberships.exclude(pk__in=Membership.objects.of_places(places))
    return not elsewhere.exists()


@transaction.atomic
def add_person(user, *, role, place, by, at):
    """Save a new account without a password, with its first role, and return it."""
    user.is_demo = by.is_demo
    user.set_unusable_password()
    user.save()
    record_event(
        "user-created",
        user,
        by=by,
        at=at,
        is_demo=user.is_demo,
        email=user.email,
        full_name=user.full_name,
    )
    give_role(user, role=role, place=place, by=by, at=at)
    return user


@transaction.atomic
def give_role(user, *, role, place, by, at):
    """Give a role in an agency or over a jurisdiction. Raises PeopleRefused when held already."""
    where = {"agency": place} if role in Membership.OF_AGENCY else {"jurisdiction": place}
    membership, created = Membership.objects.get_or_create(user=user, role=role, **where)
    if not created:
        raise PeopleRefused(_("{user} đã có vai trò này.").format(user=user))
    _record("role-given", membership, by=by, at=at)
    return membership


@transaction.atomic
def take_role(membership, *, by, at):
    """Take a role away. The last one stays: who leaves is deactivated, roles and all."""
    user = User.objects.select_for_update().get(pk=membership.user_id)
    own = user.memberships.all()
    if own.count() == 1:
        raise PeopleRefused(
            _(
                "Đây là vai trò duy nhất của {user}. Hãy giao vai trò mới trước, hoặc "
                "ngừng tài khoản."
            ).format(user=user)
        )
    administering = own.filter(role=Role.ADMINISTRATOR)
    if user == by and membership.role == Role.ADMINISTRATOR and administering.count() == 1:
        raise PeopleRefused(_("Không tự gỡ được vai trò quản trị cuối cùng của mình."))
    _record("role-taken", membership, by=by, at=at)
    membership.delete()


@transaction.atomic
def deactivate(user, *, by, at):
    """Close an account; it keeps its roles, its reports and its events, and is never deleted."""
    if user == by:
        raise PeopleRefused(_("Không tự ngừng được tài khoản của mình."))
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        record_event("user-deactivated", user, by=by, at=at, is_demo=user.is_demo)


@transaction.atomic
def reactivate(user, *, by, at):
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record_event("user-reactivated", user, by=by, at=at, is_demo=user.is_demo)


def _record(action, membership, *, by, at):
    place = membership.agency or membership.jurisdiction
    record_event(
        action,
        membership.user,
        by=by,
        at=at,
        is_demo=membership.user.is_demo,
        role=membership.role,
        place=place.code,
        place_name=str(place),
    )
