"""Many-to-many ties of many rows: read in one statement, written in two."""

from collections import defaultdict


class Ties:
    """What ties rows to others (`Duty.parties` of all duties); nothing changes before `write`."""

    def __init__(self, relation, rows):
        self._through = relation.through
        self._names = relation.field.m2m_column_name(), relation.field.m2m_reverse_name()
        self._there = defaultdict(dict)  # row → {the other: the tie}, by their keys
        own = {f"{self._names[0]}__in": [row.pk for row in rows]}
        for tie, row, other in self._through.objects.filter(**own).values_list("pk", *self._names):
            self._there[row][other] = tie
        self._gone, self._new = [], []

    def add(self, row, others):
        there = self._there[row.pk]
        self._new += [(row.pk, other.pk) for other in others if other.pk not in there]

    def set(self, row, others):
        """Tie a row to those others and to no more."""
        self._gone += [self._there[row.pk][other] for other in self.lost_by(row, others)]
        self.add(row, others)

    def lost_by(self, row, others):
        """Return the keys of what a row would lose if it were tied to those others alone."""
        return self._there[row.pk].keys() - {other.pk for other in others}

    def write(self):
        if self._gone:
            self._through.objects.filter(pk__in=self._gone).delete()
        if self._new:
            new = [self._through(**dict(zip(self._names, pair, strict=True))) for pair in self._new]
            self._through.objects.bulk_create(new, ignore_conflicts=True)
