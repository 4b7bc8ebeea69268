"""Small files of every kind that people send, good and bad, as bytes."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


def archive(*parts):
    """
    Return a zip file that holds parts of these names.

    Without the time of its making: it names tests, and two workers must find the same tests.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for part in parts:
            file.writestr(zipfile.ZipInfo(part), "<xml/>", zipfile.ZIP_DEFLATED)
    return content.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml")
DOCM = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
XLSM = archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")


def upload(content, name="bao-cao.pdf"):
    """Return the file as a form brings it; what the browser says of its kind is a lie."""
    return SimpleUploadedFile(name, content, content_type="text/html")


def workbook(*rows, title="Sheet1"):
    """Return an Excel file of one sheet with these rows."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
