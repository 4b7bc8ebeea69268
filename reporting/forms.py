"""Forms of the report pages: the entry table as sent, and the return with its reason."""

from django import forms

from agencies.vietnamese import nfc
from reporting.drafts import Entry


def read_entry(data):
    """
    Return the Entry in a sent form. Fields are named figure-12, explanation-12, narrative-3.

    Only numbers the page could have named are taken; the view drops what was not asked.
    """
    entry = Entry()
    parts = {
        "figure": entry.figures,
        "explanation": entry.explanations,
        "narrative": entry.narratives,
    }
    for name, text in data.items():
        part, _, pk = name.partition("-")
        # Nineteen digits hold every key; NUL is the one character PostgreSQL refuses.
        if part in parts and pk.isascii() and pk.isdigit() and len(pk) < 20:
            parts[part][int(pk)] = nfc(text.replace("\0", ""))
    return entry


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="Lý do trả lại",
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
        help_text="Ghi rõ số nào, mục nào cần sửa; cán bộ đầu mối đọc nguyên văn.",
    )
    last_day = forms.DateField(
        label="Hạn gửi lại",
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        help_text="Ngày cuối cùng còn đúng hạn.",
    )
