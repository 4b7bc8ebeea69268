"""Forms of decisions about a plan in force: its end, and a revised target (R18)."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.day_field import DayField
from plans.models import Plan
from reporting.plan_editor.row_form import NumeralField
from targets.models import Target


class EndingForm(forms.Form):
    """Close a plan; with another one named, it is replaced by that."""

    on = DayField(_("Kết thúc từ ngày"), _("Từ khi lưu, kế hoạch không mở kỳ báo cáo mới."))
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=2000,
        help_text=_("Ví dụ: hết giai đoạn; thay bằng kế hoạch số …"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    replaced_by = forms.ModelChoiceField(
        label=_("Kế hoạch thay thế"),
        queryset=Plan.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("không có"),
    )

    def __init__(self, *args, plan, today, **kwargs):
        super().__init__(*args, initial={"on": today}, **kwargs)
        others = Plan.objects.in_force().filter(jurisdiction=plan.jurisdiction)
        self.fields["replaced_by"].queryset = others.exclude(pk=plan.pk)
        self.today = today

    def clean_on(self):
        if self.cleaned_data["on"] > self.today:
            raise forms.ValidationError(gettext("Ngày kết thúc không được sau hôm nay."))
        return self.cleaned_data["on"]


class DecisionForm(forms.Form):
    """The document that changes targets already reported on (R18)."""

    decided_by = forms.CharField(
        label=_("Văn bản điều chỉnh"),
        max_length=200,
        help_text=_("Ví dụ: Quyết định số 1234/QĐ-UBND ngày 15/7/2026 của UBND tỉnh."),
    )
    effective_on = DayField(
        _("Hiệu lực từ ngày"), _("Trước ngày này, tỷ lệ vẫn tính theo con số cũ.")
    )


class RevisionForm(DecisionForm):
    """A deciding document gives a target another value from a day on."""

    operator = forms.ChoiceField(label=_("So sánh"), choices=Target.Operator.choices)
    low = NumeralField(label=_("Con số mới"), required=False)
    high = NumeralField(label=_("Đến (chỉ khi so sánh là “từ … đến …”)"), required=False)
    text = forms.CharField(label=_("Diễn đạt (khi định tính)"), max_length=200, required=False)
    field_order = ["operator", "low", "high", "text", "decided_by", "effective_on"]

    def __init__(self, *args, target, **kwargs):
        on_high = target.operator in Target.ON_HIGH
        initial = {
            "operator": target.operator,
            "low": target.high if on_high else target.low,
            "high": None if on_high else target.high,
            "text": target.text,
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if "low" in self.errors:
            return cleaned
        operator, low = cleaned.get("operator"), cleaned.get("low")
        if operator == Target.Operator.QUALITATIVE:
            cleaned["low"] = cleaned["high"] = None
        elif low is None:
            self.add_error("low", gettext("Chưa có con số."))
        elif operator in Target.ON_HIGH:
            cleaned["low"], cleaned["high"] = None, low
        elif operator != Target.Operator.BETWEEN:
            cleaned["high"] = None
        return cleaned
