"""A person's own page of notices: read, and plans whose mails are left to colleagues."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config import clock
from config.posted_forms import posted_from
from plans.models import Plan
from reporting.models import Mute, Reminder, Report
from reporting.reminders import wording

PAGE = 50


@require_safe
def notice_list(request):
    own = Reminder.objects.notices_of(request.user)
    rows = own.select_related("report__agency", "report__round__plan")
    page = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    muted = set(request.user.mutes.values_list("plan", flat=True))
    return render(
        request,
        "reporting/notices.html",
        {
            "page": page,
            "lines": [{"row": row, "words": wording.headline(row)} for row in page],
            "unread": own.unread().count(),
            "plans": [(plan, plan.pk in muted) for plan in _plans_of(request.user)],
        },
    )


def _plans_of(user):
    """Plans under which the person may get mails."""
    reports = Report.objects.visible_to(user)
    return Plan.objects.filter(rounds__reports__in=reports).distinct()


@posted_from("../../")
def notice_open(request, pk):
    """Mark one notice read and go where it points."""
    row = get_object_or_404(Reminder.objects.notices_of(request.user), pk=pk)
    Reminder.objects.filter(pk=row.pk, read_at=None).update(read_at=clock.now())
    if row.is_brief:
        return redirect("dashboards:brief", row.report.round.plan.jurisdiction.code)
    return redirect(row.report)


@posted_from("../")
def notices_read(request):
    Reminder.objects.notices_of(request.user).unread().update(read_at=clock.now())
    return redirect("reporting:notice-list")


@posted_from("../../")
def plan_mute(request, code):
    """Leave a plan's mails to colleagues, or take them again."""
    plan = get_object_or_404(_plans_of(request.user), code=code)
    if request.POST.get("mute"):
        Mute.objects.get_or_create(user=request.user, plan=plan)
        messages.success(
            request,
            _("Từ nay thư của {short_title} để đồng nghiệp nhận.").format(
                short_title=plan.short_title
            ),
        )
    else:
        Mute.objects.filter(user=request.user, plan=plan).delete()
        messages.success(
            request, _("Đã nhận lại thư của {short_title}.").format(short_title=plan.short_title)
        )
    return redirect("reporting:notice-list")
