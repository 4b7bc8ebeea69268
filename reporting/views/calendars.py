"""A person's due days of a year, and the private feed of them for calendar programmes."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import clock
from config.posted_forms import posted_from
from reporting import due_calendar, feed, feed_links
from reporting.models import Feed

# The feed holds what lies this far back and ahead.
_BACK, _AHEAD = dt.timedelta(days=400), dt.timedelta(days=800)
# Plans lie within these years; an address may name any number.
YEARS = range(2000, 2101)


@require_safe
def year_of_days(request, year=None):
    year = clock.today().year if year is None else year
    if year not in YEARS:
        raise Http404
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    own = Feed.objects.filter(user=request.user).first()
    context = {
        "year": year,
        "today": clock.today(),
        "due_days": due_calendar.due_days(request.user, since=first, until=last),
        "not_yet_open": due_calendar.not_yet_open(request.user, year),
        "address": own and _address(own),
    }
    return render(request, "reporting/year_of_days.html", context)


def _address(own):
    return settings.PORTAL_URL.rstrip("/") + reverse("reporting:feed", args=[own.token])


@posted_from("../")
def feed_renew(request):
    feed_links.renew(request.user, at=clock.now())
    messages.success(request, _("Đã có liên kết mới. Liên kết cũ (nếu có) không còn dùng được."))
    return redirect("reporting:year-of-days")


@posted_from("../../")
def feed_withdraw(request):
    feed_links.withdraw(request.user, at=clock.now())
    messages.success(request, _("Đã bỏ liên kết. Địa chỉ lịch không còn dùng được."))
    return redirect("reporting:year-of-days")


@login_not_required
@never_cache
@require_safe
def feed_file(request, token):
    own = get_object_or_404(Feed.objects.select_related("user"), token=token, user__is_active=True)
    today = clock.today()
    days = due_calendar.due_days(own.user, since=today - _BACK, until=today + _AHEAD)
    return HttpResponse(feed.calendar_of(days), content_type="text/calendar; charset=utf-8")
