"""Agencies: the list with its filters, adding one, changing one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.forms import AgencyFilter, AgencyForm
from agencies.models import Agency
from agencies.register import save_change
from agencies.views.lookup import page_of, places_of
from config import clock


@require_safe
def agency_list(request):
    places = places_of(request)
    form = AgencyFilter(request.GET, places=places)
    agencies = form.chosen(on=clock.today()).for_list()
    context = {"form": form, "page": page_of(request, agencies), "today": clock.today()}
    return render(request, "agencies/agency_list.html", context)


@require_http_methods(["GET", "POST"])
def agency_add(request):
    return _edit(request, Agency())


@require_http_methods(["GET", "POST"])
def agency_edit(request, pk):
    return _edit(request, get_object_or_404(Agency, pk=pk, jurisdiction__in=places_of(request)))


def _edit(request, agency):
    form = AgencyForm(request.POST or None, instance=agency, places=places_of(request))
    title = agency.name
    if request.method == "POST" and form.is_valid():
        save_change(form.instance, by=request.user, at=clock.now())
        messages.success(request, _("Đã lưu {instance}.").format(instance=form.instance))
        return redirect("desk:agency-list")
    context = {"form": form, "title": title}
    if agency.pk:
        context["people"] = agency.memberships.select_related("user").order_by("user__name_key")
    status = 422 if form.is_bound else 200
    return render(request, "agencies/agency_edit.html", context, status=status)
