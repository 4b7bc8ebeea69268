"""
Who may do what: predicates over memberships (R21).

QuerySets answer what a person may *see* (`visible_to`); these answer what they may *do*.
"""

from django.db.models import Prefetch, Q, prefetch_related_objects

from agencies.models import Agency, Jurisdiction, Membership

Role = Membership.Role


def agencies_of(user, *roles):
    """Return the agencies in which the user holds one of the roles, each once."""
    held = Membership.objects.filter(user=user, role__in=roles)
    return Agency.objects.filter(pk__in=held.values("agency"))


def jurisdictions_led_by(user):
    """Return the jurisdictions a leader reads: their own, and the districts below."""
    return _own_and_below(user, Role.LEADER)


def jurisdictions_administered_by(user):
    """Return the jurisdictions whose agencies and people are the user's: own, and districts."""
    return _own_and_below(user, Role.ADMINISTRATOR)


def _own_and_below(user, role):
    own = Membership.objects.filter(user=user, role=role).values("jurisdiction")
    return Jurisdiction.objects.filter(Q(pk__in=own) | Q(parent__in=own))


def memberships_of(user):
    """
    Return what the person holds, with places, read once for this user object.

    A page that asks several rights calls this first: the predicates below then ask nothing more.
    """
    held = Membership.objects.select_related("agency__jurisdiction", "jurisdiction").order_by("pk")
    prefetch_related_objects([user], Prefetch("memberships", queryset=held))
    return list(user.memberships.all())


def is_staff_of(user, agency):
    return _holds(user, agency, Role.STAFF)


def is_officer_of(user, agency):
    """Officer or head: both enter and send their own agency's report."""
    return _holds(user, agency, Role.OFFICER, Role.HEAD)


def is_head_of(user, agency):
    return _holds(user, agency, Role.HEAD)


def _holds(user, agency, *roles):
    held = user.memberships.all()
    return any(one.agency_id == agency.pk and one.role in roles for one in held)


def roles_of(user):
    """Return the set of role names the user holds anywhere."""
    return set(user.memberships.values_list("role", flat=True))
