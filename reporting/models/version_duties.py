"""How far duties are, as sent versions say; since when one is stuck."""

from itertools import takewhile

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models import Duty
from reporting.models.regimes import Tier
from reporting.models.versions import ReportVersion


class DutyStatus(models.TextChoices):
    NOT_STARTED = "not_started", _("Chưa thực hiện")
    IN_PROGRESS = "in_progress", _("Đang thực hiện")
    DONE = "done", _("Đã hoàn thành")
    STUCK = "stuck", _("Vướng mắc")


class VersionDutyQuerySet(models.QuerySet):
    def stuck_in(self, *rounds):
        """
        Return the duties that some rounds' latest versions call stuck, the longest so first.

        `since` is the moment of the first version of the unbroken run of them, up to the round's;
        versions follow by the end of their round's window, then by number. One statement.
        """
        lines = self.filter(
            version__current_report__round__in=rounds,
            version__current_report__tier=Tier.AGENCY,
            status=DutyStatus.STUCK,
        )
        lines = lines.annotate(moments=ArraySubquery(self._moments_until()))
        lines = list(
            lines.select_related("duty", "version__report__agency").defer("version__content")
        )
        for line in lines:
            run = [line.version.submitted_at, *takewhile(bool, reversed(line.moments))]
            line.since = run[-1]
        return sorted(lines, key=lambda line: (line.since, line.pk))

    def _moments_until(self):
        """Return when the outer line's agency called its duty stuck, in order; None: otherwise."""
        round = "version__report__round"
        same = {"duty": "duty", "version__report__agency": "version__report__agency"}
        # The duty's plan says nothing new, but lets PostgreSQL begin with the plan's few rounds.
        same |= {
            f"{round}__plan": "duty__plan",
            f"{round}__window_end__lte": f"{round}__window_end",
        }
        said = VersionDuty.objects.filter(
            version__report__tier=Tier.AGENCY,
            **{name: models.OuterRef(outer) for name, outer in same.items()},
        )
        moment = models.Case(models.When(status=DutyStatus.STUCK, then="version__submitted_at"))
        return said.order_by(f"{round}__window_end", "version__number").values(moment=moment)


class VersionDuty(models.Model):
    """How far a duty is, in the words of the agency it binds; appended with its version."""

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="duties")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+")
    status = models.CharField(_("tiến độ"), max_length=12, choices=DutyStatus.choices)
    words = models.TextField(_("nội dung"), blank=True)
    is_demo = models.BooleanField(default=False)

    objects = VersionDutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiến độ nhiệm vụ")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "duty"], name="one_status_per_version_and_duty"
            )
        ]

    def __str__(self):
        return f"{self.duty}: {self.get_status_display()}"
