"""
Rows of a draft's document: how a page names one, and what hangs together with it.

A row is named by a digest of its content. A page that shows a row somebody changed meanwhile names
a row that is no longer there: nobody overwrites what they have not seen.
"""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder

from agencies.vietnamese import fold
from reporting.plan_file.references import codes_of, named

# What rows of a section are called where other rows name them (references.named).
_NAMED_AS = {
    "agencies": {"parties", "singles", "bodies"},
    "member_agencies": {"bodies"},
    "mentioned_agencies": {"parties"},
    "indicators": {"indicators"},
    "breakdowns": {"breakdowns"},
}


def digest(row):
    """Return 16 hex digits that stand for a row, or a list of rows, as it is now."""
    text = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def find(rows, wanted):
    """Return the place of the row with that digest, None when it is gone or changed."""
    return next((place for place, row in enumerate(rows) if digest(row) == wanted), None)


def users_of(document, section, code):
    """Return [(section, row)] of the rows that name a code, each once."""
    kinds = _NAMED_AS.get(section, set())
    found = []
    for where, row, codes, kind in named(document):
        # A breakdown's list of members only repeats what its members say.
        codes = [row["parent"]] if where == "breakdowns" else codes
        if kind in kinds and code in codes and (where, row) not in found:
            found.append((where, row))
    return found


def settle(document, agencies):
    """
    Make what the file says twice agree: a breakdown's members, and the bodies in groups only.

    `agencies` are the jurisdiction's, by code: the source of names for new members.
    """
    for breakdown in document["breakdowns"]:
        breakdown["members"] = [
            row["code"] for row in document["indicators"] if row["breakdown"] == breakdown["code"]
        ]
    own = {row["code"] for row in document["agencies"] if "members" not in row}
    known = {row["code"]: row for row in document["member_agencies"]}
    outside = {
        code: known.get(code) or _member(agencies[code])
        for row in document["agencies"]
        for code in row.get("members", [])
        if code not in own and (code in known or code in agencies)
    }
    document["member_agencies"] = list(outside.values())


def _member(agency):
    return {"code": agency.code, "name": agency.name, "kind": agency.kind}


def names(document):
    """Return {code: name} of everything in the document that has both."""
    sections = ("member_agencies", "mentioned_agencies", "agencies", "indicators", "breakdowns")
    return {row["code"]: row["name"] for section in sections for row in document[section]}


def party_named(document, words):
    """Return the code of the party that words name as the plan writes it, else None."""
    for row in [*document["agencies"], *document["mentioned_agencies"]]:
        if fold(words) in (fold(row["as_written"]), fold(row["name"])):
            return row["code"]
    return None


def next_code(document, section):
    """Return a likely code for a new row: the last one counted up, else none."""
    codes = codes_of(document, section)
    stem = codes[-1].rstrip("0123456789") if codes else ""
    number = codes[-1][len(stem) :] if codes else ""
    if not number:
        return ""
    free = (f"{stem}{n}" for n in range(int(number) + 1, int(number) + len(codes) + 2))
    return next(code for code in free if code not in codes)
