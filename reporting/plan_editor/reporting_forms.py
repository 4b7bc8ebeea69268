"""Forms of who reports and when: regimes (R1–R3) and the outline of the narrative."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.models import Plan
from reporting.models import OutlineSection, Regime
from reporting.plan_editor.row_form import RowForm, codes_field, parties
from reporting.rounds import last_day_of

_DUE = {"due_kind": "kind", "due_month": "month", "due_day": "day"}


class RegimeForm(RowForm):
    section = "regimes"
    aside_after = "due_month"
    reporters = codes_field(_("Nơi báo cáo"))

    class Meta:
        model = Regime
        fields = (
            "code",
            "kind",
            "obligation",
            "tier",
            "reporters_words",
            "frequency",
            "due_kind",
            "due_day",
            "due_month",
            "window",
            "words",
            "content",
            "clause",
        )
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("reporters_words", "words", "content")
        }
        labels = {"due_kind": _("Hạn"), "due_day": _("Ngày"), "due_month": _("Tháng")}
        help_texts = {
            "due_kind": _(
                "Văn bản không ghi ngày thì để trống: kỳ đó mở bằng tay, không tính trễ."
            ),
            "due_month": _("Để trống với hạn hằng tháng."),
            "window": _(
                "Để trống thì theo lệ: kỳ tháng từ ngày 1 đến cuối tháng; kỳ 6 tháng và kỳ năm "
                "từ 15/12 năm trước (Nghị định 09/2019/NĐ-CP)."
            ),
        }

    field_order = ("code", "kind", "content", "tier", "reporters", "reporters_words", "obligation")

    def offer(self, document):
        self.fields["reporters"].choices = parties(document)

    def read(self, row):
        due = row["due"] or {}
        return row | {field: due.get(key) for field, key in _DUE.items()}

    def write(self):
        row = super().write()
        due = {key: self.cleaned_data[field] for field, key in _DUE.items()}
        return row | {"due": due if due["kind"] else None}

    def aside(self, *, today):
        """Return the last days the rule as typed gives for the coming plan year."""
        if self.is_bound:
            self.is_valid()
            values = getattr(self, "cleaned_data", {})
        else:
            values = self.initial
        return last_days(self.draft, values, today=today)


def last_days(draft, values, *, today):
    """Return what a rule means in the plan year that comes: one line, none without a date."""
    head, due = draft.document["plan"], {name: values.get(name) for name in _DUE}
    if not due["due_kind"] or not due["due_day"]:
        return []
    monthly = due["due_kind"] == Regime.DueKind.MONTHLY
    if not (monthly or due["due_month"]):
        return []
    year = min(max(today.year, head["first_year"]), head["last_year"])
    plan = Plan(jurisdiction=draft.agency.jurisdiction)
    try:
        last = last_day_of(plan, Regime(**due), year, 1 if monthly else 0)
    except ValueError:
        return []  # 31/6 is told at its field
    round = (
        gettext("kỳ tháng 1/{year}").format(year=year)
        if monthly
        else gettext("năm {year}").format(year=year)
    )
    return [
        gettext("{round}: ngày cuối cùng {day}/{month}/{year}").format(
            round=round, day=last.day, month=last.month, year=last.year
        )
    ]


def due_words(row):
    due = row["due"] or {}
    return Regime(**{field: due.get(key) or "" for field, key in _DUE.items()}).due_words


class OutlineForm(RowForm):
    section = "outline"

    class Meta:
        model = OutlineSection
        fields = ("heading",)

    def likely(self):
        return {}
