"""
The fields of a draft: their names, and saving one without losing another's (R17).

A field is saved with the value last seen in it. Whoever is second on the same field is shown both
values; different fields never conflict.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.vietnamese import nfc
from plans.models import Duty
from reporting.models import DraftField, OutlineSection, Report, Tier
from targets.models import Indicator

AS_OF = "as-of"
DOCUMENT_NUMBER, DOCUMENT_DATE = "document-number", "document-date"
_HEAD_WORDS = {
    AS_OF: _("Số liệu tính đến ngày"),
    DOCUMENT_NUMBER: _("Số, ký hiệu văn bản kèm theo"),
    DOCUMENT_DATE: _("Ngày văn bản"),
}
_FIGURE_WORDS = {
    "figure": _("Thực hiện lũy kế"),
    "estimate": _("Ước cả năm"),
    "explanation": _("Giải trình"),
}
_DUTY_WORDS = {"duty": _("Tiến độ"), "words": _("Kết quả, vướng mắc")}


class ReportIsSent(Exception):
    """The report is no longer open; the draft may not change."""


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed the field since it was last seen."""

    name: str
    mine: str
    theirs: str
    by: User | None
    at: datetime


def indicators_asked(report):
    """Return the indicators this agency reports on (R13), in the plan's order."""
    if report.tier == Tier.LEAD:  # a consolidation has no figures of its own
        return Indicator.objects.none()
    named = Q(reporters__agency=report.agency_id) | Q(reporters__members=report.agency_id)
    asked = Indicator.objects.filter(named, plan=report.round.plan_id)
    return asked.distinct().select_related("breakdown__parent", "parent")


def duties_asked(report):
    """Return the duties that bind this agency, by itself or as a member of a group."""
    if report.tier == Tier.LEAD:
        return Duty.objects.none()
    named = Q(parties__agency=report.agency_id) | Q(parties__members=report.agency_id)
    return Duty.objects.filter(named, plan=report.round.plan_id).distinct()


def indicators_by_agency(plan):
    """Return {agency id: ids of the indicators asked of it} over a whole plan."""
    return _by_agency(Indicator.objects.filter(plan=plan), "reporters")


def duties_by_agency(plan):
    """Return {agency id: ids of the duties that bind it} over a whole plan."""
    return _by_agency(Duty.objects.filter(plan=plan), "parties")


def _by_agency(things, parties):
    rows = things.order_by().values_list("pk", f"{parties}__agency", f"{parties}__members")
    found = defaultdict(set)
    for pk, *agencies in rows:
        for agency in filter(None, agencies):
            found[agency].add(pk)
    return found


def names_asked(report):
    """Return the set of field names this report's form has; others are not taken."""
    return set(words_of(report))


def head_asked(report):
    """Return the names of the fields about the whole report; a consolidation's day is given."""
    document = (DOCUMENT_NUMBER, DOCUMENT_DATE)
    return document if report.tier == Tier.LEAD else (AS_OF, *document)


def words_of_head(report):
    """Return {name: words people know it by} of the fields about the whole report."""
    return {name: _HEAD_WORDS[name] for name in head_asked(report)}


def words_of(report):
    """Return {name: words people know it by} of every field of the report's form."""
    figures = [(i, str(i)) for i in indicators_asked(report)]
    duties = [(d, str(d)) for d in duties_asked(report)]
    sections = OutlineSection.objects.filter(plan=report.round.plan_id)
    return {
        **{
            f"{part}-{item.pk}": f"{words}: {name}"
            for parts, items in ((_FIGURE_WORDS, figures), (_DUTY_WORDS, duties))
            for item, name in items
            for part, words in parts.items()
        },
        **{
            f"narrative-{section.pk}": gettext("Thuyết minh: {section}").format(section=section)
            for section in sections
        },
        **words_of_head(report),
    }


def texts_of(report):
    """Return {name: text} of all that was typed."""
    return dict(report.draft_fields.values_list("name", "text"))


@transaction.atomic
def save_fields(report, typed, *, by, now):
    """
    Save {name: (text, text last seen)} and return the conflicts; all others are saved.

    The report's row is locked, so that edits of one report come one after another and none can
    slip in behind its submission. Saving again what is saved is no conflict: an answer may have
    been lost on the way. None for the text last seen: a conflict that was shown and is not
    settled yet stays one. Raises ReportIsSent.
    """
    if not Report.objects.select_for_update().get(pk=report.pk).is_open:
        raise ReportIsSent
    stored = {field.name: field for field in report.draft_fields.select_related("saved_by")}
    conflicts, changed = [], []
    for name, (text, seen) in typed.items():
        text, seen = plain(text), None if seen is None else plain(seen)
        field = stored.get(name) or DraftField(report=report, name=name)
        if text in (field.text, seen):
            continue
        if field.text != seen:
            conflicts.append(Conflict(name, text, field.text, field.saved_by, field.saved_at))
            continue
        field.text, field.saved_by, field.saved_at = text, by, now
        changed.append(field)
    _store(changed)
    if changed:
        Report.objects.filter(pk=report.pk).update(saved_at=now)
    return conflicts


def _store(fields):
    DraftField.objects.bulk_create(
        fields,
        update_conflicts=True,
        unique_fields=["report", "name"],
        update_fields=["text", "saved_by", "saved_at"],
    )


def plain(text):
    """
    Return a typed text as it is stored.

    Browsers send line ends as CR LF; what was stored and what was seen must compare equal.

    NUL is the one character PostgreSQL refuses.
    """
    return nfc(text).replace("\r\n", "\n").replace("\0", "").strip()
