"""Forms of whom the plan names: single agencies, groups with their members, bodies mentioned."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.models import Party
from reporting.plan_editor.row_form import RowForm, codes_field
from reporting.plan_file.references import codes_of

_WORDS = {"as_written": forms.TextInput}


class AgencyForm(RowForm):
    """A single body. Its code names the agency of the portal it is; a new code makes a new one."""

    section = "agencies"

    class Meta:
        model = Party
        fields = ("code", "name", "as_written", "kind")
        widgets = _WORDS
        help_texts = {
            "code": _(
                "Mã của cơ quan trong cổng, ví dụ so-noi-vu; mã chưa có thì cổng tạo cơ quan "
                "mới. Các mã đang có được gợi ý khi gõ."
            ),
            "as_written": _("Tên đúng như văn bản kế hoạch viết."),
        }
        labels = {"as_written": _("Tên theo văn bản")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.row:
            self.fields["code"].widget.attrs["list"] = "co-quan-dang-co"

    def known_agencies(self):
        """Return the jurisdiction's agencies that the plan does not name yet."""
        named = codes_of(self.document, "agencies")
        return self.draft.agency.jurisdiction.agencies.exclude(code__in=named)

    def likely(self):
        return {}


class GroupForm(RowForm):
    """A group under the plan's own name (R20); one without members waits for staff to choose."""

    section = "agencies"
    members = codes_field(_("Thành viên"), _("Cơ quan của địa bàn, mỗi cơ quan nhận một báo cáo."))

    class Meta:
        model = Party
        fields = ("code", "name", "as_written", "kind")
        widgets = _WORDS
        labels = {"code": _("Mã nhóm"), "as_written": _("Tên theo văn bản")}
        help_texts = {"code": _("Chữ không dấu và gạch nối, ví dụ ubnd-xa.")}

    def offer(self, document):
        agencies = self.draft.agency.jurisdiction.agencies.all()
        choices = {agency.code: agency.name for agency in agencies}
        for row in [*document["agencies"], *document["member_agencies"]]:
            if "members" not in row:
                choices.setdefault(row["code"], row["name"])
        self.fields["members"].choices = choices.items()

    def likely(self):
        return {}


class MentionedForm(RowForm):
    """A body the plan names as partner or receiver, without work of its own."""

    section = "mentioned_agencies"

    class Meta:
        model = Party
        fields = ("code", "name", "as_written", "kind")
        widgets = _WORDS
        labels = {"as_written": _("Tên theo văn bản")}

    def clean_code(self):
        code = super().clean_code()
        if code in codes_of(self.document, "agencies"):
            raise forms.ValidationError(gettext("Mã này đã là một cơ quan hoặc nhóm của kế hoạch."))
        return code

    def likely(self):
        return {}
