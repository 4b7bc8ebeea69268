"""The form of a plan file: every fault in one pass, in words, before the database is asked."""

import datetime as dt
import unicodedata

import pytest

from reporting.plan_file import PlanFileError, read_plan_file
from reporting.plan_file.schema import check_document
from tests.reporting.plan_file.documents import REAL_PLANS, indicator, real_document


def problems_of(document):
    with pytest.raises(PlanFileError) as caught:
        check_document(document)
    return caught.value.problems


def test_a_whole_document_is_taken(document):
    assert check_document(document) is document


@pytest.mark.parametrize("code", REAL_PLANS)
def test_the_real_plans_are_taken(code):
    assert real_document(code)["plan"]["code"] == code


def test_optional_sections_may_be_absent(document):
    document["agencies"][1]["members"] = []
    document["duties"][1]["agencies"] = ["ubnd-huyen"]
    del document["member_agencies"], document["mentioned_agencies"]

    checked = check_document(document)

    assert checked["member_agencies"] == checked["mentioned_agencies"] == []


# Keys and types


@pytest.mark.parametrize("value", [None, "kế hoạch", 3, []])
def test_a_file_that_is_no_table_is_refused(value):
    assert problems_of(value) == ["tệp kế hoạch phải là một bảng khóa và giá trị"]


@pytest.mark.parametrize(
    "section",
    ["agencies", "indicators", "breakdowns", "targets", "solution_groups", "duties", "regimes"],
)
def test_a_missing_section_is_named(document, section):
    del document[section]

    assert problems_of(document) == [f"thiếu phần “{section}”"]


def test_a_missing_head_is_named(document):
    del document["plan"]

    assert problems_of(document) == ["plan: phải là một bảng khóa và giá trị"]


def test_an_unknown_section_is_named(document):
    document["indicator"] = []

    assert problems_of(document) == ["phần lạ “indicator”"]


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ("agencies", "agencies[1] so-ldtbxh"),
        ("member_agencies", "member_agencies[1] ubnd-a"),
        ("mentioned_agencies", "mentioned_agencies[1] bo"),
        ("indicators", "indicators[1] TONG"),
        ("breakdowns", "breakdowns[1] NOI"),
        ("targets", "targets[1]"),
        ("solution_groups", "solution_groups[1]"),
        ("duties", "duties[1] D1"),
        ("regimes", "regimes[1] R1"),
    ],
)
def test_an_unknown_key_is_named_with_its_place(document, section, place):
    document[section][0]["ghi_chu"] = "x"

    assert problems_of(document) == [f"{place}: khóa lạ “ghi_chu”"]


@pytest.mark.parametrize(
    ("section", "key", "place"),
    [
        ("agencies", "as_written", "agencies[1] so-ldtbxh"),
        ("indicators", "appendix_label", "indicators[1] TONG"),
        ("indicators", "code", "indicators[1]"),
        ("targets", "clause", "targets[1]"),
        ("regimes", "due", "regimes[1] R1"),
    ],
)
def test_a_missing_key_is_named_with_its_place(document, section, key, place):
    del document[section][0][key]

    assert problems_of(document) == [f"{place}: thiếu “{key}”"]


def test_keys_of_the_head_are_checked(document):
    del document["plan"]["title"]
    document["plan"]["so"] = "171"

    assert problems_of(document) == ["plan kh-thu: khóa lạ “so”", "plan kh-thu: thiếu “title”"]


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("agencies", "code", 5),
        ("agencies", "members", "ubnd-a"),
        ("indicators", "unit", 5),
        ("indicators", "unit", ["người"]),
        ("indicators", "appendix_order", "1"),
        ("indicators", "appendix_order", 1.5),
        ("indicators", "appendix_order", True),
        ("indicators", "appendix_order", False),
        ("indicators", "reporters", None),
        ("targets", "low", "35.000"),
        ("targets", "low", True),
        ("targets", "low", False),
        ("targets", "year", "2024"),
        ("targets", "maintained", "yes"),
        ("targets", "effective_on", "ngày 1/7"),
        ("regimes", "due", "20/6"),
        ("duties", "statement", None),
    ],
)
def test_a_value_of_another_type_is_named_with_what_was_found(document, section, key, value):
    document[section][0][key] = value

    (problem,) = problems_of(document)
    assert f"“{key}” không hợp lệ ({value!r})" in problem


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_none_is_refused(document, value):
    document["targets"][0]["low"] = value

    (problem,) = problems_of(document)
    assert "“low” không hợp lệ" in problem


@pytest.mark.parametrize("key", ["first_year", "last_year"])
@pytest.mark.parametrize("value", ["2021", None, False, True, 2021.0])
def test_a_year_is_a_whole_number(document, key, value):
    document["plan"][key] = value

    (problem,) = problems_of(document)
    assert f"“{key}” không hợp lệ" in problem


@pytest.mark.parametrize(
    ("section", "key"),
    [("indicators", "reporters"), ("breakdowns", "members"), ("duties", "agencies")],
)
@pytest.mark.parametrize("code", [None, 5, ["ubnd-huyen"], {"code": "ubnd-huyen"}])
def test_a_list_of_codes_holds_nothing_else(document, section, key, code):
    document[section][0][key] = [code]

    (problem,) = problems_of(document)
    assert f"“{key}” không hợp lệ ({[code]!r})" in problem


def test_a_row_that_is_no_table_is_named(document):
    document["regimes"][1] = "hằng năm"

    assert problems_of(document) == ["regimes[2]: phải là một bảng khóa và giá trị"]


@pytest.mark.parametrize(
    ("due", "problem"),
    [
        ({"kind": "before", "month": 6}, "regimes[1] R1 due: thiếu “day”"),
        (
            {"kind": "before", "month": 6, "day": 20, "hour": 17},
            "regimes[1] R1 due: khóa lạ “hour”",
        ),
        (
            {"kind": "before", "month": "6", "day": 20},
            "regimes[1] R1 due: “month” không hợp lệ ('6')",
        ),
    ],
)
def test_a_due_date_is_checked_like_a_row(document, due, problem):
    document["regimes"][0]["due"] = due

    assert problems_of(document) == [problem]


@pytest.mark.parametrize(
    ("partner", "problem"),
    [
        ("UBND các huyện", "duties[1] D1 partners[1]: phải là một bảng khóa và giá trị"),
        ({"agency": "ubnd-huyen"}, "duties[1] D1 partners[1]: thiếu “as_written”"),
        (
            {"as_written": "x", "agency": "ubnd-huyen", "role": "lead"},
            "duties[1] D1 partners[1]: khóa lạ “role”",
        ),
        (
            {"as_written": "x", "agency": ["ubnd-huyen"]},
            "duties[1] D1 partners[1]: “agency” không hợp lệ (['ubnd-huyen'])",
        ),
    ],
)
def test_a_partner_is_checked_like_a_row(document, partner, problem):
    document["duties"][0]["partners"] = [partner]

    assert problems_of(document) == [problem]


def test_a_partner_may_leave_out_the_agency(document):
    document["duties"][0]["partners"] = [{"as_written": "các đơn vị"}]

    assert check_document(document)


# Codes


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ("agencies", "so-ldtbxh"),
        ("member_agencies", "ubnd-a"),
        ("indicators", "TONG"),
        ("breakdowns", "NOI"),
        ("duties", "D1"),
        ("regimes", "R1"),
    ],
)
def test_a_code_used_twice_is_named_once(document, section, code):
    document[section] += [document[section][0], document[section][0]]

    assert problems_of(document) == [f"{section}: mã “{code}” xuất hiện nhiều lần"]


def test_a_body_is_either_bound_or_only_mentioned(document):
    document["mentioned_agencies"][0]["code"] = "so-ldtbxh"
    document["duties"][1]["agencies"] = ["ubnd-huyen"]

    assert problems_of(document) == ["mentioned_agencies: mã “so-ldtbxh” đã có ở phần khác"]


def test_a_member_is_not_declared_as_a_body_of_the_plan_too(document):
    document["member_agencies"].append(
        {"code": "so-ldtbxh", "name": "Sở khác", "kind": "department"}
    )

    assert problems_of(document) == ["member_agencies: mã “so-ldtbxh” đã có ở phần khác"]


def dangle(document, *path):
    """Put a code nobody declared at a place of the document."""
    *path, last = path
    place = document
    for step in path:
        place = place[step]
    place[last] = "khong-co"


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (("plan", "lead_agency"), "plan"),
        (("agencies", 1, "members", 0), "ubnd-huyen"),
        (("indicators", 0, "reporters", 0), "TONG"),
        (("indicators", 0, "parent"), "TONG"),
        (("breakdowns", 0, "parent"), "NOI"),
        (("targets", 0, "indicator"), "targets"),
        (("duties", 0, "agencies", 0), "D1"),
        (("duties", 0, "partners", 0, "agency"), "D1"),
        (("regimes", 0, "reporters", 0), "R1"),
    ],
)
def test_a_code_nobody_declared_is_named_where_it_stands(document, path, where):
    dangle(document, *path)

    assert problems_of(document) == [f"{where}: chưa khai báo “khong-co”"]


@pytest.mark.parametrize("code", ["ubnd-huyen", "bo"])
def test_the_lead_is_a_single_agency_of_the_plan(document, code):
    document["plan"]["lead_agency"] = code

    assert problems_of(document) == [f"plan: chưa khai báo “{code}”"]


def test_a_group_has_single_agencies_as_members(document):
    document["agencies"][1]["members"].append("so-nganh-khac")

    assert problems_of(document) == ["ubnd-huyen: chưa khai báo “so-nganh-khac”"]


@pytest.mark.parametrize(
    ("members", "odd"),
    [
        (["TRONG"], "NGOAI"),
        ([], "NGOAI, TRONG"),
        (["TRONG", "NGOAI", "TONG"], "TONG"),
    ],
)
def test_a_breakdown_and_its_parts_name_each_other(document, members, odd):
    document["breakdowns"][0]["members"] = members

    assert problems_of(document) == [
        f"NOI: thành phần không khớp với “breakdown”, “parent” của các chỉ tiêu ({odd})"
    ]


def test_a_part_has_the_parent_of_its_breakdown(document):
    document["indicators"].append(indicator("KHAC"))
    document["indicators"][2]["parent"] = "KHAC"

    assert problems_of(document) == [
        "NOI: thành phần không khớp với “breakdown”, “parent” của các chỉ tiêu (NGOAI)"
    ]


@pytest.mark.parametrize("day", ["2021-09-13", dt.date(2021, 9, 13)])
def test_a_date_may_be_written_as_json_writes_it(document, day):
    document["plan"]["issued_on"] = day

    assert check_document(document)["plan"]["issued_on"] == dt.date(2021, 9, 13)


@pytest.mark.parametrize("day", ["13/9/2021", "", 2021, dt.datetime(2021, 9, 13, tzinfo=dt.UTC)])
def test_what_is_no_date_is_refused(document, day):
    document["plan"]["issued_on"] = day

    (problem,) = problems_of(document)
    assert "“issued_on” không hợp lệ" in problem


def test_an_unknown_breakdown_is_named(document):
    document["indicators"].append(indicator("KHAC", parent="TONG", breakdown="khong-co"))

    assert problems_of(document) == ["KHAC: chưa khai báo “khong-co”"]


# All in one pass


def test_every_fault_of_form_is_told_in_one_pass(document):
    document["la"] = []
    del document["plan"]["title"]
    document["indicators"][0]["unit"] = 5
    document["indicators"][2]["don_vi"] = "người"
    del document["regimes"][1]["clause"]
    document["targets"] = None

    assert problems_of(document) == [
        "phần lạ “la”",
        "plan kh-thu: thiếu “title”",
        "indicators[1] TONG: “unit” không hợp lệ (5)",
        "indicators[3] NGOAI: khóa lạ “don_vi”",
        "thiếu phần “targets”",
        "regimes[2] R2: thiếu “clause”",
    ]


def test_every_fault_of_reference_is_told_in_one_pass(document):
    document["duties"].append(document["duties"][0])
    dangle(document, "indicators", 0, "reporters", 0)
    dangle(document, "targets", 1, "indicator")

    assert problems_of(document) == [
        "duties: mã “D1” xuất hiện nhiều lần",
        "TONG: chưa khai báo “khong-co”",
        "targets: chưa khai báo “khong-co”",
    ]


# The file itself


def refusal_of(path):
    with pytest.raises(PlanFileError) as caught:
        read_plan_file(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_missing_file_is_refused(tmp_path):
    assert "không đọc được tệp" in refusal_of(tmp_path / "khong-co.yaml")


def test_a_folder_is_refused(tmp_path):
    assert "không đọc được tệp" in refusal_of(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"plan: [1, 2",
        b"plan:\n\tcode: x",
        b"PK\x03\x04\x00\x00",
        "plan: kế hoạch".encode("utf-16"),
        "plan: Kiên Giang".encode("cp1258"),
        b"plan: !!python/object/apply:os.system [ls]",
        b"plan: {issued_on: 2021-13-45}",
        b"[" * 20_000,
        b"? [a]\n: b",
    ],
    ids=["open", "tab", "zip", "utf-16", "cp1258", "python", "no-such-day", "deep", "list-key"],
)
def test_a_file_that_is_no_yaml_in_utf_8_is_refused(tmp_path, content):
    path = tmp_path / "ke-hoach.yaml"
    path.write_bytes(content)

    assert "không phải tệp YAML hợp lệ" in refusal_of(path)


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "ke-hoach.yaml"
    path.write_bytes(b"")

    assert refusal_of(path) == "tệp kế hoạch phải là một bảng khóa và giá trị"


def test_text_typed_decomposed_is_read_composed(document, write):
    path = write(document)
    path.write_text(unicodedata.normalize("NFD", path.read_text("utf-8")), encoding="utf-8")

    read = read_plan_file(path)

    assert read["plan"]["title"] == "Kế hoạch thử"
    assert read == check_document(document)


def test_a_byte_order_mark_is_let_be(document, write):
    path = write(document)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert read_plan_file(path)["plan"]["code"] == "kh-thu"
