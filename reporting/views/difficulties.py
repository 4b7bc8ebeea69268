"""Difficulties and proposals of a round: read by staff and leaders, taken up by staff."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies import downloads
from config import clock
from config.posted_forms import posted_from
from reporting import access, difficulties, follow_ups, tables
from reporting.difficulties import Choice
from reporting.talk_forms import FollowUpForm
from reporting.views.lookup import allow, visible_report
from reporting.views.rounds import visible_round
from reporting.workflow import TransitionError


@require_safe
def round_difficulties(request, pk):
    round = visible_round(request, pk)
    allow(round.may_read_totals)
    return _page(request, round)


def _page_of(request, pk):
    return _address(visible_report(request, pk).round)


@posted_from(_page_of)
def difficulty_follow(request, pk):
    """Write state and answer of one difficulty; refused, the page comes back as typed."""
    report = visible_report(request, pk)
    allow(access.may_review(request.user, report))
    form = FollowUpForm(request.POST)
    round = visible_round(request, report.round_id)
    if form.is_valid():
        try:
            follow_ups.follow_up(report, by=request.user, at=clock.now(), **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Đã ghi trả lời cho {agency}.").format(agency=report.agency)
            )
            return redirect(f"{_address(round)}?{request.GET.urlencode()}")
    return _page(request, round, refused=(report, form), status=422)


def _page(request, round, *, refused=(None, None), status=200):
    choice = Choice.from_address(request.GET)
    items = difficulties.difficulties_in(round)
    shown = [item for item in items if choice.takes(item)]
    if kind := downloads.wanted(request):
        return downloads.table_file(kind, tables.difficulties_table(round, shown))
    context = {
        "round": round,
        "address": _address(round),
        "choice": choice,
        "items": items,
        "shown": shown,
        "agency_count": len({item.report.agency_id for item in items}),
        "open_count": sum(item.state != difficulties.State.ANSWERED for item in items),
        "states": difficulties.count_by_state(items, choice),
        "all_address": choice.address(state=""),
        "kinds": difficulties.Kind.choices,
        "groups": [
            (heading, [(item, _form(item, refused)) for item in part])
            for heading, part in difficulties.grouped(shown, by_agency=choice.by_agency)
        ],
    }
    return render(request, "reporting/round_difficulties.html", context, status=status)


def _form(item, refused):
    """Return the form of one item: as it was typed when it was refused, else as it stands."""
    report, typed = refused
    if report and (report.pk, typed.data.get("place")) == (item.report.pk, item.place):
        typed.auto_id = f"{item.key}-%s"
        return typed
    row = item.follow_up
    initial = {
        "place": item.place,
        "seen": follow_ups.moment_of(row),
        "state": item.state,
        "answer": row.answer if row else "",
    }
    return FollowUpForm(initial=initial, auto_id=f"{item.key}-%s")


def _address(round):
    return reverse("reporting:round-difficulties", args=[round.pk])
