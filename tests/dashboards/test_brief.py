"""The leaders' brief: one page, with the numbers of the portal's own pages."""

import re
from html import unescape

import pytest

from dashboards.brief import Brief, PlanBrief, brief_of, plans_told_to
from dashboards.brief_pdf import brief_pdf
from reporting.models import ReportVersion, VersionDuty
from targets.models import Indicator
from tests.dashboards.conftest import Crowd
from tests.factories import AgencyFactory, DutyFactory, PlanFactory, TargetFactory, at
from tests.pdf_text import embedded_fonts, page_texts

LETTERS = "ăâđêôơưĂÂĐÊÔƠƯáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"


@pytest.fixture
def province(crowd):
    """Nine agencies: three accepted (2 each), three sent, three missing; 35.000 wanted."""
    TargetFactory(indicator=crowd.total)
    return crowd.grow(9)


def address(crowd, tail=""):
    return f"/tom-tat/{crowd.plan.jurisdiction.code}/{tail}"


def facts_on(page):
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, flags=re.DOTALL)
    return [(unescape(label), unescape(words)) for label, words in pairs]


def test_the_page_answers_what_leaders_ask(province, client):
    client.force_login(province.leader)

    facts = dict(facts_on(client.get(address(province)).content.decode()))

    assert facts["Mục tiêu"] == "từ 35.000 lượt người trở lên"
    assert facts["Đã tiếp nhận"] == "6 lượt người"
    assert facts["Tạm tính thêm"] == "6 lượt người"
    assert "3/9 đơn vị chưa có số liệu; 6/9 cơ quan phải báo cáo đã gửi" in facts["Kỳ báo cáo"]
    assert len(facts["Chậm nhất"].split("; ")) == 3
    assert facts["Vướng mắc"] == "không nhiệm vụ nào"


def test_paper_and_page_say_the_same(province, client, read):
    client.force_login(province.leader)
    facts = facts_on(client.get(address(province)).content.decode())
    pdf = client.get(address(province, "a4.pdf")).content

    [paper] = page_texts(pdf)

    assert pdf.startswith(b"%PDF-")
    for label, words in facts:
        assert label in paper
        assert words in paper
    # Each row of the table too: the parts' numbers as the page has them.
    for name in ("Trong tỉnh", "Ngoài tỉnh"):
        assert f"{name} (lượt người) không ghi 3 – –" in paper
    progress = read(f"/ke-hoach/{province.plan.code}/tien-do/2024/", by=province.leader)
    assert re.search(r"\b3(/9)? đơn vị chưa có", progress)


def test_the_typeface_is_embedded_with_all_vietnamese_letters(province):
    province.plan.jurisdiction.name = f"Tỉnh {LETTERS}"

    pdf = brief_pdf(brief_of(province.plan.jurisdiction, [province.plan], now=at("2024-06-21")))

    assert len(embedded_fonts(pdf)) >= 2  # regular and bold
    assert LETTERS in page_texts(pdf)[0]


@pytest.mark.parametrize("number", [1, 9])
def test_many_stuck_duties_still_make_one_page_with_their_full_number(province, number):
    brief = brief_of(province.plan.jurisdiction, [province.plan], now=at("2024-06-21"))
    told = brief.plans[0]
    duty = DutyFactory(plan=province.plan)
    words = "Chưa bố trí được kinh phí, đề nghị hướng dẫn. " * 12
    version = ReportVersion(report=told.late[0].report)
    stuck = VersionDuty(version=version, duty=duty, status="stuck", words=words)
    stuck.since = at("2024-01-05")
    plans = [PlanBrief(told.progress, told.late, [stuck] * 40)] * number

    texts = page_texts(brief_pdf(Brief(brief.place, brief.at, plans)))

    assert len(texts) == 1
    assert texts[0].count("40 nhiệm vụ") == number
    assert texts[0].count("3/9 đơn vị chưa có số liệu") == number


def test_a_plan_just_published_stands_after_the_one_with_figures(province):
    lead, place = province.plan.lead_agency, province.plan.jurisdiction
    newer = PlanFactory(jurisdiction=place, lead_agency=lead, first_year=2022)

    told = brief_of(place, [newer, province.plan], now=at("2024-06-21")).plans

    assert [brief.plan for brief in told] == [province.plan, newer]


def test_who_is_late_is_named_with_the_days(province):
    [told] = brief_of(province.plan.jurisdiction, [province.plan], now=at("2024-06-21")).plans

    assert [late.words for late in told.late] == ["quá hạn 2 ngày"] * 3


def test_a_plan_of_rates_tells_who_sent_and_whether_each_target_is_met(province):
    Indicator.objects.filter(plan=province.plan).update(kind="rate", combine="latest")

    [told] = brief_of(province.plan.jurisdiction, [province.plan], now=at("2024-06-21")).plans

    assert "6/9 cơ quan phải báo cáo đã gửi" in dict(told.facts())["Kỳ báo cáo"]
    assert [line["percent"] for line in told.figures] == ["chưa đạt", "–", "–"]  # 2 of 35.000


def test_staff_are_told_of_the_plans_they_lead_alone(province):
    other = Crowd()
    lead = AgencyFactory(jurisdiction=province.plan.jurisdiction)
    PlanFactory(jurisdiction=province.plan.jurisdiction, lead_agency=lead)

    assert plans_told_to(province.leader).count() == 2
    assert list(plans_told_to(province.staff)) == [province.plan]
    assert list(plans_told_to(other.leader)) == [other.plan]
