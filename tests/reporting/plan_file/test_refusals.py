"""What the database would refuse is told in words, all in one pass, never as a traceback."""

import pytest
from django.db import IntegrityError

from agencies.models import Jurisdiction
from tests.factories import RegimeFactory
from tests.reporting.plan_file.documents import (
    all_rows,
    conflicts,
    load,
)

pytestmark = pytest.mark.django_db


BROKEN = [
    ("plan", {"first_year": 2026}, "Năm đầu, năm cuối và năm tầm nhìn phải theo thứ tự."),
    ("plan", {"first_year": -1}, "plan"),
    ("plan", {"number": "x" * 61}, "plan"),
    ("plan", {"title": ""}, "plan"),
    ("plan", {"code": "Kế hoạch"}, "plan"),
    ("plan", {"province": ""}, "plan"),
    ("plan", {"province": "x" * 300}, "plan"),
    ("agencies", {"kind": "so"}, "agencies “Sở Lao động - Thương binh và Xã hội”"),
    ("agencies", {"kind": "x" * 31}, "agencies “Sở Lao động - Thương binh và Xã hội”"),
    ("agencies", {"name": "x" * 201}, "agencies"),
    ("agencies", {"code": "sở"}, "agencies"),
    ("agencies", {"as_written": "x" * 301}, "parties"),
    ("member_agencies", {"kind": "huyen"}, "agencies “UBND huyện A”"),
    ("mentioned_agencies", {"kind": "so"}, "parties “Bộ”"),
    ("indicators", {"kind": "rate"}, "Tỷ lệ, chỉ số, xếp hạng không được cộng giữa các đơn vị."),
    ("indicators", {"kind": "ty-le"}, "indicators “Chỉ tiêu TONG”"),
    ("indicators", {"appendix_order": -1}, "indicators “Chỉ tiêu TONG”"),
    ("indicators", {"name": ""}, "indicators"),
    ("breakdowns", {"rule": "tong"}, "breakdowns “Theo nơi làm việc”"),
    ("targets", {"low": None}, "Số của mục tiêu không khớp với cách so sánh."),
    ("targets", {"operator": "between", "high": None}, "Số của mục tiêu không khớp"),
    ("targets", {"operator": "nhieu"}, "targets “Chỉ tiêu TONG: trong năm 2024”"),
    ("targets", {"year": None}, "Năm của mục tiêu không khớp với phạm vi."),
    ("targets", {"low": 1e30}, "targets “Chỉ tiêu TONG: trong năm 2024”"),
    ("targets", {"low": 10**40}, "targets “Chỉ tiêu TONG: trong năm 2024”"),
    ("targets", {"low": 6.12345}, "targets “Chỉ tiêu TONG: trong năm 2024”"),
    ("targets", {"decided_by": "QĐ 1"}, "Điều chỉnh phải ghi văn bản và ngày hiệu lực."),
    ("targets", {"year": 2025}, "hai mục tiêu cho cùng chỉ tiêu và thời gian"),
    ("solution_groups", {"clause": "x" * 41}, "solution_groups"),
    ("duties", {"role": "chu-tri"}, "duties “Chủ trì triển khai.”"),
    ("duties", {"acts_as": "lead"}, "Chỉ nhiệm vụ dạng đề nghị mới ghi vai trò được đề nghị."),
    ("duties", {"statement": "x" * 161}, "duties"),
    ("duties", {"partners": [{"as_written": "x" * 301}]}, "D1 partners[1]"),
    ("duties", {"partners": [{"as_written": ""}]}, "D1 partners[1]"),
    ("regimes", {"frequency": "hang-nam"}, "regimes “Báo cáo, trước ngày 20/6”"),
    ("regimes", {"tier": "tinh"}, "regimes “Báo cáo, trước ngày 20/6”"),
    (
        "regimes",
        {"due": {"kind": "before", "month": None, "day": 20}},
        "Hạn báo cáo phải đủ ngày và tháng, hoặc để trống cả hai.",
    ),
    ("regimes", {"due": {"kind": "truoc", "month": 6, "day": 20}}, "regimes"),
    ("regimes", {"due": {"kind": "monthly", "month": 6, "day": 20}}, "Hạn báo cáo phải đủ"),
]


@pytest.mark.parametrize(
    ("section", "changes", "told"), BROKEN, ids=[f"{s}-{'-'.join(c)}" for s, c, _ in BROKEN]
)
def test_what_the_database_would_refuse_is_told_in_words(document, section, changes, told):
    row = document["plan"] if section == "plan" else document[section][0]
    row |= changes
    if section == "agencies":  # named elsewhere by its code
        document["plan"]["lead_agency"] = row["code"]
        document["duties"][0]["agencies"] = [row["code"]]

    problems = conflicts(document)

    assert any(told in problem for problem in problems), problems
    assert not Jurisdiction.objects.exists()


@pytest.mark.parametrize(
    ("section", "changes", "told"),
    [
        ("plan", {"last_year": 2020}, "Năm đầu, năm cuối và năm tầm nhìn phải theo thứ tự."),
        ("agencies", {"as_written": ""}, "parties “Sở Lao động - Thương binh và Xã hội”"),
        ("indicators", {"better": "len"}, "indicators “Chỉ tiêu TONG”"),
        ("duties", {"role": "chu-tri"}, "duties “Chủ trì triển khai.”"),
    ],
)
def test_a_broken_row_leaves_the_plan_as_it_was(document, section, changes, told):
    load(document)
    before = all_rows()
    (document["plan"] if section == "plan" else document[section][0]).update(changes)

    (problem,) = conflicts(document)

    assert told in problem
    assert all_rows() == before


def test_several_rows_the_database_would_refuse_are_told_in_one_pass(document):
    document["indicators"][1]["better"] = "len"
    document["breakdowns"][0]["rule"] = "tong"
    document["targets"][0]["operator"] = "nhieu"
    document["duties"][1]["role"] = "chu-tri"
    document["regimes"][0]["tier"] = "tinh"

    assert [problem.split(" ")[0] for problem in conflicts(document)] == [
        "duties",
        "indicators",
        "breakdowns",
        "targets",
        "regimes",
    ]


@pytest.mark.parametrize(
    "due",
    [
        {"due_month": None},
        {"due_day": None},
        {"due_kind": "monthly", "due_month": None, "due_day": None},
        {"due_kind": "monthly", "due_month": 6},
        {"due_kind": ""},
        {"due_month": 13},
        {"due_day": 32},
    ],
)
def test_half_a_due_date_is_refused_by_the_database_itself(due):
    with pytest.raises(IntegrityError, match="due_date_is_whole_or_absent"):
        RegimeFactory(**due)
