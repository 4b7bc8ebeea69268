"""
The life of a report: draft → submitted → returned → submitted … → accepted (R7, R8).

A table of transitions, one conditional UPDATE on the old state, one event in the same
transaction. No other code assigns `state`.
"""

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.access import is_head_of, is_officer_of
from agencies.models import Agency, Event, event_about, record_event
from reporting import checklist, drafts, freezing
from reporting.models import Report, ReportVersion, Tier
from reporting.reminders import news
from reporting.stages import Deed

State = Report.State

TRANSITIONS = {
    State.DRAFT: {State.SUBMITTED},
    State.RETURNED: {State.SUBMITTED},
    State.SUBMITTED: {State.RETURNED, State.ACCEPTED},
    State.ACCEPTED: {State.RETURNED},
}
# What a step may change; the caller's report shows it afterwards.
_MOVED = [
    "state",
    "last_day",
    "first_submitted_at",
    "first_last_day",
    "return_reason",
    "latest_version",
]
_CHANGED_BY_ANOTHER = _("Báo cáo vừa được người khác cập nhật. Xin xem lại trước khi thao tác.")


class TransitionError(Exception):
    """A step that is refused; the message is for the person who tried it."""


class BulkRefused(TransitionError):
    """Some of many reports cannot take the step; `refused` is [(report, reason)] of each."""

    def __init__(self, refused):
        self.refused = refused
        super().__init__(
            gettext("{refused} báo cáo không tiếp nhận được.").format(refused=len(refused))
        )


class NotReadyError(TransitionError):
    """A draft that may not be sent yet; `checklist` says why."""

    def __init__(self, checklist):
        self.checklist = checklist
        super().__init__(gettext("Báo cáo chưa gửi được: còn mục chưa xong hoặc chưa khớp."))


@transaction.atomic
def submit_report(report, *, by, at):
    """
    Send the draft as a new immutable version and return the version.

    Idempotent: a report that is already sent gives its receipt again, so that a double click
    or a repeated request makes no second version.
    """
    current = _locked(report)
    if current.state == State.SUBMITTED:
        return current.latest_version
    _check_step(current, State.SUBMITTED)
    if needs_head(current, by):
        raise TransitionError(gettext("Báo cáo của cơ quan này do lãnh đạo đơn vị duyệt và gửi."))
    draft = drafts.Draft(current)
    open_points = checklist.of_draft(draft, today=at.date())
    if not open_points.is_clear:
        raise NotReadyError(open_points)
    version = freezing.freeze(draft, by=by, at=at)
    changes = {"latest_version": version, "proposed_at": None, "proposed_by": None}
    if current.first_submitted_at is None:
        changes |= {"first_submitted_at": at, "first_last_day": current.last_day}
    _move(
        current,
        State.SUBMITTED,
        by=by,
        at=at,
        event="report-submitted",
        version=version.number,
        **changes,
    )
    report.refresh_from_db(fields=_MOVED)
    news.tell_above(current, Deed.SUBMITTED, version.number, by=by, at=at)
    return version


@transaction.atomic
def propose_report(report, *, by, at):
    """
    Lay a finished draft before the agency's head, who sends it; for agencies that want this step.

    Not a state: until the head has sent it, the report is a draft that may still change.
    """
    current = _locked(report)
    _check_step(current, State.SUBMITTED)
    open_points = checklist.of_draft(drafts.Draft(current), today=at.date())
    if not open_points.is_clear:
        raise NotReadyError(open_points)
    Report.objects.filter(pk=current.pk).update(proposed_at=at, proposed_by=by)
    is_demo = current.round.is_demo
    record_event("report-proposed", current, by=by, at=at, is_demo=is_demo)


def needs_head(report, by):
    """
    Say whether this person must lay the report before the agency's head (R21).

    Not where no head is there to send it: a step nobody can take must not cost the last day.
    """
    agency = report.agency
    if not agency.head_approves or not is_officer_of(by, agency) or is_head_of(by, agency):
        return False
    return not lacks_head(agency)


def lacks_head(agency):
    """Say whether the agency wants its head's approval and has no active head to give it."""
    return agency.head_approves and Agency.objects.without_head().filter(pk=agency.pk).exists()


def awaits_approval(report, by):
    """Say whether an officer laid the report before this person, the agency's head."""
    return report.is_open and report.proposed_at is not None and is_head_of(by, report.agency)


@transaction.atomic
def accept_report(report, *, by, at):
    """Take the submitted version into the totals."""
    current = _locked_as_seen(report)
    _check_step(current, State.ACCEPTED)  # a draft has no version to speak of
    _move(
        current,
        State.ACCEPTED,
        by=by,
        at=at,
        event="report-accepted",
        version=current.latest_version.number,
    )
    report.refresh_from_db(fields=_MOVED)
    news.tell_agency(current, Deed.ACCEPTED, current.latest_version.number, by=by, at=at)


@transaction.atomic
def accept_reports(shown, *, by, at):
    """
    Take many submitted versions into the totals at once: all of them, or none and each named.

    `shown` maps report ids to the number of the version the person saw. Returns (accepted,
    already): what this call accepted, and what had been accepted in that very version before, so
    that a second click does no harm. Raises BulkRefused. A handful of statements for any number.
    """
    reports = list(_locked_reports(shown))
    versions = {report.latest_version_id for report in reports}
    numbers = dict(ReportVersion.objects.filter(pk__in=versions).values_list("pk", "number"))
    refused, pending, already = [], [], []
    for report in reports:
        number = numbers.get(report.latest_version_id)
        if reason := _why_not_accept(report, number, shown=shown[report.pk]):
            refused.append((report, reason))
        else:
            (already if report.state == State.ACCEPTED else pending).append(report)
    if refused:
        raise BulkRefused(refused)
    waiting = Report.objects.filter(pk__in=[r.pk for r in pending], state=State.SUBMITTED)
    waiting.update(state=State.ACCEPTED)
    Event.objects.bulk_create(
        _step(
            "report-accepted",
            report,
            State.ACCEPTED,
            by=by,
            at=at,
            version=numbers[report.latest_version_id],
        )
        for report in pending
    )
    told = {report.pk: numbers[report.latest_version_id] for report in pending}
    news.tell_agencies(pending, Deed.ACCEPTED, told, by=by, at=at)
    return pending, already


def _why_not_accept(report, number, *, shown):
    """Say in a few words why a report cannot be accepted as it was shown; empty when it can."""
    if report.state == State.DRAFT:
        return gettext("chưa gửi")
    if report.state == State.RETURNED:
        return gettext("đã trả lại bản {number}, cơ quan chưa gửi lại").format(number=number)
    if number != shown:
        return gettext("đã có bản {number}, trên màn hình là bản {shown}").format(
            number=number, shown=shown or gettext("chưa gửi")
        )
    return ""


@transaction.atomic
def return_report(report, *, by, at, reason, last_day):
    """Send a report back with a reason and a new last day; an accepted one is thereby reopened."""
    if not reason.strip():
        raise TransitionError(gettext("Cần ghi lý do trả lại."))
    if last_day < at.date():
        raise TransitionError(gettext("Hạn gửi lại phải từ hôm nay trở đi."))
    current = _locked_as_seen(report)
    event = "report-reopened" if current.state == State.ACCEPTED else "report-returned"
    _move(
        current,
        State.RETURNED,
        by=by,
        at=at,
        event=event,
        note=reason.strip(),
        return_reason=reason.strip(),
        last_day=last_day,
    )
    report.refresh_from_db(fields=_MOVED)
    current.last_day = last_day  # the new series' own
    news.tell_agency(current, Deed.RETURNED, current.latest_version.number, by=by, at=at)


def _locked(report):
    """Lock the report's row and return it as it is now."""
    return _locked_reports([report.pk]).get()


def _locked_reports(pks):
    """
    Lock reports' rows, in one order whoever asks, and return them as they are now.

    The latest version is not joined: after a wait for the lock PostgreSQL reads only the locked
    row anew, and a version sent meanwhile would be missing from the join.
    """
    reports = Report.objects.select_for_update(of=("self",)).filter(pk__in=list(pks))
    return reports.select_related("round__plan__lead_agency", "agency")


def _locked_as_seen(report):
    """Lock the report; refuse who decides on a state or version that is no longer the latest."""
    current = _locked(report)
    if (report.state, report.latest_version_id) != (current.state, current.latest_version_id):
        raise TransitionError(_CHANGED_BY_ANOTHER)
    return current


def _check_step(report, new):
    old = State(report.state)
    if new not in TRANSITIONS[old]:
        raise TransitionError(
            gettext(
                "Báo cáo đang ở trạng thái “{old_label}”, không chuyển được sang “{new_label}”."
            ).format(old_label=old.label, new_label=new.label)
        )


def _move(report, new, *, by, at, event, note="", version=None, **changes):
    _check_step(report, new)
    # The condition on the old state decides between two people who act at the same moment.
    moved = Report.objects.filter(pk=report.pk, state=report.state)
    if not moved.update(state=new, **changes):
        raise TransitionError(_CHANGED_BY_ANOTHER)
    _step(event, report, new, by=by, at=at, note=note, version=version).save()


def _step(action, report, new, *, by, at, version, note=""):
    """Return the event of a step, not yet written; `report` still holds its old state."""
    own = report.tier == Tier.AGENCY and report.agency_id == report.round.plan.lead_agency_id
    return event_about(
        action,
        report,
        by=by,
        at=at,
        note=note,
        is_demo=report.round.is_demo,
        old=report.state,
        new=new,
        version=version,
        # The lead department accepts its own data; the book says so (R5).
        **({"own_report": True} if own and new == State.ACCEPTED else {}),
    )
