"""Saving and sending a draft from its form; what stands in the way is shown, nothing is lost."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config import clock
from reporting import draft_fields, drafts, workflow
from reporting.typed_fields import read_typed, taken_from_others

# It promises no more: a colleague may have sent the report, with these words or with others.
SENT_MEANWHILE = _("Báo cáo đã được gửi, bản nháp không sửa được nữa.")


def edit(request, report, page):
    """
    Show the form's page; a POST saves all fields but those somebody else changed meanwhile.

    `page(request, draft, conflicts=…, refused=…, status=…)` renders the form.
    """
    if request.method == "GET":
        return page(request, drafts.Draft(report)) if report.is_open else redirect(report)
    try:
        conflicts, draft = save(request, report)
    except draft_fields.ReportIsSent:
        return _came_too_late(request, report)
    if conflicts or any(f.error or f.estimate_error for f in draft.figures.values()):
        return page(request, draft, conflicts=conflicts, status=422)
    messages.success(request, gettext("Đã lưu bản nháp."))
    return redirect(request.path)


def send(request, report, step, page, done):
    """Save what the form brings, then take the step (submit, propose); say so with `done`."""
    try:
        conflicts, draft = save(request, report)
    except draft_fields.ReportIsSent:
        return _came_too_late(request, report)
    if conflicts:
        return page(request, draft, conflicts=conflicts, status=422)
    try:
        version = step(report, by=request.user, at=clock.now())
    except workflow.NotReadyError:
        return page(request, drafts.Draft(report), refused=True, status=422)
    except workflow.TransitionError as error:
        messages.error(request, str(error))
        return redirect(report)
    _say_who_sent(request, version, done)
    return redirect(version or report)


def save(request, report):
    """Return (conflicts by name, the draft with what was typed)."""
    typed = read_typed(request.POST, draft_fields.names_asked(report))
    conflicts = draft_fields.save_fields(report, typed, by=request.user, now=clock.now())
    report.refresh_from_db(fields=["saved_at", "state"])
    mine = {conflict.name: conflict.mine for conflict in conflicts}
    return {conflict.name: conflict for conflict in conflicts}, drafts.Draft(report, mine)


def as_stored(data, report):
    """
    Return ({name: text} the page shows as stored, {name: text} it is to show from now on).

    Only the first may count as seen by the person. The second are values of others: chosen in a
    conflict, or saved in fields this page has left alone. A field in conflict is in neither.
    """
    names, stored = draft_fields.names_asked(report), draft_fields.texts_of(report)
    seen, taken = {}, {}
    for name, (text, before) in read_typed(data, names).items():
        text, now = draft_fields.plain(text), stored.get(name, "")
        if text == now:
            seen[name] = now
        elif before is not None and text == draft_fields.plain(before):
            taken[name] = now
    return seen, taken | {n: stored.get(n, "") for n in taken_from_others(data, names)}


def _came_too_late(request, report):
    """
    Answer a form that comes after the report was sent: with the receipt, or with what is not in it.

    A second click brings the same words and gets the same receipt; a colleague's other words are
    shown to them, for they are in no version.
    """
    version = report.versions.select_related("submitted_by").last()
    words = left_out(request.POST, report)
    if not words:
        _say_who_sent(request, version, gettext("Báo cáo đã được gửi. Dưới đây là biên nhận."))
        return redirect(version)
    context = {"report": report, "version": version, "left_out": words}
    return render(request, "reporting/sent_meanwhile.html", context, status=409)


def left_out(data, report):
    """Return [(field in words, text typed, text sent)] of what the version does not say."""
    words, stored = draft_fields.words_of(report), draft_fields.texts_of(report)
    typed = read_typed(data, words)
    return [
        (words[name], drafts.as_read(name, text), drafts.as_read(name, stored.get(name, "")))
        for name, (text, _) in typed.items()
        if draft_fields.plain(text) != stored.get(name, "")
    ]


def _say_who_sent(request, version, done):
    if version is None or version.submitted_by_id == request.user.pk:
        messages.success(request, done)
    else:
        messages.info(
            request,
            gettext("Báo cáo đã được {submitted_by} gửi trước đó. Dưới đây là biên nhận.").format(
                submitted_by=version.submitted_by
            ),
        )
