"""
Who may do what: predicates over memberships (R21).

QuerySets answer what a person may *see* (`visible_to`); these answer what they may *do*.
"""

from django.db.models import Q

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


def is_staff_of(user, agency):
    return agencies_of(user, Role.STAFF).filter(pk=agency.pk).exists()


def is_officer_of(user, agency):
    """Officer or head: both enter and send their own agency's report."""
    return agencies_of(user, Role.OFFICER, Role.HEAD).filter(pk=agency.pk).exists()


def roles_of(user):
    """Return the set of role names the user holds anywhere."""
    return set(user.memberships.values_list("role", flat=True))
