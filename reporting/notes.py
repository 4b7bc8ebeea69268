"""Remarks at a figure or section of a report, without returning it."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import record_event
from agencies.vietnamese import nfc
from reporting import draft_fields
from reporting.models import Note, OutlineSection


def places(report, indicators=None):
    """Return [(field name, words)] of where a note may stand; `indicators` if they are at hand."""
    figures = draft_fields.indicators_asked(report) if indicators is None else indicators
    sections = OutlineSection.objects.filter(plan=report.round.plan_id)
    return [
        *((f"figure-{indicator.pk}", str(indicator)) for indicator in figures),
        *(
            (f"narrative-{section.pk}", _("Thuyết minh: {section}").format(section=section))
            for section in sections
        ),
    ]


@transaction.atomic
def add_note(report, *, place, text, by, at):
    """Write a note; both the agency and the lead department see it."""
    note = Note.objects.create(report=report, place=place, text=nfc(text).strip(), by=by, at=at)
    record_event("note-added", report, by=by, at=at, is_demo=report.round.is_demo, note_id=note.pk)
    return note


def notes_with_places(report, places):
    """Return [(note, words of its place)] in order of time; `places` as above."""
    words = dict(places)
    return [
        (note, words.get(note.place, _("Cả báo cáo"))) for note in report.notes.select_related("by")
    ]
