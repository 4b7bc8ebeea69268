"""Pages of a draft as a whole: its head, its check, its activation, its file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import is_staff_of
from config import clock
from config.posted_forms import posted_from
from plans.models import Plan
from reporting.plan_editor import activation, checking, drafts, rows, topics
from reporting.plan_editor.general_form import GeneralForm
from reporting.plan_file import PlanFileError, arranged, as_yaml, export_plan
from reporting.views.lookup import allow, open_draft

FOLDER = "reporting/plan_editor"


def sent(request):
    """Return what a form was sent with; an empty one is sent, too."""
    return request.POST if request.method == "POST" else None


def draft_page(request, name, draft, status=200, **context):
    context |= {"draft": draft, "head": draft.document["plan"], "topics": topics.TOPICS}
    return render(request, f"{FOLDER}/{name}.html", context, status=status)


@require_safe
def overview(request, code):
    draft = open_draft(request, code)
    counts = [(topic, len(topic.rows(draft.document))) for topic in topics.TOPICS]
    return draft_page(
        request, "overview", draft, counts=counts, events=draft.events.order_by("-pk")[:12]
    )


@posted_from("../../van-ban/")
def open_changes(request, code):
    """Begin, or go on with, changes to a plan in force."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user), code=code)
    allow(is_staff_of(request.user, plan.lead_agency) and plan.is_active)
    return redirect(drafts.open_changes(plan, by=request.user, at=clock.now()))


@require_http_methods(["GET", "POST"])
def general(request, code):
    draft = open_draft(request, code, to_write=request.method == "POST")
    form = GeneralForm(sent(request), draft=draft)
    if request.method == "POST" and form.is_valid():
        try:
            form.save(shown=request.POST.get("shown", ""), by=request.user, at=clock.now())
        except drafts.DraftRefused as error:
            form.add_error(None, str(error))
            draft.refresh_from_db()
        else:
            messages.success(request, _("Đã lưu thông tin chung."))
            return redirect(draft)
    status, mark = 422 if form.is_bound else 200, rows.digest(draft.document["plan"])
    return draft_page(request, "general", draft, status, form=form, mark=mark)


@posted_from("../")
def check(request, code):
    """The complete check: every problem with its place, what changes, and the button."""
    draft = open_draft(request, code)
    found = checking.problems_in(draft.document, agency=draft.agency, plan=draft.plan)
    changes = checking.differences(draft.base, draft.document) if draft.base else []
    problems = checking.located(draft, found)
    gaps = checking.gaps(draft.document)
    return draft_page(request, "check", draft, problems=problems, changes=changes, gaps=gaps)


@posted_from("../")
def activate(request, code):
    draft = open_draft(request, code, to_write=True)
    try:
        plan = activation.activate(draft, by=request.user, at=clock.now())
    except PlanFileError as error:
        problems = checking.located(draft, error.problems)
        return draft_page(request, "check", draft, 422, problems=problems, changes=[])
    except drafts.DraftRefused as error:
        messages.error(request, str(error))
        return redirect(draft)
    done = _("Đã áp dụng thay đổi vào") if draft.plan else _("Đã kích hoạt")
    messages.success(request, f"{done} {plan.short_title}.")
    return redirect(plan)


@posted_from("../")
def discard(request, code):
    draft = open_draft(request, code, to_write=True)
    drafts.discard(draft, by=request.user, at=clock.now())
    messages.success(request, _("Đã bỏ bản soạn."))
    return redirect(draft.plan or "dashboards:plan-list")


@require_safe
def draft_file(request, code):
    draft = open_draft(request, code)
    return _file(arranged(draft.document), code)


@require_safe
def plan_file(request, code):
    """The plan as a plan file, the same as `export_plan --format yaml` prints."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user), code=code)
    return _file(export_plan(plan), code)


def _file(document, code):
    disposition = {"Content-Disposition": f'attachment; filename="{code}.yaml"'}
    return HttpResponse(as_yaml(document), content_type="application/yaml", headers=disposition)
