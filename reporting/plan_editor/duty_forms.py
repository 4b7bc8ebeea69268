"""Forms of what the plan asks for: solution groups, duties and whom they bind."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.models import Duty, SolutionGroup
from reporting.plan_editor.row_form import RowForm, codes_field, parties
from reporting.plan_editor.rows import party_named


class SolutionGroupForm(RowForm):
    section = "solution_groups"

    class Meta:
        model = SolutionGroup
        fields = ("clause", "heading")
        widgets = {"heading": forms.Textarea(attrs={"rows": 3})}

    def likely(self):
        return {}


class DutyForm(RowForm):
    section = "duties"
    agencies = codes_field(_("Cơ quan được giao"))
    partners = forms.CharField(
        label=_("Cơ quan phối hợp"),
        help_text=_(
            "Mỗi dòng một tên như văn bản viết; tên trùng với cơ quan của kế hoạch thì cổng tự nối."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = Duty
        fields = ("code", "statement", "role", "acts_as", "clause")
        widgets = {"statement": forms.Textarea(attrs={"rows": 3})}
        labels = {"statement": _("Nội dung (tóm tắt)"), "acts_as": _("Vai trò được đề nghị")}
        help_texts = {"acts_as": _("Chỉ ghi khi vai trò là “Đề nghị”.")}

    field_order = ("code", "statement", "agencies", "role", "acts_as", "partners", "clause")

    def offer(self, document):
        self.fields["agencies"].choices = parties(document)

    def read(self, row):
        written = [partner["as_written"] for partner in row.get("partners") or []]
        return row | {"partners": "\n".join(written)}

    def clean_agencies(self):
        if not self.cleaned_data["agencies"]:
            raise forms.ValidationError(gettext("Chọn ít nhất một cơ quan."))
        return self.cleaned_data["agencies"]

    def clean_partners(self):
        """Return the partners as the plan file has them; a tie made by hand stays."""
        before = {p["as_written"]: p["agency"] for p in (self.row or {}).get("partners") or []}
        written = [line.strip() for line in self.cleaned_data["partners"].splitlines()]
        return [
            {"as_written": name, "agency": before.get(name) or party_named(self.document, name)}
            for name in written
            if name
        ]
