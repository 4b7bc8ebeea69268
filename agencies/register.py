"""Changing the register (agencies, settings of a place, days off), each change with its event."""

import datetime as dt

from django.db import transaction
from django.forms.models import model_to_dict

from agencies.models import Agency, record_event

_NOT_TOLD = {"id", "password", "last_login"}


@transaction.atomic
def save_change(instance, *, by, at):
    """
    Save a form's instance and append one event with {field: [old, new]} of what changed.

    Returns whether anything changed; nothing changed leaves no event.
    """
    kept = type(instance)._base_manager.select_for_update().filter(pk=instance.pk).first()
    before = _values(kept) if kept else {}
    instance.save()
    changes = {
        name: [before.get(name), value]
        for name, value in _values(instance).items()
        if before.get(name) != value
    }
    if changes:
        deed = "changed" if kept else "created"
        _record(deed, instance, by=by, at=at, changes=changes)
    return bool(changes)


@transaction.atomic
def remove(instance, *, by, at):
    """Delete a row nothing points at; the event keeps what stood in it."""
    _record("removed", instance, by=by, at=at, values=_values(instance))
    instance.delete()


def is_used(agency):
    """Say whether anything in the portal points at the agency: then its code is quoted there."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: agency}).exists()
        for relation in Agency._meta.related_objects
    )


def _record(deed, instance, *, by, at, **data):
    # What the demo's people do goes with them when the demo is cleared.
    record_event(
        f"{instance._meta.model_name}-{deed}", instance, by=by, at=at, is_demo=by.is_demo, **data
    )


def _values(instance):
    values = model_to_dict(instance)
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in values.items()
        if name not in _NOT_TOLD
    }
