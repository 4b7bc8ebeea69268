"""Appendix tables of a plan: choose a file, see what it says, answer, write, look back."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from agencies.files import CONTENT_TYPES, FileRefused
from agencies.workbooks.comments import copy_name
from agencies.workbooks.problems import Refused
from config import clock
from reporting import appendix, table_jobs
from reporting.appendix_preview import LINES_SHOWN, Preview
from reporting.models import TableJob
from reporting.table_forms import DecisionForm, TableFileForm, WriteForm
from reporting.views.lookup import steered_plan
from targets.appendix import imports
from targets.appendix.apply import ApplyRefused, Decision
from targets.models import AppendixImport

IMPORTS_SHOWN, JOBS_SHOWN = 50, 10
APPLIED = AppendixImport.State.APPLIED


@require_http_methods(["GET", "POST"])
def upload(request, code):
    """Choose a file; what can be read leads to its preview, what cannot is told why."""
    plan = steered_plan(request, code)
    form = TableFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(*_taken_in(request, plan, form.cleaned_data["file"]))
        except (Refused, FileRefused) as refusal:
            form.add_error("file", str(refusal))
    earlier = plan.appendix_imports.select_related("added_by", "applied_by").defer("parsed")
    context = {
        "plan": plan,
        "form": form,
        "earlier": earlier[:IMPORTS_SHOWN],
        "jobs": _unfinished(plan),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/appendix/upload.html", context, status=status)


def _unfinished(plan):
    """Return [(job, was its worker lost?)] of the large tables not done, the newest first."""
    jobs = plan.table_jobs.exclude(state=TableJob.State.DONE)
    jobs = jobs.select_related("plan", "asked_by")[:JOBS_SHOWN]
    return [(job, job.is_lost(real_now=clock.real_now())) for job in jobs]


def _taken_in(request, plan, file):
    """Read a file now, or in the background when it is large; return where to go on."""
    by, at = request.user, clock.now()
    if table_jobs.is_large(file):
        return [table_jobs.ask_to_read(file, plan, by=by, at=at)]
    record, _ = imports.read_upload(file, plan, by=by, at=at, is_demo=by.is_demo)
    return "reporting:appendix-import", plan.code, record.pk


@require_http_methods(["GET", "POST"])
def job(request, code, pk):
    """How far a large table is; a POST starts again what failed or was broken off."""
    plan = steered_plan(request, code)
    job = get_object_or_404(plan.table_jobs.select_related("plan", "record"), pk=pk)
    if request.method == "POST":
        table_jobs.ask_again(job)
        return redirect(job)
    if job.state == job.State.DONE:
        target = reverse("reporting:appendix-import", args=[code, job.record_id])
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
    is_lost = job.is_lost(real_now=clock.real_now())
    context = {"plan": plan, "job": job, "is_lost": is_lost, "runs": job.is_open and not is_lost}
    return render(request, "reporting/appendix/job.html", context)


def _kept(request, code, pk):
    plan = steered_plan(request, code)
    records = plan.appendix_imports.select_related(
        "plan__jurisdiction", "original", "annotated", "added_by", "applied_by"
    )
    return get_object_or_404(records, pk=pk)


@require_GET
def preview(request, code, pk):
    record = _kept(request, code, pk)
    if record.state == APPLIED:
        return render(request, "reporting/appendix/record.html", _head(record))
    return _preview_page(request, record)


def _head(record):
    return {"plan": record.plan, "record": record}


def _preview_page(request, record, *, form=None, decision=None, status=200):
    check = imports.check_again(record)
    shown = Preview(check, request.GET.get("xem", ""))
    needs_decision = appendix.needs_decision(check, record.plan)
    context = _head(record) | {
        "preview": shown,
        "check": check,
        "form": form or WriteForm(kind=shown.kind, initial={"shown": check.changes.digest}),
        "decision": (decision or DecisionForm()) if needs_decision else None,
        "limit": LINES_SHOWN,
    }
    return render(request, "reporting/appendix/preview.html", context, status=status)


@require_POST
def answer(request, code, pk):
    """Keep the answers to the questions, or take all of them back."""
    record = _kept(request, code, pk)
    answers = {} if "lai" in request.POST else record.answers | _given(request.POST)
    if record.state != APPLIED and imports.save_answers(record, answers) is None:
        messages.error(
            request,
            _("Vừa có người khác trả lời hoặc ghi tệp này; câu trả lời của bạn chưa được lưu."),
        )
    return redirect("reporting:appendix-import", code, pk)


def _given(data):
    """Return {question key: value}; one that is not asked, or no choice, is never looked at."""
    fields = {name.removeprefix("q-"): data[name] for name in data if name.startswith("q-")}
    return {key: value for key, value in fields.items() if value}


@require_POST
def write(request, code, pk):
    """Write what the page showed, all of it or nothing; a second click finds it written."""
    record = _kept(request, code, pk)
    if record.state == APPLIED:
        return _written(request, record)
    form, decision = WriteForm(request.POST, kind=record.get_kind_display()), None
    if "decided_by" in request.POST:
        decision = DecisionForm(request.POST)
    if not all([form.is_valid(), decision is None or decision.is_valid()]):
        return _preview_page(request, record, form=form, decision=decision, status=422)
    wanted = {
        "by": request.user,
        "at": clock.now(),
        "decision": Decision(**decision.cleaned_data) if decision else None,
        "shown": form.cleaned_data["shown"],
    }
    if table_jobs.is_large_import(record):
        return redirect(table_jobs.ask_to_write(record, **wanted))
    try:
        appendix.apply_import(record, **wanted)
    except ApplyRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("reporting:appendix-import", code, pk)
    return _written(request, record)


def _written(request, record):
    messages.success(
        request,
        _("Đã ghi “{record_name}” vào {short_title}.").format(
            record_name=record.name, short_title=record.plan.short_title
        ),
    )
    return redirect("reporting:appendix-import", record.plan.code, record.pk)


@require_GET
def file(request, code, pk, which):
    """Hand out the file as it came, or the copy with a comment at each cell."""
    record = _kept(request, code, pk)
    files = {
        "goc": (record.original, record.name),
        "ghi-chu": (record.annotated, copy_name(record.name)),
    }
    stored, name = files.get(which, (None, ""))
    if stored is None:
        raise Http404
    return FileResponse(
        stored.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=CONTENT_TYPES[stored.kind],
    )
