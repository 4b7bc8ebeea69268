"""A plan ends: closed with a reason, or replaced by another. Its reports and figures stay."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import record_event
from plans.models import Plan


class EndingRefused(Exception):
    """A plan that cannot be ended so; the message is for the person who tried."""


@transaction.atomic
def end_plan(plan, *, on, reason, replaced_by=None, by, at):
    """
    Close a plan in force, or mark it replaced by another plan of its jurisdiction.

    From now on it opens no rounds; open rounds run to their end. Raises EndingRefused.
    """
    locked = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if not locked.is_active:
        raise EndingRefused(
            _("Kế hoạch này {state} từ trước.").format(state=locked.get_state_display().lower())
        )
    if replaced_by and (
        replaced_by.pk == plan.pk or replaced_by.jurisdiction_id != plan.jurisdiction_id
    ):
        raise EndingRefused(_("Kế hoạch thay thế phải là một kế hoạch khác của cùng địa bàn."))
    locked.state = Plan.State.REPLACED if replaced_by else Plan.State.CLOSED
    locked.ended_on, locked.ended_because, locked.replaced_by = on, reason, replaced_by
    locked.save(update_fields=["state", "ended_on", "ended_because", "replaced_by"])
    code = replaced_by.code if replaced_by else None
    record_event(
        f"plan-{locked.state}", locked, by=by, at=at, note=reason, on=on.isoformat(), by_plan=code
    )
    return locked
