"""The five plan files on their own: complete, consistent, and in the agreed format. No database."""

import unicodedata
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "plans"

KG171 = "kh-171-2021-kien-giang"
KG18 = "kh-18-2018-kien-giang"
AN_GIANG = "nq06-an-giang"
KON_TUM = "kh-710-2023-kon-tum"
DONG_THAP = "viec-lam-huyen-dong-thap"

COLUMNS = [
    "indicators",
    "targets",
    "breakdowns",
    "agencies",
    "groups",
    "duties",
    "solution_groups",
    "regimes",
    "dated_regimes",
]
COUNTS = {
    KG171: (10, 35, 3, 22, 7, 59, 6, 18, 6),
    KG18: (18, 20, 0, 12, 4, 30, 11, 2, 0),
    AN_GIANG: (14, 14, 1, 14, 2, 57, 10, 5, 2),
    KON_TUM: (14, 14, 1, 12, 2, 50, 10, 5, 1),
    DONG_THAP: (6, 6, 1, 8, 4, 34, 6, 3, 1),
}

# code: (kind, month, day) of the due date, tier
DUE_DATES = {
    KG171: {
        "R1": ("before", 6, 20, "agency"),
        "R2": ("before", 12, 15, "agency"),
        "R3": ("before", 6, 20, "agency"),
        "R4": ("before", 12, 15, "agency"),
        "R5": ("before", 6, 30, "lead"),
        "R6": ("before", 12, 31, "lead"),
    },
    KG18: {},
    AN_GIANG: {"R1": ("before", 12, 15, "agency"), "R2": ("before", 12, 25, "lead")},
    KON_TUM: {"R1": ("before", 12, 15, "agency")},
    DONG_THAP: {"R1": ("monthly", None, 10, "agency")},
}

# Groups with members; every other group waits for staff to choose.
GROUP_SIZES = {
    KG171: {"ubnd-huyen": 15, "so-nganh-tinh": 10, "doan-the-ctxh": 5},
    KG18: {"ubnd-huyen": 15, "so-nganh-tinh": 7, "doan-the-ctxh": 5},
    AN_GIANG: {"ubnd-huyen": 11, "so-nganh-tinh": 10},
    KON_TUM: {"ubnd-huyen": 10, "don-vi-dia-phuong": 7 + 10},
    DONG_THAP: {"phong-ban-nganh": 2, "doan-the-ctxh": 5},
}

PLAN_KEYS = [
    "code",
    "number",
    "title",
    "issuer",
    "issued_on",
    "province",
    "district",
    "level",
    "first_year",
    "last_year",
    "vision_year",
    "lead_agency",
    "source",
]
# section: (keys every record has, keys some have)
RECORD_KEYS = {
    "agencies": ("code name as_written kind", "members"),
    "member_agencies": ("code name kind", ""),
    "mentioned_agencies": ("code name as_written kind", ""),
    "indicators": (
        "code name appendix_label appendix_order unit kind combine better parent breakdown"
        " reporters",
        "",
    ),
    "breakdowns": ("code name parent rule members", ""),
    "targets": (
        "indicator scope operator low high text clause",
        "year from_year to_year maintained",
    ),
    "solution_groups": ("clause heading", ""),
    "duties": ("code clause agencies role partners statement", "acts_as"),
    "regimes": (
        "code kind obligation reporters reporters_words tier frequency due words clause content",
        "",
    ),
}
WORDS = {
    ("agencies", "kind"): (
        "department district_office district_peoples_committee commune_peoples_committee"
        " management_board bank_branch mass_organisation school media police social_insurance"
        " business_association collective_departments collective_mixed"
    ),
    ("member_agencies", "kind"): "district_peoples_committee mass_organisation",
    ("mentioned_agencies", "kind"): (
        "department district_office district_peoples_committee commune_peoples_committee"
        " bank_branch mass_organisation school media collective_departments ministry"
        " provincial_peoples_committee provincial_peoples_council public_service_unit"
        " working_group"
    ),
    ("indicators", "kind"): "count rate index rank share growth",
    ("indicators", "combine"): "sum latest",
    ("indicators", "better"): "higher lower neutral",
    ("breakdowns", "rule"): "partition of_which",
    ("duties", "role"): "lead coordinate sole requested",
    ("regimes", "kind"): "report information feedback submission publication",
    ("regimes", "obligation"): "required requested",
    ("regimes", "tier"): "agency lead",
    ("regimes", "frequency"): "monthly quarterly first_half annual ad_hoc unstated",
}
YEARS_OF_SCOPE = {
    "year": {"year"},
    "by_year": {"year"},
    "each_month": {"year"},
    "each_year": {"from_year", "to_year"},
    "average_per_year": {"from_year", "to_year"},
    "cumulative": {"from_year", "to_year"},
    "undated": set(),
}
NUMBERS_OF_OPERATOR = {
    "at_least": {"low"},
    "above": {"low"},
    "exactly": {"low"},
    "plain": {"low"},
    "about": {"low"},
    "at_most": {"high"},
    "below": {"high"},
    "between": {"low", "high"},
    "qualitative": set(),
}


@cache
def read(code):
    return yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))


@pytest.fixture(params=COUNTS)
def plan(request):
    return read(request.param)


def codes(records):
    return [record["code"] for record in records]


def parties(plan):
    """Every body and group a reference may mean."""
    return plan["agencies"] + plan["member_agencies"] + plan["mentioned_agencies"]


def groups(plan):
    return [agency for agency in plan["agencies"] if "members" in agency]


def strings(node):
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from strings(key)
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def numbers_by_year(plan, indicator):
    """Year → the number of the target of that very year; spans are left out."""
    return {
        target["year"]: target["low"] if target["low"] is not None else target["high"]
        for target in plan["targets"]
        if target["indicator"] == indicator and target["scope"] in ("year", "by_year")
    }


def test_there_are_exactly_the_five_plans():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(COUNTS)


@pytest.mark.parametrize("code", COUNTS)
def test_a_file_is_named_by_the_code_of_its_plan(code):
    assert read(code)["plan"]["code"] == code


def test_sections_stand_in_the_agreed_order(plan):
    assert list(plan) == ["plan", *RECORD_KEYS]
    assert list(plan["plan"]) == PLAN_KEYS


@pytest.mark.parametrize("section", RECORD_KEYS)
def test_records_have_the_agreed_keys_and_no_others(plan, section):
    needed, allowed = (set(keys.split()) for keys in RECORD_KEYS[section])
    for record in plan[section]:
        assert needed <= set(record), record
        assert set(record) <= needed | allowed, record


@pytest.mark.parametrize(("section", "key"), WORDS)
def test_choices_use_only_the_agreed_words(plan, section, key):
    assert {record[key] for record in plan[section]} <= set(WORDS[section, key].split())


def test_a_plan_counts_what_its_document_holds(plan):
    counted = dict(
        {name: len(plan[name]) for name in COLUMNS if name in plan},
        groups=len(groups(plan)),
        dated_regimes=sum(regime["due"] is not None for regime in plan["regimes"]),
    )
    assert tuple(counted[name] for name in COLUMNS) == COUNTS[plan["plan"]["code"]]


@pytest.mark.parametrize("section", ["indicators", "breakdowns", "duties", "regimes"])
def test_codes_are_unique_within_a_plan(plan, section):
    assert len(set(codes(plan[section]))) == len(plan[section])


def test_one_code_names_one_body_or_group_in_a_plan(plan):
    named = codes(parties(plan))
    assert len(set(named)) == len(named)


def test_indicator_and_breakdown_codes_are_unique_over_all_plans():
    plans = [read(code) for code in COUNTS]
    named = [code for plan in plans for code in codes(plan["indicators"] + plan["breakdowns"])]
    assert len(set(named)) == len(named)


def test_no_target_and_no_partner_stands_twice(plan):
    spans = [
        (t["indicator"], t["scope"], t.get("year"), t.get("from_year"), t.get("to_year"))
        for t in plan["targets"]
    ]
    assert len(set(spans)) == len(spans)
    for duty in plan["duties"]:
        words = [partner["as_written"] for partner in duty["partners"]]
        assert len(set(words)) == len(words), duty["code"]


def test_bodies_of_one_jurisdiction_have_one_name_and_kind_in_all_plans():
    seen = {}
    for plan in map(read, COUNTS):
        place = (plan["plan"]["province"], plan["plan"]["district"])
        group_codes = codes(groups(plan))
        for body in parties(plan):
            if body["code"] in group_codes:
                continue
            says = (body["name"], body["kind"])
            assert seen.setdefault((place, body["code"]), says) == says


def test_both_kien_giang_plans_have_the_same_districts():
    members = [
        {g["code"]: g["members"] for g in groups(read(code))}["ubnd-huyen"]
        for code in (KG171, KG18)
    ]
    assert members[0] == members[1]


def test_every_reference_to_an_agency_resolves(plan):
    known = set(codes(parties(plan)))
    for record in plan["indicators"] + plan["regimes"]:
        assert set(record["reporters"]) <= known, record["code"]
    for duty in plan["duties"]:
        assert duty["agencies"], duty["code"]
        assert set(duty["agencies"]) <= set(codes(plan["agencies"])), duty["code"]
        for partner in duty["partners"]:
            assert set(partner) == {"as_written", "agency"}, duty["code"]
            assert partner["agency"] is None or partner["agency"] in known, duty["code"]


def test_the_lead_agency_is_a_single_agency_of_the_plan(plan):
    singles = [agency["code"] for agency in plan["agencies"] if "members" not in agency]
    assert plan["plan"]["lead_agency"] in singles


def test_every_reference_to_an_indicator_or_breakdown_resolves(plan):
    indicators = {indicator["code"]: indicator for indicator in plan["indicators"]}
    breakdowns = {breakdown["code"]: breakdown for breakdown in plan["breakdowns"]}
    for indicator in indicators.values():
        if indicator["breakdown"] is None:
            assert indicator["parent"] is None
        else:
            breakdown = breakdowns[indicator["breakdown"]]
            assert indicator["parent"] == breakdown["parent"]
            assert indicator["code"] in breakdown["members"]
    for breakdown in breakdowns.values():
        assert breakdown["parent"] in indicators
        for member in breakdown["members"]:
            assert indicators[member]["breakdown"] == breakdown["code"]
    assert {target["indicator"] for target in plan["targets"]} == set(indicators)


def test_group_members_are_single_bodies_of_the_file(plan):
    singles = set(codes(plan["member_agencies"]))
    singles |= {agency["code"] for agency in plan["agencies"] if "members" not in agency}
    for group in groups(plan):
        assert set(group["members"]) <= singles, group["code"]
        assert len(set(group["members"])) == len(group["members"]), group["code"]


def test_groups_have_their_members_and_catch_alls_none(plan):
    sizes = {g["code"]: len(g["members"]) for g in groups(plan) if g["members"]}
    assert sizes == GROUP_SIZES[plan["plan"]["code"]]


def test_a_body_listed_only_as_member_is_a_member_of_some_group(plan):
    used = {member for group in groups(plan) for member in group["members"]}
    assert set(codes(plan["member_agencies"])) <= used


def test_departments_boards_police_insurance_and_offices_report_in_the_departments_group(plan):
    kinds = {"department", "management_board", "police", "social_insurance", "district_office"}
    expected = {a["code"] for a in plan["agencies"] if a["kind"] in kinds}
    (group,) = (
        group
        for group in groups(plan)
        if group["code"] in ("so-nganh-tinh", "don-vi-dia-phuong", "phong-ban-nganh")
    )
    districts = {c for c in group["members"] if c.startswith("ubnd-")}
    assert set(group["members"]) - districts == expected
    assert bool(districts) == (group["code"] == "don-vi-dia-phuong")


def test_numbers_stand_where_their_operator_puts_them(plan):
    for target in plan["targets"]:
        given = {key for key in ("low", "high") if target[key] is not None}
        assert given == NUMBERS_OF_OPERATOR[target["operator"]], target
        assert all(type(target[key]) in (int, float) for key in given), target
        assert bool(target["text"]) == (target["operator"] == "qualitative"), target
        if target["operator"] == "between":
            assert target["low"] < target["high"]


def test_years_stand_where_their_scope_puts_them(plan):
    for target in plan["targets"]:
        given = {key for key in ("year", "from_year", "to_year") if key in target}
        assert given == YEARS_OF_SCOPE[target["scope"]], target
        span = [target.get("from_year"), target.get("to_year")]
        assert span == sorted(span, key=lambda year: year or 0), target
        if "to_year" in target:
            assert target["to_year"] is not None, target


def test_maintained_is_said_only_where_it_is_so(plan):
    assert all(target.get("maintained", True) is True for target in plan["targets"])
    kept = sum("maintained" in target for target in plan["targets"])
    assert kept == (4 if plan["plan"]["code"] in (AN_GIANG, KON_TUM) else 0)


def test_partitions_sum_to_their_parent_in_every_year(plan):
    partitions = [b for b in plan["breakdowns"] if b["rule"] == "partition"]
    assert len(partitions) == (2 if plan["plan"]["code"] == KG171 else 0)
    for breakdown in partitions:
        whole = numbers_by_year(plan, breakdown["parent"])
        parts = [numbers_by_year(plan, member) for member in breakdown["members"]]
        assert list(whole) == [2021, 2022, 2023, 2024, 2025]
        for year, number in whole.items():
            assert sum(part[year] for part in parts) == number, (breakdown["code"], year)


def test_an_of_which_is_never_more_than_its_parent(plan):
    for breakdown in plan["breakdowns"]:
        if breakdown["rule"] == "of_which":
            whole = numbers_by_year(plan, breakdown["parent"])
            for member in breakdown["members"]:
                part = numbers_by_year(plan, member)
                assert part
                assert part.keys() == whole.keys()
                assert all(part[year] <= whole[year] for year in part), (member, part, whole)


def test_only_counts_with_numbers_are_added_and_the_localities_report_them(plan):
    localities = "ubnd-xa" if plan["plan"]["level"] == "district" else "ubnd-huyen"
    qualitative = {t["indicator"] for t in plan["targets"] if t["operator"] == "qualitative"}
    for indicator in plan["indicators"]:
        if indicator["combine"] == "sum":
            assert indicator["kind"] == "count"
            assert indicator["code"] not in qualitative
            assert indicator["reporters"] == [localities]
        else:
            assert indicator["reporters"] == [plan["plan"]["lead_agency"]]


def test_a_target_with_a_side_agrees_with_what_is_better(plan):
    better = {indicator["code"]: indicator["better"] for indicator in plan["indicators"]}
    sides = {"at_least": "higher", "above": "higher", "below": "lower", "at_most": "lower"}
    for target in plan["targets"]:
        if target["operator"] in sides:
            assert better[target["indicator"]] == sides[target["operator"]], target


def test_kien_giang_171_asks_35000_of_every_year():
    targets = [t for t in read(KG171)["targets"] if t["indicator"] == "KG171-TOTAL"]
    assert {t["operator"] for t in targets} == {"at_least"}
    assert {t["low"] for t in targets} == {35_000}
    (each_year,) = (t for t in targets if t["scope"] == "each_year")
    assert (each_year["from_year"], each_year["to_year"]) == (2021, 2025)
    assert [t["year"] for t in targets if t["scope"] == "year"] == [2021, 2022, 2023, 2024, 2025]


def test_kien_giang_171_keeps_the_figures_of_its_appendix():
    plan = read(KG171)
    rows = {
        indicator["appendix_label"]: list(numbers_by_year(plan, indicator["code"]).values())
        for indicator in plan["indicators"]
        if indicator["appendix_label"]
    }
    assert rows == {
        "Số người được giải quyết việc làm": [35000, 35000, 35000, 35000, 35000],
        "Trong tỉnh": [19300, 19500, 19700, 19900, 20000],
        "Ngoài tỉnh": [15700, 15500, 15300, 15100, 15000],
        "Chương trình, dự án phát triển kinh tế - xã hội của tỉnh, trong đó bao gồm các dự án vay"
        " vốn từ Quỹ Quốc gia về việc làm.": [19000, 19000, 19200, 19200, 19500],
        "Lao động đi làm việc ngoài tỉnh và ngoài nước.": [16000, 16000, 15800, 15800, 15500],
        "Trong đó: Giải quyết việc làm mới": [19000, 19000, 18500, 18000, 18000],
    }


def test_only_appendix_rows_have_an_order_and_they_stand_in_it(plan):
    rows = [i for i in plan["indicators"] if i["appendix_label"] is not None]
    assert all(
        (i["appendix_label"] is None) == (i["appendix_order"] is None) for i in plan["indicators"]
    )
    count = 6 if plan["plan"]["code"] == KG171 else 0
    assert [i["appendix_order"] for i in rows] == list(range(1, count + 1))


def test_only_a_request_says_how_it_acts(plan):
    for duty in plan["duties"]:
        if duty["role"] == "requested":
            assert duty["acts_as"] in ("lead", "coordinate", "sole"), duty["code"]
        else:
            assert "acts_as" not in duty, duty["code"]


def test_statements_are_short_sentences(plan):
    for duty in plan["duties"]:
        assert 0 < len(duty["statement"]) <= 160, duty["code"]
        assert duty["statement"].endswith("."), duty["code"]
        assert duty["statement"][0].isupper(), duty["code"]


def test_a_statement_names_the_role_of_a_coordinating_agency(plan):
    for duty in plan["duties"]:
        if duty["role"] == "coordinate":
            told = duty["statement"].lower()
            assert "phối hợp" in told or "tham gia" in told, duty["code"]


def test_due_dates_are_those_of_the_plan(plan):
    dues = {
        r["code"]: (r["due"]["kind"], r["due"]["month"], r["due"]["day"], r["tier"])
        for r in plan["regimes"]
        if r["due"]
    }
    assert dues == DUE_DATES[plan["plan"]["code"]]
    assert all(r["words"] for r in plan["regimes"] if r["due"])


def test_the_lead_tier_is_the_lead_agency_reporting_alone(plan):
    for regime in plan["regimes"]:
        alone = regime["reporters"] == [plan["plan"]["lead_agency"]]
        assert regime["tier"] == ("lead" if alone else "agency"), regime["code"]


def test_first_rounds_years_follow_the_plan():
    spans = {
        code: (p["first_year"], p["last_year"], p["vision_year"])
        for code, p in ((code, read(code)["plan"]) for code in COUNTS)
    }
    assert spans == {
        KG171: (2021, 2025, None),
        KG18: (2018, 2020, 2030),
        AN_GIANG: (2023, 2025, None),
        KON_TUM: (2023, 2025, None),
        DONG_THAP: (2020, 2020, None),
    }


def test_numbers_and_dates_are_absent_where_the_document_has_none():
    heads = {code: read(code)["plan"] for code in COUNTS}
    assert {code: (p["number"], p["issued_on"]) for code, p in heads.items()} == {
        KG171: ("171/KH-UBND", date(2021, 9, 13)),
        KG18: ("18/KH-UBND", date(2018, 1, 29)),
        AN_GIANG: (None, None),
        KON_TUM: ("710/KH-UBND", date(2023, 3, 17)),
        DONG_THAP: (None, None),
    }


def test_text_is_nfc_without_stray_spaces(plan):
    raw = (FOLDER / f"{plan['plan']['code']}.yaml").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", raw)
    for text in strings(plan):
        assert text == " ".join(text.split()), text


def test_lines_stay_readable(plan):
    raw = (FOLDER / f"{plan['plan']['code']}.yaml").read_text(encoding="utf-8")
    assert max(map(len, raw.splitlines())) <= 110
    assert not any(a == b == "" for a, b in pairwise(raw.splitlines()))
