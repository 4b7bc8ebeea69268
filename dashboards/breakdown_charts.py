"""Each breakdown of a plan year as a chart: what its parent's accepted total is made of (R17)."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle

from dashboards.indicator_line import IndicatorLine
from targets import attainment
from targets.models import Breakdown

# Dark, middle and light, so that neighbours differ on grey paper too.
_STYLES = ("done", "prov", "rest")
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Segment:
    """A part in a bar; `start` and `length` in per cent of the bar, for SVG attributes."""

    row: IndicatorLine
    style: str
    start: Decimal
    length: Decimal
    percent: Decimal | None  # of the parent's total, as printed


@dataclass(frozen=True)
class BreakdownChart:
    """
    The bars of one breakdown: a partition's parts in one, each of-which in a bar of its own.

    `gap` is what the parts leave of their parent, negative when they exceed it; None where it is
    not said (an of-which) or cannot be. Two breakdowns of one parent are never added (R17).
    """

    breakdown: Breakdown
    parent: IndicatorLine
    bars: list[list[Segment]]
    gap: Decimal | None

    @property
    def segments(self):
        return [segment for bar in self.bars for segment in bar]

    @property
    def gap_start(self):
        """Where the undistributed rest begins in a partition's bar; None when there is none."""
        return sum(segment.length for segment in self.bars[0]) if (self.gap or 0) > 0 else None

    @property
    def excess(self):
        """Return by how much the parts exceed their parent; None when they do not."""
        return -self.gap if (self.gap or 0) < 0 else None

    @property
    def gap_length(self):
        return 100 - self.gap_start


def breakdown_charts(progress):
    """Return a chart for each breakdown whose parent and some part have an accepted total."""
    rows = {row.indicator.pk: row for row in progress.rows}
    parts = {}
    for row in progress.rows:
        if row.indicator.breakdown and row.is_additive and row.accepted is not None:
            parts.setdefault(row.indicator.breakdown, []).append(row)
    charts = [
        _chart(breakdown, rows.get(breakdown.parent_id), own) for breakdown, own in parts.items()
    ]
    return [chart for chart in charts if chart]


def _chart(breakdown, parent, parts):
    if parent is None or not parent.accepted:
        return None
    if breakdown.rule == Breakdown.Rule.OF_WHICH:
        scale = max(parent.accepted, *(part.accepted for part in parts))
        bars = [_bar([part], parent, scale) for part in parts]
        return BreakdownChart(breakdown, parent, bars, None)
    known = sum(part.accepted for part in parts)
    bar = _bar(parts, parent, max(parent.accepted, known))
    return BreakdownChart(breakdown, parent, [bar], parent.accepted - known)


def _bar(parts, parent, scale):
    segments, start = [], Decimal(0)
    for part, style in zip(parts, cycle(_STYLES), strict=False):
        length = (part.accepted / scale * 100).quantize(_TENTH)
        percent = attainment.percent(part.accepted, parent.accepted)
        segments.append(Segment(part, style, start, length, percent))
        start += length
    return segments
