"""Events of the register in Vietnamese words."""

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, DayOff, Jurisdiction, Membership, User

register = template.Library()

_DEEDS = {
    "agency-created": _("thêm cơ quan"),
    "agency-changed": _("sửa cơ quan"),
    "head-approval-set": _("bật bước lãnh đạo duyệt"),  # the demo's own
    "jurisdiction-changed": _("đổi cách tính ngày cuối cùng"),
    "dayoff-created": _("thêm ngày vào lịch"),
    "dayoff-changed": _("sửa ngày trong lịch"),
    "dayoff-removed": _("bỏ ngày khỏi lịch"),
    "user-created": _("thêm người dùng"),
    "user-changed": _("sửa người dùng"),
    "user-invited": _("gửi thư mời"),
    "user-deactivated": _("ngừng tài khoản"),
    "user-reactivated": _("cho tài khoản hoạt động trở lại"),
    "role-given": _("giao vai trò"),
    "role-taken": _("gỡ vai trò"),
    "accesstoken-made": _("cấp khóa truy cập"),
    "accesstoken-revoked": _("thu hồi khóa truy cập"),
    "accesstoken-limited": _("gọi quá số lần cho phép trong một phút; bị yêu cầu chờ"),
    "feed-renewed": _("tạo liên kết lịch riêng; liên kết cũ hết hiệu lực"),
    "feed-withdrawn": _("bỏ liên kết lịch riêng"),
    "list-imported": _("ghi danh sách từ Excel"),
    "password-set": _("đặt mật khẩu"),
    "password-link-sent": _("gửi liên kết đặt lại mật khẩu"),
}
_FIELDS = {
    (model._meta.label_lower, field.name): field
    for model in (Agency, Jurisdiction, DayOff, User)
    for field in model._meta.fields
}


@register.filter
def told(event):
    """Return what happened in one line: “sửa cơ quan: tên “Sở A” → “Sở B””."""
    words = _DEEDS.get(event.action, event.action)
    detail = _detail(event)
    return f"{words}: {detail}" if detail else words


def _detail(event):
    data = event.data
    if "role" in data:
        return f"{Membership.Role(data['role']).label.lower()}, {data['place_name']}"
    if event.action == "user-invited":
        return data["email"] + ("" if data["sent"] else gettext(" (chưa gửi được)"))
    if event.action == "dayoff-removed":
        return f"{data['values']['day']}, {data['values']['name']}"
    changes = data.get("changes", {})
    if event.action.endswith("-created"):
        return ", ".join(str(changes[name][1]) for name in ("day", "name") if name in changes)
    return "; ".join(_change(event, name, *values) for name, values in changes.items())


def _change(event, name, old, new):
    field = _FIELDS.get((event.subject, name))
    if field is None:
        return f"{name} {_value(old)} → {_value(new)}"
    words = dict(field.flatchoices)
    old, new = (_value(words.get(value, value)) for value in (old, new))
    return f"{field.verbose_name} {old} → {new}"


def _value(value):
    if isinstance(value, bool):
        return gettext("có") if value else gettext("không")
    return gettext("để trống") if value in (None, "") else f"“{value}”"
