"""The reminder ledger."""

from django.db import models

from agencies.models import User
from reporting.models.reports import Report


class ReminderQuerySet(models.QuerySet):
    def undelivered_under(self, user):
        """Mails that did not go out, or may not have, about reports the user reviews as staff."""
        return self.filter(
            state__in=[Reminder.State.UNKNOWN, Reminder.State.REFUSED],
            report__in=Report.objects.reviewed_by(user),
        )

    def by_recipient(self):
        """One row a person and agency: whom to telephone instead."""
        return (
            self.order_by("recipient__full_name")
            .values("recipient__full_name", "recipient__email", "report__agency__name")
            .annotate(count=models.Count("pk"))
        )


class Reminder(models.Model):
    """
    The reminder ledger (R23): one row for each thing ever owed, never two for the same.

    `sending` is committed before the mail server is spoken to; a row found in that state after
    its lease ran out may have gone out or not, becomes `unknown` and is never sent blindly again.
    """

    class State(models.TextChoices):
        OWED = "owed", "chờ gửi"
        SENDING = "sending", "đang gửi"
        SENT = "sent", "đã gửi"
        DROPPED = "dropped", "không còn cần"
        UNKNOWN = "unknown", "chưa rõ đã gửi hay chưa"
        REFUSED = "refused", "máy chủ thư từ chối"

    report = models.ForeignKey(Report, models.CASCADE, related_name="reminders")
    last_day = models.DateField("ngày cuối cùng")
    stage = models.CharField("mốc nhắc", max_length=20)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="reminders")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    error = models.TextField(blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "nhắc việc"
        verbose_name_plural = "nhắc việc"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "last_day", "stage", "recipient"],
                name="one_reminder_per_report_day_stage_recipient",
            )
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="reminder_by_state")]

    def __str__(self):
        return f"{self.stage} {self.recipient}"
