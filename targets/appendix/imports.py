"""
The record of an import: kept when a file is read, applied once, with its person and its files.

Applying works on the stored parse under the plan's lock, and only if it would still do what was
shown (R26).
"""

from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction

from agencies.files import FileRefused, store_file
from agencies.language import in_vietnamese
from agencies.models import record_event
from agencies.vietnamese import nfc
from agencies.workbooks.comments import copy_name
from agencies.workbooks.reading import on_disk, read_file
from plans.models import Plan
from targets.appendix import annotate, stored_sheet
from targets.appendix.apply import ApplyRefused, write_check
from targets.appendix.checking import Check, check_sheets
from targets.appendix.plan_content import PlanContent, content_of
from targets.models import AppendixImport

_NAME = AppendixImport._meta.get_field("sheet").max_length


@dataclass(frozen=True)
class Reading:
    """
    What was read of an upload, before anything of it is kept.

    `record` is the AppendixImport to be, without its files; `annotated` is the content of the
    person's own file with a comment at each cell, None where nothing is wrong or asked.
    """

    upload: File
    record: AppendixImport
    check: Check
    annotated: bytes | None


def read_upload(upload, plan, *, by, at, answers=None, is_demo=False):
    """
    Keep an uploaded file and return (AppendixImport, Check).

    With problems the record also has the person's own file with a comment at each cell. Raises
    Refused for what cannot be read, FileRefused for what is not stored; then nothing is kept.
    """
    reading = read_through(upload, content_of(plan), answers=answers, is_demo=is_demo)
    return keep(reading, by=by, at=at), reading.check


@in_vietnamese
def read_through(upload, plan: PlanContent, *, answers=None, is_demo=False):
    """
    Return the Reading of a file. Raises Refused for what cannot be read.

    Not to be called within a transaction: it waits for child processes for a minute or more.
    """
    with on_disk(upload) as path:
        name = nfc(Path(upload.name).name)
        check = check_sheets(read_file(path), plan, answers=answers, file_name=name)
        record = _record(check, upload, plan.plan, answers=answers, is_demo=is_demo)
        return Reading(upload, record, check, _annotated(path, check))


def _annotated(path, check):
    return annotate.annotated_copy(path, check) if check.problems or check.questions else None


@transaction.atomic
@in_vietnamese
def keep(reading, *, by, at):
    """Keep a Reading with its files and return its AppendixImport, or raise FileRefused."""
    record, upload = reading.record, reading.upload
    upload.seek(0)
    record.original = store_file(upload, by=by, at=at)
    record.added_by, record.added_at = by, at
    record.annotated = _stored(reading.annotated, record)
    record.save()
    return record


def _stored(annotated, record):
    """Keep the copy with comments, if there is one, as given by whom the file was given."""
    if annotated is None:
        return None
    copy = ContentFile(annotated, copy_name(record.name))
    return store_file(copy, by=record.added_by, at=record.added_at)


@in_vietnamese
def check_again(record, *, plan: PlanContent | None = None, answers=None):
    """
    Return the Check of a kept import as its plan is now, with the answers given (or stored).

    An import into a plan in the making has none of its own: `plan` is what there is of it.
    """
    answers = record.answers if answers is None else answers
    plan = plan or content_of(record.plan)
    sheets = stored_sheet.unpack(record.parsed)
    return check_sheets(sheets, plan, answers=answers, file_name=record.name)


@in_vietnamese
def save_answers(record, answers, *, plan: PlanContent | None = None):
    """
    Keep a person's answers to questions and return the Check they lead to.

    A large table takes seconds to check, so it is checked before anything is locked. If it was
    answered or written by somebody else since `record` was read, that stands: the return is None.
    With another of the file's tables, what was answered about the one before is taken back.
    """
    if answers.get("sheet", record.sheet)[:_NAME] != record.sheet:
        answers = {"sheet": answers["sheet"]}
    check = check_again(record, plan=plan, answers=answers)
    unchanged = AppendixImport.objects.filter(
        pk=record.pk, state=AppendixImport.State.CHECKED, answers=record.answers
    )
    fields = {"answers": answers, **_counts(check)}
    if fields["sheet"] != record.sheet:
        fields["annotated"] = _annotated_anew(record, check)
    if not unchanged.update(**fields):
        return None
    _set(record, fields)
    return check


def _annotated_anew(record, check):
    with record.original.file.open() as stored, on_disk(stored) as path:
        annotated = _annotated(path, check)
    try:
        return _stored(annotated, record)
    except FileRefused:  # with its comments the file is larger than any that is kept
        return None


@transaction.atomic
@in_vietnamese
def apply_import(record, *, by, at, is_reported, decision=None, shown=None):
    """
    Write what was shown and return the Check; a second time nothing happens (None).

    `shown` is the digest of the changes on the person's page; by default those last kept.

    Raises ApplyRefused when errors or questions are left, when the plan has changed since or has
    ended, or when targets that were reported on change without a Decision.
    """
    plan = _locked(record.plan)
    record = locked_record(record)
    if record.state == AppendixImport.State.APPLIED:
        return None
    if not plan.is_active:
        raise ApplyRefused("Kế hoạch đã kết thúc, không nhập bảng vào nữa.")
    check = check_again(record)
    if check.changes.digest != (shown or record.shown):
        raise ApplyRefused(_changed_since(record, check))
    write_check(check, record.plan, is_reported=is_reported, decision=decision)
    mark_applied(record, check, decision, by=by, at=at)
    _note_event(record, by=by, at=at)
    return check


def _changed_since(record, check):
    """Say what changed since a page was shown; what `record` keeps is of the last answers."""
    if check.changes.digest == record.shown:
        return (
            "Các câu hỏi về bảng này đã có người trả lời khác từ lúc xem trước. Chưa ghi gì; xin "
            "xem lại rồi ghi."
        )
    return "Kế hoạch đã thay đổi từ lúc xem trước. Xin xem lại rồi ghi."


def _locked(plan):
    """Return the plan once no other import writes into it; held to the transaction's end."""
    return Plan.objects.select_for_update().get(pk=plan.pk)


def _record(check, upload, plan, *, answers, is_demo):
    return AppendixImport(
        plan=plan,
        name=nfc(Path(upload.name).name)[-200:],
        parsed=stored_sheet.pack(check.sheets),
        answers=answers or {},
        is_demo=is_demo,
        **_counts(check),
    )


def _counts(check):
    """Return the fields of a record that say what came of a check."""
    counts = check.changes.counts
    return {
        "kind": check.kind,
        "sheet": check.sheet[:_NAME],
        "new_count": counts["new"],
        "changed_count": counts["changed"],
        "unchanged_count": counts["unchanged"],
        "problem_count": len(check.problems),
        "question_count": len(check.questions),
        "shown": check.changes.digest,
    }


def _set(record, fields):
    for name, value in fields.items():
        setattr(record, name, value)


def locked_record(record):
    """Return the record as it is now, locked to the transaction's end."""
    return AppendixImport.objects.select_for_update(of=("self",)).get(pk=record.pk)


def mark_applied(record, check, decision=None, *, by, at):
    """Note on a locked record that its check was written, by whom and on what decision."""
    _set(record, _counts(check))
    record.state = AppendixImport.State.APPLIED
    record.applied_by, record.applied_at = by, at
    if decision:
        record.decided_by, record.effective_on = decision.decided_by, decision.effective_on
    record.save()


def _note_event(record, *, by, at):
    record_event(
        "appendix-applied",
        record.plan,
        by=by,
        at=at,
        note=record.name,
        is_demo=record.is_demo,
        **told_of(record),
    )


def told_of(record):
    """Return what the event of a writing keeps of it."""
    return {
        "appendix_import": record.pk,
        "sha256": record.original.sha256,
        "new": record.new_count,
        "changed": record.changed_count,
    }
