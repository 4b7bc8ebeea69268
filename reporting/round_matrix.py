"""A round as a matrix: one line an agency, where it stands, what calls for a look (R4, R5)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.models import Membership
from reporting import deadlines, draft_fields
from reporting.deadlines import Timeliness
from reporting.matrix_figures import Figures
from reporting.matrix_flags import Flag, flags_of
from reporting.models import (
    DraftField,
    Evidence,
    Extension,
    FigureStatus,
    Note,
    Reminder,
    Report,
    Tier,
    VersionDuty,
    VersionFigure,
)
from reporting.models.versions import MARKS
from targets import attainment
from targets.models import Indicator

Role = Membership.Role
State = Report.State

# Values stand in addresses, which people keep and send on: plain Vietnamese, never renamed.
STATES = {
    "chua-bat-dau": (_("Chưa bắt đầu"), "st-none"),
    "dang-soan": (_("Đang soạn"), "st-draft"),
    "cho-xem-xet": (_("Chờ xem xét"), "st-sent"),
    "tra-lai": (pgettext_lazy("state", "Trả lại"), "st-back"),
    "da-tiep-nhan": (_("Đã tiếp nhận"), "st-ok"),
}
_STATE_NAMES = {
    State.SUBMITTED: "cho-xem-xet",
    State.RETURNED: "tra-lai",
    State.ACCEPTED: "da-tiep-nhan",
}


@dataclass(frozen=True)
class Share:
    """So many of so many asked; `done` is None where the person may not know (a draft, R21)."""

    done: int | None
    asked: int

    @property
    def is_whole(self):
        return self.done is not None and self.done >= self.asked


@dataclass(frozen=True)
class Line:
    """One agency in the round. `total` and `last_year` are of the plan's first additive figure."""

    report: Report
    timeliness: Timeliness
    days_late: int
    outstanding: bool
    figures: Share
    duties: Share
    flags: tuple[Flag, ...]
    total: Decimal | None = None
    last_year: Decimal | None = None

    @property
    def state(self):
        """The state by its name in addresses; a draft nobody has touched is not begun."""
        untouched = "dang-soan" if self.report.saved_at else "chua-bat-dau"
        return _STATE_NAMES.get(self.report.state, untouched)

    @property
    def state_label(self):
        return STATES[self.state][0]

    @property
    def state_style(self):
        return STATES[self.state][1]

    @property
    def difference(self):
        return attainment.difference(self.total, self.last_year)

    @property
    def sent_at(self):
        """The moment of the latest version, None before there is one."""
        version = self.report.latest_version
        return version and version.submitted_at

    @property
    def is_waiting(self):
        return self.report.state == State.SUBMITTED

    @property
    def may_be_reminded(self):
        """Not here and with a day to be reminded of (R3)."""
        return self.report.is_open and self.report.last_day is not None

    @property
    def is_late(self):
        """Not here and past its day, the first one or the one after a return."""
        return self.timeliness == Timeliness.MISSING or self.outstanding

    @property
    def is_flagged(self):
        return any(flag.level != "is-info" for flag in self.flags)


def reports_in(round, user):
    """
    Return the round's reports a person may see, with what the matrix says of each counted in SQL.

    One statement whatever their number. The sent content, large, stays in the database.
    """
    reports = Report.objects.visible_to(user).filter(round=round)
    return (
        reports.select_related("agency", "latest_version")
        .defer("latest_version__content")
        .annotate(**_sent_counts(), **_marks(), **_draft_counts(), **_talk(user), **_reminded())
        .order_by("agency__name_key")
    )


def _counted(queryset, by):
    rows = queryset.order_by().values(by).annotate(count=Count("pk"))
    return Coalesce(Subquery(rows.values("count")), 0)


def _sent_counts():
    version = OuterRef("latest_version")
    figures = VersionFigure.objects.filter(version=version).exclude(status=FigureStatus.MISSING)
    duties = VersionDuty.objects.filter(version=version)
    return {
        "figures_sent": _counted(figures, "version"),
        "duties_sent": _counted(duties, "version"),
    }


def _marks():
    return {mark: KeyTextTransform(mark, "latest_version__content") for mark in MARKS}


def _draft_counts():
    typed = DraftField.objects.filter(report=OuterRef("pk")).exclude(text="")
    return {
        "figures_typed": _counted(typed.filter(name__startswith="figure-"), "report"),
        "duties_typed": _counted(typed.filter(name__startswith="duty-"), "report"),
    }


def _talk(user):
    notes = Note.objects.filter(report=OuterRef("pk"))
    extensions = Extension.objects.filter(report=OuterRef("pk"))
    staff = Membership.objects.filter(
        role=Role.STAFF, agency=OuterRef("round__plan__lead_agency"), user=OuterRef("last_note_by")
    )
    own = Membership.objects.filter(
        user=user, role__in=[Role.OFFICER, Role.HEAD], agency=OuterRef("agency")
    )
    return {
        "is_own": Exists(own),
        "evidence_count": _counted(Evidence.objects.filter(report=OuterRef("pk")), "report"),
        "note_count": _counted(notes, "report"),
        "last_note_by": Subquery(notes.order_by("-at", "-pk").values("by")[:1]),
        "last_note_is_staffs": Exists(staff),
        "asks_extension": Exists(extensions.filter(decided_at=None)),
        "granted_day": Extension.objects.day_granted(),
    }


def _reminded():
    rows = Reminder.objects.reminding().filter(report=OuterRef("pk"))
    sent = rows.filter(state=Reminder.State.SENT).order_by("-sent_at", "-pk")
    lost = rows.filter(state__in=Reminder.UNDELIVERED)
    return {
        "reminded_stage": Subquery(sent.values("stage")[:1]),
        "reminded_at": Subquery(sent.values("sent_at")[:1]),
        "mail_is_lost": Exists(lost),
    }


class Matrix:
    """
    A round's lines as one person may see them, read in a number of statements that never grows.

    `round` comes with `may_steer`: staff may know how full a draft is and what the two sides say
    to each other; of its own line an agency's people know it too (R21).
    """

    def __init__(self, round, user, *, now):
        self.round, self.now = round, now
        reports = list(reports_in(round, user))
        self.lead_report = next((report for report in reports if report.tier == Tier.LEAD), None)
        self.asked = Asked(round)
        self.figures = Figures(round, self.asked.indicators)
        self.lines = [self._line(report) for report in reports if report.tier == Tier.AGENCY]

    @property
    def takes_entries(self):
        """Staff enter for agencies until the round is consolidated (`access.may_enter_for`)."""
        return self.lead_report is None or self.lead_report.is_open

    @property
    def main_indicator(self):
        """The plan's first additive indicator; None where a plan has none."""
        return self.figures.main

    def _line(self, report):
        reads = self.round.may_steer or report.is_own
        figures, duties = self.asked.of(report)
        figures_done, duties_done = _done(report, reads)
        return Line(
            report=report,
            **deadlines.standing(report, now=self.now),
            figures=Share(figures_done, figures),
            duties=Share(duties_done, duties),
            flags=tuple(flags_of(report, self.figures, reads=reads)),
            total=None if report.is_open else self.figures.main_of(self.figures.now, report),
            last_year=self.figures.main_of(self.figures.last_year, report),
        )


def _done(report, reads):
    if not report.is_open:
        return report.figures_sent, report.duties_sent
    return (report.figures_typed, report.duties_typed) if reads else (None, None)


class Asked:
    """What a round asks of whom: {agency id: ids of indicators}, and of duties."""

    def __init__(self, round):
        self.figures = draft_fields.indicators_by_agency(round.plan_id)
        self.duties = draft_fields.duties_by_agency(round.plan_id)
        self.indicators = Indicator.objects.filter(plan=round.plan_id).in_bulk()

    def of(self, report):
        """Return how many figures and how many duties are asked of a report's agency."""
        agency = report.agency_id
        return len(self.figures.get(agency, ())), len(self.duties.get(agency, ()))
