"""How far duties are, as sent versions say; since when one is stuck."""

from django.db import models
from django.db.models import Q, Window
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

        `since` is the moment of the first version of the unbroken run of them. One round of a plan
        at most; two statements.
        """
        lines = self.filter(
            version__current_report__round__in=rounds,
            version__current_report__tier=Tier.AGENCY,
            status=DutyStatus.STUCK,
        ).select_related("duty", "version__report__agency", "version__report__round")
        lines = list(lines.defer("version__content"))
        reports = {line.version_id: line.version.report for line in lines}
        since = self.model.objects.stuck_since(lines, reports)
        for line in lines:
            line.since = since[reports[line.version_id].agency_id, line.duty_id]
        return sorted(lines, key=lambda line: (line.since, line.pk))

    def stuck_since(self, lines, reports):
        """
        Return {(agency id, duty id): moment} since when lines of latest versions have been stuck.

        The first moment of the unbroken run of versions that ends with the line's own; `reports`
        gives the lines' reports by version id. Versions follow each other by the end of their
        round's window, within a round by number: a late correction of an old round does not begin
        a run anew. One statement.
        """
        wanted = [reports[line.version_id] for line in lines]
        said = self.filter(
            _not_after({report.round for report in wanted}),
            version__report__tier=Tier.AGENCY,
            version__report__agency__in={report.agency_id for report in wanted},
            duty__in={line.duty_id for line in lines},
        )
        run = said.annotate(breaks=_breaks_since()).filter(breaks=0)
        since = {}
        for agency, duty, sent_at in run.values_list(_AGENCY, "duty", "version__submitted_at"):
            since[agency, duty] = min(sent_at, since.get((agency, duty), sent_at))
        return since


_AGENCY, _ROUND = "version__report__agency", "version__report__round"


def _not_after(rounds):
    """Return the condition on lines of the same plans' rounds up to the last ones given."""
    last = {}
    for round in sorted(rounds, key=lambda round: (round.window_end, round.pk)):
        last[round.plan_id] = round
    condition = Q(pk=None)
    for plan, round in last.items():
        # A month and the half year it ends may close on one day.
        is_before = Q(**{f"{_ROUND}__window_end__lt": round.window_end})
        is_beside = Q(**{f"{_ROUND}__window_end": round.window_end, f"{_ROUND}__lte": round.pk})
        condition |= Q(**{f"{_ROUND}__plan": plan}) & (is_before | is_beside)
    return condition


def _breaks_since():
    """Count what each agency said of a duty but “stuck” from a line on to its newest one."""
    newest_first = (f"-{_ROUND}__window_end", f"-{_ROUND}", "-version__number")
    otherwise = models.Count("pk", filter=~Q(status=DutyStatus.STUCK))
    return Window(otherwise, partition_by=[_AGENCY, "duty"], order_by=newest_first)


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
