"""
Importing a list in two steps: read and preview, then apply all of it or nothing (R26).

A preview is a run that saves nothing; the rows read are kept, and the second step runs over those
rows, in one transaction that counts only when its outcome is still the one that was shown.
"""

from dataclasses import dataclass

import tablib
from django.core.files.base import ContentFile
from django.db import transaction

from agencies.files import store_file
from agencies.language import in_vietnamese
from agencies.list_files import read_list
from agencies.models import ListImport, record_event
from agencies.resources import AgencyResource, UserResource
from agencies.vietnamese import nfc
from agencies.workbooks.comments import commented_copy, comments_at, copy_name
from agencies.workbooks.grid import read_address
from agencies.workbooks.problems import Problem, error
from agencies.workbooks.reading import on_disk

Kind = ListImport.Kind
RESOURCES = {Kind.AGENCIES: AgencyResource, Kind.PEOPLE: UserResource}
# What a person reads of a cell; other faults are worded by their models.
_WORDS = {
    "blank": "Ô này bắt buộc ghi.",
    "null": "Ô này bắt buộc ghi.",
    ("email", "invalid"): "Đây không phải là địa chỉ thư điện tử.",
}
CHANGED = "Danh mục trên cổng đã đổi từ lúc xem trước"


class ImportRefused(Exception):
    """A list that cannot be applied now; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """`lines`: [{"row", "name", "state": new|changed|unchanged, "changes"}], or the problems."""

    lines: list
    problems: list


def headings_of(kind):
    return [field.column_name for field in RESOURCES[kind].fields.values()]


@in_vietnamese
def read(kind, upload, *, place, by, at):
    """
    Read a file and return the kept import; one with problems is for looking at alone.

    With problems it has the person's own file with a comment at each cell. Raises Refused for a
    file that is no such list at all.
    """
    sheet = read_list(upload, headings_of(kind))
    kept = ListImport(
        kind=kind,
        jurisdiction=place,
        file_name=nfc(upload.name)[-200:],
        sha256=sheet.sha256,
        sheet=sheet.name,
        columns=sheet.columns,
        rows=sheet.rows,
        read_by=by,
        read_at=at,
    )
    outcome = _run(kept, by=by, at=at, dry_run=True)
    problems = [*sheet.problems, *_at_new_cells(outcome.problems, sheet.problems)]
    problems.sort(key=lambda problem: read_address(problem.cell))
    kept.problems = [list(problem) for problem in problems]
    kept.annotated = _commented(upload, problems, by=by, at=at) if problems else None
    kept.shown = [] if problems else outcome.lines
    kept.save()
    return kept


def _commented(upload, problems, *, by, at):
    """Keep the person's own file with comments; None where it cannot be written again."""
    with on_disk(upload) as path:
        copy = commented_copy(path, comments_at(problems))
    return copy and store_file(ContentFile(copy, copy_name(upload.name)), by=by, at=at)


def problems_of(kept):
    return [Problem(*problem) for problem in kept.problems]


def _at_new_cells(problems, known):
    """A cell that could not be read is not told to be empty as well."""
    cells = {problem.cell for problem in known}
    return [problem for problem in problems if problem.cell not in cells]


@in_vietnamese
def apply(kept, *, by, at):
    """Apply what was shown, all or nothing. Raises ImportRefused; the new preview is then kept."""
    try:
        with transaction.atomic():
            return _apply(kept.pk, by=by, at=at)
    except _OutcomeChanged as change:
        outcome = change.args[0]
        if outcome.problems:
            first = outcome.problems[0]
            raise ImportRefused(f"{CHANGED}: {first.cell}: {first.message}") from None
        ListImport.objects.filter(pk=kept.pk).update(shown=outcome.lines)
        raise ImportRefused(f"{CHANGED}; xin xem lại bản mới dưới đây.") from None


class _OutcomeChanged(Exception):
    """Rolls back what was applied: it is not what had been shown."""


def _apply(pk, *, by, at):
    kept = ListImport.objects.select_for_update().select_related("jurisdiction").get(pk=pk)
    if kept.applied_at:
        raise ImportRefused("Danh sách này đã được ghi rồi.")
    if kept.problems:
        raise ImportRefused(f"Tệp còn {len(kept.problems)} lỗi, chưa ghi gì.")
    outcome = _run(kept, by=by, at=at, dry_run=False)
    if outcome.problems or outcome.lines != kept.shown:
        raise _OutcomeChanged(outcome)
    kept.applied_at = at
    kept.save(update_fields=["applied_at"])
    counts = counts_of(kept.shown)
    record_event(
        "list-imported", kept, by=by, at=at, is_demo=by.is_demo, sha256=kept.sha256, **counts
    )
    return kept


def counts_of(lines):
    """Return {"new", "changed", "unchanged"} → how many lines."""
    states = [line["state"] for line in lines]
    return {state: states.count(state) for state in ("new", "changed", "unchanged")}


def new_addresses(kept):
    """Return the addresses of the people a list of people brought in."""
    new = {line["row"] for line in kept.shown if line["state"] == "new"}
    return [texts["Thư điện tử"].lower() for number, texts in kept.rows if number in new]


def _run(kept, *, by, at, dry_run):
    resource = RESOURCES[kept.kind](kept.jurisdiction, by=by, at=at)
    headings = headings_of(kept.kind)
    data = tablib.Dataset(headers=["#", *headings])
    for number, texts in kept.rows:
        data.append([number, *(texts[heading] for heading in headings)])
    # A dry run checks and saves nothing; the real one has its caller's transaction around it.
    result = resource.import_data(data, dry_run=dry_run, use_transactions=False)
    for fault in [*result.base_errors, *(e for _, errors in result.row_errors() for e in errors)]:
        raise fault.error  # ours, not the file's
    twice = list(_twice(kept, resource))
    problems = [*twice, *_problems(kept, resource, result, {problem.cell for problem in twice})]
    return Outcome([] if problems else _lines(kept, resource, result), problems)


def _cell(kept, heading, number):
    return f"{kept.sheet}!{kept.columns[heading]}{number}"


def _problems(kept, resource, result, twice):
    """Yield what the models object to; a cell told to stand twice in the file is not told again."""
    columns = {field.attribute: field.column_name for field in resource.get_import_fields()}
    first = headings_of(kept.kind)[0]
    for invalid in result.invalid_rows:
        number, texts = kept.rows[invalid.number - 1]
        for attribute, errors in invalid.error.error_dict.items():
            heading = columns.get(attribute, first)
            cell = _cell(kept, heading, number)
            if cell not in twice:
                words = " ".join(_words(attribute, each) for each in errors)
                yield error(cell, "invalid", words, texts[heading])


def _words(attribute, invalid):
    plain = _WORDS.get((attribute, invalid.code)) or _WORDS.get(invalid.code)
    return plain or " ".join(invalid.messages)


def _twice(kept, resource):
    """A code or an address that stands in two rows; import-export would apply both in turn."""
    [key] = resource.get_import_id_fields()
    heading, seen = resource.fields[key].column_name, {}
    for number, texts in kept.rows:
        text = texts[heading].lower()
        if text in seen and text:
            cell = _cell(kept, heading, number)
            words = f"Trùng với ô {_cell(kept, heading, seen[text])}."
            yield error(cell, "twice", words, texts[heading])
        seen.setdefault(text, number)


def _lines(kept, resource, result):
    """Return the preview: one line a row, with what it changes."""
    name = "Tên cơ quan" if kept.kind == Kind.AGENCIES else "Họ và tên"
    lines = []
    for (number, texts), row in zip(kept.rows, result.rows, strict=True):
        state = {"new": "new", "update": "changed", "skip": "unchanged"}[row.import_type]
        told = resource.changes[number] if state != "unchanged" else []
        changes = [change for change in told if state == "changed" or change[0] != name]
        lines.append({"row": number, "name": texts[name], "state": state, "changes": changes})
    return lines
