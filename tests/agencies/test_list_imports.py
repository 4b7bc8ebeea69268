"""Lists of agencies and people from Excel: problems at their cells, all or nothing, once."""

import datetime as dt
import io
import random
import resource
import zipfile

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from agencies import list_files
from agencies.models import Agency, Event, ListImport, Membership, User
from agencies.views import lists
from tests.factories import AgencyFactory, JurisdictionFactory, MembershipFactory, UserFactory
from tests.office_files import DOCX, workbook
from tests.page_texts import texts
from tests.targets.appendix.hostile import package, sheet

pytestmark = pytest.mark.usefixtures("media")

AGENCIES, PEOPLE = "co-quan", "nguoi-dung"
AGENCY_HEAD = ["Mã", "Tên cơ quan", "Loại", "Có từ ngày", "Đến hết ngày", "Lãnh đạo duyệt"]
PEOPLE_HEAD = ["Thư điện tử", "Họ và tên", "Vai trò", "Mã cơ quan"]


@pytest.fixture
def send(desk, province):
    """Return a function that sends a file to the page of a list."""

    def post(kind, content, place=None):
        file = SimpleUploadedFile("danh-sach.xlsx", content)
        form = {"jurisdiction": (place or province).pk, "file": file}
        return desk.post(reverse("desk:list-read", args=[kind]), form)

    return post


@pytest.fixture
def apply(desk):
    """Return a function that applies the import kept last; it gives the words of the next page."""

    def post(**form):
        kept = ListImport.objects.latest("pk")
        return texts(desk.post(reverse("desk:list-apply", args=[kept.pk]), form, follow=True))

    return post


def export(desk, kind):
    name = "agency-export" if kind == AGENCIES else "user-export"
    return desk.get(reverse(f"desk:{name}"), {"tinh_trang": "tat-ca"}).content


def first_sheet(content):
    return load_workbook(io.BytesIO(content)).worksheets[0]


# Agencies


def test_a_list_is_shown_first_and_written_on_the_second_step(desk, send, apply, department):
    content = workbook(
        ["Danh sách cơ quan năm 2025"],  # a title line above the header
        AGENCY_HEAD,
        ["so-nv", "Sở Nội vụ (mới)", "Sở", None, dt.datetime(2025, 6, 30), "có"],  # noqa: DTZ001
        ["so-yt", "Sở Y tế", "SỞ", "1/7/2025", None, None],
    )

    preview = texts(desk.get(send(AGENCIES, content)["Location"]))

    assert "1 mới, 1 thay đổi, 0 không đổi" in preview
    assert "Tên cơ quan: Sở Nội vụ Sở Nội vụ (mới)" in preview
    assert "Đến hết ngày: 30/6/2025" in preview
    assert "Sở Y tế thêm mới Mã: so-yt Loại: Sở Có từ ngày: 1/7/2025" in preview
    assert Agency.objects.count() == 1
    assert not Event.objects.exists()

    assert "1 dòng mới, 1 dòng thay đổi" in apply()

    department.refresh_from_db()
    assert (department.name, department.valid_to) == ("Sở Nội vụ (mới)", dt.date(2025, 6, 30))
    assert department.head_approves
    assert Agency.objects.get(code="so-yt").valid_from == dt.date(2025, 7, 1)
    actions = list(Event.objects.values_list("action", flat=True))
    assert actions == ["agency-changed", "agency-created", "list-imported"]


def test_every_problem_is_told_in_one_pass_at_its_cell(send):
    content = workbook(
        AGENCY_HEAD,
        ["so-yt", "Sở Y tế", "Sở", "hôm qua", None, "chưa rõ"],
        ["Sở Tài chính", None, "Cửa hàng", None, None, None],
        ["so-yt", "Sở khác", "Sở", None, None, None],
        ["so-vh", "=A1&B1", "Sở", "1/7/2025", "30/6/2025", None],
        [None, "Không mã", "Sở", None, None, None],
    )

    answer = send(AGENCIES, content)

    assert answer.status_code == 422
    told = {problem.cell: problem.message for problem in answer.context["problems"]}
    assert list(told) == [
        "Sheet1!D2",
        "Sheet1!F2",
        "Sheet1!A3",
        "Sheet1!B3",
        "Sheet1!C3",
        "Sheet1!A4",
        "Sheet1!A5",
        "Sheet1!B5",
        "Sheet1!A6",
    ]
    assert told["Sheet1!D2"] == "“hôm qua” không phải ngày. Ghi như 1/7/2025."
    assert told["Sheet1!C3"] == "“Cửa hàng” không có trong danh mục (trang tính “Danh mục”)."
    assert told["Sheet1!A4"] == "Trùng với ô Sheet1!A2."
    assert told["Sheet1!A5"] == "Ngày bắt đầu phải trước ngày kết thúc."
    assert told["Sheet1!B5"] == "Ô là công thức. Xin dán giá trị."
    assert "9 lỗi phải sửa trong tệp" in texts(answer)
    assert not Agency.objects.exists()
    assert ListImport.objects.get().applied_at is None


@pytest.mark.filterwarnings("ignore:Title is more than 31")
def test_a_sheet_with_a_name_too_long_for_excel_is_read(send):
    name = "Danh sách các cơ quan, đơn vị thuộc tỉnh"  # as other programs write it

    answer = send(AGENCIES, workbook(AGENCY_HEAD, ["so-yt", None, "Sở"], title=name))

    assert [problem.cell for problem in answer.context["problems"]] == [f"{name}!B2"]


def test_the_own_file_comes_back_with_a_comment_at_each_fault(desk, send, apply):
    fault = ["so-yt", "Sở Y tế", "Sở", "hôm qua", None, None]
    good = ["so-nv", "Sở Nội vụ", "Sở", None, None, None]
    content = workbook(["Danh sách cơ quan"], AGENCY_HEAD, fault, good)

    answer = send(AGENCIES, content)
    kept = ListImport.objects.get()
    page = desk.get(reverse("desk:list-preview", args=[kept.pk]))
    copy = desk.get(reverse("desk:list-file", args=[kept.pk]))

    sheet = first_sheet(b"".join(copy))
    notes = {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}
    assert notes == {"D3": "Lỗi: “hôm qua” không phải ngày. Ghi như 1/7/2025."}
    assert sheet["B4"].value == "Sở Nội vụ"
    assert copy["Content-Disposition"].startswith("attachment")
    for shown in (answer, page):  # at once, and whoever comes back to it
        assert "Sửa nhanh nhất Tải tệp của bạn có ghi chú ở từng ô" in texts(shown)
        assert "Sheet1!D3 hôm qua “hôm qua” không phải ngày" in texts(shown)
    assert "Tệp còn 1 lỗi, chưa ghi gì" in apply()
    assert not Agency.objects.exists()
    elsewhere = MembershipFactory(
        role="administrator", agency=None, jurisdiction=JurisdictionFactory()
    )
    desk.force_login(elsewhere.user)
    assert desk.get(reverse("desk:list-file", args=[kept.pk])).status_code == 404


def test_of_many_faults_the_page_names_some_and_the_copy_all(desk, send, monkeypatch):
    monkeypatch.setattr(lists, "LINES_SHOWN", 2)

    answer = send(AGENCIES, workbook(AGENCY_HEAD, *[[f"a-{n}", "A", "Lạ"] for n in range(5)]))

    page = texts(answer)
    assert "5 lỗi phải sửa trong tệp" in page
    assert "Chỉ liệt kê 2 ô đầu; tệp có ghi chú nêu đủ 5 ô." in page
    assert ("Sheet1!C3" in page, "Sheet1!C4" in page) == (True, False)


def test_a_good_list_has_no_copy_to_fetch(desk, send):
    send(AGENCIES, workbook(AGENCY_HEAD, ["so-yt", "Sở Y tế", "Sở", None, None, None]))

    kept = ListImport.objects.get()

    assert desk.get(reverse("desk:list-file", args=[kept.pk])).status_code == 404


def test_the_same_file_twice_changes_nothing(desk, send, apply):
    content = workbook(AGENCY_HEAD, ["so-yt", "Sở Y tế", "Sở", "1/7/2025", None, "có"])
    send(AGENCIES, content)
    apply()
    events = Event.objects.count()

    preview = texts(desk.get(send(AGENCIES, content)["Location"]))

    assert "0 mới, 0 thay đổi, 1 không đổi" in preview
    assert "Không có gì để ghi" in preview
    assert Event.objects.count() == events


def test_one_preview_is_applied_once(send, apply):
    send(AGENCIES, workbook(AGENCY_HEAD, ["so-yt", "Sở Y tế", "Sở", None, None, None]))
    apply()
    Agency.objects.all().delete()

    assert "đã được ghi rồi" in apply()
    assert not Agency.objects.exists()


def test_what_changed_since_the_preview_is_shown_again_and_nothing_written(send, apply, department):
    content = workbook(
        AGENCY_HEAD,
        ["so-yt", "Sở Y tế", "Sở", None, None, None],
        ["so-nv", "Sở Nội vụ mới", "Sở", None, None, None],
    )
    send(AGENCIES, content)
    department.name = "Sở Nội vụ và Lao động"  # somebody else, meanwhile
    department.save()

    page = apply()

    assert "đã đổi từ lúc xem trước" in page
    assert "Tên cơ quan: Sở Nội vụ và Lao động Sở Nội vụ mới" in page
    assert Agency.objects.count() == 1
    assert not Event.objects.exists()

    apply()
    assert set(Agency.objects.values_list("name", flat=True)) == {"Sở Y tế", "Sở Nội vụ mới"}


def test_the_export_read_again_changes_nothing_and_holds_no_formula(desk, send, province):
    names = ["=1+1", "+84 Sở", "-Sở", "@SUM(A1)", "Sở Ăn uống"]
    for number, name in enumerate(names):
        AgencyFactory(jurisdiction=province, code=f"so-{number}", name=name, kind="department")

    content = export(desk, AGENCIES)

    cells = [cell for row in first_sheet(content).iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert set(names) <= {cell.value for cell in cells}
    preview = texts(desk.get(send(AGENCIES, content)["Location"]))
    assert "0 mới, 0 thay đổi, 5 không đổi" in preview


def test_the_form_offers_its_choices_and_explains_its_columns(desk):
    book = load_workbook(
        io.BytesIO(desk.get(reverse("desk:list-template", args=[AGENCIES])).content)
    )

    assert book.sheetnames == ["Danh sách", "Hướng dẫn", "Danh mục"]
    assert [cell.value for cell in book["Danh sách"][1]] == AGENCY_HEAD
    assert book["Danh mục"]["A2"].value == "Sở"
    ranges = {str(v.sqref) for v in book["Danh sách"].data_validations.dataValidation}
    assert ranges == {"C2:C2001", "F2:F2001"}
    assert [row[0].value for row in book["Hướng dẫn"].iter_rows(min_row=2)] == AGENCY_HEAD


def test_the_preview_belongs_to_the_administrators_of_its_place(client, desk, send):
    location = send(AGENCIES, workbook(AGENCY_HEAD, ["so-yt", "Sở Y tế", "Sở", None, None, None]))[
        "Location"
    ]
    other = MembershipFactory(
        role="administrator", agency=None, jurisdiction=JurisdictionFactory()
    ).user
    client.force_login(other)

    assert client.get(location).status_code == 404
    assert client.get(f"{location}tep/").status_code == 404
    assert client.post(f"{location}ghi/").status_code == 404


def test_no_list_is_read_into_another_province(send):
    answer = send(AGENCIES, workbook(AGENCY_HEAD, ["a", "A", "Sở"]), place=JurisdictionFactory())

    assert answer.status_code == 422
    assert not ListImport.objects.exists()


# People


def test_people_are_added_with_their_roles_and_invited_on_wish(
    send, apply, department, province, administrator, monkeypatch
):
    from config.celery import app

    monkeypatch.setattr(app.conf, "task_always_eager", True)
    content = workbook(
        PEOPLE_HEAD,
        ["An@Test.invalid", "Lê Văn An", "cán bộ đầu mối", "so-nv"],
        ["binh@test.invalid", "Phạm Bình", "Lãnh đạo", None],
        [administrator.email, administrator.full_name, "Cán bộ thường trực", "so-nv"],
    )
    send(PEOPLE, content)

    page = apply(invite="on")

    assert "2 dòng mới, 1 dòng thay đổi" in page
    assert "2 thư mời đang được gửi" in page
    assert User.objects.get(email="an@test.invalid").memberships.get().agency == department
    binh = User.objects.get(email="binh@test.invalid")
    assert binh.memberships.get().jurisdiction == province
    assert administrator.memberships.count() == 2
    assert sorted(m.to[0] for m in mail.outbox) == ["an@test.invalid", "binh@test.invalid"]
    assert Event.objects.filter(action="role-given").count() == 3


def test_nobody_is_invited_without_the_wish(send, apply, department):
    send(PEOPLE, workbook(PEOPLE_HEAD, ["an@test.invalid", "An", "Cán bộ đầu mối", "so-nv"]))

    apply()

    assert mail.outbox == []
    assert not User.objects.get(email="an@test.invalid").has_usable_password()


def test_problems_of_people_are_told_at_their_cells(send, department, province):
    elsewhere = MembershipFactory(user__email="noi-khac@test.invalid").user
    gone = MembershipFactory(agency=department, user__is_active=False).user
    content = workbook(
        PEOPLE_HEAD,
        ["khong-phai-thu", "An", "Cán bộ đầu mối", "so-nv"],
        ["an@test.invalid", "An", "Cán bộ đầu mối", "so-xx"],
        ["AN@test.invalid", "An", "Giám đốc", None],
        ["b@test.invalid", "B", "Cán bộ đầu mối", None],
        ["c@test.invalid", None, "Lãnh đạo", "so-nv"],
        [elsewhere.email, "Kẻ Khác", "Cán bộ đầu mối", "so-nv"],
        [gone.email, "Đã nghỉ", "Cán bộ đầu mối", "so-nv"],
    )

    answer = send(PEOPLE, content)

    told = {
        problem.cell.partition("!")[2]: problem.message for problem in answer.context["problems"]
    }
    assert set(told) == {"A2", "D3", "A4", "C4", "D5", "B6", "D6", "A7", "A8"}
    assert told["D3"] == "Tỉnh Kiên Giang không có cơ quan mang mã “so-xx”."
    assert told["A2"] == "Đây không phải là địa chỉ thư điện tử."
    assert told["A4"] == "Trùng với ô Sheet1!A3."
    assert told["B6"] == "Ô này bắt buộc ghi."
    assert told["D5"] == "Vai trò này cần mã cơ quan."
    assert told["A7"] == "Địa chỉ này đã có tài khoản ở địa bàn khác."
    elsewhere.refresh_from_db()
    assert elsewhere.full_name != "Kẻ Khác"


def test_a_new_person_in_two_rows_is_not_told_to_be_in_the_portal(desk, send, department):
    row = ["moi@test.invalid", "Mới", "Cán bộ đầu mối", department.code]

    answer = send(PEOPLE, workbook(PEOPLE_HEAD, row, row))

    told = [(problem.cell, problem.message) for problem in answer.context["problems"]]
    assert told == [("Sheet1!A3", "Trùng với ô Sheet1!A2.")]


def test_people_exported_and_read_again_change_nothing(desk, send, department):
    for number in range(3):
        MembershipFactory(agency=department, user__email=f"n{number}@test.invalid")

    preview = texts(desk.get(send(PEOPLE, export(desk, PEOPLE))["Location"]))

    assert "0 mới, 0 thay đổi, 4 không đổi" in preview


# Files that are no list


def damaged():
    return workbook(AGENCY_HEAD)[:-200]


def with_part(name, content=b""):
    """Return a good list with one more part in its archive."""
    book = io.BytesIO(workbook(AGENCY_HEAD, ["a", "A", "Sở"]))
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(name, content)
    return book.getvalue()


def with_entities():
    """Return a list whose sheet is an XML document that grows when it is read."""
    good, bad = io.BytesIO(workbook(AGENCY_HEAD, ["a", "A", "Sở"])), io.BytesIO()
    laughs = b'<!DOCTYPE w [<!ENTITY a "ha">%s]><worksheet>&z;</worksheet>' % b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(25)
    )
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for part in source.infolist():
            is_sheet = part.filename.startswith("xl/worksheets/")
            target.writestr(part, laughs if is_sheet else source.read(part))
    return bad.getvalue()


def much_text():
    """Return 21 MB of text that packs no better than tables do."""
    return f"{random.Random(1).getrandbits(21 * 2**20):b}".encode()  # noqa: S311


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (lambda: b"", "rỗng"),
        (lambda: b"a;b;c", "Tệp .csv"),
        (damaged, "bị hỏng"),
        (lambda: DOCX, "phải là tệp Excel"),
        (lambda: with_part("xl/vbaProject.bin"), "macro"),
        (lambda: with_part("xl/media/x.bin", much_text()), "giải nén quá lớn"),
        (lambda: b"x" * (5 * 2**20 + 1), "lớn hơn 5 MB"),
        (with_entities, "DOCTYPE"),
        (lambda: workbook(["Mã", "Tên cơ quan"], ["a", "b"]), "thiếu “Loại”"),
        (lambda: workbook(AGENCY_HEAD), "chưa có dòng nào"),
        (lambda: workbook([]), "thiếu “Mã”"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(send, content, told):
    answer = send(AGENCIES, content())

    assert answer.status_code == 422
    assert told in texts(answer)


def test_a_file_made_to_harm_is_answered_and_the_web_process_reads_none_of_it(send):
    rows = '<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'
    start = resource.getrusage(resource.RUSAGE_SELF).ru_utime

    answer = send(AGENCIES, package(sheet(rows)))

    assert "Tệp có dòng số 2000000000" in texts(answer)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - start < 5


def test_cells_are_read_as_a_person_sees_them(desk, send):
    day = dt.datetime(2025, 7, 1)  # noqa: DTZ001
    good = workbook(AGENCY_HEAD, [2025.0, " Sở\u00a0 Y tế ", "Sở", day, "30/6/2026", "có"])
    bad = workbook(AGENCY_HEAD, ["so-yt", "Sở Y tế", "Sở", 45.5, dt.time(8), True])

    preview = texts(desk.get(send(AGENCIES, good)["Location"]))
    problems = send(AGENCIES, bad).context["problems"]

    assert "Sở Y tế thêm mới Mã: 2025 Loại: Sở Có từ ngày: 1/7/2025" in preview
    assert {problem.cell: problem.value for problem in problems} == {
        "Sheet1!D2": "45.5",
        "Sheet1!E2": "08:00:00",
        "Sheet1!F2": "TRUE",
    }


def test_more_rows_than_allowed_are_refused(send, monkeypatch):
    monkeypatch.setattr(list_files, "MAX_ROWS", 2)

    answer = send(AGENCIES, workbook(AGENCY_HEAD, *[[f"a-{n}", "A", "Sở"] for n in range(3)]))

    assert "nhiều nhất 2 dòng" in texts(answer)


def test_a_kind_of_list_that_does_not_exist_is_not_there(desk):
    assert desk.get(reverse("desk:list-read", args=["xe-co"])).status_code == 404


def test_the_first_roles_stay_when_a_list_gives_another(send, apply, department):
    user = UserFactory(email="an@test.invalid", full_name="An")
    MembershipFactory(user=user, role=Membership.Role.HEAD, agency=department)

    send(PEOPLE, workbook(PEOPLE_HEAD, ["an@test.invalid", "An", "Cán bộ đầu mối", "so-nv"]))
    apply()

    assert set(user.memberships.values_list("role", flat=True)) == {"head", "officer"}
