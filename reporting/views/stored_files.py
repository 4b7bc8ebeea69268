"""Files that people gave the portal, handed out again."""

from django.http import FileResponse, Http404

from agencies.files import CONTENT_TYPES
from agencies.workbooks.comments import copy_name


def stored_file(stored, name):
    """Return the answer that hands out a StoredFile under this name."""
    return FileResponse(
        stored.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=CONTENT_TYPES[stored.kind],
    )


def table_as_given(record, which):
    """Return the answer with a table as it came (“goc”), or with its comments (“ghi-chu”)."""
    files = {
        "goc": (record.original, record.name),
        "ghi-chu": (record.annotated, copy_name(record.name)),
    }
    stored, name = files.get(which, (None, ""))
    if stored is None:
        raise Http404
    return stored_file(stored, name)
