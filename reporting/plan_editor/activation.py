"""A draft takes effect: it becomes a plan, or its changes enter the plan it was begun from."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.language import in_vietnamese
from agencies.models import record_event
from plans.models import Plan
from reporting.models import PlanDraft
from reporting.plan_editor.checking import differences, load_checked
from reporting.plan_editor.copying import document_of
from reporting.plan_editor.drafts import DraftRefused, lock
from targets.models import AppendixImport


@transaction.atomic
def activate(draft, *, by, at):
    """
    Load the draft as it stands and return the plan.

    Raises PlanFileError with every problem, or DraftRefused when the plan was changed by other
    means since its changes were begun; then nothing has happened.
    """
    locked = lock(draft)
    if locked.plan:
        _refuse_drift(locked)
    plan = load_checked(locked.document, agency=locked.agency, plan=locked.plan)
    _mark(locked, plan, by=by, at=at)
    return plan


def _refuse_drift(draft):
    """What was changed under the draft's feet must not be undone by it."""
    plan = Plan.objects.select_for_update(no_key=True).get(pk=draft.plan_id)
    if not plan.is_active:
        raise DraftRefused(
            _("Kế hoạch này {state}, không sửa được nữa.").format(
                state=plan.get_state_display().lower()
            )
        )
    now = as_stored(document_of(draft.plan))
    if now != draft.base:
        places = ", ".join(title.lower() for title, *_ in differences(draft.base, now))
        raise DraftRefused(
            _(
                "Kế hoạch đã được sửa bằng cách khác từ khi mở bản soạn "
                "({places}). Xin bỏ bản soạn này rồi mở lại từ kế "
                "hoạch hiện nay."
            ).format(places=places or _("thông tin chung"))
        )


def as_stored(document):
    """Return a document as its column gives it back: dates as text."""
    return json.loads(json.dumps(document, cls=DjangoJSONEncoder))


@in_vietnamese
def _mark(draft, plan, *, by, at):
    is_new, changed = draft.plan is None, []
    if is_new:
        plan.activated_at = at
        plan.save(update_fields=["activated_at"])
    else:
        changed = [str(title) for title, *_ in differences(draft.base, draft.document)]
    draft.state, draft.plan = PlanDraft.State.ACTIVATED, plan
    draft.save(update_fields=["state", "plan"])
    # Tables read into the draft are from now on the plan's: there its people look them up.
    AppendixImport.objects.filter(of_draft__draft=draft).update(plan=plan)
    note = "Kích hoạt kế hoạch" if is_new else "Áp dụng thay đổi"
    record_event("plan-draft-activated", draft, by=by, at=at, note=note)
    action = "plan-activated" if is_new else "plan-changed"
    record_event(action, plan, by=by, at=at, note=note, draft=draft.pk, topics=changed)
