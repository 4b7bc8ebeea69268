"""Files people give us: what is taken by its first bytes, and that it is kept once."""

import hashlib
from pathlib import Path

import pytest

from agencies import files
from agencies.files import FileRefused, named_by_kind, store_file
from agencies.models import StoredFile
from tests.at_once import at_once
from tests.factories import UserFactory, at
from tests.office_files import DOCM, DOCX, JPG, PDF, PNG, XLSM, XLSX, archive, upload

pytestmark = pytest.mark.usefixtures("media")

NOW = at("2024-06-17")


@pytest.fixture
def store(db):
    """Return a function that stores bytes under a name as some person."""
    person = UserFactory()

    def keep(content, name="bao-cao.pdf"):
        return store_file(upload(content, name), by=person, at=NOW)

    return keep


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


# What is taken


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "pdf"), (PNG, "png"), (JPG, "jpg"), (DOCX, "docx"), (XLSX, "xlsx")],
    ids=["pdf", "png", "jpg", "docx", "xlsx"],
)
@pytest.mark.parametrize("name", ["bang.pdf", "bang.XLSX", "bang.exe", "bang"])
def test_first_bytes_say_the_kind_and_the_name_does_not(store, media, content, kind, name):
    stored = store(content, name)

    assert stored.kind == kind
    [path] = kept(media)
    assert path.name == f"{hashlib.sha256(content).hexdigest()}.{kind}"
    assert path.read_bytes() == content


def test_every_kind_has_a_content_type():
    kinds = {*files._MARKS.values(), *files._OFFICE.values()}

    assert set(files.CONTENT_TYPES) == kinds
    assert "text/html" not in files.CONTENT_TYPES.values()


def test_what_is_known_of_a_file_is_kept(db):
    person = UserFactory()

    stored = store_file(upload(PDF), by=person, at=NOW)

    stored.refresh_from_db()
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert stored.size == len(PDF)
    assert (stored.stored_by, stored.stored_at) == (person, NOW)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "là tệp rỗng"),
        (b"<html><script>alert(1)</script>", "không thuộc loại nhận được"),
        (b"MZ\x90\x00", "không thuộc loại nhận được"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "không thuộc loại nhận được"),  # old .doc, .xls
        (b"GIF89a%PDF-", "không thuộc loại nhận được"),  # the mark stands first or not at all
        (b" " + PDF, "không thuộc loại nhận được"),
        (b"%PD", "không thuộc loại nhận được"),
        (b"PK\x05\x06" + bytes(18), "không thuộc loại nhận được"),  # an archive without a file
        (DOCM, "có macro"),
        (XLSM, "có macro"),
        (archive("word/document.xml", "word/duoi/vbaProject.bin"), "có macro"),
        (archive("so-lieu.csv"), "là tệp nén"),
        (archive("thu/word/document.xml"), "là tệp nén"),
        (DOCX[:-30], "bị hỏng"),
        (b"PK\x03\x04", "bị hỏng"),
    ],
)
@pytest.mark.parametrize("name", ["bao-cao.pdf", "bao-cao.docx"])
def test_everything_else_is_refused_in_words_and_not_kept(store, media, content, words, name):
    with pytest.raises(FileRefused, match=words) as refusal:
        store(content, name)

    assert f"“{name}”" in str(refusal.value)
    assert not StoredFile.objects.exists()
    assert kept(media) == []


def test_a_refusal_names_what_to_send_instead(store):
    with pytest.raises(FileRefused, match=r"PDF, ảnh PNG hoặc JPG, Word \.docx, Excel \.xlsx"):
        store(b"text")


def spoil(content, mark, offset, value):
    """Change one byte of the archive's central directory."""
    place = content.rindex(mark) + offset
    return content[:place] + value + content[place + 1 :]


@pytest.mark.parametrize(
    "content",
    [
        spoil(archive("word/document.xml", "word/đơn.xml"), b"PK\x01\x02", 46 + 6, b"\xff"),
        spoil(DOCX, b"PK\x01\x02", 6, b"\xff"),  # a version of zip there is not
        spoil(DOCX, b"PK\x05\x06", 12, b"\xff"),  # a directory longer than it is
    ],
    ids=["a name in no UTF-8", "an unknown version", "a wrong length"],
)
def test_an_archive_whose_directory_is_spoilt_is_refused_too(store, content):
    with pytest.raises(FileRefused, match="bị hỏng"):
        store(content, "bang.docx")


def test_a_file_may_be_as_big_as_the_setting_and_no_bigger(store, settings):
    settings.UPLOAD_MAX_BYTES = 3 * 2**20
    most = PDF.ljust(settings.UPLOAD_MAX_BYTES, b" ")

    assert store(most).size == 3 * 2**20
    with pytest.raises(FileRefused, match=r"“to\.pdf” lớn hơn 3 MB"):
        store(most + b" ", "to.pdf")


def test_a_file_too_big_is_refused_unread(settings):
    settings.UPLOAD_MAX_BYTES = 1
    big = upload(PDF)

    with pytest.raises(FileRefused):
        store_file(big, by=None, at=NOW)

    assert big.tell() == 0


# Kept once


def test_the_same_bytes_are_kept_once_under_whatever_name(store, media):
    first = store(PDF, "bao-cao.pdf")
    again = store(PDF, "bao-cao (1).pdf")
    other = store(PDF + b"\n", "bao-cao.pdf")

    assert again == first
    assert other != first
    assert len(kept(media)) == StoredFile.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_from_eight_people_at_once_are_kept_once(media, store):
    stored = at_once(lambda number: store(PDF, f"tep-{number}.pdf"), 8, refusal=FileRefused)

    assert len({row.pk for row in stored}) == 1
    [path] = kept(media)
    assert Path(StoredFile.objects.get().file.path) == path


# Under which name it is handed out


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("báo cáo.pdf", "pdf", "báo cáo.pdf"),
        ("BAO CAO.PDF", "pdf", "BAO CAO.PDF"),
        ("anh.jpg", "jpg", "anh.jpg"),
        ("anh.JPEG", "jpg", "anh.JPEG"),
        ("anh.jpg", "png", "anh.jpg.png"),
        ("bang.xlsm", "xlsx", "bang.xlsm.xlsx"),
        ("bao-cao.hta", "pdf", "bao-cao.hta.pdf"),
        ("bao-cao", "docx", "bao-cao.docx"),
        ("pdf", "pdf", "pdf.pdf"),
    ],
)
def test_a_name_ends_as_its_kind_does(name, kind, expected):
    assert named_by_kind(name, kind) == expected
