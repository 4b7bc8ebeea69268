"""A plan file small enough to be read at a glance, the five real ones, and ways to compare them."""

import copy
import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import call_command

from agencies.models import Agency, Jurisdiction
from plans.models import Duty, DutyPartner, Party, Plan, SolutionGroup
from reporting import plan_file
from reporting.models import OutlineSection, Regime
from reporting.plan_file.schema import check_document
from targets.models import Breakdown, Indicator, Target

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "plans"
REAL_PLANS = sorted(path.stem for path in FOLDER.glob("*.yaml"))

KG171 = "kh-171-2021-kien-giang"
KG18 = "kh-18-2018-kien-giang"
DONG_THAP = "viec-lam-huyen-dong-thap"


def real_document(code):
    return plan_file.read_plan_file(FOLDER / f"{code}.yaml")


def load_real(code):
    plan, _ = plan_file.load_plan(real_document(code))
    return plan


def indicator(code, **fields):
    return {
        "code": code,
        "name": f"Chỉ tiêu {code}",
        "appendix_label": None,
        "appendix_order": None,
        "unit": "lượt người",
        "kind": "count",
        "combine": "sum",
        "better": "higher",
        "parent": None,
        "breakdown": None,
        "reporters": ["ubnd-huyen"],
    } | fields


def target(code, year, low):
    return {
        "indicator": code,
        "scope": "year",
        "year": year,
        "operator": "at_least",
        "low": low,
        "high": None,
        "text": None,
        "clause": "II.1",
    }


def regime(code, **fields):
    return {
        "code": code,
        "kind": "report",
        "obligation": "required",
        "reporters": ["ubnd-huyen"],
        "reporters_words": None,
        "tier": "agency",
        "frequency": "first_half",
        "due": {"kind": "before", "month": 6, "day": 20},
        "words": "trước ngày 20/6",
        "clause": "III.15",
    } | fields


def small_document():
    """One total with two parts, a group with two members, two duties, two regimes."""
    return {
        "plan": {
            "code": "kh-thu",
            "number": "1/KH-UBND",
            "title": "Kế hoạch thử",
            "issuer": "Ủy ban nhân dân tỉnh Hà Tiên",
            "issued_on": dt.date(2021, 9, 13),
            "province": "Hà Tiên",
            "level": "province",
            "first_year": 2021,
            "last_year": 2025,
            "lead_agency": "so-ldtbxh",
        },
        "agencies": [
            {
                "code": "so-ldtbxh",
                "name": "Sở Lao động - Thương binh và Xã hội",
                "as_written": "Sở LĐTBXH",
                "kind": "department",
            },
            {
                "code": "ubnd-huyen",
                "name": "Ủy ban nhân dân các huyện",
                "as_written": "UBND các huyện",
                "kind": "district_peoples_committee",
                "members": ["ubnd-a", "ubnd-b"],
            },
            {
                "code": "so-nganh-khac",
                "name": "Các sở, ngành khác",
                "as_written": "các sở, ngành có liên quan",
                "kind": "collective_departments",
                "members": [],
            },
        ],
        "member_agencies": [
            {"code": "ubnd-a", "name": "UBND huyện A", "kind": "district_peoples_committee"},
            {"code": "ubnd-b", "name": "UBND huyện B", "kind": "district_peoples_committee"},
        ],
        "mentioned_agencies": [
            {"code": "bo", "name": "Bộ", "as_written": "Bộ LĐTBXH", "kind": "ministry"},
        ],
        "indicators": [
            indicator("TONG"),
            indicator("TRONG", parent="TONG", breakdown="NOI"),
            indicator("NGOAI", parent="TONG", breakdown="NOI", better="neutral"),
        ],
        "breakdowns": [
            {
                "code": "NOI",
                "name": "Theo nơi làm việc",
                "parent": "TONG",
                "rule": "partition",
                "members": ["TRONG", "NGOAI"],
            }
        ],
        "targets": [target("TONG", 2024, 35000), target("TONG", 2025, 35000.5)],
        "solution_groups": [
            {"clause": "II.1", "heading": "Tuyên truyền"},
            {"clause": "II.2", "heading": "Đào tạo"},
        ],
        "duties": [
            {
                "code": "D1",
                "clause": "III.1",
                "agencies": ["so-ldtbxh"],
                "role": "lead",
                "partners": [
                    {"as_written": "UBND các huyện", "agency": "ubnd-huyen"},
                    {"as_written": "các đơn vị có liên quan", "agency": None},
                ],
                "statement": "Chủ trì triển khai.",
            },
            {
                "code": "D2",
                "clause": "III.2",
                "agencies": ["ubnd-huyen", "bo"],
                "role": "requested",
                "acts_as": "coordinate",
                "statement": "Phối hợp giám sát.",
            },
        ],
        "regimes": [
            regime("R1"),
            regime("R2", frequency="annual", due=None, words="hằng năm"),
        ],
    }


ALL_MODELS = [
    Jurisdiction,
    Agency,
    Plan,
    Party,
    SolutionGroup,
    Duty,
    DutyPartner,
    Indicator,
    Breakdown,
    Target,
    Regime,
    OutlineSection,
    Party.members.through,
    Duty.parties.through,
    Indicator.reporters.through,
    Regime.reporters.through,
]


def load(document):
    """Load a copy, checked as the command checks it."""
    plan, _ = plan_file.load_plan(check_document(copy.deepcopy(document)))
    return plan


def printed(code, format):
    out = io.StringIO()
    call_command("export_plan", code, format=format, stdout=out)
    return out.getvalue()


def all_rows():
    """Return everything a plan file writes, without the keys of rows that are made anew."""
    return {
        model: sorted(
            model.objects.values_list(*[f.attname for f in model._meta.fields if f.name != "id"]),
            key=str,
        )
        for model in ALL_MODELS
    }


def conflicts(document):
    """Return what loading the document is refused for."""
    with pytest.raises(plan_file.PlanFileError) as caught:
        load(document)
    assert all("\n" not in problem for problem in caught.value.problems)
    return caught.value.problems
