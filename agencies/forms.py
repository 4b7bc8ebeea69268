"""Forms of the administrator's desk, but those of its accounts (account_forms.py)."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.day_field import DayField
from agencies.event_book import KINDS
from agencies.models import AccessToken, Agency, DayOff, Jurisdiction, User
from agencies.register import is_used
from agencies.vietnamese import slug


class SettingsForm(forms.ModelForm):
    """The two provincial settings of R1."""

    class Meta:
        model = Jurisdiction
        fields = ["named_day_counts", "moves_to_working_day"]
        labels = {
            "named_day_counts": _("Ngày nêu trong hạn vẫn tính là đúng hạn"),
            "moves_to_working_day": _(
                "Ngày cuối cùng rơi vào ngày nghỉ thì chuyển sang ngày làm việc kế tiếp"
            ),
        }
        help_texts = {
            "named_day_counts": _(
                "“Trước ngày 20/6”: đang tắt thì ngày cuối cùng là 19/6; bật thì "
                "gửi trong ngày 20/6 vẫn đúng hạn."
            ),
            "moves_to_working_day": _(
                "Theo khoản 5 Điều 148 Bộ luật Dân sự. Ngày nghỉ lấy theo lịch làm việc của cổng."
            ),
        }


class YearForm(forms.Form):
    nam = forms.IntegerField(min_value=2000, max_value=2100)

    @property
    def year(self):
        """The year asked for; None without one, or with one out of the calendar's reach."""
        return self.cleaned_data["nam"] if self.is_valid() else None


class DayOffForm(forms.ModelForm):
    day = DayField(
        _("Ngày"), error_messages={"unique": _("Ngày này đã có trong bảng; hãy sửa dòng ấy.")}
    )
    is_working = forms.TypedChoiceField(
        label=_("Là ngày"),
        choices=[("", _("Chọn")), ("0", _("nghỉ")), ("1", _("làm việc (làm bù)"))],
        coerce=lambda text: text == "1",
    )

    class Meta:
        model = DayOff
        fields = ["day", "is_working", "name"]
        help_texts = {
            "name": _("Ghi theo văn bản, ví dụ “Nghỉ bù Quốc khánh, Thông báo 6150/TB-…”.")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["is_working"] = str(int(self.instance.is_working))

    def clean_day(self):
        day = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError(gettext("Năm phải trong khoảng 2000 đến 2100."))
        return day


class AgencyForm(forms.ModelForm):
    """One agency; its place is chosen once, its code stays from the first use on."""

    valid_from = DayField(_("Có từ ngày"), _("Để trống nếu có từ trước."), required=False)
    valid_to = DayField(
        _("Đến hết ngày"),
        _(
            "Khi giải thể, sáp nhập. Sau ngày này cơ quan không còn vào kỳ báo cáo mới; số liệu cũ "
            "giữ nguyên."
        ),
        required=False,
    )

    class Meta:
        model = Agency
        fields = ["jurisdiction", "name", "code", "kind", "valid_from", "valid_to", "head_approves"]
        help_texts = {
            "head_approves": _(
                "Báo cáo của cán bộ đầu mối phải được lãnh đạo đơn vị duyệt mới gửi. Chưa lãnh đạo "
                "nào có tài khoản đang hoạt động thì cán bộ đầu mối gửi thẳng."
            )
        }

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["jurisdiction"].queryset = places.order_by("-level", "name")
        self.fields["jurisdiction"].empty_label = None
        self.fields["jurisdiction"].disabled = bool(self.instance.pk)
        self._prepare_code(self.fields["code"])

    def _prepare_code(self, code):
        code.required = False
        code.help_text = gettext("Chữ thường không dấu, số và gạch nối. Để trống thì lấy theo tên.")
        if self.instance.pk and is_used(self.instance):
            code.disabled = True
            code.help_text = gettext(
                "Không đổi được nữa: mã đã dùng trong kế hoạch, vai trò hoặc báo cáo."
            )

    def clean(self):
        data = super().clean()
        if not data.get("code") and "code" not in self.errors:
            data["code"] = slug(data.get("name", ""))[:60].strip("-")
        return data


class AgencyFilter(forms.Form):
    """What the list of agencies shows; everything stands in the address."""

    q = forms.CharField(label=_("Tìm theo tên hoặc mã"), required=False, max_length=200)
    dia_ban = forms.ModelChoiceField(
        label=_("Địa bàn"), queryset=None, required=False, empty_label=_("Tất cả")
    )
    loai = forms.ChoiceField(
        label=_("Loại"), choices=[("", _("Tất cả")), *Agency.Kind.choices], required=False
    )
    tinh_trang = forms.ChoiceField(
        label=_("Tình trạng"),
        choices=[
            ("", _("Đang hoạt động")),
            ("het", _("Đã hết hiệu lực")),
            ("thieu", _("Chưa có cán bộ đầu mối")),
            ("thieu-lanh-dao", _("Có bước duyệt, chưa có lãnh đạo")),
            ("tat-ca", _("Tất cả")),
        ],
        required=False,
    )

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self._places = places
        self.fields["dia_ban"].queryset = places.order_by("-level", "name")

    def chosen(self, *, on):
        """Return the agencies asked for; a filter that makes no sense is left out."""
        self.is_valid()
        asked = self.cleaned_data
        agencies = Agency.objects.filter(jurisdiction__in=self._places)
        if asked.get("dia_ban"):
            agencies = agencies.filter(jurisdiction=asked["dia_ban"])
        if asked.get("loai"):
            agencies = agencies.filter(kind=asked["loai"])
        if asked.get("q"):
            agencies = agencies.search(asked["q"])
        return self._in_state(agencies, asked.get("tinh_trang"), on)

    def _in_state(self, agencies, state, on):
        if state == "tat-ca":
            return agencies
        if state == "het":
            return agencies.filter(valid_to__lt=on)
        current = agencies.in_force(on=on)
        if state == "thieu-lanh-dao":
            return current.without_head()
        return current.without_officer() if state == "thieu" else current


class ListForm(forms.Form):
    """A list to be read, and the jurisdiction whose list it is."""

    jurisdiction = forms.ModelChoiceField(
        label=_("Danh sách của địa bàn"), queryset=None, empty_label=None
    )
    file = forms.FileField(
        label=_("Tệp Excel (.xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("Nhiều nhất 5 MB và 2.000 dòng, ở trang tính đầu tiên."),
    )

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["jurisdiction"].queryset = places.order_by("-level", "name")


class TokenForm(forms.ModelForm):
    """For which place's figures a token is made, and for whom."""

    class Meta:
        model = AccessToken
        fields = ["jurisdiction", "name"]
        help_texts = {"name": _("Tên hệ thống và đơn vị giữ khóa, ví dụ “Hệ thống báo cáo tỉnh”.")}

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["jurisdiction"].queryset = places.order_by("-level", "name")
        self.fields["jurisdiction"].empty_label = None


class EventFilter(forms.Form):
    """Which events the book shows."""

    viec = forms.ChoiceField(
        label=_("Về"),
        choices=[("", _("Tất cả")), *((m._meta.label_lower, word) for m, word in KINDS.items())],
        required=False,
    )
    q = forms.CharField(label=_("Người làm"), required=False, max_length=200)
    tu = DayField(_("Từ ngày"), required=False)
    den = DayField(_("Đến hết ngày"), required=False)

    def chosen(self, events):
        """Return the events asked for; a filter that makes no sense is left out."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("viec"):
            events = events.filter(subject=asked["viec"])
        if asked.get("q"):
            events = events.filter(by__in=User.objects.search(asked["q"]))
        if asked.get("tu"):
            events = events.filter(at__date__gte=asked["tu"])
        if asked.get("den"):
            events = events.filter(at__date__lte=asked["den"])
        return events
