"""
What was shown is written: all of it or nothing, in one transaction that holds the plan's lock.

The caller says whether the plan has been reported on: reports belong to a floor above.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import connection

from agencies.workbooks.progress import Phase, tell
from targets.appendix.writing import PlanStore, TargetsWriter
from targets.models import Allocation

_DOCUMENT = re.compile(
    r"(Quyết định|Kế hoạch|Công văn|Nghị quyết|Thông báo)\s+số:?\s*\d+\s*/\s*[\w-]+"
    r"(\s+ngày\s+\d+\s*/\s*\d+\s*/\s*\d+)?",
    re.IGNORECASE,
)


class ApplyRefused(Exception):
    """Nothing was written; the message says why and what to do."""


@dataclass(frozen=True)
class Decision:
    """The document that changes targets already reported on (R18)."""

    decided_by: str
    effective_on: dt.date


def write_check(check, plan, *, is_reported, decision=None):
    """
    Write a clean check of a plan whose row the caller has locked.

    Changing a target of a plan with reports is a revision: a new row that names its decision,
    beside the old one. Raises ApplyRefused.
    """
    refuse_unless_clean(check)
    if check.kind == "allocation":
        _write_shares(check, plan, decision)
        return
    changed = check.changes.of("changed")
    if is_reported and changed and decision is None:
        raise ApplyRefused(
            f"Kế hoạch đã có báo cáo: {len(changed)} mục tiêu đổi số là điều chỉnh, cần văn bản "
            "quyết định và ngày hiệu lực."
        )
    TargetsWriter(check.content, PlanStore(plan), decision if is_reported else None).write()


def refuse_unless_clean(check):
    """Raise ApplyRefused where errors or questions are left."""
    if check.errors:
        raise ApplyRefused(f"Tệp còn {len(check.errors)} lỗi, chưa ghi gì.")
    if check.questions:
        raise ApplyRefused(f"Còn {len(check.questions)} câu chưa trả lời, chưa ghi gì.")


def _write_shares(check, plan, decision):
    """Upsert the allocations that differ, in one statement."""
    wanted = zip(check.content.shares, check.changes.figures, strict=True)
    shares = [share for share, change in wanted if change.state != "unchanged"]
    decided_by = decision.decided_by if decision else decision_in(check.table.title) or str(plan)
    tell(Phase.WRITE, 0, len(shares))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Allocation._meta.db_table}"  # noqa: S608 - a table's name of our own
            " (indicator_id, agency_id, year, value, decided_by, is_demo)"
            " SELECT i, a, y, v, %s, false"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::numeric[]) AS t(i, a, y, v)"
            " ON CONFLICT ON CONSTRAINT one_allocation_per_agency_and_year"
            " DO UPDATE SET value = excluded.value, decided_by = excluded.decided_by",
            [
                decided_by[:200],
                [share.indicator.pk for share in shares],
                [share.agency.pk for share in shares],
                [share.year for share in shares],
                [share.number for share in shares],
            ],
        )
    tell(Phase.WRITE, len(shares), len(shares))


def decision_in(title):
    """Return the document a title names (“Quyết định số 12/QĐ-UBND ngày 5/1/2024”), or None."""
    match = _DOCUMENT.search(title)
    return " ".join(match[0].split()) if match else None
