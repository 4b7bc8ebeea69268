"""What the masthead says of unread notices."""

from django.utils.functional import SimpleLazyObject

from reporting.models import Reminder


def notices(request):
    """Return the number of unread notices, asked for only where a page shows it; one query."""
    if not request.user.is_authenticated:
        return {}
    unread = Reminder.objects.notices_of(request.user).unread()
    return {"unread_notices": SimpleLazyObject(unread.count)}
