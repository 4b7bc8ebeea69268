"""Forms of a round: opening one by hand, giving it a last day."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.day_field import DayField
from reporting.models import Round, Tier


class LastDayForm(forms.Form):
    """A tier of a round gets its last day, or another one."""

    last_day = DayField(
        _("Ngày cuối cùng mới"),
        _("Báo cáo đã gửi, đã trả lại hoặc đã gia hạn đến ngày muộn hơn giữ ngày của mình."),
    )
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=2000,
        widget=forms.TextInput,
        help_text=_("Ví dụ số và ngày của công văn; lưu cùng việc đổi ngày."),
    )

    def __init__(self, data=None, *, tier):
        # Both tiers' forms stand on one page.
        super().__init__(data, auto_id=f"{tier}-%s")


class RoundForm(forms.ModelForm):
    """A round opened by hand: ad hoc, or one whose rule names no date."""

    agency_last_day = DayField(
        _("Ngày cuối cùng của các cơ quan"),
        _("Để trống: không tính trễ, không nhắc."),
        required=False,
    )
    lead_last_day = DayField(
        _("Ngày cuối cùng của bản tổng hợp"),
        _("Để trống: không tính trễ, không nhắc."),
        required=False,
    )
    parties = forms.ModelMultipleChoiceField(
        label=_("Nơi báo cáo"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    window_start = DayField(_("Số liệu từ ngày"))
    window_end = DayField(_("Số liệu đến ngày"))

    class Meta:
        model = Round
        fields = ("kind", "year", "number", "subject", "window_start", "window_end")
        labels = {"number": _("Tháng (chỉ với kỳ tháng)")}

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, instance=Round(plan=plan), **kwargs)
        self.fields["number"].required = False
        self.initial["number"] = self.initial.get("number") or None  # a month is typed, never 0
        own = plan.parties.filter(mentioned_only=False)
        self.fields["parties"].queryset = own

    def clean_number(self):
        """Months count from 1; an ad hoc round gets its number when it is opened."""
        if self.cleaned_data.get("kind") != Round.Kind.MONTH:
            return 1 if self.cleaned_data.get("kind") == Round.Kind.AD_HOC else 0
        number = self.cleaned_data["number"]
        if number not in range(1, 13):
            raise forms.ValidationError(gettext("Tháng phải từ 1 đến 12."))
        return number

    def clean_year(self):
        year, plan = self.cleaned_data["year"], self.instance.plan
        if year not in plan.years:
            raise forms.ValidationError(
                gettext("Kế hoạch chỉ có các năm từ {first_year} đến {last_year}.").format(
                    first_year=plan.first_year, last_year=plan.last_year
                )
            )
        return year

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("window_start"), cleaned.get("window_end")
        if start and end and end < start:
            self.add_error("window_end", gettext("Ngày cuối phải từ ngày đầu trở đi."))
        return cleaned

    @property
    def last_days(self):
        return {
            Tier.AGENCY: self.cleaned_data["agency_last_day"],
            Tier.LEAD: self.cleaned_data["lead_last_day"],
        }
