"""What the two sides say to each other about a report: extensions and notes."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from config import clock
from config.posted_forms import posted_from
from reporting import access, extensions, notes
from reporting.talk_forms import ExtensionAnswerForm, ExtensionForm, NoteForm
from reporting.views.lookup import allow, visible_report
from reporting.workflow import TransitionError


@posted_from("../")
def extension_ask(request, pk):
    report = visible_report(request, pk)
    allow(access.may_ask_extension(request.user, report))
    form = ExtensionForm(request.POST)
    if form.is_valid():
        try:
            extensions.ask_extension(report, by=request.user, at=clock.now(), **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Đã gửi đề nghị gia hạn đến cơ quan thường trực."))
            return redirect(report)
    return _again(request, report, form, _("Xin gia hạn"))


@posted_from("../")
def extension_answer(request, pk):
    """Answer the open request, or extend without one."""
    report = visible_report(request, pk)
    allow(access.may_review(request.user, report))
    form = ExtensionAnswerForm(request.POST)
    if form.is_valid():
        try:
            extensions.answer(report, by=request.user, at=clock.now(), **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Đã ghi quyết định về gia hạn."))
            return redirect(report)
    return _again(request, report, form, _("Gia hạn"))


@posted_from("../")
def note_add(request, pk):
    report = visible_report(request, pk)
    allow(access.may_read_draft(request.user, report))
    form = NoteForm(request.POST, places=notes.places(report))
    if form.is_valid():
        notes.add_note(report, by=request.user, at=clock.now(), **form.cleaned_data)
        messages.success(request, _("Đã ghi chú; hai bên cùng thấy."))
        return redirect(report)
    return _again(request, report, form, _("Ghi chú"))


def _again(request, report, form, title):
    """Show a refused form on a page of its own, with all that was typed."""
    context = {"report": report, "form": form, "title": title, "action": request.path}
    return render(request, "reporting/form_again.html", context, status=422)
