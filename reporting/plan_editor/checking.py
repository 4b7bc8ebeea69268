"""
The complete check of a draft: the loader itself, on paper (ADR 0013).

What load_plan would refuse is what stops activation; there is no second set of rules.
"""

import copy

from django.db import transaction
from django.utils.translation import gettext, ngettext

from plans.models import Plan
from reporting.plan_editor import rows, topics
from reporting.plan_file import PlanFileError, check_document, load_plan
from reporting.plan_file.problems import Problem
from reporting.plan_file.references import span_of


@transaction.atomic
def problems_in(document, *, agency, plan=None):
    """Return all that keeps a document from becoming the plan; the database stays as it is."""
    try:
        load_checked(document, agency=agency, plan=plan)
    except PlanFileError as error:
        return error.problems
    finally:
        transaction.set_rollback(True)
    return []


@transaction.atomic
def load_checked(document, *, agency, plan=None):
    """Load a document as a plan of its lead department; raises PlanFileError with all faults."""
    document = check_document(copy.deepcopy(document))
    code = document["plan"]["code"]
    found = Plan.objects.filter(code=code).first()
    if found != plan:
        raise PlanFileError([_of_plan(f"mã “{code}” đã là mã của một kế hoạch khác")])
    missing = _without_number(document)
    loaded = None
    try:
        loaded, _ = load_plan(document, all_members=True)
    except PlanFileError as error:
        told = {problem.key for problem in missing}
        others = [p for p in error.problems if p.section != "targets" or p.key not in told]
        raise PlanFileError(missing + others) from error
    if missing:
        raise PlanFileError(missing)
    if loaded.lead_agency_id != agency.pk:
        said = f"cơ quan thường trực phải là {agency}, nơi soạn kế hoạch này"
        raise PlanFileError([_of_plan(said)])
    return loaded


def gaps(document):
    """Return [(slug of the topic, words)]: no fault, but nothing would be asked or reminded."""
    silent = sum(not row.get("reporters") for row in document["indicators"])
    words = ngettext(
        "{count} chỉ tiêu chưa có đơn vị báo cáo: không cơ quan nào được hỏi số.",
        "{count} chỉ tiêu chưa có đơn vị báo cáo: không cơ quan nào được hỏi số.",
        silent,
    )
    found = {
        "che-do": not document["regimes"]
        and gettext("Chưa có chế độ báo cáo nào: không kỳ báo cáo nào tự mở, không ai được nhắc."),
        "chi-tieu": silent and words.format(count=silent)
        if document["indicators"]
        else gettext("Chưa có chỉ tiêu nào: báo cáo không hỏi số liệu."),
        "nhiem-vu": not document["duties"]
        and gettext("Chưa có nhiệm vụ nào: báo cáo không hỏi tiến độ nhiệm vụ."),
    }
    return [(slug, said) for slug, said in found.items() if said]


def _of_plan(said):
    return Problem("plan", said, section="plan")


def _without_number(document):
    """Tell targets that wait for their number in plain words, before the database does."""
    return [
        Problem("targets", "chưa có con số", section="targets", key=span_of(row))
        for row in document["targets"]
        if row["operator"] != "qualitative" and row.get("low") is None and row.get("high") is None
    ]


def located(draft, problems):
    """Return [{problem, topic, mark, label}]: where in the editor each problem is mended."""
    return [{"problem": problem, **_location(draft.document, problem)} for problem in problems]


def _location(document, problem):
    sections = {"parties": ("agencies", "mentioned_agencies")}
    for section in sections.get(problem.section, (problem.section,)):
        row = _row(document.get(section), problem.key)
        topic = topics.topic_of(section, row)
        if topic and row:
            label = topic.label(row, document)
            return {"topic": topic, "mark": rows.digest(row), "label": label}
    return {"topic": topics.topic_of(problem.section, None), "mark": "", "label": ""}


def _row(section_rows, key):
    if not isinstance(section_rows, list) or key is None:
        return None
    if isinstance(key, int):
        return section_rows[key - 1] if key <= len(section_rows) else None
    if isinstance(key, tuple):
        wanted = tuple(str(part) for part in key)
        return next((r for r in section_rows if tuple(map(str, span_of(r))) == wanted), None)
    return next((row for row in section_rows if row.get("code") == key), None)


def differences(before, after):
    """Return [(topic title, new, changed, gone)]: the labels of rows that differ, by topic."""
    found = []
    for topic in topics.TOPICS:
        old, new = topic.rows(before), topic.rows(after)
        marks_before, marks_after = map(rows.digest, old), map(rows.digest, new)
        fresh = _left(new, set(marks_before))
        gone = _left(old, set(marks_after))
        keys = {_key(row) for row in gone} & {_key(row) for row in fresh}
        parts = (
            [topic.label(row, after) for row in fresh if _key(row) not in keys],
            [topic.label(row, after) for row in fresh if _key(row) in keys],
            [topic.label(row, before) for row in gone if _key(row) not in keys],
        )
        if any(parts):
            found.append((topic.title, *parts))
    return found


def _left(section_rows, marks):
    return [row for row in section_rows if rows.digest(row) not in marks]


def _key(row):
    """What makes two rows the same thing in two states."""
    return row.get("code") or (row.get("heading") if "indicator" not in row else span_of(row))
