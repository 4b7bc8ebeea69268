"""Codes of a plan file: each is defined once, and every code that is named is defined."""

from reporting.plan_file.problems import Problem


def reference_problems(document):
    """Return every fault of a document whose form is right."""
    return [
        *_defined_twice(document),
        *_dangling(document),
        *_broken_memberships(document),
    ]


def codes_of(document, section):
    return [row["code"] for row in document[section]]


def _defined_twice(document):
    for section, rows in document.items():
        if section == "plan" or not rows or "code" not in rows[0]:
            continue
        codes = codes_of(document, section)
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Problem(section, f"mã “{code}” xuất hiện nhiều lần", section=section, key=code)
    # The plan's own agencies share one set of codes with its members, another with its mentions.
    own = set(codes_of(document, "agencies"))
    for section in ("member_agencies", "mentioned_agencies"):
        for code in sorted(own & set(codes_of(document, section))):
            yield Problem(section, f"mã “{code}” đã có ở phần khác", section=section, key=code)


def _dangling(document):
    singles = {row["code"] for row in document["agencies"] if "members" not in row}
    known = {
        "singles": singles,
        "bodies": singles | set(codes_of(document, "member_agencies")),
        "parties": {
            *codes_of(document, "agencies"),
            *codes_of(document, "mentioned_agencies"),
        },
        "indicators": set(codes_of(document, "indicators")),
        "breakdowns": set(codes_of(document, "breakdowns")),
    }
    for section, row, codes, kind in named(document):
        for code in codes:
            if code is not None and code not in known[kind]:
                where = section if section in ("plan", "targets") else row["code"]
                said = f"chưa khai báo “{code}”"
                yield Problem(where, said, section=section, key=row.get("code") or span_of(row))


def span_of(target):
    """Return the span that tells a target from others of its indicator."""
    names = ("indicator", "scope", "year", "from_year", "to_year", "effective_on")
    return tuple(target.get(name) for name in names)


def named(document):
    """Yield (section, row, codes named there, what they must be)."""
    yield "plan", document["plan"], [document["plan"]["lead_agency"]], "singles"
    for row in document["agencies"]:
        yield "agencies", row, row.get("members", []), "bodies"
    for row in document["indicators"]:
        yield "indicators", row, row["reporters"], "parties"
        yield "indicators", row, [row["parent"]], "indicators"
        yield "indicators", row, [row["breakdown"]], "breakdowns"
    for row in document["breakdowns"]:
        yield "breakdowns", row, [row["parent"], *row["members"]], "indicators"
    for row in document["targets"]:
        yield "targets", row, [row["indicator"]], "indicators"
    for row in document["duties"]:
        partners = [partner.get("agency") for partner in row.get("partners", [])]
        yield "duties", row, [*row["agencies"], *partners], "parties"
    for row in document["regimes"]:
        yield "regimes", row, row["reporters"], "parties"


def _broken_memberships(document):
    """A breakdown lists the indicators that name it, and they are children of its parent."""
    indicators = {row["code"]: row for row in document["indicators"]}
    for breakdown in document["breakdowns"]:
        listed = set(breakdown["members"]) & set(indicators)
        naming = {c for c, row in indicators.items() if row["breakdown"] == breakdown["code"]}
        elsewhere = {
            code
            for code in naming
            if breakdown["parent"] in indicators
            and indicators[code]["parent"] != breakdown["parent"]
        }
        if odd := listed ^ naming | elsewhere:
            said = (
                "thành phần không khớp với “breakdown”, “parent” của các chỉ tiêu "
                f"({', '.join(sorted(odd))})"
            )
            yield Problem(breakdown["code"], said, section="breakdowns", key=breakdown["code"])
