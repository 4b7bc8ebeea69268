"""Files that pages hand out: their table (`?tai=xlsx`, `?tai=csv`), or one that people gave."""

from dataclasses import dataclass
from urllib.parse import quote

from django.http import FileResponse, HttpResponse

from agencies.files import CONTENT_TYPES as STORED_TYPES
from agencies.spreadsheets import CONTENT_TYPES, Column, table_csv, table_workbook
from agencies.vietnamese import slug

PARAMETER = "tai"  # on the page's own address, so that its filters count


@dataclass(frozen=True)
class DataTable:
    """`rows` hold str, number, date, datetime, bool or None, one value for each column."""

    title: str
    columns: list[Column]
    rows: list


def wanted(request):
    """Return “xlsx” or “csv” where the address asks for a file, else None."""
    kind = request.GET.get(PARAMETER)
    return kind if kind in CONTENT_TYPES else None


def table_file(kind, table):
    """Return the answer that hands out a DataTable as .xlsx or .csv."""
    if kind == "csv":
        return content_file("csv", table_csv(table.columns, table.rows), table.title)
    return content_file("xlsx", table_workbook(table.title, table.columns, table.rows), table.title)


def content_file(kind, content, title):
    """Return the answer for bytes; the file is named after the title, in ASCII too (RFC 6266)."""
    name = f"{title[:100].replace('/', '-')}.{kind}"
    response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = (
        f"attachment; filename=\"{slug(title)[:80]}.{kind}\"; filename*=UTF-8''{quote(name)}"
    )
    return response


def stored_file(stored, name):
    """Return the answer that hands out a StoredFile under this name."""
    return FileResponse(
        stored.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=STORED_TYPES[stored.kind],
    )
