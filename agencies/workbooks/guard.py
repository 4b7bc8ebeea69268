"""
What is refused before anything is read: by first bytes and by the zip directory.

Figures from 1,326 real workbooks: packing over 60 times, or 120 for one part, is an attack or
an empty sheet formatted to its end. Nothing is unpacked here.
"""

import stat
import zipfile
from pathlib import PurePosixPath

from agencies.workbooks.problems import Refused

MAX_BYTES = 20 * 2**20
MAX_UNPACKED = 100 * 2**20
MAX_PARTS = 1000
MAX_RATIO, MAX_PART_RATIO = 60, 120
# Below this size packing tells nothing: small parts of spaces pack well and harm nobody.
SMALL = 2**20

SAVE_AS_XLSX = "Xin mở bằng Excel và lưu lại bằng Excel dạng .xlsx rồi nộp lại."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACTIVE = {
    "vbaproject": "macro",
    "macrosheets/": "macro Excel 4",
    "activex": "điều khiển ActiveX",
    "customui": "nút lệnh riêng (customUI)",
    "embeddings/": "đối tượng nhúng (OLE)",
    "oleobject": "đối tượng nhúng (OLE)",
}
_TABLES = ("xl/worksheets/", "word/document.xml")
_FOREIGN = {
    "xl/workbook.bin": f"Tệp .xlsb chưa đọc được. {SAVE_AS_XLSX}",
    "content.xml": f"Tệp OpenDocument (.ods, .odt) chưa đọc được. {SAVE_AS_XLSX}",
}


def kind_of(path):
    """Return "xlsx" or "docx" of a file that may be read on. Raises Refused."""
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(_OLE):
            file.seek(0)
            raise Refused(_ole_message(file.read(MAX_BYTES)))
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Refused(f"Tệp lớn hơn {MAX_BYTES // 2**20} MB. Xin chỉ để lại bảng cần nhập.")
    if not head.startswith(b"PK\x03\x04"):
        raise Refused(_no_zip_message(head))
    try:
        with zipfile.ZipFile(path) as archive:
            return _kind_of_archive(archive, size)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as problem:
        raise Refused(f"Tệp bị hỏng, không mở được. {SAVE_AS_XLSX}") from problem


def unpacked_size(path):
    """Return how many bytes a file that may be read unpacks to."""
    with zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist())


def tables_size(path):
    """Return the unpacked bytes of the parts that hold tables, styles and themes left out."""
    with zipfile.ZipFile(path) as archive:
        return sum(
            part.file_size for part in archive.infolist() if part.filename.startswith(_TABLES)
        )


def _kind_of_archive(archive, size):
    parts = archive.infolist()
    _check_size(parts, size)
    _check_names(parts)
    _check_layout(archive, parts, size)
    names = {part.filename.lower() for part in parts}
    for mark, words in _ACTIVE.items():
        if any(mark in name for name in names):
            raise Refused(f"Tệp có {words}, không nhận. Xin lưu lại thành tệp không có {words}.")
    for name, message in _FOREIGN.items():
        if name in names:
            raise Refused(message)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    raise Refused("Tệp nén này không phải Excel .xlsx hay Word .docx.")


def _check_size(parts, size):
    if len(parts) > MAX_PARTS:
        raise Refused(f"Tệp có hơn {MAX_PARTS} thành phần bên trong, không nhận.")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise Refused(
            f"Tệp bung ra hơn {MAX_UNPACKED // 2**20} MB, không nhận. "
            "Xin chép riêng bảng sang một tệp Excel mới."
        )
    if any(
        part.file_size > SMALL and part.file_size > MAX_PART_RATIO * part.compress_size
        for part in parts
    ) or (unpacked > SMALL and unpacked > MAX_RATIO * size):
        raise Refused(
            "Tệp nén quá mức, thường do bảng định dạng đến tận dòng cuối. "
            "Xin chép riêng bảng sang một tệp Excel mới."
        )


def _check_names(parts):
    seen = set()
    for part in parts:
        name = part.filename
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
            raise Refused(f"Tệp có đường dẫn lạ bên trong. {SAVE_AS_XLSX}")
        if name.lower() in seen:
            raise Refused(f"Tệp có hai thành phần trùng tên bên trong. {SAVE_AS_XLSX}")
        seen.add(name.lower())
        if stat.S_ISLNK(part.external_attr >> 16):
            raise Refused(f"Tệp có liên kết lạ bên trong. {SAVE_AS_XLSX}")
        if part.flag_bits & 0x1:
            raise Refused("Tệp đặt mật khẩu. Xin bỏ mật khẩu rồi nộp lại.")


def _check_layout(archive, parts, size):
    """Parts lie one after another from the first byte; the directory ends the file."""
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end or (end == 0 and part.header_offset != 0):
            raise Refused(f"Tệp bị ghép nối lạ. {SAVE_AS_XLSX}")
        end = part.header_offset + 30 + part.compress_size
    if archive.start_dir < end or size - archive.start_dir > 2**20 or len(archive.comment) > 1024:
        raise Refused(f"Tệp bị ghép nối lạ. {SAVE_AS_XLSX}")


def _ole_message(content):
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "Tệp đặt mật khẩu. Xin bỏ mật khẩu rồi nộp lại."
    if "WordDocument".encode("utf-16-le") in content:
        return "Tệp Word đời cũ (.doc) chưa đọc được. Xin mở bằng Word và lưu lại dạng .docx."
    return f"Tệp Excel đời cũ (.xls) chưa đọc được. {SAVE_AS_XLSX}"


def _no_zip_message(head):
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        return "Tệp rỗng."
    if start.startswith(b"%pdf"):
        return "Tệp PDF không đọc được thành bảng. Xin nộp tệp Excel .xlsx hoặc Word .docx."
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        return f"Đây là trang web đặt tên thành Excel. {SAVE_AS_XLSX}"
    if start.startswith(b"<?xml"):
        return f"Đây là tệp XML, không phải .xlsx. {SAVE_AS_XLSX}"
    if b"\x00" not in head[:1000] and (b"," in head or b";" in head or b"\t" in head):
        return f"Tệp .csv không giữ được kiểu ô. {SAVE_AS_XLSX}"
    return f"Tệp không phải Excel .xlsx hay Word .docx. {SAVE_AS_XLSX}"
