"""Lists handed out as Excel files: the empty form to fill in, and what the portal has."""

from agencies.language import in_vietnamese
from agencies.list_files import write_list
from agencies.list_imports import Kind, headings_of
from agencies.models import Agency, Membership
from agencies.resources import AgencyResource

HINTS = {
    "Mã": "Bắt buộc. Chữ thường không dấu, số, gạch nối; mỗi cơ quan một mã. Mã đã có thì sửa cơ "
    "quan ấy, mã mới thì thêm.",
    "Tên cơ quan": "Bắt buộc. Tên đầy đủ.",
    "Loại": "Bắt buộc. Chọn trong danh mục.",
    "Có từ ngày": "Ghi như 1/7/2025; để trống nếu có từ trước.",
    "Đến hết ngày": "Ghi như 30/6/2025; để trống nếu đang hoạt động.",
    "Lãnh đạo duyệt": "có hoặc không: báo cáo phải được lãnh đạo đơn vị duyệt mới gửi.",
    "Thư điện tử": "Bắt buộc. Mỗi người một địa chỉ, một dòng.",
    "Họ và tên": "Bắt buộc.",
    "Vai trò": "Bắt buộc. Chọn trong danh mục. Vai trò người ấy đã có không bị gỡ.",
    "Mã cơ quan": "Với cán bộ đầu mối, lãnh đạo đơn vị, cán bộ thường trực. Lãnh đạo và quản trị "
    "của địa bàn thì để trống.",
}
CHOICES = {
    Kind.AGENCIES: {"Loại": Agency.Kind.labels, "Lãnh đạo duyệt": ["có", "không"]},
    Kind.PEOPLE: {"Vai trò": Membership.Role.labels},
}


@in_vietnamese
def template(kind):
    """Return the bytes of the empty form."""
    return _book(kind, [])


@in_vietnamese
def export_agencies(agencies):
    """Return the bytes of the list; imported again it changes nothing."""
    fields = AgencyResource.fields.values()
    return _book(Kind.AGENCIES, [[field.export(agency) for field in fields] for agency in agencies])


@in_vietnamese
def export_people(people, places):
    """Return the bytes of the list: one row for each role in these places."""
    held = Membership.objects.of_places(places).filter(user__in=people)
    rows = [
        [m.user.email, m.user.full_name, m.get_role_display(), m.agency.code if m.agency else ""]
        for m in held.select_related("user", "agency").order_by("user__name_key", "user", "pk")
    ]
    return _book(Kind.PEOPLE, rows)


def _book(kind, rows):
    return write_list("Danh sách", headings_of(kind), rows, hints=HINTS, choices=CHOICES[kind])
