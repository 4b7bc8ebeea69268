"""The administrator's first page, the settings of one place, the book of events."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.desk import overview
from agencies.event_book import events_of, name_subjects
from agencies.forms import EventFilter, SettingsForm
from agencies.register import save_change
from agencies.views.lookup import page_of, places_of
from config import clock


@require_safe
def home(request):
    places_of(request)
    return render(request, "agencies/desk.html", overview(request.user, today=clock.today()))


@require_http_methods(["GET", "POST"])
def jurisdiction_edit(request, code):
    """The two settings of R1 for one province or district."""
    place = get_object_or_404(places_of(request), code=code)
    form = SettingsForm(request.POST or None, instance=place)
    if request.method == "POST" and form.is_valid():
        save_change(form.instance, by=request.user, at=clock.now())
        saved = _("Đã lưu thiết lập của {place}.").format(place=place.name_inside)
        messages.success(request, saved)
        return redirect("desk:jurisdiction-edit", place.code)
    return render(request, "agencies/jurisdiction_edit.html", {"place": place, "form": form})


@require_safe
def event_list(request):
    places, form = places_of(request), EventFilter(request.GET)
    page = page_of(request, form.chosen(events_of(places)))
    name_subjects(page.object_list)
    return render(request, "agencies/event_list.html", {"form": form, "page": page})
