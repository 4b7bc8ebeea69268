"""
The demo: the same figures every time, marked, coherent, and gone without a trace (R8).

Loading takes seconds; tests therefore look at several things of one demo.
"""

from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase

from agencies.files import store_file
from agencies.models import ListImport, User
from plans.models import Plan
from reporting import (
    demo,
    draft_fields,
    feed_links,
    plan_file,
    reminders,
    rounds,
    workflow,
)
from reporting.models import Mute, Report, ReportVersion, Round, Tick
from tests.drafting import type_in
from tests.factories import MembershipFactory, RoundFactory, at

pytestmark = pytest.mark.usefixtures("media")

PLAN_FILES = Path(__file__).resolve().parents[2] / "fixtures/plans"
KIEN_GIANG = "kh-171-2021-kien-giang"
OURS = ("agencies", "plans", "targets", "reporting")
MORNING = at("2024-06-17", 8)


def load_kien_giang():
    return plan_file.load_plan(plan_file.read_plan_file(PLAN_FILES / f"{KIEN_GIANG}.yaml"))[0]


@pytest.fixture
def plans(db):
    """All five plans, by code."""
    for path in sorted(PLAN_FILES.glob("*.yaml")):
        plan_file.load_plan(plan_file.read_plan_file(path))
    return {plan.code: plan for plan in Plan.objects.all()}


def contents():
    """Every row of every table of ours, but for the moment of the last tick."""
    ours = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in OURS]
    ours.remove(Tick)
    return {model._meta.label: sorted(map(_written, model.objects.values_list())) for model in ours}


def _written(row):
    return repr([bytes(value) if isinstance(value, memoryview) else value for value in row])


def hashes():
    rows = ReportVersion.objects.values_list("report__round__plan__code", "content", "sha256")
    return {(plan, content["round"], content["agency"], sha256) for plan, content, sha256 in rows}


# Loading and clearing


def test_two_loads_give_the_same_and_clearing_leaves_no_trace(plans, mailoutbox, media):
    plan = plans[KIEN_GIANG]
    MembershipFactory(agency=plan.lead_agency, role="head")  # somebody real
    RoundFactory(plan=plan, year=2025)
    exported = [plan_file.export_plan(p) for p in plans.values()]
    bare = contents()

    demo.load_demo()
    first, full = hashes(), contents()
    assert [plan_file.export_plan(p) for p in plans.values()] == exported
    assert demo.load_demo() is False
    assert contents() == full
    assert reminders.send_owed(now=MORNING)
    assert len(list(media.rglob("*.*"))) == 2
    leader = User.objects.filter(is_demo=True, memberships__role="leader").first()
    feed_links.renew(leader, at=MORNING)
    Mute.objects.create(user=leader, plan=plan)
    admin = User.objects.filter(is_demo=True, memberships__role="administrator").first()
    read_a_list_with_faults(admin, plan.jurisdiction)

    with TestCase.captureOnCommitCallbacks(execute=True):
        demo.clear_demo()
    assert contents() == bare
    assert list(media.rglob("*.*")) == []

    demo.load_demo()
    assert hashes() == first


def read_a_list_with_faults(admin, place):
    """Keep its copy with comments, and one that nothing points at any more."""
    copy, _ = (
        store_file(ContentFile(b"%PDF-" + text, "a.pdf"), by=admin, at=MORNING)
        for text in (b"1", b"2")
    )
    ListImport.objects.create(
        kind=ListImport.Kind.AGENCIES,
        jurisdiction=place,
        columns={},
        rows=[],
        shown=[],
        annotated=copy,
        read_by=admin,
        read_at=MORNING,
    )


def test_real_rounds_of_these_years_keep_the_demo_out(db):
    RoundFactory(plan=load_kien_giang(), year=2024)
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


def test_what_is_written_in_bulk_is_what_the_workflow_would_have_left(plans):
    """The same report twice: once out of the archive, once typed, sent and accepted."""
    real = RoundFactory(plan=plans["nq06-an-giang"], kind="year", year=2023)
    by_hand = RoundFactory(plan=plans["kh-18-2018-kien-giang"], kind="year", year=2019)
    demo.load_demo()
    assert not real.reports.exists()  # a real round of another plan is left alone
    assert not by_hand.reports.exists()
    assert not Round.objects.filter(pk__in=[real.pk, by_hand.pk], is_demo=True).exists()
    report = Report.objects.select_related("agency", "round__plan").get(
        round__plan=plans[KIEN_GIANG],
        round__kind="year",
        round__year=2023,
        agency__code="ubnd-thanh-pho-rach-gia",
    )
    archived, texts = as_written(report), draft_fields.texts_of(report)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.clearing_demo = 'on'")
    moments = list(report.events.values_list("at", "by"))
    people = User.objects.in_bulk([pk for _, pk in moments])
    # Its round is consolidated since; the agency's report went before.
    for written in (report.round.reports.get(tier="lead"), report):
        start_again(written)

    (sent, officer), (accepted, staff) = moments
    type_in(report, texts, by=people[officer], now=sent)
    workflow.submit_report(report, by=people[officer], at=sent)
    workflow.accept_report(report, by=people[staff], at=accepted)

    assert as_written(report) == archived


def as_written(report):
    """All that is kept of a report, without the ids of its rows."""
    report.refresh_from_db()
    version = report.latest_version
    skip = {"id", "latest_version_id", "version_id", "report_id", "_state"}

    def fields(row):
        return {name: value for name, value in vars(row).items() if name not in skip}

    return [
        {name: value for name, value in fields(report).items() if name[0] != "_"},
        fields(version),
        *(fields(row) for row in version.figures.order_by("indicator")),
        *(fields(row) for row in version.duties.order_by("duty")),
        *(fields(row) for row in report.draft_fields.order_by("name")),
        *(fields(row) for row in report.events),
    ]


def start_again(report):
    """Take a demo report back to the day its round was opened; only demo rows let go."""
    Report.objects.filter(pk=report.pk).update(
        state="draft",
        latest_version=None,
        first_submitted_at=None,
        first_last_day=None,
        saved_at=None,
    )
    report.draft_fields.all().delete()
    version = report.versions.get()
    version.figures.all().delete()
    version.duties.all().delete()
    version.delete()
    report.events.all().delete()
    report.refresh_from_db()
