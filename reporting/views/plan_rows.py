"""Pages of a draft's rows, topic by topic, with the grid in which targets are quicker."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.language import in_vietnamese
from config import clock
from config.posted_forms import posted_from
from reporting.plan_editor import drafts, rows, target_grid, topics
from reporting.views.lookup import open_draft
from reporting.views.plan_editor import draft_page, sent


def _topic(slug):
    if slug not in topics.BY_SLUG:
        raise Http404
    return topics.BY_SLUG[slug]


@require_safe
def topic_rows(request, code, slug):
    draft, topic = open_draft(request, code), _topic(slug)
    lines = topic.lines(draft.document)
    return draft_page(request, "rows", draft, topic=topic, lines=lines)


@require_http_methods(["GET", "POST"])
def topic_row(request, code, slug, mark=""):
    """One row: as it stands, as typed, or a new one. `mark` is the digest of the row shown."""
    draft, topic = open_draft(request, code, to_write=request.method == "POST"), _topic(slug)
    row = _row(draft, topic, mark, gone_is_404=request.method == "GET")
    if mark and row is None:  # the put below is refused, and says so
        row = _same_code(draft, topic, request.POST)
    form = topic.form(sent(request), draft=draft, row=row)
    looks_only = "xem" in request.POST
    if request.method == "POST" and not looks_only and form.is_valid():
        try:
            _put(request, draft, topic, form, mark)
        except drafts.DraftRefused as error:
            form.add_error(None, str(error))
            draft.refresh_from_db()
            # The form now aims at the row as it is: saving again is a decision.
            now = mark and _same_code(draft, topic, request.POST)
            mark = rows.digest(now) if now else mark
        else:
            return redirect("reporting:plan-draft-rows", code, slug)
    context = {"topic": topic, "form": form, "mark": mark, "row": row}
    context["aside"] = form.aside(today=clock.today())
    name, args = ("plan-draft-row", [mark]) if mark else ("plan-draft-add", [])
    context["action"] = reverse(f"reporting:{name}", args=[code, slug, *args])
    status = 422 if form.is_bound and not looks_only else 200
    return draft_page(request, "row", draft, status, **context)


def _row(draft, topic, mark, *, gone_is_404):
    """Return the row a page shows, None for a new one or one that is gone."""
    place = rows.find(draft.document[topic.section], mark) if mark else None
    if mark and place is None and gone_is_404:
        raise Http404
    return None if place is None else draft.document[topic.section][place]


def _same_code(draft, topic, data):
    """Return the row as somebody changed it meanwhile, found by its code; None without one."""
    code = data.get("code")
    return next(
        (row for row in topic.rows(draft.document) if code and row.get("code") == code), None
    )


def _put(request, draft, topic, form, mark):
    row, is_new = form.write(), not mark
    label = topic.label(row, draft.document)
    note = _note("Thêm" if is_new else "Sửa", topic, label)
    put = {"shown": mark, "note": note, "by": request.user, "at": clock.now(), "tie": form.tie}
    drafts.put_row(draft, topic.section, row, **put)
    done = _("Đã thêm {one} “{label}”.") if is_new else _("Đã lưu {one} “{label}”.")
    messages.success(request, done.format(one=topic.one, label=label))


@in_vietnamese
def _note(deed, topic, label=""):
    """Return the words the draft's log keeps, in Vietnamese whatever the reader's language."""
    return f"{deed} {topic.one} “{label}”" if label else f"{deed} {topic.one}"


@posted_from("../../")
def topic_remove(request, code, slug, mark):
    draft, topic = open_draft(request, code, to_write=True), _topic(slug)
    row = _row(draft, topic, mark, gone_is_404=False)
    label = topic.label(row, draft.document) if row else ""
    try:
        drafts.remove_row(
            draft,
            topic.section,
            shown=mark,
            note=_note("Bỏ", topic, label),
            by=request.user,
            at=clock.now(),
        )
    except drafts.DraftRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đã bỏ {one} “{label}”.").format(one=topic.one, label=label))
    return redirect("reporting:plan-draft-rows", code, slug)


@posted_from("../../")
def topic_move(request, code, slug, mark):
    """Put a row before the one above it; moving down is the next row moving up."""
    draft, topic = open_draft(request, code, to_write=True), _topic(slug)
    try:
        drafts.move_row(
            draft,
            topic.section,
            shown=mark,
            before=request.POST.get("before", ""),
            note=_note("Đổi thứ tự", topic),
            by=request.user,
            at=clock.now(),
        )
    except drafts.DraftRefused as error:
        messages.error(request, str(error))
    return redirect("reporting:plan-draft-rows", code, slug)


@require_http_methods(["GET", "POST"])
def grid(request, code):
    draft = open_draft(request, code, to_write=request.method == "POST")
    typed = sent(request)
    lines, refusal = target_grid.grid_of(draft.document, typed), ""
    is_clean = not any(cell.error for line in lines for cell in line.cells)
    if typed is not None and is_clean:
        shown = request.POST.get("shown", "")
        try:
            target_grid.save_grid(draft, lines, shown=shown, by=request.user, at=clock.now())
        except drafts.DraftRefused as error:
            refusal = str(error)
            draft.refresh_from_db()
        else:
            messages.success(request, _("Đã lưu bảng mục tiêu từng năm."))
            return redirect("reporting:plan-draft-grid", code)
    context = {
        "lines": lines,
        "years": [cell.year for cell in lines[0].cells] if lines else [],
        "operators": target_grid.ONE_NUMBER,
        "mark": target_grid.mark_of(draft.document),
        "refusal": refusal,
        "faults": [cell for line in lines for cell in line.cells if cell.error],
    }
    return draft_page(request, "grid", draft, 200 if typed is None else 422, **context)
