"""Finding what an administrator's request names, among the places they look after."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator

from agencies.access import jurisdictions_administered_by

PAGE_SIZE = 50


def places_of(request):
    """Return the jurisdictions the user administers; whoever administers none is refused."""
    places = jurisdictions_administered_by(request.user)
    if not places.exists():
        raise PermissionDenied
    return places


def page_of(request, rows):
    """Return the asked page of a list; a number out of reach gives the nearest page."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("trang"))
