"""Files people give us: what is taken, and keeping it once (evidence, scans, appendices)."""

import hashlib
import zipfile

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.models import StoredFile

# First bytes → kind. The name a file comes under proves nothing.
_MARKS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileRefused(Exception):
    """A file that is not taken; the message says why and what to send instead."""


def store_file(upload, *, by, at):
    """Keep an uploaded file's bytes once and return its StoredFile. Raises FileRefused."""
    if upload.size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 2**20
        raise FileRefused(
            _("“{upload_name}” lớn hơn {limit} MB. Xin nén hoặc chia nhỏ tệp.").format(
                upload_name=upload.name, limit=limit
            )
        )
    content = upload.read()
    kind = _kind(upload, content)
    digest = hashlib.sha256(content).hexdigest()
    stored = StoredFile.objects.filter(sha256=digest).first()
    if stored is None:
        stored = StoredFile(sha256=digest, size=len(content), kind=kind, stored_at=at, stored_by=by)
        stored = _keep(stored, content)
    return stored


def _keep(stored, content):
    """Write a new file down; of two people with the same bytes at once the first one's stays."""
    try:
        with transaction.atomic():
            stored.file.save(f"{stored.sha256}.{stored.kind}", ContentFile(content), save=True)
    except IntegrityError:
        stored.file.delete(save=False)
        return StoredFile.objects.get(sha256=stored.sha256)
    return stored


def named_by_kind(name, kind):
    """Return a name that ends as the kind does: what opens as a page or program is no PDF."""
    endings = (".jpg", ".jpeg") if kind == "jpg" else (f".{kind}",)
    return name if name.lower().endswith(endings) else f"{name}.{kind}"


def _kind(upload, content):
    if not content:
        raise FileRefused(_("“{upload_name}” là tệp rỗng.").format(upload_name=upload.name))
    for mark, kind in _MARKS.items():
        if content.startswith(mark):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(upload)
    raise FileRefused(
        _(
            "“{upload_name}” không thuộc loại nhận được. Xin gửi PDF, ảnh PNG hoặc "
            "JPG, Word .docx, Excel .xlsx."
        ).format(upload_name=upload.name)
    )


def _office_kind(upload):
    """Tell .docx from .xlsx by the parts inside; macros are refused. Nothing is unpacked."""
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as error:
        raise FileRefused(
            _("“{upload_name}” bị hỏng, không mở được.").format(upload_name=upload.name)
        ) from error
    if any(part.endswith("vbaProject.bin") for part in parts):
        raise FileRefused(
            _("“{upload_name}” có macro. Xin lưu lại dạng không có macro.").format(
                upload_name=upload.name
            )
        )
    for part, kind in _OFFICE.items():
        if part in parts:
            return kind
    raise FileRefused(
        _("“{upload_name}” là tệp nén, không phải .docx hay .xlsx.").format(upload_name=upload.name)
    )
