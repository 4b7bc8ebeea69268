"""Years of one plan side by side; one indicator across provinces, never summed (R19)."""

import csv
import io
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse

from dashboards.place_comparison import chosen_topic, compare, topics
from dashboards.year_comparison import indicator_years
from plans.models import Plan
from reporting import deadlines, plan_file, workflow
from reporting.models import Round, VersionFigure
from targets.models import Indicator
from tests.drafting import type_in
from tests.factories import (
    IndicatorFactory,
    MembershipFactory,
    PartyFactory,
    PlanFactory,
    ReportFactory,
    RoundFactory,
    TargetFactory,
    at,
)

TODAY = at("2024-06-17").date()
PLANS = settings.BASE_DIR / "fixtures/plans"
COMPARE = reverse("dashboards:compare-places")


class Place:
    """A province's plan under Nghị quyết 06 with one rate of one source, reported for a year."""

    def __init__(self, prefix, text, target):
        self.plan = PlanFactory(code=f"nq-{prefix.lower()}", first_year=2023, last_year=2025)
        self.rate = IndicatorFactory(
            plan=self.plan, level=True, code=f"{prefix}-UNEMP", name="Tỷ lệ thất nghiệp chung"
        )
        Indicator.objects.filter(pk=self.rate.pk).update(better="lower", unit="%")
        self.rate.refresh_from_db()
        TargetFactory(indicator=self.rate, scope="by_year", year=2025, **target)
        agency = self.plan.lead_agency
        self.rate.reporters.add(PartyFactory(plan=self.plan, agency=agency))
        self.staff = MembershipFactory(role="staff", agency=agency).user
        place = self.plan.jurisdiction
        self.leader = MembershipFactory(role="leader", agency=None, jurisdiction=place).user
        self.send(2023, text)

    def send(self, year, text, kind="year", number=0, day="12-15", by=None):
        start, end = deadlines.data_window(kind, year, number)
        round = Round.objects.filter(plan=self.plan, kind=kind, year=year, number=number).first()
        round = round or RoundFactory(
            plan=self.plan,
            kind=kind,
            year=year,
            number=number,
            window_start=start,
            window_end=end,
        )
        report = ReportFactory(round=round, agency=by or self.plan.lead_agency)
        type_in(report, {f"figure-{self.rate.pk}": text})
        workflow.submit_report(report, by=self.staff, at=at(f"{year}-{day}"))
        report.refresh_from_db()
        workflow.accept_report(report, by=self.staff, at=at(f"{year}-{day}", 11))


@pytest.fixture
def an_giang(db):
    return Place("AG06", "2,9", {"operator": "below", "low": None, "high": "3.5"})


@pytest.fixture
def kon_tum(db):
    return Place("KT710", "3", {"operator": "below", "low": None, "high": 3})


def file_rows(client, address):
    content = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


# Across provinces


def test_each_province_stands_beside_its_own_target_and_nothing_is_added(an_giang, kon_tum, read):
    MembershipFactory(
        user=an_giang.leader, role="leader", agency=None, jurisdiction=kon_tum.plan.jurisdiction
    )

    page = read(COMPARE, by=an_giang.leader)

    assert "dưới 3,5 đến năm 2025" in page
    assert "dưới 3 đến năm 2025" in page
    assert "2023: 2,9 ✓ đạt" in page  # below 3,5
    assert "2023: 3 ✕ chưa đạt" in page  # 3 is not below 3
    assert "5,9" not in page
    assert "2,95" not in page


def test_a_leader_reads_the_own_figures_and_of_the_other_province_the_target_alone(
    an_giang, kon_tum, read, client
):
    page = read(COMPARE, by=kon_tum.leader)

    assert "dưới 3,5 đến năm 2025" in page
    assert "2023: 3 ✕" in page
    assert "2,9" not in page
    assert "chỉ lãnh đạo, cán bộ thường trực của nơi ấy xem được" in page
    rows = file_rows(client, COMPARE + "?tai=csv")
    assert [(row["Năm"], row["Kết quả"]) for row in rows] == [("", ""), ("2023", "3")]


def test_bars_have_one_scale_and_each_its_own_tick(an_giang, kon_tum):
    MembershipFactory(
        user=an_giang.leader, role="leader", agency=None, jurisdiction=kon_tum.plan.jurisdiction
    )
    [topic] = topics(Plan.objects.all())

    comparison = compare(topic, an_giang.leader, today=TODAY)

    # The largest number of all, 3,5, is the whole length.
    assert [bar for _, bar in comparison.rows] == [("82.9", "100.0"), ("85.7", "85.7")]
    Indicator.objects.filter(pk=kon_tum.rate.pk).update(unit="% lực lượng lao động")
    [topic] = topics(Plan.objects.all())
    assert not compare(topic, an_giang.leader, today=TODAY).has_bars


def test_what_one_province_alone_follows_or_follows_otherwise_is_no_topic(an_giang, kon_tum):
    IndicatorFactory(plan=an_giang.plan, code="AG06-X", level=True)
    IndicatorFactory(plan=an_giang.plan, code="AG06-Y", level=True)
    IndicatorFactory(plan=kon_tum.plan, code="KT710-Y")  # a sum
    place = an_giang.plan
    other = PlanFactory(jurisdiction=place.jurisdiction, lead_agency=place.lead_agency)
    IndicatorFactory(plan=other, code="K2-X", level=True)  # of the same province

    assert [topic.code for topic in topics(Plan.objects.all())] == [an_giang.rate.code]


def test_two_topics_of_one_key_have_addresses_of_their_own(an_giang, kon_tum):
    for place in (an_giang, kon_tum):
        prefix = place.rate.code.partition("-")[0]
        place.rate.code, _ = f"{prefix}-A", place.rate.save()
    other = {"combine": "sum", "kind": "count"}
    for place, prefix in ((an_giang, "X1"), (kon_tum, "X2")):
        IndicatorFactory(plan=place.plan, code=f"{prefix}-A", **other)

    found = topics(Plan.objects.all())

    assert len({topic.code for topic in found}) == len(found) == 2


def test_unasked_the_topic_is_one_of_the_readers_own_place(an_giang, kon_tum):
    for place in (an_giang, kon_tum):
        IndicatorFactory(plan=place.plan, level=True, code="X-AGED", name="A, của hai tỉnh khác")
    far = PlanFactory()
    Indicator.objects.filter(code="X-AGED", plan=an_giang.plan).update(plan=far)
    found = topics(Plan.objects.all())
    assert [topic.name for topic in found] == ["A, của hai tỉnh khác", "Tỷ lệ thất nghiệp chung"]

    held = list(an_giang.leader.memberships.select_related("agency"))
    assert chosen_topic(found, "", held).name == "Tỷ lệ thất nghiệp chung"
    assert chosen_topic(found, found[0].code, held) == found[0]
    assert chosen_topic(found, "", []) == found[0]
    assert chosen_topic([], "", held) is None


def test_without_a_common_indicator_the_page_says_so(an_giang, read):
    assert "Chưa có chỉ tiêu nào mà nhiều tỉnh cùng theo dõi" in read(COMPARE, by=an_giang.staff)


def test_an_giang_and_kon_tum_share_the_indicators_of_the_resolution(db):
    for name in ("nq06-an-giang", "kh-710-2023-kon-tum"):
        plan_file.load_plan(plan_file.read_plan_file(PLANS / f"{name}.yaml"))

    keys = {topic.code.partition("-")[2] for topic in topics(Plan.objects.all())}

    assert {"UNEMP", "UNEMP-URBAN", "TRAINED", "SI", "UI", "AGRI-SHARE", "PRODUCTIVITY"} <= keys


# The years of one plan


def test_the_years_round_and_december_are_never_added(an_giang):
    total = IndicatorFactory(plan=an_giang.plan, code="AG06-JOBS")
    total.reporters.set(an_giang.rate.reporters.all())
    an_giang.rate.reporters.clear()
    an_giang.rate = total
    an_giang.send(2024, "900", kind="month", number=12, day="12-31")
    figures = VersionFigure.objects.filter(indicator=total)
    assert figures.by_year([total]) == {(total.pk, 2024): 900}

    an_giang.send(2024, "1.000")

    assert figures.by_year([total]) == {(total.pk, 2024): 1000}


def test_of_a_level_the_last_number_sent_counts_and_no_word(an_giang):
    other = PartyFactory(plan=an_giang.plan)
    an_giang.rate.reporters.add(other)
    an_giang.send(2024, "3,1", day="12-16", by=other.agency)
    an_giang.send(2024, "3,4", day="12-14")
    third = PartyFactory(plan=an_giang.plan)
    an_giang.rate.reporters.add(third)
    an_giang.send(2024, "không áp dụng", day="12-18", by=third.agency)

    totals = VersionFigure.objects.by_year([an_giang.rate])

    assert totals[an_giang.rate.pk, 2024] == Decimal("3.1")


def test_years_stand_side_by_side_each_with_its_own_target(an_giang, read, client):
    an_giang.send(2024, "3,6")
    page = read(reverse("dashboards:plan-years", args=[an_giang.plan.code]), by=an_giang.leader)

    assert "2,9 mục tiêu dưới 3,5 ✓ đạt" in page
    assert "3,6 mục tiêu dưới 3,5 ✕ chưa đạt" in page
    assert "chưa có số liệu mục tiêu dưới 3,5" in page  # 2025
    address = reverse("dashboards:plan-years", args=[an_giang.plan.code]) + "?tai=csv"
    [row] = file_rows(client, address)
    assert (row["Kết quả 2023"], row["Kết quả 2024"], row["Kết quả 2025"]) == ("2,9", "3,6", "")


def test_a_sum_over_years_is_judged_by_all_of_them_and_no_year_is_a_per_cent_of_it(an_giang, read):
    jobs = IndicatorFactory(plan=an_giang.plan, code="AG06-ABROAD")
    jobs.reporters.set(an_giang.rate.reporters.all())
    an_giang.rate.reporters.clear()
    an_giang.rate = jobs
    span = {"scope": "cumulative", "year": None, "from_year": 2024, "to_year": 2025}
    TargetFactory(indicator=jobs, operator="plain", low=300, high=None, **span)
    an_giang.send(2024, "122")
    address = reverse("dashboards:plan-years", args=[an_giang.plan.code])

    before = read(address, by=an_giang.leader)
    an_giang.send(2025, "178")
    after = read(address, by=an_giang.leader)

    assert "122 mục tiêu 300 cả giai đoạn, 2024 - 2025 chưa có số liệu" in before
    assert "178 mục tiêu 300 cả giai đoạn, 2024 - 2025 ✓ đạt" in after
    assert "40,7%" not in after


def test_a_year_of_months_is_what_december_says(an_giang, read):
    an_giang.plan.rounds.update(kind="month", number=12)
    an_giang.send(2023, "5", "month", 11, day="12-20")  # sent late, after December's

    page = read(reverse("dashboards:plan-years", args=[an_giang.plan.code]), by=an_giang.leader)

    assert "2,9 mục tiêu" in page


def test_percentages_of_a_sum_are_of_each_years_target(crowd):
    TargetFactory(indicator=crowd.total, year=2024, low=4)
    crowd.grow(3)
    crowd.plan.rounds.update(kind="year")

    line = indicator_years(crowd.plan, today=TODAY)[0]

    of_2024 = next(year for year in line.years if year.year == 2024)
    assert (of_2024.total, of_2024.percent) == (2, Decimal("50.0"))
