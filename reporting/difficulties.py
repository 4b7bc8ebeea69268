"""Difficulties and proposals of a round's agencies, as their last sent versions say."""

from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import F, TextChoices
from django.utils.translation import gettext_lazy as _

from agencies.vietnamese import fold, slug
from reporting.models import DutyStatus, FollowUp, Report, Tier, VersionDuty

State = FollowUp.State


class Kind(TextChoices):
    DIFFICULTY = "kho-khan", _("Khó khăn, vướng mắc")
    PROPOSAL = "kien-nghi", _("Đề xuất, kiến nghị")
    DUTY = "nhiem-vu", _("Nhiệm vụ vướng mắc")


@dataclass(frozen=True)
class Difficulty:
    """One agency's words at one place of its last sent version, with the answer there is."""

    report: Report
    kind: Kind
    place: str
    heading: str
    text: str
    follow_up: FollowUp | None = None

    @property
    def state(self):
        return State(self.follow_up.state) if self.follow_up else State.NEW

    @property
    def is_answered_before(self):
        """The agency has sent another version since it was taken up."""
        return bool(self.follow_up) and self.follow_up.version_id != self.report.latest_version_id

    @property
    def key(self):
        """What the page calls it: anchors and ids of fields."""
        return f"{self.report.pk}-{slug(self.place)}"


def difficulties_in(round):
    """
    Return what all agencies reported in a round's outline and at duties that are stuck.

    Three statements; of the sent content only the narratives leave the database.
    """
    reports = round.reports.filter(tier=Tier.AGENCY, latest_version__isnull=False)
    return _difficulties(reports.select_related("agency"))


def difficulties_of(report):
    """Return those of one report."""
    reports = Report.objects.filter(pk=report.pk, latest_version__isnull=False)
    return _difficulties(reports.select_related("agency"))


def _difficulties(reports):
    reports = list(reports.annotate(narratives=F("latest_version__content__narratives")))
    taken_up = FollowUp.objects.filter(report__in=reports).select_related("by")
    follow_ups = {(row.report_id, row.place): row for row in taken_up}
    by_version = {report.latest_version_id: report for report in reports}
    found = [item for report in reports for item in _narrated(report)]
    stuck = VersionDuty.objects.filter(version__in=by_version, status=DutyStatus.STUCK)
    for line in stuck.exclude(words="").select_related("duty").order_by("duty__position"):
        report, place = by_version[line.version_id], f"duty:{line.duty.code}"
        found.append(Difficulty(report, Kind.DUTY, place, line.duty.statement, line.words))
    return [replace(item, follow_up=follow_ups.get((item.report.pk, item.place))) for item in found]


def _narrated(report):
    for narrative in report.narratives or []:
        if kind := kind_of(narrative["heading"]):
            heading, text = narrative["heading"], narrative["text"]
            yield Difficulty(report, kind, f"narrative:{slug(heading)[:80]}", heading, text)


def kind_of(heading):
    """Return what a section of the outline is about by its words; None for any other section."""
    words = fold(heading)
    if "kho khan" in words or "vuong mac" in words:
        return Kind.DIFFICULTY
    return Kind.PROPOSAL if "de xuat" in words or "kien nghi" in words else None


@dataclass(frozen=True)
class Choice:
    """Which of a round's difficulties a person wants to see, as the address says."""

    kind: str = ""
    state: str = ""
    search: str = ""
    by_agency: bool = False

    @classmethod
    def from_address(cls, data):
        kind, state = data.get("muc", ""), data.get("tinh-trang", "")
        return cls(
            kind=kind if kind in Kind.values else "",
            state=state if state in State.values else "",
            search=data.get("tim", "").strip()[:100],
            by_agency=data.get("theo") == "co-quan",
        )

    def takes(self, item):
        words = fold(f"{item.report.agency} {item.heading} {item.text}")
        return (
            self.kind in ("", item.kind)
            and self.state in ("", item.state)
            and fold(self.search) in words
        )

    def address(self, **changes):
        """Return the query string of this choice with some fields changed."""
        new = replace(self, **changes)
        given = {
            "muc": new.kind,
            "tinh-trang": new.state,
            "tim": new.search,
            "theo": "co-quan" if new.by_agency else "",
        }
        return "?" + urlencode({name: value for name, value in given.items() if value})


def grouped(items, *, by_agency):
    """Return [(heading, items)]: by section, or by agency in the order of names."""
    found = {}
    if by_agency:
        for item in sorted(items, key=lambda item: bytes(item.report.agency.name_key)):
            found.setdefault(str(item.report.agency), []).append(item)
        return list(found.items())
    parts = [(kind.label, [item for item in items if item.kind == kind]) for kind in Kind]
    return [(label, part) for label, part in parts if part]


def count_by_state(items, choice):
    """Return [(state, number, address, whether it is chosen)]; numbers of the whole round."""
    counts = Counter(item.state for item in items)
    return [
        (state, counts[state], choice.address(state=state.value), choice.state == state)
        for state in State
    ]
