"""Who plays in the demo. Names are invented; no real person is meant."""

from agencies.models import Membership

Role = Membership.Role

# (e-mail, name, role, jurisdiction, agency code or None)
PEOPLE = [
    ("hondat@demo.invalid", "Nguyễn Thị Hạnh", Role.OFFICER, "kien-giang", "ubnd-huyen-hon-dat"),
    ("lanhdao.hondat@demo.invalid", "Phạm Quốc Bảo", Role.HEAD, "kien-giang", "ubnd-huyen-hon-dat"),
    (
        "giangthanh@demo.invalid",
        "Danh Thị Ngọc",
        Role.OFFICER,
        "kien-giang",
        "ubnd-huyen-giang-thanh",
    ),
    ("gddt@demo.invalid", "Võ Hoàng Nam", Role.OFFICER, "kien-giang", "so-gddt"),
    ("thuongtruc@demo.invalid", "Trần Văn Lộc", Role.STAFF, "kien-giang", "so-ldtbxh"),
    ("lanhdao@demo.invalid", "Lê Minh Đức", Role.LEADER, "kien-giang", None),
    ("thuongtruc.angiang@demo.invalid", "Huỳnh Thị Mai", Role.STAFF, "an-giang", "so-ldtbxh"),
    ("lanhdao.angiang@demo.invalid", "Đặng Văn Hải", Role.LEADER, "an-giang", None),
    ("quantri@demo.invalid", "Lâm Thanh Tùng", Role.ADMINISTRATOR, "kien-giang", None),
]
