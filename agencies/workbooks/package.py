"""What the parts of an Office file must not hold; read as a stream, in the child process."""

import re
import zipfile
from collections import Counter

from agencies.workbooks.guard import SAVE_AS_XLSX
from agencies.workbooks.problems import Refused

_CHUNK = 2**16
_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_STRICT = b"purl.oclc.org/ooxml"
_MACRO = b"macroEnabled"
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
_BLANK = b"\xef\xbb\xbf \t\r\n"
# Counting tags is quick; parsing a million rows to find them empty is not.
_MOST = {
    (b"<row ", b"<row>"): 200_000,
    (b"<c ", b"<c>", b"<c/>"): 1_500_000,
    (b"<mergeCell ",): 100_000,
    (b"<si>", b"<si "): 1_000_000,
    (b"<xf ", b"<xf/>"): 150_000,
}


def look_through(path):
    """Raise Refused for document types, entities, other encodings, Strict OOXML, macros."""
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                _look_at(archive, part)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as problem:
        raise Refused(f"Tệp bị hỏng, không mở được. {SAVE_AS_XLSX}") from problem


def _look_at(archive, part):
    """Look at a part that a parser would take for XML, whatever its name."""
    before, counts = b"", Counter()
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not before:
                if not _is_xml(chunk):
                    return
                _check_head(part.filename, chunk)
            if _DECLARATION.search(before + chunk):
                raise Refused(f"Tệp có khai báo XML lạ (DOCTYPE), không nhận. {SAVE_AS_XLSX}")
            for tags, most in _MOST.items():
                counts[tags] += sum(map(chunk.count, tags))
                if counts[tags] <= most:
                    continue
                raise Refused(
                    "Trang tính có quá nhiều dòng hoặc ô, thường do định dạng đến tận dòng cuối. "
                    "Xin chép riêng bảng sang một tệp Excel mới."
                )
            before = chunk[-64:]


def _is_xml(head):
    """Say whether a parser would go on after this start; blanks alone tell nothing yet."""
    plain = head.lstrip(_BLANK + b"\0")  # of two-byte letters, one byte is none
    return not plain or plain.startswith(b"<") or head.startswith(_BYTE_ORDERS)


def _check_head(name, head):
    declared = re.match(
        rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w-]+)", head.removeprefix(b"\xef\xbb\xbf")
    )
    encoding = declared[1].lower() if declared else b"utf-8"
    is_wide = head.startswith(_BYTE_ORDERS) or b"\0" in head
    if is_wide or encoding not in (b"utf-8", b"us-ascii"):
        raise Refused(f"Tệp dùng bảng mã lạ. {SAVE_AS_XLSX}")
    if _STRICT in head and name.lower().startswith(("xl/", "word/")):
        raise Refused(
            "Tệp lưu dạng “Strict Open XML”. Xin chọn dạng “Excel Workbook (.xlsx)” khi lưu lại."
        )
    if name == "[Content_Types].xml" and _MACRO in head:
        raise Refused("Tệp khai báo có macro. Xin lưu lại dạng .xlsx không có macro.")
