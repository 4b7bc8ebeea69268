"""The shape of a plan file: reading, and every fault of form in one pass."""

import datetime as dt
import math
import reprlib

import yaml

from agencies.vietnamese import nfc
from reporting.plan_file.problems import PlanFileError, Problem
from reporting.plan_file.references import reference_problems

NUMBER = (int, float)
WORDS = (str, type(None))
YEAR = (int, type(None))
OPTIONAL = type("OPTIONAL", (), {})  # stands in a tuple of types: the key may be absent

# Section → key → types allowed. A key not named here is a fault, so that a slip is not lost.
PLAN_KEYS = {
    "code": str,
    "number": WORDS,
    "title": str,
    "issuer": str,
    "issued_on": (dt.date, type(None)),
    "province": str,
    "district": (*WORDS, OPTIONAL),
    "level": str,
    "first_year": int,
    "last_year": int,
    "vision_year": (*YEAR, OPTIONAL),
    "lead_agency": str,
    "source": (*WORDS, OPTIONAL),
}
SECTION_KEYS = {
    "agencies": {
        "code": str,
        "name": str,
        "as_written": str,
        "kind": str,
        "members": (list, OPTIONAL),
    },
    "member_agencies": {"code": str, "name": str, "kind": str},
    "mentioned_agencies": {"code": str, "name": str, "as_written": str, "kind": str},
    "indicators": {
        "code": str,
        "name": str,
        "appendix_label": WORDS,
        "appendix_order": (int, type(None)),
        "unit": WORDS,
        "kind": str,
        "combine": str,
        "better": str,
        "parent": WORDS,
        "breakdown": WORDS,
        "reporters": list,
    },
    "breakdowns": {"code": str, "name": str, "parent": str, "rule": str, "members": list},
    "targets": {
        "indicator": str,
        "scope": str,
        "year": (*YEAR, OPTIONAL),
        "from_year": (*YEAR, OPTIONAL),
        "to_year": (*YEAR, OPTIONAL),
        "operator": str,
        "low": (*NUMBER, type(None), OPTIONAL),
        "high": (*NUMBER, type(None), OPTIONAL),
        "text": (*WORDS, OPTIONAL),
        "maintained": (bool, OPTIONAL),
        "clause": str,
        "decided_by": (*WORDS, OPTIONAL),
        "effective_on": (dt.date, type(None), OPTIONAL),
    },
    "solution_groups": {"clause": str, "heading": str},
    "duties": {
        "code": str,
        "clause": str,
        "agencies": list,
        "role": str,
        "acts_as": (*WORDS, OPTIONAL),
        "partners": (list, OPTIONAL),
        "statement": str,
    },
    "regimes": {
        "code": str,
        "kind": str,
        "obligation": str,
        "reporters": list,
        "reporters_words": WORDS,
        "tier": str,
        "frequency": str,
        "due": (dict, type(None)),
        "window": (*WORDS, OPTIONAL),
        "words": WORDS,
        "clause": str,
        "content": (*WORDS, OPTIONAL),
    },
    "outline": {"heading": str},
}
# Tables inside a row, or a list of them; every other list holds codes.
NESTED_KEYS = {
    "due": {"kind": str, "month": (int, type(None)), "day": int},
    "partners": {"as_written": str, "agency": (*WORDS, OPTIONAL)},
}
# Without an outline a new plan gets the usual one, and an existing plan keeps its own.
MAY_BE_ABSENT = {"member_agencies", "mentioned_agencies", "outline"}


def read_plan_file(path):
    """Return the checked document of a YAML plan file, all text in NFC (R30)."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PlanFileError(f"{path}: không đọc được tệp ({error.strerror})") from error
    return parse_plan_file(content, name=path)


def parse_plan_file(content, *, name):
    """Return the checked document of a plan file's bytes; `name` is what messages call it."""
    try:
        document = yaml.safe_load(nfc(content.decode("utf-8")))
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        # Not UTF-8, a day that is none, or brackets without end are no plan file either.
        reason = " ".join(str(error).split())
        raise PlanFileError(f"{name}: không phải tệp YAML hợp lệ ({reason})") from error
    return check_document(document)


def check_document(document):
    """Return the document with absent optional parts filled in; raise with every fault found."""
    if not isinstance(document, dict):
        raise PlanFileError("tệp kế hoạch phải là một bảng khóa và giá trị")
    problems = [f"phần lạ “{name}”" for name in document if name not in {"plan", *SECTION_KEYS}]
    problems += _row_problems("plan", document.get("plan"), PLAN_KEYS)
    for section, keys in SECTION_KEYS.items():
        rows = (
            document.setdefault(section, []) if section in MAY_BE_ABSENT else document.get(section)
        )
        if not isinstance(rows, list):
            problems.append(f"thiếu phần “{section}”")
            continue
        for place, row in enumerate(rows, 1):
            problems += [
                Problem("", problem, section=section, key=place)
                for problem in _row_problems(f"{section}[{place}]", row, keys)
            ]
    if not problems:
        problems = reference_problems(document)
    if problems:
        raise PlanFileError(problems)
    return document


def arranged(document):
    """Return a document with its keys in the order of the contract, and days as days."""
    return {
        "plan": _in_order(document["plan"], PLAN_KEYS),
        **{
            section: [_in_order(row, keys) for row in document.get(section) or []]
            for section, keys in SECTION_KEYS.items()
        },
    }


def _in_order(row, keys):
    dates = {key for key, types in keys.items() if isinstance(types, tuple) and dt.date in types}
    return {key: _as_date(row[key]) if key in dates else row[key] for key in keys if key in row}


def _row_problems(place, row, keys):
    if not isinstance(row, dict):
        return [f"{place}: phải là một bảng khóa và giá trị"]
    place = f"{place} {row.get('code', '')}".rstrip()
    problems = [f"{place}: khóa lạ “{key}”" for key in row if key not in keys]
    for key, types in keys.items():
        types = types if isinstance(types, tuple) else (types,)
        if key not in row:
            if OPTIONAL not in types:
                problems.append(f"{place}: thiếu “{key}”")
            continue
        if dt.date in types:
            row[key] = _as_date(row[key])
        if not _is_valid(key, row[key], types):
            problems.append(f"{place}: “{key}” không hợp lệ ({reprlib.repr(row[key])})")
        elif key in NESTED_KEYS:
            problems += _nested_problems(f"{place} {key}", row[key], NESTED_KEYS[key])
    return problems


def _nested_problems(place, value, keys):
    if isinstance(value, dict):
        return _row_problems(place, value, keys)
    return [
        problem
        for number, row in enumerate(value or [], 1)
        for problem in _row_problems(f"{place}[{number}]", row, keys)
    ]


def _is_valid(key, value, types):
    # In Python True is an int and a moment is a date; in a plan file they are slips.
    if isinstance(value, bool):
        return bool in types
    if isinstance(value, list) and key not in NESTED_KEYS:
        return list in types and all(isinstance(code, str) for code in value)
    if isinstance(value, dt.datetime) or (isinstance(value, float) and not math.isfinite(value)):
        return False
    return isinstance(value, types)


def _as_date(value):
    """Return the date of “2021-09-13”: the export as JSON has no other way to write one."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
