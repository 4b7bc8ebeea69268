"""What staff do about a difficulty that an agency reported, and tell the agency."""

from django.db import transaction
from django.utils.translation import gettext

from agencies.models import record_event
from agencies.vietnamese import nfc
from reporting.difficulties import State, difficulties_of
from reporting.models import FollowUp, Report
from reporting.workflow import TransitionError


@transaction.atomic
def follow_up(report, place, *, state, answer, seen, by, at):
    """
    Write how far staff are with one place of a report; the agency sees the answer.

    `seen` is the moment of the entry the person saw, "" for none: of two who answer at once the
    second is told. Raises TransitionError.
    """
    answer = nfc(answer).strip()
    if state == State.ANSWERED and not answer:
        raise TransitionError(gettext("Cần ghi ngắn gọn đã trả lời hoặc xử lý thế nào."))
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    heading = _heading_as_seen(locked, place, seen)
    FollowUp.objects.update_or_create(
        report=report,
        place=place,
        defaults={
            "heading": heading[:200],
            "state": state,
            "answer": answer,
            "version_id": locked.latest_version_id,
            "by": by,
            "at": at,
        },
    )
    record_event(
        "difficulty-followed",
        report,
        by=by,
        at=at,
        note=answer,
        is_demo=report.round.is_demo,
        place=place,
        heading=heading,
        state=state,
    )


def _heading_as_seen(report, place, seen):
    """Return the heading of a place, unless it is gone or was answered since the person looked."""
    headings = {item.place: item.heading for item in difficulties_of(report)}
    if place not in headings:
        raise TransitionError(gettext("Bản mới nhất của báo cáo không còn mục này."))
    before = FollowUp.objects.filter(report=report, place=place).first()
    if seen != moment_of(before):
        raise TransitionError(
            gettext("Người khác vừa cập nhật mục này. Xin xem lại trước khi ghi.")
        )
    return headings[place]


def answers_in(events):
    """
    Return the last word of staff at each place of a report, out of its events in order of time.

    What its agency reads beside the report; a place that was set back to new is left out.
    """
    last = {e.data["place"]: e for e in events if e.action == "difficulty-followed"}
    return [
        {"heading": event.data["heading"], "state": State(event.data["state"]), "event": event}
        for event in last.values()
        if event.data["state"] != State.NEW
    ]


def moment_of(row):
    """Return when an entry was written, as its form carries it; "" where there is none."""
    return row.at.isoformat() if row else ""
