"""The administrator's first page: the places looked after, and what waits there."""

from django.db.models import Count, Q

from agencies.access import jurisdictions_administered_by
from agencies.models import Agency, DayOff, User


def overview(user, *, today):
    """Return what the first page shows; the number of queries does not grow with the rows."""
    places = jurisdictions_administered_by(user)
    agencies = Agency.objects.filter(jurisdiction__in=places).in_force(on=today)
    people = User.objects.of_places(places).filter(is_active=True)
    return {
        "places": _with_counts(places, today).order_by("-level", "name"),
        "agency_count": agencies.count(),
        "unstaffed_count": agencies.without_officer().count(),
        "headless_count": agencies.without_head().count(),
        "user_count": people.count(),
        "waiting_count": people.without_password().count(),
        "day_count": DayOff.objects.filter(day__year=today.year).count(),
        "year": today.year,
    }


def _with_counts(places, today):
    current = Q(agencies__valid_from=None) | Q(agencies__valid_from__lte=today)
    current &= Q(agencies__valid_to=None) | Q(agencies__valid_to__gte=today)
    return places.annotate(agency_count=Count("agencies", filter=current, distinct=True))
