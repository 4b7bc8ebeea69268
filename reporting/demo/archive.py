"""
Rounds that are over, written in bulk: the rows the workflow would have left behind.

The workflow locks, checks and writes each report by itself, some thirty statements of it; the
demo's past has hundreds of reports. A test holds what stands here against the freezing.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from agencies.models import Event, User
from reporting import draft_fields, drafts, freezing
from reporting.models import DraftField, Report, ReportVersion, VersionDuty, VersionFigure
from targets.numerals import format_number

State = Report.State


class Form:
    """What a plan asks of one agency; the same in each round, and read once."""

    def __init__(self, report, sections):
        self.indicators = list(draft_fields.indicators_asked(report))
        self.duties = list(draft_fields.duties_asked(report))
        self.sections = sections

    def texts(self, figures, narrative, duties, **others):
        """Return {field name: text} of figures by code, five texts, and {duty code: progress}."""
        texts = {f"figure-{i.pk}": in_thousands(figures.get(i.code, "")) for i in self.indicators}
        texts |= {f"narrative-{s.pk}": t for s, t in zip(self.sections, narrative, strict=False)}
        for duty in self.duties:
            status, words = duties.get(duty.code, ("", ""))
            texts |= {f"duty-{duty.pk}": status, f"words-{duty.pk}": words}
        return {name: text for name, text in (texts | others).items() if text}

    def of(self, code):
        """Return the id of an indicator, for names of fields."""
        return next(i.pk for i in self.indicators if i.code == code)


class FilledIn(drafts.Draft):
    """A draft whose fields and questions are known, so that nothing of it is read again."""

    def __init__(self, report, form, texts):
        self.report, self.form, self.texts = report, form, texts

    @cached_property
    def figures(self):
        return {i.pk: self._figure(i) for i in self.form.indicators}

    @cached_property
    def duties(self):
        texts = [(duty, self._duty_status(duty)) for duty in self.form.duties]
        return [drafts.DraftDuty(d, status, self.text("words", d.pk)) for d, status in texts]

    @cached_property
    def narratives(self):
        return [(section, self.text("narrative", section.pk)) for section in self.form.sections]


@dataclass
class Archive:
    """Reports sent once and accepted, collected and then written with a few statements."""

    sent: list = field(default_factory=list)

    def add(self, draft, *, by, at, accepted_by, accepted_at, on_behalf=False):
        version = ReportVersion(
            report=draft.report,
            number=1,
            submitted_at=at,
            submitted_by=by,
            as_of=draft.as_of,
            on_behalf=on_behalf,
            content=freezing.content_of(draft),
            is_demo=True,
        )
        version.sha256 = freezing.content_hash(version.content)
        self.sent.append((draft, version, accepted_by, accepted_at))

    def write(self):
        ReportVersion.objects.bulk_create(version for _, version, *_ in self.sent)
        VersionFigure.objects.bulk_create(self._figures(), batch_size=2000)
        VersionDuty.objects.bulk_create(self._duties(), batch_size=2000)
        DraftField.objects.bulk_create(self._fields(), batch_size=2000)
        Event.objects.bulk_create(self._events())
        Report.objects.bulk_update(list(self._reports()), _SENT, batch_size=200)
        self.sent.clear()

    def _figures(self):
        for draft, version, *_ in self.sent:
            yield from freezing.figures_of(draft, version)

    def _duties(self):
        for draft, version, *_ in self.sent:
            yield from freezing.duties_of(draft, version)

    def _fields(self):
        for draft, version, *_ in self.sent:
            for name, text in draft.texts.items():
                yield DraftField(
                    report=draft.report,
                    name=name,
                    text=draft_fields.plain(text),
                    saved_by=version.submitted_by,
                    saved_at=version.submitted_at,
                )

    def _events(self):
        for draft, version, accepted_by, accepted_at in self.sent:
            report, at = draft.report, version.submitted_at
            yield _event("report-submitted", report, State.DRAFT, by=version.submitted_by, at=at)
            yield _event("report-accepted", report, State.SUBMITTED, by=accepted_by, at=accepted_at)

    def _reports(self):
        for draft, version, *_ in self.sent:
            report = draft.report
            report.state, report.latest_version = State.ACCEPTED, version
            report.first_submitted_at = report.saved_at = version.submitted_at
            report.first_last_day = report.last_day
            yield report


_SENT = ["state", "latest_version", "first_submitted_at", "first_last_day", "saved_at"]


def _event(action, report, old, *, by, at):
    new = State.SUBMITTED if old == State.DRAFT else State.ACCEPTED
    own = report.agency_id == report.round.plan.lead_agency_id and new == State.ACCEPTED
    return Event(
        action=action,
        subject=Report._meta.label_lower,
        subject_id=report.pk,
        by=by,
        at=at,
        data={"old": old, "new": new, "version": 1, **({"own_report": True} if own else {})},
        is_demo=True,
    )


def officers_of(jurisdictions):
    """Return {agency id: its first officer} of the demo in these places."""
    people = User.objects.filter(
        is_demo=True,
        memberships__role="officer",
        memberships__agency__jurisdiction__in=jurisdictions,
    )
    rows = people.order_by("-pk").values_list("memberships__agency", "pk")
    users = people.in_bulk()
    return {agency: users[pk] for agency, pk in rows}


def day_before(moment, *, not_after):
    """The day figures run to when they are sent: the day before, never past the window's end."""
    return min(moment.date() - dt.timedelta(days=1), not_after)


def in_thousands(text):
    """Write a count as people type it: 1.647; anything else as it is."""
    return format_number(int(text)) if text.isdigit() else text


def as_typed(day):
    """Write a day as people type it into a report: 11/6/2024."""
    return f"{day.day}/{day.month}/{day.year}"
