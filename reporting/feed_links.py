"""The private address of a person's calendar feed: made, exchanged, withdrawn; written down."""

from django.db import transaction

from agencies.models import record_event
from reporting.models import Feed
from reporting.models.feeds import new_token


@transaction.atomic
def renew(user, *, at):
    """Give a person an address, or another one: the old is dead from now on."""
    Feed.objects.update_or_create(user=user, defaults={"token": new_token()})
    record_event("feed-renewed", user, by=user, at=at, is_demo=user.is_demo)


@transaction.atomic
def withdraw(user, *, at):
    """Take a person's address away; without one nothing happens."""
    if Feed.objects.filter(user=user).delete()[0]:
        record_event("feed-withdrawn", user, by=user, at=at, is_demo=user.is_demo)
