"""Form of one target in any of its scopes (R16); yearly ones are quicker in the grid."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reporting.plan_editor.row_form import NumeralField, RowForm, code_field, indicators, plain
from targets import attainment
from targets.models import Target


class TargetForm(RowForm):
    section = "targets"
    indicator = code_field(_("Chỉ tiêu"), required=True)
    low = NumeralField(label=_("Con số"), help_text=_("Ví dụ 35.000 hoặc 6,5."), required=False)
    high = NumeralField(label=_("Đến (chỉ khi so sánh là “từ … đến …”)"), required=False)

    class Meta:
        model = Target
        fields = (
            "scope",
            "year",
            "from_year",
            "to_year",
            "operator",
            "low",
            "high",
            "text",
            "maintained",
            "clause",
        )
        labels = {"text": _("Diễn đạt (khi định tính)"), "clause": _("Mục trong văn bản")}
        help_texts = {
            "year": _("Với “trong năm”, “đến năm”, “mỗi tháng”."),
            "to_year": _("Với “mỗi năm”, “bình quân mỗi năm”, “cả giai đoạn”."),
        }

    field_order = ("indicator",)

    def offer(self, document):
        self.fields["indicator"].choices = indicators(document)

    def likely(self):
        head = self.document["plan"]
        return {"scope": Target.Scope.BY_YEAR, "year": head["last_year"]}

    def read(self, row):
        """One number stands in the first field, whichever column keeps it."""
        if row["operator"] in Target.ON_HIGH:
            return row | {"low": row.get("high"), "high": None}
        return row

    def clean(self):
        cleaned = super().clean()
        if "low" in self.errors:
            return cleaned
        operator = cleaned.get("operator")
        has_number = cleaned.get("low") is not None
        if operator == Target.Operator.QUALITATIVE:
            if not cleaned.get("text"):
                self.add_error("text", gettext("Mục tiêu định tính cần lời diễn đạt."))
        elif operator and not has_number:
            self.add_error("low", gettext("Chưa có con số."))
        elif operator in Target.ON_HIGH:
            cleaned["low"], cleaned["high"] = None, cleaned["low"]
        elif operator and operator != Target.Operator.BETWEEN:
            cleaned["high"] = None
        return cleaned

    def write(self):
        row = super().write()
        if not row["maintained"]:
            del row["maintained"]
        return row | {name: plain(self.cleaned_data[name]) for name in ("low", "high")}


def words(row):
    """Return a target row's value in the plan's manner, or that it waits for its number."""
    target = Target(**{n: row.get(n) for n in ("operator", "low", "high")}, text=row.get("text"))
    needs_number = target.operator != Target.Operator.QUALITATIVE
    if needs_number and target.low is None and target.high is None:
        return gettext("chưa có số")
    return attainment.describe(target)


def span(row):
    names = ("scope", "year", "from_year", "to_year")
    return attainment.describe_span(Target(**{name: row.get(name) for name in names}))
