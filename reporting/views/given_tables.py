"""Tables that people gave the portal, handed out again."""

from django.http import Http404

from agencies.downloads import stored_file
from agencies.workbooks.comments import copy_name


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
