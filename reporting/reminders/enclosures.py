"""Files that go with a mail: made by the floor that knows what is in them, which registers how."""

from reporting.stages import deed_of

_makers = {}


def register(deed, maker):
    """
    Let `maker` make the files about a deed.

    It takes one person's rows of that deed and `now`, and yields (name, bytes, content type).
    """
    _makers[deed] = maker


def of_mail(rows, *, now):
    """Yield the files of one person's mail."""
    for deed, maker in _makers.items():
        if own := [row for row in rows if deed_of(row.stage) == deed]:
            yield from maker(own, now=now)
