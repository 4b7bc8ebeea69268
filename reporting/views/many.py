"""Deeds on many reports of a round at once: accept, remind."""

import re

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config import clock
from config.posted_forms import posted_from
from reporting import reminders, workflow
from reporting.models import Report
from reporting.views.lookup import allow
from reporting.views.rounds import matrix_page, visible_round


@posted_from("../")
def round_accept(request, pk):
    """Accept every ticked report in the version shown, or none and say which stand in the way."""
    round, shown, _ = _chosen(request, pk)
    try:
        accepted, already = workflow.accept_reports(shown, by=request.user, at=clock.now())
    except workflow.BulkRefused as error:
        # What changed meanwhile is looked at again before it is ticked again.
        chosen = shown.keys() - {report.pk for report, _ in error.refused}
        return matrix_page(request, round, chosen=chosen, refused=error.refused, status=422)
    _tell(request, accepted, already)
    return _back(request, round)


@posted_from("../")
def round_remind(request, pk):
    """Remind the agencies of the ticked reports today, each person once a day at most."""
    round, shown, reports = _chosen(request, pk)
    try:
        done = reminders.remind_now(reports, by=request.user, now=clock.now())
    except reminders.ReminderRefused as error:
        messages.error(request, str(error))
        return matrix_page(request, round, chosen=shown.keys(), status=422)
    _tell_reminded(request, done)
    return _back(request, round)


def _chosen(request, pk):
    """Return (round, {report id: version shown}, reports); 404 for a report of another round."""
    round = visible_round(request, pk)
    allow(round.may_steer)
    shown = _ticked(request.POST)
    reports = list(Report.objects.reviewed_by(request.user).filter(round=round, pk__in=shown))
    if len(reports) != len(shown):
        raise Http404
    return round, shown, reports


def _ticked(data):
    """
    Return {report id: version number} of the rows ticked in the matrix, 0 for a draft.

    A row's value is “17:2”; what no page of ours sends is left out.
    """
    pairs = (
        re.fullmatch(r"(\d{1,15}):(\d{1,4})", value, re.ASCII) for value in data.getlist("report")
    )
    return {int(pair[1]): int(pair[2]) for pair in pairs if pair}


def _back(request, round):
    """Go back to the same choice of rows, none of them ticked."""
    given = request.GET.copy()
    given.pop("chon", None)
    query = given.urlencode()
    return redirect(round.get_absolute_url() + (f"?{query}" if query else ""))


def _tell(request, accepted, already):
    if not accepted and not already:
        messages.error(request, _("Chưa chọn báo cáo nào để tiếp nhận."))
    if accepted:
        messages.success(
            request, _("Đã tiếp nhận {accepted} báo cáo.").format(accepted=len(accepted))
        )
    if already:
        messages.info(
            request, _("{already} báo cáo đã được tiếp nhận trước đó.").format(already=len(already))
        )


def _tell_reminded(request, done):
    if not (done.entered or done.already_today or done.unreachable):
        messages.error(request, _("Chưa chọn cơ quan nào để nhắc."))
    if done.entered:
        messages.success(
            request,
            _("Đã nhắc {entered} cơ quan; thư đi trong giờ làm việc.").format(entered=done.entered),
        )
    if done.already_today:
        messages.info(
            request,
            _("{already_today} cơ quan đã được nhắc ngay trong hôm nay.").format(
                already_today=done.already_today
            ),
        )
    if done.unreachable:
        names = "; ".join(map(str, done.unreachable))
        messages.warning(
            request, _("Không có người nhận thư, cần gọi điện: {names}.").format(names=names)
        )
