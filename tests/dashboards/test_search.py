"""Search: without accents, over what the person may see, the same statements for many rows."""

import unicodedata

import pytest
from django.urls import reverse

from agencies.models import Membership
from dashboards.search import MOST_ROWS, marked, search
from dashboards.templatetags.found import marked as printed
from plans.models import Duty, Plan
from tests.factories import (
    AgencyFactory,
    DutyFactory,
    MembershipFactory,
    PartyFactory,
    PlanFactory,
    ReportFactory,
    RoundFactory,
)

SEARCH = reverse("dashboards:search")


@pytest.fixture
def plan(report):
    plan = report.round.plan
    plan.title = "Kế hoạch giải quyết việc làm tỉnh Kiên Giang"
    plan.number = "171/KH-UBND"
    plan.save()
    report.agency.name = "Ủy ban nhân dân huyện Hòn Đất"
    report.agency.save()
    duty = DutyFactory(plan=plan, statement="Chủ trì tư vấn hướng nghiệp cho học sinh.")
    duty.parties.add(plan.parties.get())
    return plan


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("giai quyet viec lam", "plans"),
        ("GIẢI QUYẾT", "plans"),
        ("171", "plans"),
        ("171/kh-ubnd kien giang", "plans"),
        ("huong nghiep", "duties"),
        ("hướng  nghiệp", "duties"),
        (unicodedata.normalize("NFD", "hướng nghiệp"), "duties"),
        ("hon dat", "agencies"),
        ("Đất hòn", "agencies"),
        ("hon dat", "reports"),
        ("hòn đất 2024", "reports"),
        ("6 thang dau nam 2024", "reports"),
        ("6 tháng đầu năm 2024 171", "reports"),
    ],
)
def test_words_are_found_without_accents(typed, kind, plan, people):
    found = search(typed, people.officer)

    assert len(getattr(found, kind)) == 1


@pytest.mark.parametrize("typed", ["", "   ", "hon dat 2023", "%", "_", "hướng nghiệp xyz", "\\"])
def test_what_is_nowhere_is_not_found(typed, plan, people):
    assert len(search(typed, people.officer)) == 0


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("officer", 1),
        ("head", 1),
        ("staff", 1),
        ("leader", 1),
        ("other_officer", 0),
        ("other_staff", 0),
        ("other_leader", 0),
        ("administrator", 0),
    ],
)
def test_reports_are_found_by_those_who_may_see_them(person, seen, plan, people):
    found = search("hon dat", getattr(people, person))

    assert len(found.reports) == seen
    assert len(found.agencies) == 1  # the plan that names it is a public document


def test_a_report_seen_by_two_roles_is_found_once(plan, people, report):
    MembershipFactory(user=people.staff, role=Membership.Role.OFFICER, agency=report.agency)

    assert len(search("hon dat", people.staff).reports) == 1


def test_an_agency_no_plan_names_is_not_found(plan, people):
    AgencyFactory(jurisdiction=plan.jurisdiction, name="Ủy ban nhân dân huyện Không Tên")

    assert search("khong ten", people.staff).agencies == []


def test_an_agency_is_found_with_its_duties_and_those_of_its_groups(plan, people, report, read):
    group = PartyFactory(plan=plan, group=True, name="Các huyện ven biển")
    group.members.add(report.agency)
    DutyFactory(plan=plan).parties.add(group)

    page = read(f"{SEARCH}?q=hon+dat", by=people.officer)

    assert "Nhiệm vụ trong Kế hoạch 171/KH-UBND" in page
    assert "Kế hoạch 171/KH-UBND (Các huyện ven biển)" in page


def test_more_than_a_page_of_one_kind_says_so(plan, people, read):
    for _ in range(MOST_ROWS + 1):
        DutyFactory(plan=plan, statement="Cho vay giải quyết việc làm.")

    found = search("cho vay", people.officer)

    assert (len(found.duties), found.more) == (MOST_ROWS, {"duties"})
    assert "Thêm chữ để thu hẹp" in read(f"{SEARCH}?q=cho+vay", by=people.officer)


def test_the_newest_report_comes_first(plan, people, report):
    later = RoundFactory(plan=plan, kind="year", window_end="2024-12-14")
    ReportFactory(round=later, agency=report.agency)

    found = search("hon dat", people.officer)

    assert [r.round.kind for r in found.reports] == ["year", "first_half"]


def test_an_ad_hoc_round_is_found_by_its_subject(plan, people, report):
    round = RoundFactory(plan=plan, kind="ad_hoc", number=1, subject="Lao động mất việc")
    ReportFactory(round=round, agency=report.agency)

    assert len(search("mat viec", people.officer).reports) == 1


def test_statements_are_the_same_for_many_rows(plan, people, report, steady):
    def more(number):
        for _ in range(number):
            party = PartyFactory(plan=plan, agency__name="UBND huyện Hòn Sơn")
            DutyFactory(plan=plan, statement="Hòn, đảo xa.").parties.add(party)
            ReportFactory(round=report.round, agency=party.agency)
            other = PlanFactory(title="Kế hoạch các hòn đảo")
            RoundFactory(plan=other)

    more(2)
    steady(16, f"{SEARCH}?q=hon", by=people.staff, more=more)


def test_nothing_found_says_what_to_try(read, people):
    page = read(f"{SEARCH}?q=xyz", by=people.officer)

    assert "Không tìm thấy “xyz”" in page
    assert "Thử bớt chữ" in page
    assert "Chỉ tìm trong những gì bạn được xem" in page


@pytest.mark.parametrize("typed", ["", "%00", "%F0%9F%98%80", "a" * 3000, "<script>"])
def test_no_text_breaks_the_page(typed, client, people):
    client.force_login(people.officer)

    response = client.get(f"{SEARCH}?q={typed}")

    assert response.status_code == 200
    assert "<script>" not in response.content.decode().split("<main")[1]


def test_every_page_offers_the_search(client, people):
    client.force_login(people.officer)

    assert f'action="{SEARCH}"' in client.get(reverse("dashboards:plan-list")).content.decode()


def test_loading_a_plan_file_makes_its_words_findable(plan):
    # All writers save row by row, which folds; bulk writers would have to fold themselves.
    assert not Plan.objects.filter(text_fold="").exists()
    assert not Duty.objects.filter(statement_fold="").exists()


def test_a_partial_save_folds_too(plan):
    plan.title = "Kế hoạch khác"
    plan.save(update_fields=["title"])

    assert Plan.objects.get(pk=plan.pk).text_fold == "ke hoach 171/kh-ubnd ke hoach khac"


# Marks


@pytest.mark.parametrize(
    ("text", "words", "hits"),
    [
        ("Huyện Hòn Đất", ["hon", "dat"], ["Hòn", "Đất"]),
        ("Huyện Hòn Đất", ["n"], ["n", "n"]),
        ("aaa", ["aa"], ["aaa"]),
        ("Huyện", ["xyz"], []),
        ("ﬁ ﬁ", ["fi"], []),  # a letter that folds to itself is no hit
        ("", ["a"], []),
    ],
)
def test_hits_are_marked_in_the_text_as_written(text, words, hits):
    pieces = marked(text, words)

    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_hit in pieces if is_hit] == hits


def test_marks_are_printed_and_text_is_escaped():
    assert printed("Hòn <b>", ["hon"]) == "<mark>Hòn</mark> &lt;b&gt;"
