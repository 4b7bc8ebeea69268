"""The shape of a plan file: reading, and every fault of form in one pass."""

import datetime as dt

import yaml

from agencies.vietnamese import nfc

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
        "words": WORDS,
        "clause": str,
        "content": (*WORDS, OPTIONAL),
    },
}
MAY_BE_ABSENT = {"member_agencies", "mentioned_agencies"}


class PlanFileError(Exception):
    """A plan file that cannot be taken; `problems` are sentences for the person who sent it."""

    def __init__(self, problems):
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("; ".join(self.problems))


def read_plan_file(path):
    """Return the checked document of a YAML plan file, all text in NFC (R30)."""
    try:
        document = yaml.safe_load(nfc(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise PlanFileError(f"{path}: không đọc được tệp ({error.strerror})") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise PlanFileError(f"{path}: không phải tệp YAML hợp lệ ({reason})") from error
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
            problems += _row_problems(f"{section}[{place}]", row, keys)
    if not problems:
        problems = _reference_problems(document)
    if problems:
        raise PlanFileError(problems)
    return document


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
        elif not isinstance(row[key], types) or (row[key] is True and bool not in types):
            problems.append(f"{place}: “{key}” không hợp lệ ({row[key]!r})")
    return problems


def _reference_problems(document):
    """Every code that is named must be defined once in the same file."""
    defined = {
        section: [row["code"] for row in document[section]]
        for section in SECTION_KEYS
        if "code" in SECTION_KEYS[section]
    }
    problems = [
        f"{section}: mã “{code}” xuất hiện nhiều lần"
        for section, codes in defined.items()
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    parties = {*defined["agencies"], *defined["mentioned_agencies"]}
    bodies = {*defined["agencies"], *defined["member_agencies"]}
    indicators, breakdowns = set(defined["indicators"]), set(defined["breakdowns"])
    named = [("plan", [document["plan"]["lead_agency"]], set(defined["agencies"]))]
    for row in document["agencies"]:
        named.append((row["code"], row.get("members") or [], bodies))
    for row in document["indicators"]:
        named.append((row["code"], row["reporters"], parties))
        named.append((row["code"], filter(None, [row["parent"]]), indicators))
        named.append((row["code"], filter(None, [row["breakdown"]]), breakdowns))
    for row in document["breakdowns"]:
        named.append((row["code"], [row["parent"], *row["members"]], indicators))
    for row in document["targets"]:
        named.append(("targets", [row["indicator"]], indicators))
    for row in document["duties"]:
        partners = [p.get("agency") for p in row.get("partners") or []]
        named.append((row["code"], [*row["agencies"], *filter(None, partners)], parties))
    for row in document["regimes"]:
        named.append((row["code"], row["reporters"], parties))
    problems += [
        f"{place}: chưa khai báo “{code}”"
        for place, codes, known in named
        for code in codes
        if code not in known
    ]
    return problems
