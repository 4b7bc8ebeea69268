"""
The demo: the same figures every time, marked, coherent, and gone without a trace (R8).

Loading takes two seconds; tests therefore look at several things of one demo.
"""

from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from agencies.models import Event, User
from reporting import (
    deadlines,
    demo,
    draft_fields,
    drafts,
    plan_file,
    reminders,
    rounds,
    workflow,
)
from reporting.models import Report, ReportVersion, Round, VersionFigure
from targets.models import Allocation, Target
from tests.drafting import type_in
from tests.factories import MembershipFactory, RoundFactory, at

PLAN_FILE = Path(__file__).resolve().parents[2] / "fixtures/plans/kh-171-2021-kien-giang.yaml"
OURS = ("agencies", "plans", "targets", "reporting")
MORNING = at("2024-06-17", 8)


def load_kien_giang():
    return plan_file.load_plan(plan_file.read_plan_file(PLAN_FILE))[0]


@pytest.fixture
def plan(db):
    return load_kien_giang()


@pytest.fixture
def loaded(plan):
    assert demo.load_demo()
    return plan


def contents():
    """Every row of every table of ours."""
    ours = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in OURS]
    return {model._meta.label: sorted(map(_written, model.objects.values_list())) for model in ours}


def _written(row):
    return repr([bytes(value) if isinstance(value, memoryview) else value for value in row])


def totals():
    """{round code: {indicator code: (accepted, provisional, how many of each)}}"""
    codes = dict(Round.objects.values_list("plan__indicators__pk", "plan__indicators__code"))
    return {
        round.code: {
            codes[row["indicator"]]: (
                row["accepted"],
                row["provisional"],
                row["accepted_count"],
                row["provisional_count"],
            )
            for row in VersionFigure.objects.totals_of(round)
        }
        for round in Round.objects.filter(is_demo=True)
    }


def hashes():
    return set(
        ReportVersion.objects.values_list(
            "report__round__kind", "report__round__year", "report__agency__code", "sha256"
        )
    )


# Loading and clearing


def test_two_loads_give_the_same_and_clearing_leaves_no_trace(plan, mailoutbox):
    MembershipFactory(agency=plan.lead_agency, role="head")  # somebody real
    RoundFactory(plan=plan, year=2022)
    bare = contents()

    demo.load_demo()
    first, full = (totals(), hashes()), contents()
    assert demo.load_demo() is False
    assert contents() == full
    assert reminders.send_owed(now=MORNING)

    demo.clear_demo()
    assert contents() == bare

    demo.load_demo()
    assert (totals(), hashes()) == first
    assert len(hashes()) == 25 + 25 + 15


def test_real_rounds_of_these_years_keep_the_demo_out(plan):
    RoundFactory(plan=plan, year=2024)
    before = contents()

    with pytest.raises(demo.DemoRefused, match="kỳ báo cáo thật"):
        demo.load_demo()
    with pytest.raises(CommandError, match="kỳ báo cáo thật"):
        call_command("load_demo")

    assert contents() == before


@pytest.mark.django_db(transaction=True)
def test_real_work_of_a_demo_account_keeps_the_demo_from_being_cleared():
    # Foreign keys are checked when the clearing commits, so this one needs real commits.
    plan = load_kien_giang()
    demo.load_demo()
    [round] = rounds.open_rounds([plan], now=at("2024-10-01"))
    report = round.reports.get(agency__code="so-gddt", tier="agency")
    officer = User.objects.get(email="gddt@demo.invalid")
    texts = {f"narrative-{plan.outline.first().pk}": "Đã phối hợp."}
    texts |= {f"duty-{duty.pk}": "in_progress" for duty in draft_fields.duties_asked(report)}
    type_in(report, texts, by=officer, now=at("2024-10-02"))
    workflow.submit_report(report, by=officer, at=at("2024-10-02"))
    before = contents()

    with pytest.raises(CommandError, match="Chưa xóa được") as refusal:
        call_command("clear_demo")

    assert len(str(refusal.value).splitlines()) == 1
    assert contents() == before


# What it shows


def test_the_demo_is_marked_and_its_numbers_are_the_same_on_every_machine(loaded):
    for model in (Round, ReportVersion, VersionFigure, Allocation, User):
        assert model.objects.exists()
        assert not model.objects.filter(is_demo=False).exists(), model
    assert not Event.objects.filter(subject__startswith="reporting.", is_demo=False).exists()

    total = {code: rows["KG171-TOTAL"] for code, rows in totals().items()}

    # Of 35.000 a year; in June 2024 seven districts are accepted and three sent.
    assert total == {
        "2023-first-half": (17249, None, 15, 0),
        "2023-year": (34472, None, 15, 0),
        "2024-first-half": (9493, 3921, 7, 3),
    }
    assert_targets_are_allocated_to_the_last_one(loaded)


def assert_targets_are_allocated_to_the_last_one(plan):
    rows = Allocation.objects.values("indicator", "year").annotate(
        total=models.Sum("value"), agencies=models.Count("pk")
    )
    targets = Target.objects.filter(scope="year", year__in=[2023, 2024], indicator__plan=plan)
    assert {(row["indicator"], row["year"]): row["total"] for row in rows} == {
        (target.indicator_id, target.year): target.low for target in targets
    }
    assert [row["agencies"] for row in rows] == [15] * 12


def test_the_demo_adds_up_in_each_report_over_the_province_and_over_the_year(loaded):
    reports = Report.objects.filter(latest_version__isnull=False).select_related("round__plan")
    assert reports.count() == 25 + 25 + 15
    for report in reports:
        draft = drafts.Draft(report)
        assert draft.broken == [], report
        assert drafts.checklist(draft).is_clear, report

    for code, rows in totals().items():
        for column in (0, 1):  # accepted, provisional
            whole = rows["KG171-TOTAL"][column]
            if whole is None:
                continue
            for parts in (("PLACE-IN", "PLACE-OUT"), ("FORM-PROG", "FORM-OUT")):
                assert sum(rows[f"KG171-{part}"][column] for part in parts) == whole, code
            assert 0 < rows["KG171-NEW"][column] < whole
    assert_a_year_contains_its_first_half()


def assert_a_year_contains_its_first_half():
    actual = defaultdict(dict)
    figures = VersionFigure.objects.current().filter(
        indicator__combine="sum", version__report__round__year=2023
    )
    for figure in figures.select_related("version__report__round"):
        report = figure.version.report
        actual[report.round.kind][report.agency_id, figure.indicator_id] = figure.actual
    assert actual["first_half"].keys() == actual["year"].keys()
    assert len(actual["year"]) == 15 * 6
    assert all(half < actual["year"][key] for key, half in actual["first_half"].items())


def test_the_story_stands_on_the_morning_of_17_june_2024(loaded):
    half = Round.objects.get(year=2024)
    reports = half.reports.filter(tier="agency", obligation="required")
    states = {state: reports.filter(state=state).count() for state in Report.State.values}
    assert states == {"draft": 10, "submitted": 4, "returned": 1, "accepted": 10}
    assert {str(deadlines.timeliness(report, now=MORNING)) for report in reports} == {
        "on_time",
        "not_yet_due",
    }
    # Nothing has happened after the demo's clock starts.
    assert max(ReportVersion.objects.values_list("submitted_at", flat=True)) < MORNING
    assert max(Event.objects.values_list("at", flat=True)) < MORNING

    hon_dat = reports.get(agency__code="ubnd-huyen-hon-dat")
    officer = User.objects.with_role("officer", agency=hon_dat.agency).get()
    assert (hon_dat.state, officer.email) == ("draft", "hondat@demo.invalid")
    assert draft_fields.indicators_asked(hon_dat).count() == 6

    last_year = Report.objects.filter(round__year=2023, tier="agency", obligation="required")
    assert set(last_year.values_list("state", flat=True)) == {"accepted"}
    late = {
        report.agency.code
        for report in last_year.select_related("agency")
        if deadlines.timeliness(report, now=MORNING) == "late"
    }
    assert late == {"ubnd-huyen-kien-hai"}
