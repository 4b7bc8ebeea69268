"""Forms of the report pages: the entry table as sent, and the return with its reason."""

import re

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.day_field import DayField
from reporting.models import FollowUp, Round, Tier


def read_typed(data, names):
    """
    Return {name: (text, text last seen)} of a sent entry form.

    Beside each field stands a hidden `seen-…` with the value the page showed. Only names the
    report asks for are taken; a field the form did not bring is left as it is. After a conflict
    `settle-…` says whose value stays: mine is then saved over the one shown beside it
    (`theirs-…`). Until that choice is made nothing counts as seen.
    """
    typed = {}
    for name in names:
        settled = data.get(f"settle-{name}")
        if name not in data or settled == "theirs":
            continue
        if f"theirs-{name}" in data:
            seen = data[f"theirs-{name}"] if settled == "mine" else None
        else:
            seen = data.get(f"seen-{name}", "")
        typed[name] = (data[name], seen)
    return typed


def taken_from_others(data, names):
    """Return the names whose other value was chosen after a conflict."""
    return {name for name in names if data.get(f"settle-{name}") == "theirs"}


def read_chosen(data):
    """
    Return {report id: version number} of the rows ticked in a matrix, 0 for a draft.

    A row's value is “17:2”; what no page of ours sends is left out.
    """
    pairs = (
        re.fullmatch(r"(\d{1,15}):(\d{1,4})", value, re.ASCII) for value in data.getlist("report")
    )
    return {int(pair[1]): int(pair[2]) for pair in pairs if pair}


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("Lý do trả lại"),
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
        help_text=_("Ghi rõ số nào, mục nào cần sửa; cán bộ đầu mối đọc nguyên văn."),
    )
    last_day = DayField(_("Hạn gửi lại"), _("Ngày cuối cùng còn đúng hạn."))


class ExtensionForm(forms.Form):
    """An agency asks for a later last day."""

    wanted_day = DayField(
        _("Xin gia hạn đến hết ngày"), _("Ngày cuối cùng mới mà cơ quan đề nghị.")
    )
    reason = forms.CharField(
        label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExtensionAnswerForm(forms.Form):
    """The lead department answers: with a day, or with a refusal that wants words."""

    # The request the page showed beside the form; none where there was none.
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    granted_day = DayField(
        _("Cho gia hạn đến hết ngày"),
        _("Ngày cuối cùng mới; cơ quan đã xin thì ghi sẵn ngày ấy, sửa được."),
        required=False,
    )
    answer = forms.CharField(
        label=_("Trả lời"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Không đồng ý thì ghi lý do."),
    )

    @classmethod
    def beside(cls, asked):
        """Return the form beside the request that waits (its day filled in), or beside none."""
        return cls(initial=asked and {"shown": asked.pk, "granted_day": asked.wanted_day})

    @property
    def decisions(self):
        """Return (value, words) of the buttons; what nobody asked for can only be granted."""
        grant, refuse = ("grant", gettext("Cho gia hạn")), ("refuse", gettext("Không đồng ý"))
        return [grant, refuse] if self["shown"].value() else [grant]

    def clean(self):
        """Follow the button pressed: a day filled in beforehand is no consent to refuse by."""
        cleaned, decision = super().clean(), self.data.get("decision")
        if decision == "refuse":
            cleaned["granted_day"] = None
        elif decision == "grant" and not cleaned.get("granted_day") and not self.errors:
            self.add_error("granted_day", gettext("Cho gia hạn thì chọn ngày."))
        return cleaned


class FollowUpForm(forms.Form):
    """How far staff are with a difficulty, and the short answer its agency reads."""

    place = forms.CharField(max_length=100, widget=forms.HiddenInput)
    # The entry the page showed; none where nobody had taken it up.
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("Tình trạng"), choices=FollowUp.State.choices)
    answer = forms.CharField(
        label=_("Trả lời"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Ngắn gọn; cơ quan báo cáo đọc được."),
    )


class NoteForm(forms.Form):
    """A remark both sides see, at a figure, a section, or the report as a whole."""

    place = forms.ChoiceField(label=_("Chỗ cần lưu ý"), required=False)
    text = forms.CharField(
        label=_("Ghi chú"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", gettext("Cả báo cáo")), *places]


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
