"""Form of a plan's head: number, title, issuer, dates, span."""

import datetime as dt

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.day_field import DayField
from agencies.vietnamese import nfc
from plans.models import Plan
from reporting.plan_editor import drafts, rows


class GeneralForm(forms.ModelForm):
    issued_on = DayField(_("Ngày ban hành"), required=False)

    class Meta:
        model = Plan
        fields = (
            "title",
            "number",
            "issued_on",
            "issuer",
            "first_year",
            "last_year",
            "vision_year",
            "source",
        )
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "source": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"number": _("Ví dụ 171/KH-UBND; để trống khi văn bản chưa có số.")}

    def __init__(self, data=None, *, draft):
        self.draft = draft
        super().__init__(data, initial=draft.document["plan"])

    def save(self, *, shown, by, at):
        """Write the head into the draft, unless it is no longer the one the page showed."""
        typed = {name: _stored(value) for name, value in self.cleaned_data.items()}

        def edit(document):
            old = document["plan"]
            if rows.digest(old) != shown:
                raise drafts.RowChanged(
                    gettext(
                        "Thông tin chung vừa được người khác sửa. Những gì bạn gõ vẫn còn trên "
                        "trang; lưu lần nữa để giữ bản của bạn."
                    )
                )
            document["plan"] = old | typed
            return {"section": "plan", "old": old, "new": document["plan"]}

        return drafts.change(self.draft, edit, note="Sửa thông tin chung", by=by, at=at)


def _stored(value):
    """Return a value as the draft's document keeps it: NFC, None for nothing, days as ISO text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return nfc(value) or None if isinstance(value, str) else value
