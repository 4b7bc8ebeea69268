"""Days off and make-up working days of the whole portal, beside the library's holidays."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.calendar import days_of_year
from agencies.forms import DayOffForm, YearForm
from agencies.models import DayOff, Jurisdiction
from agencies.register import remove, save_change
from agencies.views.lookup import places_of
from config import clock
from config.posted_forms import posted_from


def _allow(request):
    """The calendar is one for all provinces: a district's administrator does not change it."""
    if not places_of(request).filter(level=Jurisdiction.Level.PROVINCE).exists():
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def day_list(request):
    _allow(request)
    form = DayOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        save_change(form.instance, by=request.user, at=clock.now())
        messages.success(request, _("Đã thêm {instance}.").format(instance=form.instance))
        return redirect(_year_page(form.instance))
    year = YearForm(request.GET).year or clock.today().year
    context = {"form": form, "year": year, "lines": days_of_year(year)}
    status = 422 if form.is_bound else 200
    return render(request, "agencies/day_list.html", context, status=status)


@require_http_methods(["GET", "POST"])
def day_edit(request, pk):
    _allow(request)
    day = get_object_or_404(DayOff, pk=pk)
    form = DayOffForm(request.POST or None, instance=day)
    if request.method == "POST" and form.is_valid():
        save_change(form.instance, by=request.user, at=clock.now())
        messages.success(request, _("Đã sửa {instance}.").format(instance=form.instance))
        return redirect(_year_page(form.instance))
    status = 422 if form.is_bound else 200
    return render(request, "agencies/day_edit.html", {"form": form, "pk": pk}, status=status)


@posted_from("../../")
def day_remove(request, pk):
    _allow(request)
    day = get_object_or_404(DayOff, pk=pk)
    remove(day, by=request.user, at=clock.now())
    messages.success(request, _("Đã bỏ {day}; ngày ấy trở lại theo lịch chung.").format(day=day))
    return redirect(_year_page(day))


def _year_page(day):
    return f"{reverse('desk:day-list')}?nam={day.day.year}"
