"""What the demo shows: coherent figures of five plans, and a morning with work left to do."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, models
from django.test import override_settings
from django.utils import timezone

from agencies.models import Event, Membership, User
from plans.models import Plan
from reporting import checklist, deadlines, demo, draft_fields, drafts, plan_file, reminders
from reporting.models import (
    Reminder,
    Report,
    ReportVersion,
    Round,
    VersionDuty,
    VersionFigure,
)
from targets.breakdowns import broken_breakdowns
from targets.models import Allocation, Target
from tests.factories import at
from tests.module_rows import rows_of_module

# In one worker: it loads the demo once.
pytestmark = pytest.mark.xdist_group("demo-story")

PLAN_FILES = Path(__file__).resolve().parents[2] / "fixtures/plans"
KIEN_GIANG = "kh-171-2021-kien-giang"
MORNING = at("2024-06-17", 8)
MAIN = {
    KIEN_GIANG: "KG171-TOTAL",
    "nq06-an-giang": "AG06-UNEMP",
    "kh-710-2023-kon-tum": "KT710-AGRI-SHARE",
    "viec-lam-huyen-dong-thap": "DT20-JOBS",
    "kh-18-2018-kien-giang": "KG18-NEW-JOBS",
}


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker, tmp_path_factory):
    """The five plans with the demo, loaded once for this file and rolled back after it."""
    media = str(tmp_path_factory.mktemp("media"))
    with rows_of_module(django_db_blocker), override_settings(MEDIA_ROOT=media):
        for path in sorted(PLAN_FILES.glob("*.yaml")):
            plan_file.load_plan(plan_file.read_plan_file(path))
        demo.load_demo()
        # Nobody else sees these rows, the statistics' collector neither; without it the planner
        # takes minutes for a join.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield {plan.code: plan for plan in Plan.objects.all()}


@pytest.fixture
def loaded(loaded_once, db):
    return loaded_once


def totals(plan):
    """{round code: {indicator code: (accepted, provisional, how many of each)}}"""
    codes = dict(plan.indicators.values_list("pk", "code"))
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
        for round in plan.rounds.filter(is_demo=True)
    }


def test_the_demo_is_marked_and_its_numbers_are_the_same_on_every_machine(loaded):
    for model in (Round, ReportVersion, VersionFigure, Allocation, User):
        assert model.objects.exists()
        assert not model.objects.filter(is_demo=False).exists(), model
    assert not Event.objects.filter(is_demo=False).exists()
    total = {
        code: {name: rows[main] for name, rows in totals(loaded[code]).items() if main in rows}
        for code, main in MAIN.items()
    }

    # Of 35.000 a year; in June 2024 seven districts are accepted and three sent.
    assert total[KIEN_GIANG] == {
        "2021-year": (33235, None, 15, 0),
        "2022-first-half": (17364, None, 15, 0),
        "2022-year": (35081, None, 15, 0),
        "2023-first-half": (17114, None, 15, 0),
        "2023-year": (34206, None, 15, 0),
        "2024-first-half": (9709, 3866, 7, 3),
    }
    # Lower than the milestone is met for one, not yet for the other (R11).
    assert total["nq06-an-giang"] == {"2023-year": (Decimal("2.9"), None, 1, 0)}
    assert total["kh-710-2023-kon-tum"] == {"2023-year": (Decimal("63.4"), None, 1, 0)}
    months = total["viec-lam-huyen-dong-thap"]
    assert len(months) == 12
    assert months["2020-month-12"][0] >= 2600
    assert list(total["kh-18-2018-kien-giang"]) == ["2018-year", "2019-year", "2020-year"]
    assert_targets_are_allocated_to_the_last_one(loaded[KIEN_GIANG])


def assert_targets_are_allocated_to_the_last_one(plan):
    rows = Allocation.objects.values("indicator", "year").annotate(
        total=models.Sum("value"), agencies=models.Count("pk")
    )
    targets = Target.objects.filter(scope="year", indicator__plan=plan)
    assert {(row["indicator"], row["year"]): row["total"] for row in rows} == {
        (target.indicator_id, target.year): target.low for target in targets
    }
    assert [row["agencies"] for row in rows] == [15] * 30
    given = {}
    for share in Allocation.objects.all():
        given.setdefault((share.agency_id, share.year), {})[share.indicator_id] = share.value
    breakdowns = list(plan.breakdowns.prefetch_related("members"))
    assert [fault for own in given.values() for fault in broken_breakdowns(breakdowns, own)] == []


def test_the_demo_adds_up_in_each_report_over_the_province_and_over_the_year(loaded):
    reports = Report.objects.filter(tier="agency", latest_version__isnull=False)
    explained = []
    for report in reports.select_related("agency", "round__plan"):
        draft = drafts.Draft(report)
        sent_on = timezone.localtime(report.first_submitted_at).date()
        open_points = checklist.of_draft(draft, today=sent_on)
        assert open_points.is_clear, (report, open_points)
        explained += [(report.round.code, report.agency.code, int(b.gap)) for b in draft.broken]
    assert explained == [("2023-year", "ubnd-thanh-pho-rach-gia", 62)]

    for code, rows in totals(loaded[KIEN_GIANG]).items():
        for column in (0, 1):  # accepted, provisional
            whole = rows["KG171-TOTAL"][column]
            if whole is None:
                continue
            abroad = 62 if code == "2023-year" else 0
            for parts, apart in (
                (("PLACE-IN", "PLACE-OUT"), abroad),
                (("FORM-PROG", "FORM-OUT"), 0),
            ):
                assert sum(rows[f"KG171-{part}"][column] for part in parts) == whole - apart, code
            assert 0 < rows["KG171-NEW"][column] < whole
    assert_a_year_contains_its_first_half(loaded[KIEN_GIANG], 2022)
    assert_a_year_contains_its_first_half(loaded[KIEN_GIANG], 2023)
    assert_months_grow()


def assert_a_year_contains_its_first_half(plan, year):
    actual = defaultdict(dict)
    figures = VersionFigure.objects.filter(
        indicator__combine="sum", version__current_report__round__year=year, indicator__plan=plan
    )
    for figure in figures.select_related("version__current_report__round"):
        report = figure.version.current_report
        actual[report.round.kind][report.agency_id, figure.indicator_id] = figure.actual
    assert actual["first_half"].keys() == actual["year"].keys()
    assert len(actual["year"]) == 15 * 6
    assert all(half < actual["year"][key] for key, half in actual["first_half"].items())


def assert_months_grow():
    """Figures are counted since January (R10)."""
    figures = VersionFigure.objects.filter(
        indicator__code="DT20-JOBS", version__report__agency__code="thi-tran-minh-hoa"
    )
    months = list(
        figures.order_by("version__report__round__number").values_list("actual", flat=True)
    )
    assert months == sorted(months)
    assert len(months) == 12


def test_the_story_stands_on_the_morning_of_17_june_2024(loaded, mailoutbox):
    half = Round.objects.get(year=2024)
    reports = half.reports.filter(tier="agency", obligation="required")
    states = {state: reports.filter(state=state).count() for state in Report.State.values}
    assert states == {"draft": 9, "submitted": 4, "returned": 2, "accepted": 10}
    assert {str(deadlines.timeliness(report, now=MORNING)) for report in reports} == {
        "on_time",
        "not_yet_due",
    }
    assert half.reports.filter(tier="agency").exclude(state="draft").count() == 20
    # Nothing has happened after the demo's clock starts.
    assert max(ReportVersion.objects.values_list("submitted_at", flat=True)) < MORNING
    assert max(Event.objects.values_list("at", flat=True)) < MORNING

    hon_dat = reports.get(agency__code="ubnd-huyen-hon-dat")
    officer = User.objects.with_role("officer", agency=hon_dat.agency).get()
    assert (hon_dat.state, officer.email) == ("draft", "hondat@demo.invalid")
    assert draft_fields.indicators_asked(hon_dat).count() == 6
    assert not hon_dat.draft_fields.exists()

    assert_each_turn_a_report_can_take_is_there(half)
    assert_past_rounds_are_closed_with_some_late()
    # Nothing pretends to have been mailed: deeds have written their news (the old ones go
    # nowhere any more), and the first tick mails whom the calendar owes.
    assert not Reminder.objects.exclude(state=Reminder.State.OWED).exists()
    sent = reminders.send_owed(now=MORNING)
    assert {row.report.round_id for row in sent} == {half.pk}
    assert len(mailoutbox) == len({row.recipient_id for row in sent}) < 30


def assert_each_turn_a_report_can_take_is_there(half):
    def codes(**condition):
        reports = half.reports.filter(tier="agency", **condition)
        return set(reports.values_list("agency__code", flat=True))

    assert codes(proposed_at__isnull=False) == {"ubnd-huyen-u-minh-thuong"}
    assert codes(latest_version__on_behalf=True) == {"ubnd-huyen-kien-luong"}
    assert codes(latest_version__number=2, state="accepted") == {"ubnd-huyen-giong-rieng"}
    assert codes(latest_version__number=2, state="submitted") == {"ubnd-huyen-an-minh"}
    assert codes(extensions__decided_at__isnull=False) == {"ubnd-huyen-kien-hai"}
    assert codes(extensions__isnull=False, extensions__decided_at=None) == {"so-tai-chinh"}
    assert codes(notes__isnull=False) == {"ubnd-thanh-pho-phu-quoc"}
    assert codes(evidence__isnull=False) == {"ubnd-thanh-pho-rach-gia", "ubnd-huyen-an-minh"}
    outstanding = {
        r.agency.code for r in half.reports.all() if deadlines.is_outstanding(r, now=MORNING)
    }
    assert outstanding == {"so-tttt"}
    assert {"nil", "not_applicable", "number"} <= set(
        VersionFigure.objects.values_list("status", flat=True)
    )
    stuck = VersionDuty.objects.filter(status="stuck", version__report__round=half)
    assert stuck.exists()
    assert not stuck.filter(words="").exists()


def assert_past_rounds_are_closed_with_some_late():
    past = Report.objects.filter(tier="agency", obligation="required").exclude(round__year=2024)
    assert not past.filter(round__closed_at=None).exists()
    never = past.exclude(state="accepted").values_list("round__year", "agency__code")
    assert set(never) == {(2020, "xa-minh-hoa-5"), (2022, "so-du-lich")}
    late = [
        r for r in past.filter(state="accepted") if deadlines.timeliness(r, now=MORNING) == "late"
    ]
    assert len(late) == 18
    assert past.filter(latest_version__number=2).count() == 1
    lead = Report.objects.filter(tier="lead").exclude(round__year=2024)
    assert {deadlines.timeliness(report, now=MORNING) for report in lead} == {
        "on_time",
        "no_due_date",
    }
    waiting = lead.exclude(state="accepted").values_list("round__plan__code", "state")
    assert list(waiting) == [("nq06-an-giang", "submitted")]


def test_every_role_has_an_account_in_every_place(loaded):
    roles = set(
        Membership.objects.exclude(user__password__startswith="!").values_list(
            "role", "agency__code", "jurisdiction__code"
        )
    )

    assert {role for role, *_ in roles} == set(Membership.Role.values)
    for plan in loaded.values():
        assert User.objects.with_role("staff", agency=plan.lead_agency).exists()
        assert Membership.objects.filter(role="leader", jurisdiction=plan.jurisdiction).exists()
    assert ("officer", "so-gddt", None) in roles
