"""Forms of what is counted: indicators and their breakdowns (R11, R13, R17)."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reporting.plan_editor.row_form import (
    RowForm,
    code_field,
    codes_field,
    indicators,
    or_none,
    parties,
)
from targets.models import Breakdown, Indicator


class IndicatorForm(RowForm):
    section = "indicators"
    parent = code_field(_("Chỉ tiêu cấp trên"))
    breakdown = code_field(
        _("Thuộc phân tổ"), _("Chọn phân tổ thì chỉ tiêu cấp trên theo phân tổ đó.")
    )
    reporters = codes_field(
        _("Đơn vị báo cáo số liệu này"), _("Để không hai nơi đếm cùng một người.")
    )

    class Meta:
        model = Indicator
        fields = (
            "code",
            "name",
            "unit",
            "kind",
            "combine",
            "better",
            "appendix_label",
            "appendix_order",
        )
        help_texts = {
            "combine": _("Số lượng thì cộng các đơn vị; tỷ lệ, chỉ số, xếp hạng lấy từ một nguồn."),
            "appendix_label": _("Tên dòng đúng như phụ lục in, không kể số thứ tự."),
        }

    def offer(self, document):
        own = self.row and self.row["code"]
        breakdowns = [(row["code"], row["name"]) for row in document["breakdowns"]]
        self.fields["parent"].choices = or_none(indicators(document, without=own))
        self.fields["breakdown"].choices = or_none(
            (row["code"], row["name"]) for row in document["breakdowns"] if row["parent"] != own
        )
        self.fields["breakdown"].widget.attrs["disabled"] = not breakdowns
        self.fields["reporters"].choices = parties(document)

    def likely(self):
        additive = {
            "kind": Indicator.Kind.COUNT,
            "combine": Indicator.Combine.SUM,
            "better": Indicator.Better.HIGHER,
        }
        return super().likely() | additive

    def write(self):
        row = super().write()
        for breakdown in self.document["breakdowns"]:
            if breakdown["code"] == row["breakdown"]:
                row["parent"] = breakdown["parent"]
        return row


class BreakdownForm(RowForm):
    section = "breakdowns"
    parent = code_field(_("Phân tổ của chỉ tiêu"), required=True)
    members = codes_field(
        _("Thành phần"), _("Chỉ tiêu được chọn thành chỉ tiêu con của chỉ tiêu trên.")
    )

    class Meta:
        model = Breakdown
        fields = ("code", "name", "rule")
        help_texts = {
            "rule": _(
                "Cộng đủ: các thành phần cộng lại bằng chỉ tiêu trên. Trong đó: không vượt quá."
            )
        }

    def offer(self, document):
        self.fields["parent"].choices = or_none(indicators(document), gettext("– chọn –"))
        self.fields["members"].choices = indicators(document)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("parent") in cleaned.get("members", []):
            self.add_error(
                "members", gettext("Chỉ tiêu được phân tổ không thể là thành phần của chính nó.")
            )
        return cleaned

    def tie(self, document):
        code, parent = self.cleaned_data["code"], self.cleaned_data["parent"]
        for row in document["indicators"]:
            if row["code"] in self.cleaned_data["members"]:
                row["breakdown"], row["parent"] = code, parent
            elif row["breakdown"] == code:
                row["breakdown"] = None
