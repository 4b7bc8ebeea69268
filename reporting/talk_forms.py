"""Forms in which the two sides of a report speak to each other: return, extension, note, answer."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.day_field import DayField
from reporting.models import FollowUp


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
            if not cleaned.get("answer"):
                self.add_error("answer", gettext("Không đồng ý thì cần ghi lý do."))
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
