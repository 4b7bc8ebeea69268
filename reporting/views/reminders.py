"""The staff's page of a round's reminders: who was told what and when, and mails in doubt."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import is_staff_of
from config import clock
from config.posted_forms import posted_from
from reporting import reminders
from reporting.models import Reminder, Report
from reporting.views.lookup import allow, visible_report
from reporting.views.rounds import visible_round


@require_safe
def round_reminders(request, pk):
    round = visible_round(request, pk)
    allow(round.may_steer)
    reports = round.reports.for_list().order_by("-tier", "agency__name_key")
    told = {}
    rows = Reminder.objects.filter(report__round=round).without_news_for_staff()
    for row in rows.select_related("recipient").order_by("-entered_at", "-pk"):
        told.setdefault(row.report_id, []).append(row)
    lines = [(report, told.get(report.pk, [])) for report in reports]
    undelivered = sum(row.is_undelivered for rows in told.values() for row in rows)
    context = {"round": round, "lines": lines, "undelivered": undelivered}
    return render(request, "reporting/round_reminders.html", context)


def _page_of_report(request, pk):
    return reverse("reporting:round-reminders", args=[visible_report(request, pk).round_id])


@posted_from(_page_of_report)
def report_remind(request, pk):
    """“Nhắc ngay” at one row of the page."""
    report = visible_report(request, pk)
    allow(is_staff_of(request.user, report.round.plan.lead_agency))
    try:
        done = reminders.remind_now([report], by=request.user, now=clock.now())
    except reminders.ReminderRefused as error:
        messages.error(request, str(error))
    else:
        messages.info(request, _outcome(done, report))
    return redirect("reporting:round-reminders", report.round_id)


def _outcome(done, report):
    if done.unreachable:
        return _("{agency} chưa có người dùng đang hoạt động; xin nhắc bằng điện thoại.").format(
            agency=report.agency
        )
    if done.already_today:
        return _("Hôm nay đã nhắc {agency}.").format(agency=report.agency)
    return _("Đã ghi nhắc {agency}; thư đi trong giờ làm việc, sau ít phút.").format(
        agency=report.agency
    )


def _mail(request, pk):
    rows = Reminder.objects.filter(report__in=Report.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("report__round__plan__lead_agency"), pk=pk)


def _page_of_mail(request, pk):
    return reverse("reporting:round-reminders", args=[_mail(request, pk).report.round_id])


@posted_from(_page_of_mail)
def reminder_decide(request, pk):
    """Staff say of a mail that did not go out, or may not have: send again, or take as sent."""
    row = _mail(request, pk)
    allow(is_staff_of(request.user, row.report.round.plan.lead_agency))
    again = request.POST.get("decision") == "again"
    if reminders.decide(row, again=again, by=request.user, now=clock.now()):
        text = _("Thư sẽ được gửi lại.") if again else _("Đã ghi là thư đã đi.")
        messages.success(request, text)
    else:
        messages.info(request, _("Thư này không còn chờ quyết định."))
    return redirect("reporting:round-reminders", row.report.round_id)
