"""
Appendix tables of a plan, or of a draft: choose a file, see what it says, answer, write, look back.
"""

from functools import wraps

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from agencies.files import FileRefused
from agencies.workbooks.problems import Refused
from config import clock
from config.posted_forms import posted_from
from reporting import table_jobs
from reporting.appendix_preview import LINES_SHOWN, Preview
from reporting.models import TableJob
from reporting.plan_editor.deciding_forms import DecisionForm
from reporting.plan_editor.rows import digest
from reporting.table_forms import TableFileForm, WriteForm
from reporting.table_places import IntoDraft, IntoPlan
from reporting.views.given_tables import table_as_given
from reporting.views.lookup import open_draft, steered_plan
from targets.appendix import imports
from targets.appendix.apply import ApplyRefused, Decision
from targets.models import AppendixImport

IMPORTS_SHOWN, JOBS_SHOWN = 50, 10
APPLIED = AppendixImport.State.APPLIED


def _place(request, code, *, in_draft):
    """Return where tables go, for who may write there; 404 for strangers, 403 for others."""
    if in_draft:
        return IntoDraft(open_draft(request, code, to_write=True))
    return IntoPlan(steered_plan(request, code))


def _page(request, name, place, status=200, **context):
    context |= {"into": place, "draft": place.draft}  # “place” is the header’s
    return render(request, f"reporting/appendix/{name}.html", context, status=status)


@require_http_methods(["GET", "POST"])
def upload(request, code, *, in_draft):
    """Choose a file; what can be read leads to its preview, what cannot is told why."""
    place = _place(request, code, in_draft=in_draft)
    form = TableFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(*_taken_in(request, place, form.cleaned_data["file"]))
        except (Refused, FileRefused) as refusal:
            form.add_error("file", str(refusal))
    earlier = place.records.select_related("added_by", "applied_by").defer("parsed")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "earlier": earlier[:IMPORTS_SHOWN], "jobs": _unfinished(place)}
    return _page(request, "upload", place, status, **context)


def _unfinished(place):
    """Return [(job, was its worker lost?)] of the large tables not done, the newest first."""
    jobs = place.jobs.exclude(state=TableJob.State.DONE)
    jobs = jobs.select_related("plan", "draft", "asked_by")[:JOBS_SHOWN]
    return [(job, job.is_lost(real_now=clock.real_now())) for job in jobs]


def _taken_in(request, place, file):
    """Read a file now, or in the background when it is large; return where to go on."""
    by, at = request.user, clock.now()
    if table_jobs.is_large(file):
        return [table_jobs.ask_to_read(file, place, by=by, at=at)]
    reading = imports.read_through(file, place.content, is_demo=by.is_demo)
    return place.names["import"], place.code, place.keep(reading, by=by, at=at).pk


@require_http_methods(["GET", "POST"])
def job(request, code, pk, *, in_draft):
    """How far a large table is; a POST starts again what failed or was broken off."""
    place = _place(request, code, in_draft=in_draft)
    job = get_object_or_404(place.jobs.select_related("plan", "draft", "record"), pk=pk)
    if request.method == "POST":
        table_jobs.ask_again(job)
        return redirect(job)
    if job.state == job.State.DONE:
        target = reverse(place.names["import"], args=[code, job.record_id])
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
    is_lost = job.is_lost(real_now=clock.real_now())
    context = {"job": job, "is_lost": is_lost, "runs": job.is_open and not is_lost}
    return _page(request, "job", place, **context)


def _kept(request, code, pk, *, in_draft):
    """Return (where its table goes, the import)."""
    place = _place(request, code, in_draft=in_draft)
    records = place.records.select_related(
        "plan__jurisdiction", "original", "annotated", "added_by", "applied_by"
    )
    return place, get_object_or_404(records, pk=pk)


def _still_a_table(view):
    """Decorate a page of a kept table: what it is read against may since have lost its headings."""

    @wraps(view)
    def answered(request, code, pk, *, in_draft):
        try:
            return view(request, code, pk, in_draft=in_draft)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(_place(request, code, in_draft=in_draft).names["upload"], code)

    return answered


@require_safe
@_still_a_table
def preview(request, code, pk, *, in_draft):
    place, record = _kept(request, code, pk, in_draft=in_draft)
    if record.state == APPLIED:
        return _page(request, "record", place, record=record)
    return _preview_page(request, place, record)


def _preview_page(request, place, record, *, form=None, decision=None, status=200):
    check = imports.check_again(record, plan=place.content)
    shown = Preview(check, request.GET.get("xem", ""))
    form = form or WriteForm(kind=shown.kind, initial={"shown": place.mark_of(check)})
    context = {
        "record": record,
        "preview": shown,
        "check": check,
        "form": form,
        "decision": (decision or DecisionForm()) if place.needs_decision(check) else None,
        "is_refused_later": place.is_refused_later(check),
        "answered": digest(record.answers),
        "limit": LINES_SHOWN,
    }
    return _page(request, "preview", place, status, **context)


@posted_from("../")
@_still_a_table
def answer(request, code, pk, *, in_draft):
    """Keep the answers to the questions the page showed, or take all of them back."""
    place, record = _kept(request, code, pk, in_draft=in_draft)
    answers = {} if "lai" in request.POST else record.answers | _given(request.POST)
    is_as_shown = request.POST.get("answered") == digest(record.answers)
    if not (is_as_shown and imports.save_answers(record, answers, plan=place.content)):
        messages.error(
            request,
            _("Vừa có người khác trả lời hoặc ghi tệp này; câu trả lời của bạn chưa được lưu."),
        )
    return redirect(place.names["import"], code, pk)


def _given(data):
    """Return {question key: value}; one that is not asked, or no choice, is never looked at."""
    fields = {name.removeprefix("q-"): data[name] for name in data if name.startswith("q-")}
    return {key: value for key, value in fields.items() if value}


@posted_from("../")
@_still_a_table
def write(request, code, pk, *, in_draft):
    """Write what the page showed, all of it or nothing; a second click finds it written."""
    place, record = _kept(request, code, pk, in_draft=in_draft)
    if record.state == APPLIED:
        return _written(request, place, record)
    form, decision = WriteForm(request.POST, kind=record.get_kind_display()), None
    if "decided_by" in request.POST:
        decision = DecisionForm(request.POST)
    if not all([form.is_valid(), decision is None or decision.is_valid()]):
        return _preview_page(request, place, record, form=form, decision=decision, status=422)
    wanted = {
        "by": request.user,
        "at": clock.now(),
        "decision": Decision(**decision.cleaned_data) if decision else None,
        "shown": form.cleaned_data["shown"],
    }
    if table_jobs.is_large_import(record):
        return redirect(table_jobs.ask_to_write(record, place, **wanted))
    try:
        place.apply(record, **wanted)
    except ApplyRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(place.names["import"], code, pk)
    return _written(request, place, record)


def _written(request, place, record):
    messages.success(
        request,
        _("Đã ghi “{record_name}” vào {short_title}.").format(
            record_name=record.name, short_title=place.title
        ),
    )
    return redirect(place.names["import"], place.code, record.pk)


@require_safe
def file(request, code, pk, which, *, in_draft):
    """Hand out the file as it came, or the copy with a comment at each cell."""
    return table_as_given(_kept(request, code, pk, in_draft=in_draft)[1], which)
