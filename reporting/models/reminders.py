"""The reminder ledger, its last tick, and who does not want which plan's mails."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from plans.models import Plan
from reporting.models.reports import Report
from reporting.stages import STAGES, Deed


class ReminderQuerySet(models.QuerySet):
    def undelivered_under(self, user):
        """Mails that did not go out, or may not have, about reports the user reviews as staff."""
        return self.filter(
            state__in=Reminder.UNDELIVERED, report__in=Report.objects.reviewed_by(user)
        )

    def notices_of(self, user):
        """What the user's page lists: all they were told or are being told, the newest first."""
        told = self.filter(recipient=user, entered_at__isnull=False)
        return told.exclude(state=Reminder.State.DROPPED).order_by("-entered_at", "-pk")

    def unread(self):
        return self.filter(read_at=None)

    def reminding(self):
        """The calendar's reminders to those who report, and staff's own; not the news of deeds."""
        return self.filter(
            Q(stage__in=STAGES) | Q(stage__startswith=Deed.BY_HAND),
            audience__in=[Reminder.Audience.REPORTER, Reminder.Audience.STAFF],
        )

    def without_news_for_staff(self):
        """What went to agencies, and above them."""
        theirs = Q(stage__startswith=Deed.SUBMITTED) | Q(stage__startswith=Deed.ASKED)
        return self.exclude(theirs)

    def by_recipient(self):
        """One row a person and agency: whom to telephone instead."""
        return (
            self.order_by("recipient__full_name")
            .values("recipient__full_name", "recipient__email", "report__agency__name")
            .annotate(count=models.Count("pk"))
        )


class Reminder(models.Model):
    """
    The reminder ledger (R23): one row for each thing a person is told, never two for the same.

    `sending` is committed, with a lease and a fencing number, before the mail server is spoken
    to. Who finds a row so after its lease looks the mail up in the relay's log (ADR 0014).
    `entered_at`, `tried_at` and `sent_at` are the domain's moments, `leased_at` and
    `lease_until` real time.
    """

    class State(models.TextChoices):
        OWED = "owed", _("chờ gửi")
        SENDING = "sending", _("đang gửi")
        SENT = "sent", _("đã gửi")
        DROPPED = "dropped", _("không còn cần")
        UNKNOWN = "unknown", _("chưa rõ đã gửi hay chưa")
        REFUSED = "refused", _("máy chủ thư từ chối")
        BOUNCED = "bounced", _("địa chỉ không nhận thư")
        PARKED = "parked", _("không soạn được thư")

    class Audience(models.TextChoices):
        REPORTER = "reporter", _("người báo cáo")
        STAFF = "staff", _("cơ quan thường trực")
        HEAD = "head", _("lãnh đạo đơn vị")
        LEADER = "leader", _("lãnh đạo")

    # Staff are told of these, and decide about the unknown ones.
    UNDELIVERED = (State.UNKNOWN, State.REFUSED, State.BOUNCED, State.PARKED)

    report = models.ForeignKey(Report, models.CASCADE, related_name="reminders")
    last_day = models.DateField(_("ngày cuối cùng"), null=True, blank=True)
    stage = models.CharField(_("mốc nhắc"), max_length=40)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="reminders")
    audience = models.CharField(
        _("nhắc với tư cách"), max_length=10, choices=Audience.choices, default=Audience.REPORTER
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_at = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(_("lượt giữ"), default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=120, blank=True)
    entered_at = models.DateTimeField(_("ghi sổ lúc"), null=True, blank=True)
    tried_at = models.DateTimeField(_("thử gửi lúc"), null=True, blank=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    read_at = models.DateTimeField(_("đọc lúc"), null=True, blank=True)
    error = models.TextField(blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhắc việc")
        verbose_name_plural = _("nhắc việc")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "last_day", "stage", "recipient"],
                name="one_reminder_per_report_day_stage_recipient",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["state", "lease_until"], name="reminder_by_state"),
            models.Index(
                fields=["message_id"], name="reminder_by_message", condition=~Q(message_id="")
            ),
        ]

    def __str__(self):
        return f"{self.stage} {self.recipient}"

    @property
    def is_brief(self):
        """Say whether the row brings the leaders' brief, which has a page of its own."""
        return self.stage == Deed.BRIEF

    @property
    def is_undelivered(self):
        return self.state in self.UNDELIVERED


class TickQuerySet(models.QuerySet):
    def alarm(self, *, real_now):
        """
        Return the tick when nothing is being sent, else None: too old, or no mail server as long.

        A tick comes every five minutes; a quarter of an hour without one is no delay any more. One
        that lies as far ahead is of a clock since set back, and tells nothing.
        """
        tick = self.first()
        if tick is None:
            return None
        stuck = tick.trouble_since is not None and tick.trouble_since < real_now - Tick.PATIENCE
        return tick if stuck or abs(real_now - tick.finished_at) > Tick.PATIENCE else None


class Tick(models.Model):
    """
    The last tick that came to its end: one row, real time (R6). Staff see when it grows old.

    Its moment is also how far the ledger knows the relay's log: a mail of ours written there
    later, which the ledger does not hold, tells of a database restored from an older copy.
    For mails that bounced later the log is read on from `log_read_until`.
    """

    PATIENCE = dt.timedelta(minutes=15)

    finished_at = models.DateTimeField()
    trouble = models.TextField(_("trở ngại của máy chủ thư"), blank=True)
    trouble_since = models.DateTimeField(null=True, blank=True)
    log_read_until = models.DateTimeField(null=True, blank=True)

    objects = TickQuerySet.as_manager()

    class Meta:
        verbose_name = _("lượt kiểm tra thư nhắc")

    def __str__(self):
        return f"{self.finished_at:%d/%m/%Y %H:%M}"


class Mute(models.Model):
    """A plan whose mails a person leaves to colleagues; it never silences the last of them."""

    user = models.ForeignKey(User, models.CASCADE, related_name="mutes")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("kế hoạch không nhận thư")
        constraints = [models.UniqueConstraint(fields=["user", "plan"], name="one_mute_per_plan")]

    def __str__(self):
        return f"{self.user}: {self.plan}"
