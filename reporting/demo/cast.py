"""Who plays in the demo. Names are invented; no real person is meant."""

from agencies.models import Membership

Role = Membership.Role

KIEN_GIANG, AN_GIANG, KON_TUM = "kien-giang", "an-giang", "kon-tum"
LABOUR = "so-ldtbxh"

# (e-mail before @demo.invalid, name, role, jurisdiction or the plan it is of, agency or None)
PEOPLE = [
    ("hondat", "Nguyễn Thị Hạnh", Role.OFFICER, KIEN_GIANG, "ubnd-huyen-hon-dat"),
    ("lanhdao.hondat", "Phạm Quốc Bảo", Role.HEAD, KIEN_GIANG, "ubnd-huyen-hon-dat"),
    ("giangthanh", "Danh Thị Ngọc", Role.OFFICER, KIEN_GIANG, "ubnd-huyen-giang-thanh"),
    ("uminhthuong", "Lý Thanh Phong", Role.OFFICER, KIEN_GIANG, "ubnd-huyen-u-minh-thuong"),
    ("lanhdao.uminhthuong", "Cao Thị Bích", Role.HEAD, KIEN_GIANG, "ubnd-huyen-u-minh-thuong"),
    ("gddt", "Võ Hoàng Nam", Role.OFFICER, KIEN_GIANG, "so-gddt"),
    ("mttq", "Thị Sà Rây", Role.OFFICER, KIEN_GIANG, "ub-mttq"),
    ("thuongtruc", "Trần Văn Lộc", Role.STAFF, KIEN_GIANG, LABOUR),
    ("lanhdao", "Lê Minh Đức", Role.LEADER, KIEN_GIANG, None),
    ("thuongtruc.angiang", "Huỳnh Thị Mai", Role.STAFF, AN_GIANG, LABOUR),
    ("lanhdao.angiang", "Đặng Văn Hải", Role.LEADER, AN_GIANG, None),
    ("thuongtruc.kontum", "Y Hoa Blơng", Role.STAFF, KON_TUM, LABOUR),
    ("lanhdao.kontum", "A Viên Thao", Role.LEADER, KON_TUM, None),
    ("thuongtruc.huyen", "Bùi Thị Lan", Role.STAFF, "viec-lam-huyen-dong-thap", "phong-ldtbxh"),
    ("lanhdao.huyen", "Ngô Văn Sáu", Role.LEADER, "viec-lam-huyen-dong-thap", None),
    ("quantri", "Lâm Thanh Tùng", Role.ADMINISTRATOR, KIEN_GIANG, None),
]
# In these agencies the head approves before the report is sent (R21).
HEAD_APPROVES = ["ubnd-huyen-u-minh-thuong"]
# The district of Đồng Tháp has no name in its plan, nor have its communes; these are invented.
COMMUNES = {
    "thi-tran-minh-hoa": "Ủy ban nhân dân thị trấn (minh họa)",
    "xa-minh-hoa-1": "Ủy ban nhân dân xã số 1 (minh họa)",
    "xa-minh-hoa-2": "Ủy ban nhân dân xã số 2 (minh họa)",
    "xa-minh-hoa-3": "Ủy ban nhân dân xã số 3 (minh họa)",
    "xa-minh-hoa-4": "Ủy ban nhân dân xã số 4 (minh họa)",
    "xa-minh-hoa-5": "Ủy ban nhân dân xã số 5 (minh họa)",
    "xa-minh-hoa-6": "Ủy ban nhân dân xã số 6 (minh họa)",
    "xa-minh-hoa-7": "Ủy ban nhân dân xã số 7 (minh họa)",
}
