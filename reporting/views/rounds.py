"""Pages of a round: who stands where, opening one by hand, closing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import downloads
from agencies.access import is_staff_of
from config import clock
from config.posted_forms import posted_from
from plans.models import Plan
from reporting import deadlines, matrix_view, tables
from reporting import rounds as round_rules
from reporting.matrix_view import Wanted
from reporting.models import Round, Tier
from reporting.round_forms import LastDayForm, RoundForm
from reporting.round_matrix import Matrix
from reporting.views.lookup import allow


@require_safe
def round_detail(request, pk):
    """The round, one line an agency; everyone sees the lines of the reports they may see."""
    return matrix_page(request, visible_round(request, pk))


def visible_round(request, pk):
    """Return the round with the person's rights in it, or raise 404."""
    rounds = Round.objects.visible_to(request.user).with_rights(request.user)
    return get_object_or_404(rounds.select_related("plan__lead_agency"), pk=pk)


def matrix_page(request, round, *, chosen=(), refused=(), day_form=None, status=200):
    """
    Show the matrix as the address asks; `chosen` are ids of the rows that stay ticked.

    `day_form` is {tier: the refused form of its last day}.
    """
    matrix = Matrix(round, request.user, now=clock.now())
    wanted = Wanted.from_address(request.GET, order="viec" if round.may_steer else "ten")
    shown = [line for line in matrix.lines if wanted.takes(line)]
    if kind := downloads.wanted(request):
        in_order = [line for _, part in matrix_view.grouped(shown, wanted.order) for line in part]
        return downloads.table_file(kind, tables.matrix_table(round, in_order))
    context = {
        "round": round,
        "dues": {due.tier: due for due in round.dues.all()},
        "day_forms": _day_forms(round) | (day_form or {}),
        "matrix": matrix,
        "frame": matrix_view.frame(matrix.lines, shown, wanted),
        "wanted": wanted,
        "shown": shown,
        "groups": matrix_view.grouped(shown, wanted.order),
        "chosen": chosen or matrix_view.ticked(shown, request.GET.get("chon")),
        "refused": refused,
    }
    return render(request, "reporting/round_detail.html", context, status=status)


def _day_forms(round):
    """Return {tier: form} for those who may give the open round's tiers a last day."""
    may_set = round.may_steer and not round.closed_at
    return {tier: LastDayForm(tier=tier) for tier in Tier.values if may_set}


@posted_from("../../")
def round_last_day(request, pk, tier):
    """Staff of the lead department give a tier its last day, or another one (R3)."""
    round = visible_round(request, pk)
    allow(round.may_steer)
    if tier not in Tier.values:
        raise Http404
    form = LastDayForm(request.POST, tier=tier)
    if form.is_valid():
        try:
            days = form.cleaned_data
            round_rules.set_last_day(round, tier, **days, by=request.user, at=clock.now())
        except round_rules.RoundRefused as error:
            form.add_error("last_day", str(error))
        else:
            day = f"{days['last_day']:%-d/%-m/%Y}"
            messages.success(request, _("Ngày cuối cùng nay là {day}.").format(day=day))
            return redirect(round)
    return matrix_page(request, round, day_form={tier: form}, status=422)


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
            messages.success(request, _("Đã mở {round}.").format(round=str(round).lower()))
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


@posted_from("../")
def round_close(request, pk):
    round = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    allow(is_staff_of(request.user, round.plan.lead_agency))
    round_rules.close_round(round, by=request.user, at=clock.now())
    messages.success(
        request,
        _("Đã đóng {round}; từ nay chỉ cơ quan thường trực nhập.").format(round=str(round).lower()),
    )
    return redirect(round)
