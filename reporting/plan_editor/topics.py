"""The topics of a plan one can edit, each a table of rows and a form: the editor's whole map."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from plans.models import Duty
from reporting.models import Obligation, Regime, Tier
from reporting.plan_editor import reporting_forms, rows, target_forms
from reporting.plan_editor.agency_forms import AgencyForm, GroupForm, MentionedForm
from reporting.plan_editor.duty_forms import DutyForm, SolutionGroupForm
from reporting.plan_editor.indicator_forms import BreakdownForm, IndicatorForm
from reporting.plan_editor.reporting_forms import OutlineForm, RegimeForm
from reporting.plan_editor.row_form import RowForm, label_of
from reporting.plan_editor.target_forms import TargetForm
from targets.models import Breakdown, Indicator


@dataclass(frozen=True)
class Topic:
    """
    Rows of one section of the plan file, or of a part of it.

    `columns` are (heading, function of a row and the names by code → text); the first names the
    row. `kind` tells the topic's rows from others of the same section.
    """

    slug: str
    title: str
    one: str
    form: type[RowForm]
    columns: tuple[tuple[str, Callable], ...]
    hint: str = ""
    kind: Callable = lambda row: True

    @property
    def section(self):
        return self.form.section

    def rows(self, document):
        return [row for row in document[self.section] if self.kind(row)]

    def lines(self, document):
        """Return the rows as a table prints them, with the digests of each and its neighbours."""
        names = rows.names(document)
        own = self.rows(document)
        marks = [rows.digest(row) for row in own]
        return [
            {
                "mark": mark,
                "name": self.columns[0][1](row, names),
                "cells": [(heading, text(row, names)) for heading, text in self.columns],
                "above": marks[place - 1] if place else "",
                "below": mark_or_none(marks, place + 1),
            }
            for place, (row, mark) in enumerate(zip(own, marks, strict=True))
        ]

    def label(self, row, document):
        return self.columns[0][1](row, rows.names(document))


def mark_or_none(marks, place):
    return marks[place] if place < len(marks) else ""


def _key(name):
    return lambda row, names: row.get(name) or ""


def _choice(name, choices):
    return lambda row, names: label_of(choices, row.get(name))


def _named(name):
    def text(row, names):
        codes = row.get(name) or []
        codes = [codes] if isinstance(codes, str) else codes
        return "; ".join(names.get(code, code) for code in codes)

    return text


_CLAUSE = (_("Mục"), _key("clause"))
_BODY = (
    (_("Tên"), _key("name")),
    (_("Tên theo văn bản"), _key("as_written")),
    (_("Loại"), _choice("kind", Agency.Kind.choices)),
)

TOPICS = (
    Topic(
        "chi-tieu",
        _("Chỉ tiêu"),
        _("chỉ tiêu"),
        IndicatorForm,
        (
            (_("Chỉ tiêu"), _key("name")),
            (_("ĐVT"), _key("unit")),
            (_("Loại"), _choice("kind", Indicator.Kind.choices)),
            (_("Cách cộng"), _choice("combine", Indicator.Combine.choices)),
            (_("Thuộc phân tổ"), _named("breakdown")),
            (_("Đơn vị báo cáo"), _named("reporters")),
        ),
        hint=_("Có phụ lục bằng Excel, Word thì nhập cả bảng một lần."),
    ),
    Topic(
        "phan-to",
        _("Phân tổ"),
        _("phân tổ"),
        BreakdownForm,
        (
            (_("Phân tổ"), _key("name")),
            (_("Của chỉ tiêu"), _named("parent")),
            (_("Quy tắc"), _choice("rule", Breakdown.Rule.choices)),
            (_("Thành phần"), _named("members")),
        ),
    ),
    Topic(
        "muc-tieu",
        _("Mục tiêu"),
        _("mục tiêu"),
        TargetForm,
        (
            (_("Chỉ tiêu"), _named("indicator")),
            (_("Mục tiêu"), lambda row, names: target_forms.words(row)),
            (_("Thời gian"), lambda row, names: target_forms.span(row)),
            (_("Điều chỉnh bằng"), _key("decided_by")),
            _CLAUSE,
        ),
        hint=_("Mục tiêu từng năm sửa nhanh hơn trong bảng theo năm."),
    ),
    Topic(
        "co-quan",
        _("Cơ quan"),
        _("cơ quan"),
        AgencyForm,
        _BODY,
        kind=lambda row: "members" not in row,
    ),
    Topic(
        "nhom-co-quan",
        _("Nhóm cơ quan"),
        _("nhóm cơ quan"),
        GroupForm,
        (*_BODY, (_("Thành viên"), lambda row, names: str(len(row["members"])))),
        hint=_("Mỗi thành viên nhận một báo cáo khi nhóm là nơi báo cáo."),
        kind=lambda row: "members" in row,
    ),
    Topic(
        "duoc-nhac-toi",
        _("Cơ quan được nhắc tới"),
        _("cơ quan được nhắc tới"),
        MentionedForm,
        _BODY,
        hint=_("Nơi phối hợp, nơi nhận; không có việc riêng trong kế hoạch."),
    ),
    Topic(
        "nhiem-vu",
        _("Nhiệm vụ"),
        _("nhiệm vụ"),
        DutyForm,
        (
            (_("Nhiệm vụ"), _key("statement")),
            (_("Cơ quan"), _named("agencies")),
            (_("Vai trò"), _choice("role", Duty.Role.choices)),
            _CLAUSE,
        ),
    ),
    Topic(
        "giai-phap",
        _("Nhóm giải pháp"),
        _("nhóm giải pháp"),
        SolutionGroupForm,
        ((_("Nhóm giải pháp"), _key("heading")), _CLAUSE),
    ),
    Topic(
        "che-do",
        _("Chế độ báo cáo"),
        _("chế độ báo cáo"),
        RegimeForm,
        (
            (_("Nội dung"), lambda row, names: _regime(row)),
            (_("Nơi báo cáo"), _named("reporters")),
            (_("Cấp"), _choice("tier", Tier.choices)),
            (_("Mức độ"), _choice("obligation", Obligation.choices)),
            (
                _("Hạn"),
                lambda row, names: reporting_forms.due_words(row) or gettext("không ghi ngày"),
            ),
            _CLAUSE,
        ),
    ),
    Topic(
        "de-muc",
        _("Đề mục báo cáo"),
        _("đề mục"),
        OutlineForm,
        ((_("Đề mục"), _key("heading")),),
        hint=_("Các phần thuyết minh của mỗi báo cáo, theo thứ tự này."),
    ),
)
BY_SLUG = {topic.slug: topic for topic in TOPICS}


def _regime(row):
    kind = label_of(Regime.Kind.choices, row["kind"])
    frequency = label_of(Regime.Frequency.choices, row["frequency"])
    return f"{kind}: {row.get('content') or frequency.lower()}"


def topic_of(section, row):
    """Return the topic in which a row of a section is edited."""
    for topic in TOPICS:
        if topic.section == section and (row is None or topic.kind(row)):
            return topic
    return None
