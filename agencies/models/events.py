"""The book of events: appended, never changed (R8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.people import User


class Event(models.Model):
    """
    One thing that happened; appended only, in the transaction of the change itself.

    A row trigger and missing privileges refuse UPDATE and DELETE (R8).
    """

    at = models.DateTimeField(_("lúc"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="events")
    action = models.CharField(_("việc"), max_length=40)
    subject = models.CharField(_("loại đối tượng"), max_length=40)
    subject_id = models.BigIntegerField()
    note = models.TextField(_("ghi chú"), blank=True)
    data = models.JSONField(default=dict)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("sự kiện")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["subject", "subject_id", "at"], name="event_by_subject")]

    def __str__(self):
        return f"{self.action} {self.subject} {self.subject_id}"


def record_event(action, subject, **fields):
    """Append one event about a saved object. Call it inside the change's transaction."""
    event = event_about(action, subject, **fields)
    event.save()
    return event


def event_about(action, subject, *, by, at, note="", is_demo=False, **data):
    """Return an event not yet written, for those who write many at once."""
    return Event(
        action=action,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        by=by,
        at=at,
        note=note,
        data=data,
        is_demo=is_demo,
    )
