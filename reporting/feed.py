"""A person's due days as an iCalendar feed: all-day events that phones and Outlook follow (R25)."""

import datetime as dt

from django.conf import settings
from icalendar import Calendar, Event, Timezone

from reporting.models import Report, Tier

_DAY = dt.timedelta(days=1)


def calendar_of(due_days):
    """
    Return the feed's bytes (RFC 5545).

    The UID names the report for good and SEQUENCE grows with it, so that a moved day replaces the
    old one; a day nobody waits for any more is CANCELLED.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Theo doi ke hoach viec lam//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Hạn báo cáo kế hoạch việc làm")
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", dt.timedelta(hours=6), parameters={"VALUE": "DURATION"})
    calendar.add_component(Timezone.from_tzid(settings.TIME_ZONE))
    for due in due_days:
        calendar.add_component(_event(due))
    return calendar.to_ical()


def _event(due):
    event = Event()
    link = settings.PORTAL_URL.rstrip("/") + due.place.get_absolute_url()
    host = settings.PORTAL_URL.partition("://")[2].partition("/")[0]
    event.add("uid", f"{due.key}@{host}")
    event.add("sequence", due.sequence)
    event.add("dtstamp", due.changed_at.astimezone(dt.UTC))
    event.add("last-modified", due.changed_at.astimezone(dt.UTC))
    event.add("dtstart", due.day)
    event.add("dtend", due.day + _DAY)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if due.is_off else "CONFIRMED")
    event.add("summary", summary_of(due))
    event.add("description", f"{_words(due)}\n{link}")
    event.add("url", link)
    return event


def summary_of(due):
    """Return “Hạn gửi: báo cáo 6 tháng đầu năm 2024”, or what has become of it."""
    name = f"{str(due.round)[:1].lower()}{str(due.round)[1:]}"
    if due.report is None:
        whose = "các cơ quan gửi" if due.tier == Tier.AGENCY else "tổng hợp"
        return f"Hạn {whose}: {name} ({due.round.plan.short_title})"
    sent = due.report.state in (Report.State.SUBMITTED, Report.State.ACCEPTED)
    state = "Đã gửi" if sent else "Hạn gửi lại" if _is_returned(due) else "Hạn gửi"
    return f"{state}: {name}"


def _is_returned(due):
    return due.report.state == Report.State.RETURNED


def _words(due):
    given = f"Hạn trong văn bản: {due.words}. " if due.words else ""
    agency = f"{due.report.agency}. " if due.report else ""
    plan = due.round.plan.short_title
    return f"{agency}{plan}. {given}Ngày cuối cùng: {due.day.day}/{due.day.month}/{due.day.year}."
