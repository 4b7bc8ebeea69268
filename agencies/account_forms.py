"""Forms about accounts: a person, a role, and a forgotten password."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Membership, User

Role = Membership.Role
BAD_ADDRESS = _("Địa chỉ thư chưa hợp lệ; ví dụ đúng: ten@kiengiang.gov.vn.")


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["full_name", "email"]
        help_texts = {"email": _("Địa chỉ công vụ; dùng để đăng nhập và nhận thư nhắc.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        taken = gettext(
            "Địa chỉ này đã có tài khoản trên cổng. Tìm trong danh sách để giao thêm vai trò."
        )
        self.fields["email"].error_messages |= {"unique": taken, "invalid": BAD_ADDRESS}

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class RoleForm(forms.Form):
    """A role and where it is held: an agency, or the whole jurisdiction."""

    role = forms.ChoiceField(label=_("Vai trò"), choices=[("", _("Chọn")), *Role.choices])
    agency = forms.ModelChoiceField(
        label=_("Cơ quan"),
        queryset=None,
        required=False,
        empty_label=_("Chọn"),
        help_text=_("Với cán bộ đầu mối, lãnh đạo đơn vị, cán bộ thường trực."),
    )
    jurisdiction = forms.ModelChoiceField(
        label=_("Địa bàn"),
        queryset=None,
        required=False,
        empty_label=_("Chọn"),
        help_text=_("Với lãnh đạo (xem toàn địa bàn) và quản trị."),
    )

    def __init__(self, *args, places, on, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.filter(jurisdiction__in=places).in_force(on=on)
        self.fields["agency"].queryset = agencies.select_related("jurisdiction")
        self.fields["agency"].label_from_instance = _with_place
        self.fields["jurisdiction"].queryset = places.order_by("-level", "name")

    def clean(self):
        data = super().clean()
        wanted = "agency" if data.get("role") in Membership.OF_AGENCY else "jurisdiction"
        if data.get("role") and not data.get(wanted) and wanted not in self.errors:
            word = gettext("cơ quan") if wanted == "agency" else gettext("địa bàn")
            self.add_error(wanted, gettext("Vai trò này cần chọn {word}.").format(word=word))
        data["place"] = data.get(wanted)
        return data

    @property
    def chosen(self):
        return {"role": self.cleaned_data["role"], "place": self.cleaned_data["place"]}


def _with_place(agency):
    return f"{agency} ({agency.jurisdiction})"


class PeopleFilter(forms.Form):
    """What the list of people shows; everything stands in the address."""

    q = forms.CharField(label=_("Tìm theo tên hoặc thư điện tử"), required=False, max_length=200)
    vai_tro = forms.ChoiceField(
        label=_("Vai trò"), choices=[("", _("Tất cả")), *Role.choices], required=False
    )
    tinh_trang = forms.ChoiceField(
        label=_("Tình trạng"),
        choices=[
            ("", _("Đang hoạt động")),
            ("cho", _("Chưa đặt mật khẩu")),
            ("ngung", _("Đã ngừng")),
            ("tat-ca", _("Tất cả")),
        ],
        required=False,
    )

    def chosen(self, places):
        """Return the people asked for; a filter that makes no sense is left out."""
        self.is_valid()
        asked = self.cleaned_data
        held = Membership.objects.of_places(places)
        if asked.get("vai_tro"):
            held = held.filter(role=asked["vai_tro"])
        people = User.objects.filter(pk__in=held.values("user"))
        if asked.get("q"):
            people = people.search(asked["q"])
        return self._in_state(people, asked.get("tinh_trang"))

    def _in_state(self, people, state):
        if state == "tat-ca":
            return people
        if state == "ngung":
            return people.filter(is_active=False)
        people = people.filter(is_active=True)
        return people.without_password() if state == "cho" else people


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=_("Thư điện tử"),
        help_text=_("Địa chỉ bạn dùng để đăng nhập."),
        error_messages={"invalid": BAD_ADDRESS},
    )
