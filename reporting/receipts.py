"""What a receipt (biên nhận) says of a version that was sent (R8), on screen and on paper alike."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.language import in_vietnamese
from agencies.vietnamese import slug
from reporting import deadlines
from reporting.deadlines import Timeliness
from reporting.models import ReportVersion, Tier

_WORDS = {
    Timeliness.ON_TIME: _("đúng hạn"),
    Timeliness.NO_DUE_DATE: _("không ghi hạn"),
    Timeliness.INVITED: _("được đề nghị cung cấp, không tính hạn"),
}
_SOURCES = {
    "accepted": _("cơ quan đã tiếp nhận"),
    "provisional": _("tạm tính"),
    "missing": _("chưa có báo cáo"),
    "silent": _("chưa cung cấp thông tin"),
}


@dataclass(frozen=True)
class Receipt:
    version: ReportVersion

    @property
    def report(self):
        return self.version.report

    @cached_property
    def figures(self):
        """Return the version's figures in the plan's order, each with its explanation."""
        figures = self.version.figures.select_related("indicator")
        return list(figures.order_by("indicator__position"))

    @property
    def is_late(self):
        return self._timeliness == Timeliness.LATE

    @property
    def is_on_time(self):
        return self._timeliness == Timeliness.ON_TIME

    @property
    def timeliness_words(self):
        """Return “đúng hạn”, “trễ 2 ngày”: the first submission alone decides (R4)."""
        if self.is_late:
            return gettext("trễ {days} ngày").format(
                days=deadlines.days_late(self.report, now=self.version.submitted_at)
            )
        return _WORDS[self._timeliness]

    @property
    def document(self):
        """Return the accompanying document's number and date as one line, or nothing."""
        document = self.version.content.get("document", {})
        number, date = document.get("number", ""), document.get("date", "")
        return " ".join(filter(None, [number, date and gettext("ngày {date}").format(date=date)]))

    @property
    def sources(self):
        """Return how many agencies a consolidation is made of, in words; nothing for others."""
        agencies = self.version.content.get("agencies")
        if agencies is None:
            return ""
        counts = ((name, len(agencies[key])) for key, name in _SOURCES.items())
        return ", ".join(f"{count} {name}" for name, count in counts if count)

    @property
    @in_vietnamese
    def file_name(self):
        """Return the name a saved receipt gets: “Biên nhận 6 tháng đầu năm 2024, UBND … .pdf”."""
        report = self.report
        what = "tổng hợp " if report.tier == Tier.LEAD else ""
        name = f"Biên nhận {what}{report.round.label}, {report.agency.short_name}"
        # Months and agencies may be written with a slash; no file system takes one.
        return f"{name}, bản {self.version.number}.pdf".replace("/", "-")

    @property
    def ascii_file_name(self):
        """Return the same name for programs that know ASCII only."""
        return f"{slug(self.file_name.removesuffix('.pdf'))}.pdf"

    @cached_property
    def _timeliness(self):
        return deadlines.timeliness(self.report, now=self.version.submitted_at)
