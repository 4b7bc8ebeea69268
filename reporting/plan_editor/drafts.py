"""Writing in a draft: one row at a time, each change an event, nobody's work overwritten."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.models import record_event
from plans.models import Plan
from reporting.models import PlanDraft
from reporting.plan_editor import rows
from reporting.plan_editor.copying import document_of
from reporting.plan_file.outline import usual_outline


class DraftRefused(Exception):
    """A change that cannot be made; the message is for the person who tried."""


class RowChanged(DraftRefused):
    """The row is not the one the page showed: somebody changed or removed it meanwhile."""


def start_draft(document, *, agency, by, at, plan=None, base=None):
    """
    Begin a draft from a checked document and return it.

    Without a plan it is a new one's: the code must be free. Changes to a plan come with `base`,
    the plan as it is now. Raises DraftRefused.
    """
    code = document["plan"]["code"]
    if plan is None and Plan.objects.filter(code=code).exists():
        raise DraftRefused(_("Mã “{code}” đã là mã của một kế hoạch.").format(code=code))
    draft = PlanDraft(code=code, agency=agency, plan=plan, document=document, base=base)
    draft.started_at = draft.changed_at = at
    draft.started_by = draft.changed_by = by
    try:
        with transaction.atomic():
            draft.save()
            record_event("plan-draft-started", draft, by=by, at=at, note="Mở bản soạn")
    except IntegrityError as error:
        raise DraftRefused(_("Đang có một bản soạn mang mã “{code}”.").format(code=code)) from error
    return draft


def open_changes(plan, *, by, at):
    """Return the open draft of changes to a plan in force, begun now if there is none."""
    draft = PlanDraft.objects.open().filter(plan=plan).first()
    if draft is None:
        now = document_of(plan)
        draft = start_draft(now, agency=plan.lead_agency, plan=plan, base=now, by=by, at=at)
    draft.refresh_from_db()  # dates as the column keeps them
    return draft


def start_from_file(document, *, agency, plan, by, at):
    """Begin a draft from a plan file: of a new plan, or of changes to `plan`."""
    document["outline"] = document["outline"] or usual_outline()
    base = document_of(plan) if plan else None
    return start_draft(document, agency=agency, plan=plan, base=base, by=by, at=at)


def lock(draft):
    """Return the draft as it is now, held to the transaction's end; DraftRefused once closed."""
    locked = PlanDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if not locked.is_open:
        raise DraftRefused(
            _("Bản soạn này {state}.").format(state=locked.get_state_display().lower())
        )
    return locked


@transaction.atomic
def change(draft, edit, *, note, by, at):
    """
    Apply `edit(document)` to the draft as it stands now, under its lock, and return the draft.

    `edit` returns what the event keeps beside its note, and may raise DraftRefused.
    """
    locked = lock(draft)
    data = edit(locked.document) or {}
    agencies = {agency.code: agency for agency in locked.agency.jurisdiction.agencies.all()}
    rows.settle(locked.document, agencies)
    locked.changed_at, locked.changed_by = at, by
    locked.save(update_fields=["document", "changed_at", "changed_by"])
    record_event("plan-draft-changed", locked, by=by, at=at, note=note, **data)
    return locked


def put_row(draft, section, row, *, shown, note, by, at, tie=None):
    """
    Write a row in place of the one with the digest `shown`, or at the end when `shown` is "".

    `tie(document)` then adjusts rows that depend on it.
    """

    def edit(document):
        old = _put(document[section], row, shown)
        if tie:
            tie(document)
        return {"section": section, "old": old, "new": row}

    return change(draft, edit, note=note, by=by, at=at)


def _put(section_rows, row, shown):
    if not shown:
        code = row.get("code")
        if code and code in [other.get("code") for other in section_rows]:
            raise DraftRefused(_("Mã “{code}” đã có.").format(code=code))
        section_rows.append(row)
        return None
    place = _place(section_rows, shown)
    old, section_rows[place] = section_rows[place], row
    return old


def remove_row(draft, section, *, shown, note, by, at):
    """Take a row away; refused while other rows name it."""

    def edit(document):
        place = _place(document[section], shown)
        old = document[section].pop(place)
        used = rows.users_of(document, section, old.get("code"))
        if old.get("code") and used:
            raise DraftRefused(
                _("Chưa bỏ được “{old}”, còn được dùng ở: ").format(old=_label(old))
                + "; ".join(_label(row) for _, row in used[:10])
            )
        return {"section": section, "old": old, "new": None}

    return change(draft, edit, note=note, by=by, at=at)


def move_row(draft, section, *, shown, before, note, by, at):
    """Put a row before another one, both named by their digests."""

    def edit(document):
        row = document[section].pop(_place(document[section], shown))
        document[section].insert(_place(document[section], before), row)
        return {"section": section, "moved": row.get("code")}

    return change(draft, edit, note=note, by=by, at=at)


def discard(draft, *, by, at):
    """Give a draft up; what was written stays in its events."""
    if PlanDraft.objects.open().filter(pk=draft.pk).update(state=PlanDraft.State.DISCARDED):
        record_event("plan-draft-discarded", draft, by=by, at=at, note="Bỏ bản soạn")


def _place(section_rows, shown):
    place = rows.find(section_rows, shown)
    if place is None:
        raise RowChanged(
            _(
                "Dòng này vừa được người khác sửa hoặc bỏ. Những gì bạn gõ vẫn còn trên trang; "
                "xem lại danh sách rồi lưu lần nữa để giữ bản của bạn."
            )
        )
    return place


def _label(row):
    for name in ("name", "statement", "title", "heading", "words", "indicator", "code"):
        if row.get(name):
            return row[name]
    return ""


def free_code(wanted):
    """Return the code itself, or the first of code-2, code-3 … that no plan or draft has."""
    taken = {
        *Plan.objects.filter(code__startswith=wanted).values_list("code", flat=True),
        *PlanDraft.objects.open().filter(code__startswith=wanted).values_list("code", flat=True),
    }
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(c for c in numbered if c not in taken)
