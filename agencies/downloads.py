"""A page's table as a file: `?tai=xlsx` or `?tai=csv` on its own address, filters and all."""

from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpResponse

from agencies.spreadsheets import CONTENT_TYPES, Column, table_csv, table_workbook
from agencies.vietnamese import slug

PARAMETER = "tai"


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
