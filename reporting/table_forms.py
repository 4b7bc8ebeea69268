"""Forms of the pages that take tables from Excel and Word."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class TableFileForm(forms.Form):
    """A table to be read; what it is, its headings say."""

    file = forms.FileField(
        label=_("Tệp Excel (.xlsx) hoặc Word (.docx)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.docx"}),
        help_text=_(
            "Nhiều nhất 20 MB. Giữ nguyên bảng như văn bản: dòng tên, ô gộp, dấu “ đều đọc được."
        ),
        error_messages={"required": _("Chưa chọn tệp.")},
    )


class FormFileForm(forms.Form):
    """The filled form of a report."""

    file = forms.FileField(
        label=_("Biểu đã điền (.xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Chưa chọn tệp.")},
    )


class ResultTableForm(FormFileForm):
    """A free table of many agencies' results."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = gettext("Bảng kết quả (.xlsx)")


class WriteForm(forms.Form):
    """What the person confirms before a table is written."""

    is_kind = forms.BooleanField(error_messages={"required": _("Xin xác nhận loại bảng rồi ghi.")})
    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_kind"].label = gettext("Đúng, tệp này là bảng “{kind}”").format(kind=kind)
