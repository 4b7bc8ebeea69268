"""What stands between a draft and its submission."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reporting import draft_fields, drafts
from reporting.models import DutyStatus, FigureStatus, Obligation, Tier
from targets.breakdowns import BrokenBreakdown


@dataclass(frozen=True)
class Checklist:
    """What stands between a draft and its submission."""

    unreadable: tuple[drafts.DraftFigure, ...]
    missing: tuple[drafts.DraftFigure, ...]
    broken: tuple[BrokenBreakdown, ...]
    duties: tuple[drafts.DraftDuty, ...]
    wrong_day: str
    is_empty: bool

    def __len__(self):
        parts = (self.unreadable, self.missing, self.broken, self.duties)
        return sum(map(len, parts)) + bool(self.wrong_day) + self.is_empty

    @property
    def is_clear(self):
        return not len(self)


def of_draft(draft, *, today):
    """
    Return what is still missing or contradictory in a draft, if it were sent today.

    A broken breakdown that is explained at its parent's row no longer blocks (R17). An agency
    that is only invited (R5) owes no duty lines.
    """
    figures = draft.figures
    unreadable = [f for f in figures.values() if f.error or f.estimate_error]
    missing = [f for f in figures.values() if f.status == FigureStatus.MISSING and not f.error]
    explained = {pk for pk, figure in figures.items() if figure.explanation}
    broken = [fault for fault in draft.broken if fault.breakdown.parent_id not in explained]
    duties = [d for d in draft.duties if d.status == DutyStatus.STUCK and not d.words]
    if draft.report.obligation == Obligation.REQUIRED:
        duties += [d for d in draft.duties if not d.status]
    words = any(text for _, text in draft.narratives)
    is_own = draft.report.tier == Tier.AGENCY  # a consolidation says what others sent
    return Checklist(
        unreadable=tuple(unreadable),
        missing=tuple(missing),
        broken=tuple(broken),
        duties=tuple(duties),
        wrong_day=_wrong_day(draft, today=today),
        is_empty=is_own and not figures and not words and not any(d.status for d in draft.duties),
    )


@dataclass(frozen=True)
class Part:
    """How far one part of a draft is: `done` of `total`; `is_open` where it holds up sending."""

    name: str
    anchor: str
    done: int
    total: int
    is_open: bool


def parts(draft, open_points):
    """Return the parts of a draft that is filled in; the words are nobody's duty."""
    figures, duties, narratives = draft.figures, draft.duties, draft.narratives
    not_read = {f.indicator.pk for f in (*open_points.unreadable, *open_points.missing)}
    written = sum(bool(text) for _, text in narratives)
    left = len({line.duty.pk for line in open_points.duties})
    found = [
        Part(_("Số liệu"), "so-lieu", len(figures) - len(not_read), len(figures), bool(not_read)),
        Part(_("Nhiệm vụ"), "nhiem-vu", len(duties) - left, len(duties), bool(left)),
        Part(_("Thuyết minh"), "thuyet-minh", written, len(narratives), open_points.is_empty),
    ]
    return [part for part in found if part.total]


def _wrong_day(draft, *, today):
    """
    Return what is wrong with the day the figures run to, or nothing.

    Before the window closes its end may not stand by default: no figure runs to a day to come,
    and the report says to which it does (R12).
    """
    typed, window = draft.text(draft_fields.AS_OF), draft.report.round
    if typed and drafts.read_day(typed) is None:
        return _("“{typed}” không phải là ngày; viết như 14/6/2024.").format(typed=typed)
    if not draft.figures:
        return ""
    if not typed and today < window.window_end:
        return _(
            "Chưa đến ngày chốt số liệu {window_end}: ghi số liệu tính đến ngày nào ở mục 4."
        ).format(window_end=_day(window.window_end))
    if not window.window_start <= draft.as_of <= window.window_end:
        return _(
            "Số liệu phải tính đến một ngày từ {window_start:%d/%m/%Y} đến {window_end:%d/%m/%Y}."
        ).format(window_start=window.window_start, window_end=window.window_end)
    if draft.as_of > today:
        return _("Số liệu không thể tính đến ngày chưa tới: {as_of}.").format(
            as_of=_day(draft.as_of)
        )
    return ""


def _day(date):
    return f"{date.day}/{date.month}/{date.year}"
