"""What a person wants to see of a matrix: filters, order and groups, kept in the address."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from agencies.vietnamese import fold
from reporting.deadlines import Timeliness
from reporting.models import Obligation, Report
from reporting.round_matrix import STATES

State = Report.State

# Values stand in addresses, as those of STATES do.
TIMES = {
    "qua-han": _("Quá hạn, chưa gửi"),
    "qua-han-bo-sung": _("Quá hạn bổ sung"),
    "trong-han": _("Còn trong hạn"),
    "dung-han": _("Gửi đúng hạn"),
    "tre": _("Gửi trễ"),
    "khong-han": _("Không ghi hạn"),
    "duoc-moi": _("Đề nghị cung cấp"),
}
ORDERS = {
    "viec": _("việc cần làm trước"),
    "ten": _("tên cơ quan"),
    "gui": _("gửi gần đây trước"),
    "tre": _("trễ nhiều trước"),
}
_TIME_OF = {
    Timeliness.MISSING: "qua-han",
    Timeliness.NOT_YET_DUE: "trong-han",
    Timeliness.ON_TIME: "dung-han",
    Timeliness.LATE: "tre",
    Timeliness.NO_DUE_DATE: "khong-han",
    Timeliness.INVITED: "duoc-moi",
}


@dataclass(frozen=True)
class Wanted:
    """A choice of lines; an empty field chooses nothing away."""

    state: str = ""
    time: str = ""
    kind: str = ""
    flagged: bool = False
    search: str = ""
    order: str = "ten"

    @classmethod
    def from_address(cls, data, *, order):
        """Read a query string; a value that is none of ours counts as not given."""
        return cls(
            state=_one_of(data.get("trang-thai"), STATES),
            time=_one_of(data.get("thoi-han"), TIMES),
            kind=_one_of(data.get("loai"), Agency.Kind.values),
            flagged=data.get("co") == "1",
            search=data.get("tim", "").strip()[:100],
            order=_one_of(data.get("xep"), ORDERS) or order,
        )

    @property
    def is_filtered(self):
        return bool(self.state or self.time or self.kind or self.flagged or self.search)

    def takes(self, line):
        return (
            self.state in ("", line.state)
            and self.time in ("", *times_of(line))
            and self.kind in ("", line.report.agency.kind)
            and (line.is_flagged or not self.flagged)
            and fold(self.search) in line.report.agency.name_fold
        )

    def address(self, **changes):
        """Return the query string of this choice with some fields changed: “?trang-thai=…”."""
        new = replace(self, **changes)
        given = {
            "trang-thai": new.state,
            "thoi-han": new.time,
            "loai": new.kind,
            "co": "1" if new.flagged else "",
            "tim": new.search,
            "xep": new.order,
        }
        return "?" + urlencode({name: value for name, value in given.items() if value})


def _one_of(value, known):
    return value if value in known else ""


def times_of(line):
    """Return both facts of R4 as names: timeliness, and outstanding beside it."""
    return [_TIME_OF[line.timeliness], *(["qua-han-bo-sung"] if line.outstanding else [])]


def counts(lines):
    """Return {state: number} over all lines, in the states' order, whatever is filtered."""
    found = dict.fromkeys(STATES, 0)
    for line in lines:
        found[line.state] += 1
    return found


def grouped(lines, order):
    """Return [(heading, lines)] in a person's order; no heading where it is one list."""
    match order:
        case "gui":
            sent = [line for line in lines if line.sent_at]
            sent.sort(key=lambda line: line.sent_at, reverse=True)
            return [("", sent + [line for line in lines if not line.sent_at])]
        case "tre":
            return [("", sorted(lines, key=lambda line: (-line.days_late, not line.is_late)))]
        case "viec":
            return _by_work(lines)
    return _by_kind(lines)


def _by_work(lines):
    """What calls for staff first: on a phone nobody scrolls past fifty accepted reports."""
    found = {
        gettext("Chờ xem xét"): sorted(
            filter(lambda x: x.is_waiting, lines), key=lambda x: x.sent_at
        ),
        gettext("Quá hạn, xin gia hạn hoặc có điều cần xem"): [],
        gettext("Chưa gửi"): [],
        gettext("Đã tiếp nhận"): [],
    }
    for line in lines:
        if line.is_waiting:
            continue
        if line.report.state == State.ACCEPTED:
            found[gettext("Đã tiếp nhận")].append(line)
        elif line.is_late or line.is_flagged:
            found[gettext("Quá hạn, xin gia hạn hoặc có điều cần xem")].append(line)
        else:
            found[gettext("Chưa gửi")].append(line)
    return [(heading, part) for heading, part in found.items() if part]


def _by_kind(lines):
    """Kinds of agencies in the order of their enumeration, those only invited at the end (R5)."""
    places = {kind: place for place, kind in enumerate(Agency.Kind.values)}
    found = {}
    for line in sorted(
        lines, key=lambda line: (_is_invited(line), places[line.report.agency.kind])
    ):
        label = line.report.agency.get_kind_display()
        found.setdefault(gettext("Đề nghị cung cấp") if _is_invited(line) else label, []).append(
            line
        )
    return list(found.items())


def _is_invited(line):
    return line.report.obligation == Obligation.REQUESTED


def frame(lines, shown, wanted):
    """Return what stands around the rows: counts of the whole round as links, and choices."""
    numbers = counts(lines)
    required = [line for line in lines if not _is_invited(line)]
    return {
        "states": [
            (label, style, numbers[state], wanted.address(state=state), wanted.state == state)
            for state, (label, style) in STATES.items()
        ],
        "all": (len(lines), wanted.address(state="", flagged=False)),
        "flagged": (sum(line.is_flagged for line in lines), wanted.address(flagged=True)),
        "sent_count": sum(not line.report.is_open for line in required),
        "required_count": len(required),
        "tick": [
            (label, number, f"{wanted.address()}&chon={which}")
            for which, label, number in (
                (
                    "cho-xem-xet",
                    gettext("đang chờ xem xét"),
                    sum(line.is_waiting for line in shown),
                ),
                ("chua-gui", gettext("chưa gửi"), sum(line.may_be_reminded for line in shown)),
            )
            if number
        ],
        "times": TIMES.items(),
        "kinds": kinds_of(lines),
        "orders": ORDERS.items(),
    }


def ticked(lines, which):
    """Return the ids of the rows a “choose all” link ticks: without script, a page of its own."""
    if which == "cho-xem-xet":
        return {line.report.pk for line in lines if line.is_waiting}
    if which == "chua-gui":
        return {line.report.pk for line in lines if line.may_be_reminded}
    return set()


def kinds_of(lines):
    """Return [(kind, label)] of the agencies there are, for the choice of a filter."""
    present = {line.report.agency.kind for line in lines}
    return [(kind.value, kind.label) for kind in Agency.Kind if kind in present]
