"""The list of plans and the tabs of one plan."""

import pytest
from django.urls import reverse

from plans.models import SolutionGroup
from tests.factories import (
    AgencyFactory,
    DutyFactory,
    IndicatorFactory,
    PartyFactory,
    PlanFactory,
    RegimeFactory,
    TargetFactory,
    UserFactory,
)

LIST = reverse("dashboards:plan-list")


def tab(name, plan, *more):
    return reverse(f"dashboards:plan-{name}", args=[plan.code, *more])


@pytest.fixture
def reader(db):
    return UserFactory()


# The list


def test_the_list_shows_every_plan_with_its_place_and_years(read, reader):
    plans = [PlanFactory(), PlanFactory(number="", title="Kế hoạch Giải quyết việc làm ngày 1")]

    page = read(LIST, by=reader)

    assert "2 kế hoạch" in page
    for plan in plans:
        assert plan.short_title in page
        assert str(plan.jurisdiction) in page
    assert "2021 - 2025" in page


def test_an_empty_list_says_what_to_do(read, reader):
    assert "Cán bộ thường trực soạn kế hoạch" in read(LIST, by=reader)


def test_the_list_takes_a_steady_number_of_queries(steady, reader):
    PlanFactory.create_batch(20)

    # session, user; indicators with targets by plan, plans with counts, first targets; drafts,
    # right to begin one; masthead, notices; savepoint, session saved, savepoint released
    steady(12, LIST, by=reader, more=PlanFactory.create_batch)


# Targets


def test_targets_of_single_years_stand_in_a_table_of_years(read, reader):
    total = IndicatorFactory(name="Lượt lao động được giải quyết việc làm")
    TargetFactory(indicator=total, year=2024, low=35000)
    TargetFactory(indicator=total, year=2025, low=35500)

    page = read(tab("targets", total.plan), by=reader)

    assert "Năm 2024 Năm 2025" in page
    assert "35.000 35.500" in page
    assert "từ … trở lên" in page


def test_other_targets_keep_operator_and_span(read, reader):
    rate = IndicatorFactory(level=True, name="Tỷ lệ thất nghiệp")
    TargetFactory(
        indicator=rate, scope="by_year", year=2025, operator="below", low=None, high="3.5"
    )
    TargetFactory(
        indicator=rate, scope="undated", year=None, operator="qualitative", low=None, text="giảm"
    )

    page = read(tab("targets", rate.plan), by=reader)

    assert "dưới 3,5" in page
    assert "đến năm 2025" in page
    assert "giảm" in page
    assert "không ghi thời hạn" in page


def test_the_targets_take_a_steady_number_of_queries(steady, crowd):
    crowd.grow(1)
    crowd.more_indicators(20)

    # session, user, roles; plan; targets; notices;
    # savepoint, session saved, savepoint released
    steady(9, tab("targets", crowd.plan), by=crowd.reports[0].officer, more=crowd.more_indicators)


# Duties, solution groups


def test_duties_stand_under_the_agencies_they_bind(read, reader):
    duty = DutyFactory(statement="Chủ trì nắm biến động lao động.", role="lead")
    group = PartyFactory(plan=duty.plan, group=True, name="Các huyện")
    member = AgencyFactory(jurisdiction=duty.plan.jurisdiction)
    group.members.add(member)
    duty.parties.add(group)
    duty.partners.create(position=1, as_written="Ngân hàng Chính sách xã hội")
    idle = PartyFactory(plan=duty.plan)

    page = read(tab("duties", duty.plan), by=reader)

    assert "Các huyện" in page
    assert str(member) in page
    assert "Chủ trì nắm biến động lao động. Chủ trì Ngân hàng Chính sách xã hội III.1" in page
    assert idle.name not in page


def test_the_duties_take_a_steady_number_of_queries(steady, crowd, reader):
    crowd.more_duties(20)

    # session, user, roles; plan; notices;
    # parties, their duties, partners, members; savepoint, session saved, savepoint released
    steady(12, tab("duties", crowd.plan), by=reader, more=crowd.more_duties)


def test_solution_groups_are_listed_with_their_clauses(read, reader):
    plan = PlanFactory()
    SolutionGroup.objects.create(plan=plan, position=1, clause="II.1", heading="Tín dụng ưu đãi")

    page = read(tab("solutions", plan), by=reader)

    assert "II.1 · Tín dụng ưu đãi" in page


def test_the_solution_groups_take_a_steady_number_of_queries(steady, reader):
    plan = PlanFactory()

    def more(number):
        first = plan.solution_groups.count()
        SolutionGroup.objects.bulk_create(
            SolutionGroup(plan=plan, position=n, clause="II", heading="Tín dụng")
            for n in range(first, first + number)
        )

    more(20)

    # session, user, roles; plan; notices; groups;
    # savepoint, session saved, savepoint released
    steady(9, tab("solutions", plan), by=reader, more=more)


# Regimes and rounds


def test_a_regime_shows_the_plans_own_words(read, reader):
    regime = RegimeFactory(words="định kỳ 6 tháng, trước ngày 20/6")
    RegimeFactory(plan=regime.plan, undated=True, reporters_words="Các trường")

    page = read(tab("reporting", regime.plan), by=reader)

    assert "“định kỳ 6 tháng, trước ngày 20/6”" in page
    assert "Các trường" in page
    assert "không ghi" in page


def test_a_dated_regime_shows_its_last_day_beside_the_words(read, reader):
    regime = RegimeFactory(words="định kỳ 6 tháng, trước ngày 20/6")

    page = read(tab("reporting", regime.plan), by=reader)

    assert "19/6" in page  # “trước ngày 20/6” (R1)


def test_rounds_are_shown_to_those_who_take_part(read, crowd, reader):
    crowd.grow(3)

    assert "6 tháng đầu năm 2024" in read(tab("reporting", crowd.plan), by=crowd.reports[0].officer)
    assert "6 tháng đầu năm 2024" not in read(tab("reporting", crowd.plan), by=reader)


def test_the_regimes_take_a_steady_number_of_queries(steady, crowd):
    crowd.grow(20)
    crowd.more_duties(20)

    def more(number):
        crowd.grow(number)
        crowd.more_duties(number)

    # session, user, roles; plan; notices; rounds with counts,
    # their due dates; regimes, their reporters; savepoint, session saved, savepoint released
    steady(12, tab("reporting", crowd.plan), by=crowd.reports[0].officer, more=more)


# Source


def test_a_plan_without_number_and_date_says_so(read, reader):
    plan = PlanFactory(number="", issued_on=None, title="Kế hoạch Giải quyết việc làm")

    page = read(tab("source", plan), by=reader)

    assert page.count("không ghi trong văn bản") == 2
    assert plan.code in page


def test_the_source_takes_a_steady_number_of_queries(steady, crowd, reader):
    # session, user, roles; plan; notices;
    # savepoint, session saved, savepoint released
    steady(8, tab("source", crowd.plan), by=reader, more=crowd.more_duties)


# Progress


def test_progress_names_total_target_provisional_part_and_missing(read, crowd):
    TargetFactory(indicator=crowd.total, year=2024, low=35000)
    crowd.grow(6)

    page = read(tab("progress", crowd.plan, 2024), by=crowd.leader)

    assert "từ 35.000 trở lên" in page
    assert "2/6 đơn vị chưa có số liệu" in page
    assert "chưa tính" in page  # what cannot be said is said in words
    for one in crowd.reports:
        assert one.report.agency.short_name in page


def test_progress_of_a_year_without_a_round_shows_no_figures(read, crowd):
    page = read(tab("progress", crowd.plan, 2030), by=crowd.staff)

    assert "Năm 2030" in page
    assert "Chưa mở kỳ báo cáo nào" in page


@pytest.mark.parametrize("year", [2020, 2041, 0, 10**12])
def test_a_year_outside_the_plan_is_not_found(client, crowd, year):
    client.force_login(crowd.leader)

    assert client.get(tab("progress", crowd.plan, year)).status_code == 404


def test_the_tab_of_progress_is_offered_to_those_who_may_open_it(client, crowd, reader):
    address = tab("progress", crowd.plan, 2024)

    for person, offered in ((crowd.leader, True), (crowd.staff, True), (reader, False)):
        client.force_login(person)
        assert (address in client.get(tab("targets", crowd.plan)).content.decode()) is offered


def test_progress_takes_a_steady_number_of_queries(steady, crowd):
    crowd.grow(20)
    crowd.more_indicators(20)

    def more(number):
        crowd.more_indicators(number)
        crowd.grow(number)

    # session, user, roles; plan; rounds, targets, indicators, who is asked, figures, reports,
    # figures beside; notices; savepoint, session saved, savepoint released
    steady(15, tab("progress", crowd.plan, 2024), by=crowd.leader, more=more)
