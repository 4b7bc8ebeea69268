"""Pages of a round: who stands where, opening one by hand, closing."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.access import is_staff_of
from config import clock
from plans.models import Plan
from reporting import deadlines, grid
from reporting import rounds as round_rules
from reporting.forms import RoundForm
from reporting.models import Report, Round, Tier
from reporting.views.lookup import allow


@require_GET
def round_detail(request, pk):
    """The round, one line an agency; everyone sees the lines of the reports they may see."""
    round = get_object_or_404(
        Round.objects.visible_to(request.user).select_related("plan__lead_agency"), pk=pk
    )
    now = clock.now()
    visible = Report.objects.visible_to(request.user).filter(round=round)
    reports = visible.for_list().order_by("-obligation", "agency__name_key").distinct()
    lines = [{"report": report, **deadlines.standing(report, now=now)} for report in reports]
    return render(
        request,
        "reporting/round_detail.html",
        {
            "round": round,
            "dues": {due.tier: due for due in round.dues.all()},
            "agency_lines": [line for line in lines if line["report"].tier == Tier.AGENCY],
            "lead_line": next((x for x in lines if x["report"].tier == Tier.LEAD), None),
            "may_steer": is_staff_of(request.user, round.plan.lead_agency),
            "first_indicator": grid.indicators_in(round).first(),
        },
    )


@require_http_methods(["GET", "POST"])
def round_open(request, code):
    """Staff open a round by hand: ad hoc, or one whose rule names no date (R3)."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user), code=code)
    allow(is_staff_of(request.user, plan.lead_agency))
    form = RoundForm(request.POST or None, plan=plan, initial=_likely_round(plan))
    if request.method == "POST" and form.is_valid():
        try:
            round = round_rules.open_by_hand(
                form.instance,
                parties=form.cleaned_data["parties"],
                last_days=form.last_days,
                by=request.user,
                at=clock.now(),
            )
        except round_rules.RoundRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Đã mở {str(round).lower()}.")
            return redirect(round)
    status = 422 if form.is_bound else 200
    return render(request, "reporting/round_open.html", {"plan": plan, "form": form}, status=status)


def _likely_round(plan):
    """Return what the form starts with: this plan year, for all who report under the plan."""
    year = min(max(clock.today().year, plan.first_year), plan.last_year)
    start, end = deadlines.data_window(Round.Kind.YEAR, year)
    return {
        "kind": Round.Kind.YEAR,
        "year": year,
        "window_start": start,
        "window_end": end,
        "parties": plan.parties.filter(regimes__tier=Tier.AGENCY).distinct(),
    }


@require_POST
def round_close(request, pk):
    round = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    allow(is_staff_of(request.user, round.plan.lead_agency))
    round_rules.close_round(round, by=request.user, at=clock.now())
    messages.success(request, f"Đã đóng {str(round).lower()}; từ nay chỉ cơ quan thường trực nhập.")
    return redirect(round)
