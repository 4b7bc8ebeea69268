"""First pages of each role, and the pages of a plan."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agencies import downloads
from agencies.access import is_staff_of, memberships_of, roles_of
from agencies.desk import overview
from agencies.language import in_vietnamese
from agencies.models import Jurisdiction, Membership
from config import clock
from dashboards import tables
from dashboards.breakdown_charts import breakdown_charts
from dashboards.brief import brief_of, plans_told_to
from dashboards.brief_pdf import brief_pdf
from dashboards.headline import headline
from dashboards.home import leader_plans, officer_tasks, staff_desk
from dashboards.indicator_year import agency_lines, figures_table, year_lines
from dashboards.place_comparison import chosen_topic, compare, places_table, topics
from dashboards.plan_tables import target_tables
from dashboards.progress import year_progress
from dashboards.search import search
from dashboards.year_comparison import indicator_years, years_table
from plans.models import Plan
from reporting.access import may_read_totals
from reporting.duty_states import DutyStates
from reporting.models import PlanDraft, Report, Round
from reporting.rounds import last_day_of
from reporting.timeliness import TimelinessTable
from targets.export import appendix_workbook
from targets.models import Target

Role = Membership.Role


@require_safe
def home(request):
    """What needs this person today, by role; who holds several sees each part."""
    now, roles = clock.now(), {held.role for held in memberships_of(request.user)}
    context = {"roles": roles}
    if roles & {Role.OFFICER, Role.HEAD}:
        context |= officer_tasks(request.user, now=now)
    if Role.STAFF in roles:
        context |= staff_desk(request.user, now=now, real_now=clock.real_now())
    if Role.LEADER in roles:
        context |= leader_plans(request.user, now=now)
    if roles == {Role.ADMINISTRATOR}:
        context |= overview(request.user, today=now.date())
    return render(request, "dashboards/home.html", context)


@require_safe
def search_page(request):
    text = request.GET.get("q", "")[:100].replace("\0", "").strip()
    context = {"text": text, "found": search(text, request.user)}
    return render(request, "dashboards/search.html", context)


@require_safe
def plan_list(request):
    plans = Plan.objects.visible_to(request.user).for_list()
    targets = dict(
        Target.objects.order_by()
        .values("indicator__plan")
        .annotate(count=Count("indicator", distinct=True))
        .values_list("indicator__plan", "count")
    )
    main = {target.indicator.plan_id: target for target in Target.objects.main_of_plans()}
    rows = [(plan, targets.get(plan.pk, 0), main.get(plan.pk)) for plan in plans]
    context = {
        "rows": rows,
        "drafts": PlanDraft.objects.visible_to(request.user).open().select_related("plan"),
        "may_begin": Role.STAFF in roles_of(request.user),
    }
    return render(request, "dashboards/plan_list.html", context)


def _plan_page(request, code, tab, **context):
    """Return (plan, context) of one tab of a plan's page."""
    roles = {held.role for held in memberships_of(request.user)}
    plans = Plan.objects.visible_to(request.user)
    plans = plans.select_related("jurisdiction", "lead_agency", "replaced_by")
    plan = get_object_or_404(plans, code=code)
    context |= {
        "plan": plan,
        "tab": tab,
        "may_read_totals": may_read_totals(request.user, plan),
        "progress_year": min(max(clock.today().year, plan.first_year), plan.last_year),
        "may_steer": is_staff_of(request.user, plan.lead_agency),
        # Asked only of those who may see one: a leader's page has fifteen statements to spend.
        "draft": PlanDraft.objects.visible_to(request.user).open().filter(plan=plan).first()
        if roles & {Role.STAFF, Role.ADMINISTRATOR}
        else None,
    }
    return plan, context


@require_safe
def plan_targets(request, code):
    plan, context = _plan_page(request, code, "targets")
    if kind := downloads.wanted(request):
        return _targets_file(request, kind, plan, context)
    context |= target_tables(plan, on=clock.today())
    return render(request, "dashboards/plan_targets.html", context)


def _targets_file(request, kind, plan, context):
    """The appendix in its own layout; the allocations for those who may read all agencies."""
    if request.GET.get("bang") == "giao-chi-tieu":
        if not context["may_read_totals"]:
            raise PermissionDenied
        return downloads.table_file(kind, tables.allocation_table(plan))
    if kind == "csv":
        return downloads.table_file(kind, tables.targets_table(plan))
    title = f"Phụ lục, {plan.short_title}"
    return downloads.content_file("xlsx", appendix_workbook(plan), title)


@require_safe
def plan_duties(request, code):
    plan, context = _plan_page(request, code, "duties")
    parties = plan.parties.filter(duties__isnull=False).distinct()
    context["parties"] = parties.prefetch_related("duties__partners", "members")
    if kind := downloads.wanted(request):
        return downloads.table_file(kind, tables.duties_table(plan, context["parties"]))
    return render(request, "dashboards/plan_duties.html", context)


@require_safe
def plan_solutions(request, code):
    plan, context = _plan_page(request, code, "solutions")
    context["groups"] = plan.solution_groups.all()
    return render(request, "dashboards/plan_solutions.html", context)


@require_safe
def plan_reporting(request, code):
    plan, context = _plan_page(request, code, "reporting")
    visible = Report.objects.visible_to(request.user).filter(round__plan=plan)
    rounds = Round.objects.filter(pk__in=visible.values("round")).with_counts()
    rounds = rounds.prefetch_related("dues").order_by("-window_end", "-pk")
    regimes = [
        (regime, last_day_of(plan, regime, context["progress_year"], 1))
        for regime in plan.regimes.prefetch_related("reporters")
    ]
    context |= {"regimes": regimes, "rounds": rounds}
    return render(request, "dashboards/plan_reporting.html", context)


@require_safe
def plan_source(request, code):
    _, context = _plan_page(request, code, "source")
    return render(request, "dashboards/plan_source.html", context)


@require_safe
def plan_progress(request, code, year):
    """The leader's page: figures of a whole jurisdiction, for those who may read them."""
    plan, context = _plan_page(request, code, "progress", year=year)
    if not context["may_read_totals"]:
        raise PermissionDenied
    if year not in plan.years:
        raise Http404
    context["progress"] = year_progress(plan, year, today=clock.today())
    context["headline"] = headline(context["progress"], year)
    context["charts"] = breakdown_charts(context["progress"])
    if kind := downloads.wanted(request):
        return downloads.table_file(kind, tables.progress_table(plan, year, context["progress"]))
    return render(request, "dashboards/plan_progress.html", context)


@require_safe
def plan_years(request, code):
    """The plan's years side by side."""
    plan, context = _totals_page(request, code, "progress", year=None)
    lines = indicator_years(plan, today=clock.today())
    if kind := downloads.wanted(request):
        return downloads.table_file(kind, years_table(plan, lines))
    return render(request, "dashboards/plan_years.html", context | {"lines": lines})


@require_safe
def compare_places(request):
    """One indicator across provinces; `?chi-tieu=` names it, else one the reader's place has."""
    held = memberships_of(request.user)
    shared = topics(Plan.objects.visible_to(request.user))
    topic = chosen_topic(shared, request.GET.get("chi-tieu", ""), held)
    comparison = topic and compare(topic, request.user, today=clock.today())
    if comparison and (kind := downloads.wanted(request)):
        return downloads.table_file(kind, places_table(comparison))
    context = {"topics": shared, "topic": topic, "comparison": comparison}
    return render(request, "dashboards/compare_places.html", context)


@require_safe
def plan_figures(request, code, year, pk):
    """The agencies' figures behind one number, and the years before."""
    plan, context = _totals_page(request, code, "progress", year=year)
    progress = year_progress(plan, year, today=clock.today())
    row = next((row for row in progress.rows if row.indicator.pk == pk), None)
    if row is None or year not in plan.years:
        raise Http404
    lines = agency_lines(progress, row)
    if kind := downloads.wanted(request):
        return downloads.table_file(kind, figures_table(progress, row, lines))
    years = year_lines(progress, row, today=clock.today())
    context |= {"progress": progress, "row": row, "agencies": lines, "years": years}
    return render(request, "dashboards/plan_figures.html", context)


def _totals_page(request, code, tab, **context):
    """Return (plan, context) of a page over all agencies, for staff and leaders only (R21)."""
    plan, context = _plan_page(request, code, tab, **context)
    if not context["may_read_totals"]:
        raise PermissionDenied
    return plan, context


@require_safe
def plan_timeliness(request, code):
    """Agency by round: in time, late, missing; `?nam=` shows one year, `?nam=tat-ca` all."""
    plan, context = _totals_page(request, code, "timeliness")
    table = TimelinessTable(plan, now=clock.now(), shown=request.GET.get("nam", ""))
    if kind := downloads.wanted(request):
        return downloads.table_file(kind, tables.timeliness_table(plan, table))
    context["table"] = table
    return render(request, "dashboards/plan_timeliness.html", context)


@require_safe
def plan_duty_states(request, code):
    plan, context = _totals_page(request, code, "duty-states")
    states = context["states"] = DutyStates(plan)
    if kind := downloads.wanted(request):
        is_stuck = request.GET.get("bang") == "vuong-mac"
        made = tables.stuck_table if is_stuck else tables.duty_states_table
        return downloads.table_file(kind, made(plan, states))
    return render(request, "dashboards/plan_duty_states.html", context)


@require_safe
def brief(request, code):
    """The leaders' brief of a province: a page that prints on one sheet."""
    return render(request, "dashboards/brief.html", {"brief": _brief(request, code)})


@require_safe
@in_vietnamese  # also the words that are made before the paper
def brief_file(request, code):
    brief = _brief(request, code)
    name = f"tom-tat-{code}-{brief.at:%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(brief_pdf(brief), content_type="application/pdf", headers=headers)


def _brief(request, code):
    plans = list(plans_told_to(request.user).filter(jurisdiction__code=code))
    if not plans:
        get_object_or_404(Jurisdiction, code=code)
        raise PermissionDenied
    return brief_of(plans[0].jurisdiction, plans, now=clock.now())
