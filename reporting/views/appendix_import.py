"""Appendix tables of a plan: choose a file, see what it says, answer, write, look back."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.files import CONTENT_TYPES, FileRefused
from config import clock
from reporting import appendix
from reporting.appendix_preview import LINES_SHOWN, Preview
from reporting.table_forms import DecisionForm, TableFileForm, WriteForm
from reporting.views.lookup import steered_plan
from targets.appendix import annotate, imports
from targets.appendix.apply import ApplyRefused, Decision, decision_in
from targets.appendix.problems import Refused
from targets.models import AppendixImport

IMPORTS_SHOWN = 50
APPLIED = AppendixImport.State.APPLIED


@require_http_methods(["GET", "POST"])
def upload(request, code):
    """Choose a file; what can be read leads to its preview, what cannot is told why."""
    plan = steered_plan(request, code)
    form = TableFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            record, _ = imports.read_upload(
                form.cleaned_data["file"],
                plan,
                by=request.user,
                at=clock.now(),
                is_demo=request.user.is_demo,
            )
        except (Refused, FileRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("reporting:appendix-import", code, record.pk)
    earlier = plan.appendix_imports.select_related("added_by", "applied_by").defer("parsed")
    context = {"plan": plan, "form": form, "earlier": earlier[:IMPORTS_SHOWN]}
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/appendix/upload.html", context, status=status)


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
    found = {"decided_by": decision_in(check.table.title) or ""}
    context = _head(record) | {
        "preview": shown,
        "check": check,
        "form": form or WriteForm(kind=shown.kind, initial={"shown": check.changes.digest}),
        "decision": (decision or DecisionForm(initial=found)) if needs_decision else None,
        "limit": LINES_SHOWN,
    }
    return render(request, "reporting/appendix/preview.html", context, status=status)


@require_POST
def answer(request, code, pk):
    """Keep the answers to the questions, or take all of them back."""
    record = _kept(request, code, pk)
    if record.state != APPLIED:
        imports.save_answers(record, {} if "lai" in request.POST else _answers(request, record))
    return redirect("reporting:appendix-import", code, pk)


def _answers(request, record):
    asked = imports.check_again(record).questions
    given = {question.key: request.POST.get(f"q-{question.key}") for question in asked}
    return record.answers | {key: value for key, value in given.items() if value}


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
    try:
        appendix.apply_import(
            record,
            by=request.user,
            at=clock.now(),
            decision=Decision(**decision.cleaned_data) if decision else None,
            shown=form.cleaned_data["shown"],
        )
    except ApplyRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("reporting:appendix-import", code, pk)
    return _written(request, record)


def _written(request, record):
    messages.success(request, f"Đã ghi “{record.name}” vào {record.plan.short_title}.")
    return redirect("reporting:appendix-import", record.plan.code, record.pk)


@require_GET
def file(request, code, pk, which):
    """Hand out the file as it came, or the copy with a comment at each cell."""
    record = _kept(request, code, pk)
    files = {
        "goc": (record.original, record.name),
        "ghi-chu": (record.annotated, annotate.copy_name(record.name)),
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
