"""A target is revised: a new row with its deciding document; the old one stays (R18)."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import record_event
from plans.models import Plan
from targets.models import Target


class RevisionRefused(Exception):
    """A revision that cannot be made; the message is for the person who tried."""


@transaction.atomic
def revise_target(target, *, decided_by, effective_on, by, at, clause=None, **value):
    """
    Write the value a deciding document gives a target's span, and return the new row.

    `value` holds operator, low, high, text. Raises RevisionRefused.
    """
    plan = Plan.objects.select_for_update(no_key=True).get(pk=target.indicator.plan_id)
    if not plan.is_active:
        raise RevisionRefused(_("Kế hoạch đã kết thúc, không điều chỉnh mục tiêu nữa."))
    revised = Target(
        **{name: getattr(target, name) for name in Target.SPAN},
        **value,
        maintained=target.maintained,
        clause=clause or target.clause,
        decided_by=decided_by,
        effective_on=effective_on,
        position=_after_the_last(plan),
    )
    try:
        revised.full_clean()
    except ValidationError as error:
        raise RevisionRefused(" ".join(error.messages)) from error
    revised.save()
    record_event(
        "target-revised",
        revised,
        by=by,
        at=at,
        note=decided_by,
        plan=plan.code,
        of=target.pk,
        before=[_text(target.low), _text(target.high), target.text],
        after=[_text(revised.low), _text(revised.high), revised.text],
    )
    return revised


def _after_the_last(plan):
    last = Target.objects.filter(indicator__plan=plan).order_by("-position").first()
    return last.position + 1 if last else 1


def _text(number):
    return None if number is None else f"{Decimal(number).normalize():f}"
