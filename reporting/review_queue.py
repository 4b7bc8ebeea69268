"""The order in which staff review: what waits longest comes first."""

from dataclasses import dataclass

from reporting.models import Report


@dataclass(frozen=True)
class Place:
    """Where a report stands among those that wait; `number` is None for one that does not."""

    number: int | None
    count: int
    next_report: Report | None


def place_of(report, user):
    """Return a report's place in what the user has to review, and the one to go on with."""
    waiting = Report.objects.reviewed_by(user).waiting().select_related("agency")
    waiting = list(waiting.only("agency__name", "state"))
    found = next((place for place, other in enumerate(waiting) if other.pk == report.pk), None)
    others = [other for other in waiting if other.pk != report.pk]
    following = others[found:] if found is not None else others
    return Place(
        number=None if found is None else found + 1,
        count=len(waiting),
        next_report=next(iter(following or others), None),
    )
