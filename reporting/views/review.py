"""Pages of one report: read, accepted, returned."""

import datetime as dt
from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import memberships_of
from agencies.calendar import WorkingCalendar
from config import clock
from config.posted_forms import posted_from
from reporting import (
    access,
    comparison,
    deadlines,
    drafts,
    evidence,
    follow_ups,
    notes,
    review_points,
    review_queue,
    workflow,
)
from reporting.consolidation import sources_changed
from reporting.entry import entry_table, sent_table
from reporting.models import Tier
from reporting.talk_forms import ExtensionAnswerForm, ExtensionForm, NoteForm, ReturnForm
from reporting.views.lookup import allow, due_of, visible_report

# Days a returned report gets unless staff say otherwise.
RETURN_SPAN = dt.timedelta(days=5)


@require_safe
def report_detail(request, pk):
    report = visible_report(request, pk)
    memberships_of(request.user)  # before the rights: one statement for all
    now, events = clock.now(), list(report.events.select_related("by"))
    rights = _rights(report, request.user)
    said = _said(report, shows_draft=report.is_open and rights["may_talk"])
    is_queued = rights["may_review"] and not report.is_open
    context = {
        "report": report,
        "due": due_of(report),
        **deadlines.standing(report, now=now),
        **rights,
        **said,
        **_talk(report, said["groups"], may_talk=rights["may_talk"]),
        "sources_changed": _sources_changed(report),
        "queue": review_queue.place_of(report, request.user) if is_queued else None,
        "answers": follow_ups.answers_in(events),
        "evidence": evidence.readable_by(request.user, report),
        "events": events,
        "return_form": ReturnForm(initial={"last_day": partial(_likely_return_day, now)}),
    }
    return render(request, "reporting/report_detail.html", context)


def _rights(report, user):
    """Return what the person may do with the report, by the template's names."""
    return {
        "may_fill_in": report.is_open and access.may_fill_in(user, report),
        "awaits_approval": workflow.awaits_approval(report, user),
        "may_review": access.may_review(user, report),
        "may_decide": access.may_decide(user, report),
        "may_ask_extension": access.may_ask_extension(user, report),
        # Remarks speak of drafts; the two sides read them, and nobody else (R21).
        "may_talk": report.tier == Tier.AGENCY and access.may_read_draft(user, report),
    }


def _said(report, *, shows_draft):
    """Return what the report says, with what changed since the version before its last."""
    versions = list(report.versions.select_related("submitted_by"))
    before = _content_before(report, versions)
    groups = entry_table(drafts.Draft(report)) if shows_draft else sent_table(report, before)
    return {
        "shows_draft": shows_draft,
        "versions": versions,
        "groups": groups,
        "points": [] if shows_draft else review_points.points(groups),
        **_compared(report, before, groups),
    }


def _talk(report, groups, *, may_talk):
    """Return what the two sides said to each other, and the forms to go on with."""
    asked = list(report.extensions.select_related("asked_by", "decided_by"))
    shown = [row.indicator for group in groups for row in group.rows]
    places = notes.places(report, shown) if may_talk else []
    return {
        "extensions": asked,
        "extension_form": ExtensionForm(),
        "answer_form": ExtensionAnswerForm.beside(_waiting(asked)),
        "notes": notes.notes_with_places(report, places) if may_talk else [],
        "note_form": NoteForm(places=places),
    }


def _sources_changed(report):
    """Return the agencies' reports that a sent consolidation holds otherwise; else none."""
    is_consolidation = report.tier == Tier.LEAD and report.latest_version
    return sources_changed(report.latest_version) if is_consolidation else []


def _waiting(asked):
    """Return the request that waits for an answer, or None."""
    return next((extension for extension in asked if extension.decided_at is None), None)


def _likely_return_day(now):
    return WorkingCalendar.load().next_working_day(now.date() + RETURN_SPAN)


def _content_before(report, versions):
    """Return what the version before the last said; None for a first one, or a consolidation."""
    compares = report.tier == Tier.AGENCY and len(versions) > 1
    return versions[-2].content if compares else None


def _compared(report, before, groups):
    """Return the words of the version last sent beside those of the version before it."""
    version = report.latest_version
    if version is None:
        return {"duties": [], "sections": [], "changed": ""}
    lines = version.duties.select_related("duty").order_by("duty__position")
    duties = comparison.duty_changes(before, lines)
    sections = comparison.sections(before, version.content)
    changed = [row.change for group in groups for row in group.rows]
    figures = sum(change is not None and change.is_changed for change in changed)
    return {
        "duties": duties,
        "sections": sections,
        "before_number": version.number - 1 if before else None,
        "has_last_round": any(row.last_round is not None for g in groups for row in g.rows),
        "changed": comparison.count_words(figures, duties, sections) if before else "",
    }


def _as_shown(request, pk):
    """
    Return the report with the state and version the form was shown with.

    The workflow refuses it when it has another state or version by now (R7): who returns a sent
    report must not reopen one that a colleague has accepted meanwhile.
    """
    report = visible_report(request, pk)
    allow(access.may_decide(request.user, report))
    shown = request.POST.get("version", "")
    report.state = request.POST.get("state", report.state)
    if shown.isascii() and shown.isdigit() and len(shown) < 6:
        report.latest_version = report.versions.filter(number=shown).first()
    return report


def _what(report):
    is_lead = report.tier == Tier.LEAD
    return (
        _("bản tổng hợp {round_label}").format(round_label=report.round.label)
        if is_lead
        else _("báo cáo của {agency}").format(agency=report.agency)
    )


@posted_from("../")
def report_accept(request, pk):
    report = _as_shown(request, pk)
    following = review_queue.place_of(report, request.user).next_report
    try:
        workflow.accept_report(report, by=request.user, at=clock.now())
    except workflow.TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đã tiếp nhận {report}.").format(report=_what(report)))
        if following and "tiep" in request.POST:
            return redirect(following)
    return redirect(report)


@posted_from("../")
def report_return(request, pk):
    report = _as_shown(request, pk)
    following = review_queue.place_of(report, request.user).next_report
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            workflow.return_report(report, by=request.user, at=clock.now(), **form.cleaned_data)
        except workflow.TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Đã trả lại {report}.").format(report=_what(report)))
            return redirect(following if following and "tiep" in request.POST else report)
    context = {"report": report, "return_form": form}
    return render(request, "reporting/report_return.html", context, status=422)
