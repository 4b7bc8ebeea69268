"""Keeping a filled workbook, showing what it would change, and writing it into drafts."""

from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from agencies.files import store_file
from agencies.models import record_event
from agencies.vietnamese import nfc
from agencies.workbooks.comments import commented_copy, comments_at, copy_name
from agencies.workbooks.reading import on_disk
from reporting import draft_fields, drafts
from reporting.models import DraftField, Report, ResultSheet
from reporting.result_form.reading import read_form
from reporting.result_table import read_table


def keep_form(upload, report, *, by, at):
    """
    Read a filled form and keep it with what it says; nothing is written into the draft.

    Raises Refused for what is no form of this report now, FileRefused for what is not stored.
    """
    with on_disk(upload) as path:
        reading = read_form(path, report)
        entries = [[report.pk, e.name, e.cell, e.text, e.seen] for e in reading.entries]
        return keep(upload, path, report.round, entries, reading.problems, report, by=by, at=at)


def keep_table(upload, round, *, by, at):
    """Read a free table of a round's agencies and keep it, as keep_form does."""
    with on_disk(upload) as path:
        entries, problems = read_table(path, round)
        return keep(upload, path, round, entries, problems, by=by, at=at)


def keep(upload, path, round, entries, problems, report=None, *, by, at):
    """Keep a workbook, what it says, and where it has problems the copy that names them."""
    upload.seek(0)
    name = nfc(Path(upload.name).name)[-200:]
    copy = commented_copy(path, comments_at(problems)) if problems else None
    return ResultSheet.objects.create(
        round=round,
        report=report,
        name=name,
        original=store_file(upload, by=by, at=at),
        annotated=copy and store_file(ContentFile(copy, copy_name(name)), by=by, at=at),
        entries=entries,
        problems=[list(problem) for problem in problems],
        read_by=by,
        read_at=at,
    )


@dataclass(frozen=True)
class Line:
    """One field that the workbook changes: words of the field, what the draft has, what comes."""

    cell: str
    words: str
    old: str
    new: str

    @property
    def state(self):
        if self.old == self.new:
            return "unchanged"
        return "changed" if self.old else "new"


def lines_of(sheet):
    """Return (lines that a form changes in its draft as it is now, how many stay as they are)."""
    words = draft_fields.words_of(sheet.report)
    stored = draft_fields.texts_of(sheet.report)
    lines, same = [], 0
    for _, name, cell, text, _ in sheet.entries:
        old = stored.get(name, "")
        if draft_fields.plain(text) == old:
            same += bool(old)
        elif name in words:
            lines.append(
                Line(cell, words[name], drafts.as_read(name, old), drafts.as_read(name, text))
            )
    return lines, same


def lines_of_table(sheet):
    """Return the Lines of a free table: each agency's figure as it is now and as it comes."""
    stored = {
        (report, name): text
        for report, name, text in DraftField.objects.filter(
            report__round=sheet.round_id
        ).values_list("report", "name", "text")
    }
    reports = {report.pk: report for report in sheet.round.reports.select_related("agency")}
    names = {f"figure-{i.pk}": i.name for i in sheet.round.plan.indicators.all()}
    return [
        Line(
            cell,
            f"{reports[pk].agency.short_name}, {names.get(name, name)}",
            stored.get((pk, name), ""),
            text,
        )
        for pk, name, cell, text, _ in sheet.entries
    ]


@transaction.atomic
def write(sheet, *, by, at):
    """
    Write a kept workbook into its drafts and return {report id: conflicts}.

    What somebody else changed since the form was made is not overwritten; all else is. A second
    time nothing happens. Raises ReportIsSent.
    """
    sheet = ResultSheet.objects.select_for_update().get(pk=sheet.pk)
    by_report = {}
    for pk, name, _, text, seen in sheet.entries:
        by_report.setdefault(pk, {})[name] = (text, seen)
    reports = Report.objects.in_bulk(by_report)
    conflicts = {
        pk: draft_fields.save_fields(reports[pk], typed, by=by, now=at)
        for pk, typed in sorted(by_report.items())
    }
    if sheet.applied_at is None:
        sheet.applied_at = at
        sheet.save(update_fields=["applied_at"])
        _record(sheet, by=by, at=at)
    return conflicts


def _record(sheet, *, by, at):
    record_event(
        "results-imported",
        sheet.report or sheet.round,
        by=by,
        at=at,
        note=sheet.name,
        is_demo=sheet.round.is_demo,
        sha256=sheet.original.sha256,
        fields=len(sheet.entries),
    )
