"""
Plan 171/KH-UBND of Kiên Giang in 2024, sent through the portal, added up by hand (R9–R14, R17).

First half (lũy kế from 15/12/2023 to 14/6/2024):

               total    in    out   prog   other    new
Rạch Giá       3.200 1.900  1.300  1.700   1.500  1.600   accepted
Hòn Đất        1.572   884    688    862     710    812   accepted
Giồng Riềng    1.250   640    500    700     550    600   accepted, 110 abroad explained
Kiên Hải           x     x      x      x       x      x   accepted, “không áp dụng”
Phú Quốc         900   900      k    500     400    450   sent, “k” is “không phát sinh”
ten others                                                 missing
accepted       6.022 3.424  2.488  3.262   2.760  3.012
provisional      900   900      0    500     400    450

Year (lũy kế from 15/12/2023 to 14/12/2024; it contains the first half):

Rạch Giá       6.500 3.800  2.700  3.500   3.000  3.200   accepted
Hòn Đất        3.100 1.750  1.350  1.700   1.400  1.600   sent
"""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse

from agencies.models import Membership
from dashboards.progress import year_progress
from plans.models import Plan
from reporting import draft_fields, plan_file, rounds, workflow
from reporting.entry import sent_table
from reporting.models import Report
from reporting.workflow import NotReadyError
from tests.drafting import type_in
from tests.factories import MembershipFactory, at
from tests.module_rows import rows_of_module

# In one worker: it loads the plan once.
pytestmark = pytest.mark.xdist_group("kg171-2024")

PLAN = Path(__file__).resolve().parents[2] / "fixtures/plans/kh-171-2021-kien-giang.yaml"
COLUMNS = ["TOTAL", "PLACE-IN", "PLACE-OUT", "FORM-PROG", "FORM-OUT", "NEW"]
RACH_GIA, HON_DAT = "ubnd-thanh-pho-rach-gia", "ubnd-huyen-hon-dat"
GIONG_RIENG, KIEN_HAI = "ubnd-huyen-giong-rieng", "ubnd-huyen-kien-hai"
PHU_QUOC, DEPARTMENT = "ubnd-thanh-pho-phu-quoc", "so-ldtbxh"
ABROAD = "110 người đi làm việc ở nước ngoài."
JUNE, DECEMBER = at("2024-06-17"), at("2024-12-10")
TEN_OTHERS = [
    "Hà Tiên",
    "An Biên",
    "An Minh",
    "Châu Thành",
    "Giang Thành",
    "Gò Quao",
    "Kiên Lương",
    "Tân Hiệp",
    "U Minh Thượng",
    "Vĩnh Thuận",
]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    with rows_of_module(django_db_blocker):
        plan = plan_file.load_plan(plan_file.read_plan_file(PLAN))[0]
        rounds.open_rounds([plan], now=at("2024-01-02"), year=2024)
        yield


@pytest.fixture
def province(loaded, db):
    plan = Plan.objects.get()
    lead = MembershipFactory(role=Membership.Role.STAFF, agency=plan.lead_agency).user
    leader = MembershipFactory(
        role=Membership.Role.LEADER, agency=None, jurisdiction=plan.jurisdiction
    ).user
    indicators = {indicator.code: indicator for indicator in plan.indicators.all()}
    by_kind = {round.kind: round for round in plan.rounds.all()}
    return SimpleNamespace(
        plan=plan,
        staff=lead,
        leader=leader,
        indicators=indicators,
        half=by_kind["first_half"],
        year=by_kind["year"],
    )


@pytest.fixture
def send(province):
    """Return a function that types one agency's row, sends it and, on wish, has it accepted."""

    def bring(round, agency, figures, *, accept=True, explanation="", moment=JUNE):
        report = Report.objects.get(round=round, tier="agency", agency__code=agency)
        names = dict(zip(COLUMNS, figures.split(), strict=False))
        texts = {
            f"figure-{province.indicators[f'KG171-{name}'].pk}": text
            for name, text in names.items()
        }
        if agency == DEPARTMENT:
            asked = draft_fields.indicators_asked(report)
            texts = {f"figure-{indicator.pk}": figures for indicator in asked}
        texts |= {f"duty-{d.pk}": "in_progress" for d in draft_fields.duties_asked(report)}
        if explanation:
            texts[f"explanation-{province.indicators['KG171-TOTAL'].pk}"] = explanation
        texts["as-of"] = min(moment.date(), round.window_end).isoformat()  # R12
        type_in(report, texts, now=moment)
        workflow.submit_report(report, by=province.staff, at=moment)
        if accept:
            workflow.accept_report(report, by=province.staff, at=moment)
        return report

    return bring


@pytest.fixture
def first_half(province, send):
    send(province.half, RACH_GIA, "3.200 1.900 1.300 1.700 1.500 1.600")
    send(province.half, HON_DAT, "1.572 884 688 862 710 812")
    send(province.half, GIONG_RIENG, "1.250 640 500 700 550 600", explanation=ABROAD)
    send(province.half, KIEN_HAI, "x x x x x x")
    send(province.half, PHU_QUOC, "900 900 k 500 400 450", accept=False)


@pytest.fixture
def whole_year(province, send, first_half):
    figures = "6.500 3.800 2.700 3.500 3.000 3.200"
    send(province.year, RACH_GIA, figures, moment=DECEMBER)
    figures = "3.100 1.750 1.350 1.700 1.400 1.600"
    send(province.year, HON_DAT, figures, accept=False, moment=DECEMBER)


def progress_of(province, today=dt.date(2024, 12, 20)):
    return year_progress(province.plan, 2024, today=today)


def columns(progress, field):
    rows = {row.indicator.code: getattr(row, field) for row in progress.rows}
    return [rows.get(f"KG171-{name}") for name in COLUMNS]


def places(agencies):
    return [re.sub(r"^.*(huyện|thành phố) ", "", agency.name) for agency in agencies]


def page_of(client, url, person):
    client.force_login(person)
    html = client.get(url).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_first_half_adds_up_as_on_paper(province, first_half):
    progress = progress_of(province)

    assert progress.round == province.half
    assert columns(progress, "accepted") == [6022, 3424, 2488, 3262, 2760, 3012]
    assert columns(progress, "provisional") == [900, 900, 0, 500, 400, 450]
    assert progress.main.percent == Decimal("17.2")  # 6.022 : 35.000
    assert progress.main.percent_provisional == Decimal("2.6")  # 900 : 35.000
    # In the province: 3.424 of 19.900; the parts never hide the 110 abroad in one of them.
    assert columns(progress, "percent")[1] == Decimal("17.2")
    accepted = columns(progress, "accepted")
    assert accepted[0] - accepted[1] - accepted[2] == 110


def test_every_agency_stands_in_one_place_and_none_counts_as_nought(province, first_half):
    progress = progress_of(province)

    assert places(progress.accepted) == ["Giồng Riềng", "Hòn Đất", "Rạch Giá"]
    assert places(progress.provisional) == ["Phú Quốc"]
    assert places(progress.not_applicable) == ["Kiên Hải"]
    assert sorted(places(progress.missing)) == sorted(TEN_OTHERS)


def test_the_leaders_page_names_the_missing_and_says_nothing_is_nought(
    client, province, first_half
):
    url = reverse("dashboards:plan-progress", args=[province.plan.code, 2024])

    page = page_of(client, url, province.leader)

    assert "đã đạt 6.022/35.000 lượt người" in page
    assert "10/14 đơn vị chưa có số liệu" in page
    assert "Không áp dụng, không có số để cộng: 1" in page
    for place in TEN_OTHERS:
        assert place in page


def test_half_year_and_year_are_never_added(province, whole_year):
    progress = progress_of(province)

    assert progress.round == province.year
    assert columns(progress, "accepted") == [6500, 3800, 2700, 3500, 3000, 3200]
    assert columns(progress, "provisional") == [3100, 1750, 1350, 1700, 1400, 1600]
    assert progress.main.percent == Decimal("18.6")  # 6.500 : 35.000


def test_who_is_missing_in_the_year_stands_beside_with_the_first_halfs_figure(
    client, province, whole_year
):
    progress = progress_of(province)

    beside = {
        re.sub(r"^.*(huyện|thành phố) ", "", row["agency"]): (
            row["actual"],
            row["words"],
            row["until"],
        )
        for row in progress.beside
    }
    # Phú Quốc's 900 were never accepted; Hòn Đất is not missing, its year's report is sent.
    window_end = dt.date(2024, 6, 14)
    assert beside == {
        "Giồng Riềng": (1250, "có số liệu", window_end),
        "Kiên Hải": (None, "không áp dụng", window_end),
    }
    assert "Giồng Riềng" in places(progress.missing)
    url = reverse("dashboards:plan-progress", args=[province.plan.code, 2024])
    page = page_of(client, url, province.leader)
    assert "Giồng Riềng: 1.250, lũy kế đến 14/6" in page
    assert "Kiên Hải: không áp dụng, lũy kế đến 14/6" in page


def test_an_early_answer_of_not_applicable_does_not_hide_the_first_half(province, send, first_half):
    """It has sent, and in time; but there is no figure that could be the year's total (R9, R13)."""
    report = send(province.year, KIEN_HAI, "x x x x x x", moment=DECEMBER)

    report.refresh_from_db()
    assert (report.state, report.first_submitted_at) == ("accepted", DECEMBER)
    progress = progress_of(province)
    assert progress.round == province.half
    assert progress.main.accepted == 6022


def test_parts_that_miss_the_total_stop_the_sending_until_explained_and_stay_marked(
    client, province, send
):
    with pytest.raises(NotReadyError) as refusal:
        send(province.half, GIONG_RIENG, "1.250 640 500 700 550 600", accept=False)

    [broken] = refusal.value.checklist.broken
    assert (broken.total, broken.parent, broken.gap) == (1140, 1250, 110)
    assert "= 1.140, tổng số là 1.250." in str(broken)
    report = send(
        province.half, GIONG_RIENG, "1.250 640 500 700 550 600", accept=False, explanation=ABROAD
    )

    # Read back: the row keeps the explanation, the table the difference, the content both.
    report.refresh_from_db()
    total = report.latest_version.figures.get(indicator__code="KG171-TOTAL")
    assert (total.actual, total.explanation) == (1250, ABROAD)
    faults = [group.fault for group in sent_table(report) if group.fault]
    assert [(fault.breakdown.code, fault.gap) for fault in faults] == [("KG171-BY-PLACE", 110)]
    sent = {row["indicator"]: row for row in report.latest_version.content["figures"]}
    assert sent["KG171-TOTAL"]["explanation"] == ABROAD
    assert (sent["KG171-PLACE-IN"]["actual"], sent["KG171-PLACE-OUT"]["actual"]) == (
        "640.0000",
        "500.0000",
    )
    page = page_of(client, report.get_absolute_url(), province.leader)
    assert "Lệch 110" in page
    assert ABROAD in page


def test_the_other_form_of_the_same_total_is_checked_on_its_own(province, send):
    """By place and by form are two partitions of one total, never added to each other (R17)."""
    with pytest.raises(NotReadyError) as refusal:
        send(province.half, HON_DAT, "1.572 884 688 862 700 812", accept=False)

    [broken] = refusal.value.checklist.broken
    assert (broken.breakdown.code, broken.total, broken.parent) == ("KG171-BY-FORM", 1562, 1572)


def rate_of(province):
    rows = progress_of(province).rows
    return next(row for row in rows if row.indicator.code == "KG171-Q-UNEMPLOYMENT")


def test_unemployment_is_never_summed_and_lower_reads_as_better(client, province, send, first_half):
    before = rounds.open_rounds([province.plan], now=at("2023-01-02"), year=2023)
    half_before = next(round for round in before if round.kind == "first_half")
    send(half_before, DEPARTMENT, "2,9", moment=at("2023-06-15"))
    send(province.half, DEPARTMENT, "2,6")

    rate = rate_of(province)

    assert (rate.accepted, rate.last_year) == (Decimal("2.6"), Decimal("2.9"))
    assert rate.difference == Decimal("-0.3")
    assert rate.is_better is True
    url = reverse("dashboards:plan-progress", args=[province.plan.code, 2024])
    assert "-0,3 điểm phần trăm, tốt hơn" in page_of(client, url, province.leader).replace("−", "-")


def test_the_rate_of_the_year_is_that_of_its_one_source(province, send, whole_year):
    send(province.half, DEPARTMENT, "2,6")
    send(province.year, DEPARTMENT, "2,4", moment=DECEMBER)

    assert rate_of(province).accepted == Decimal("2.4")
