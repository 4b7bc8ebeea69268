"""Columns made from others (folded words, sort keys), kept right whoever writes."""

from django.db import models


class DerivedQuerySet(models.QuerySet):
    """
    Writes in bulk as `save` writes one row: with the columns its model derives.

    The model names them in `DERIVED` and fills them in `derive()`.
    """

    def bulk_create(self, objs, *args, **kwargs):
        return super().bulk_create(_derived(objs), *args, **kwargs)

    def bulk_update(self, objs, fields, *args, **kwargs):
        fields = [*fields, *(name for name in self.model.DERIVED if name not in fields)]
        return super().bulk_update(_derived(objs), fields, *args, **kwargs)


def _derived(rows):
    rows = list(rows)
    for row in rows:
        row.derive()
    return rows
