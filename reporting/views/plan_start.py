"""Pages that begin and end a plan: a new draft, closing or replacing, revising a target."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import roles_of
from agencies.models import Membership
from config import clock
from plans.endings import EndingRefused, end_plan
from plans.models import Plan
from reporting.plan_editor.deciding_forms import EndingForm, RevisionForm
from reporting.plan_editor.starting_forms import NewPlanForm, PlanFileForm
from reporting.views.lookup import steered_plan
from targets.models import Target
from targets.revisions import RevisionRefused, revise_target


@require_http_methods(["GET", "POST"])
def plan_new(request):
    """Three ways to begin: from nothing, by copying a plan, from a plan file."""
    if Membership.Role.STAFF not in roles_of(request.user):
        raise PermissionDenied
    sends_file = "file" in request.FILES or "nap" in request.POST
    source = Plan.objects.visible_to(request.user).filter(code=request.GET.get("tu", "")).first()
    typed = request.POST if request.method == "POST" else None
    form = NewPlanForm(None if sends_file else typed, user=request.user, source=source)
    file_form = PlanFileForm(
        typed if sends_file else None, request.FILES if sends_file else None, user=request.user
    )
    chosen = file_form if sends_file else form
    if chosen.is_valid() and (draft := chosen.start(by=request.user, at=clock.now())):
        messages.success(request, _("Đã mở bản soạn. Chỉ cơ quan bạn và quản trị thấy bản này."))
        return redirect(draft)
    context = {"form": form, "file_form": file_form, "source": source}
    status = 422 if chosen.is_bound else 200
    return render(request, "reporting/plan_editor/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
def plan_end(request, code):
    """Close a plan, or name the one that replaces it."""
    plan = steered_plan(request, code)
    form = EndingForm(request.POST or None, plan=plan, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            end_plan(plan, by=request.user, at=clock.now(), **form.cleaned_data)
        except EndingRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("{short_title} đã kết thúc; không mở kỳ mới nữa.").format(
                    short_title=plan.short_title
                ),
            )
            return redirect(plan)
    context = {"plan": plan, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "reporting/plan_editor/plan_end.html", context, status=status)


@require_http_methods(["GET", "POST"])
def target_revise(request, code, pk):
    """A target in force gets another value by a deciding document (R18)."""
    plan = steered_plan(request, code)
    targets = Target.objects.filter(indicator__plan=plan).select_related("indicator")
    target = get_object_or_404(targets, pk=pk)
    form = RevisionForm(request.POST or None, target=target)
    if request.method == "POST" and form.is_valid():
        try:
            revise_target(target, by=request.user, at=clock.now(), **form.cleaned_data)
        except RevisionRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("Đã điều chỉnh mục tiêu “{indicator}”.").format(indicator=target.indicator),
            )
            return redirect(plan)
    context = {"plan": plan, "target": target, "form": form}
    context["revisions"] = Target.objects.same_span(target)
    status = 422 if form.is_bound else 200
    return render(request, "reporting/plan_editor/target_revise.html", context, status=status)
