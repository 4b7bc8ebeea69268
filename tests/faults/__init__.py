"""
`make faults`: what must never happen, tried many times, counted in one table for each part.

A part is a module of this package, named in `__main__.PARTS`, with one function

    run(*, seed: int, long: bool) -> Iterable[Row]

It gets a migrated, empty database of its own (PostgreSQL, Valkey and the mail sink run; Django is
set up), builds what it needs, and gives one row for each kind of fault it provoked, at once or as
they come: a run that is stopped prints those it has; a later row of a kind replaces the earlier.
All chance comes from `seed`, so that a run can be repeated; `long` (FAULTS=long) asks for a night's
worth. Whatever a row counts in a column of zeros makes the run fail, and so does a kind that was
not provoked at all.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Row:
    """One kind of fault: how often it was provoked, and what went wrong (all 0 when nothing)."""

    kind: str
    runs: int
    lost: int = 0
    doubled: int = 0
    overwritten: int = 0
    other: int = 0

    @property
    def is_clean(self):
        return bool(self.runs) and not self.faults

    @property
    def faults(self):
        return self.lost + self.doubled + self.overwritten + self.other

    @property
    def remark(self):
        if self.faults:
            return "   <-- FAULT"
        return "" if self.runs else "   <-- NOT RUN"


def table(part, rows):
    """Return the printed table of one part."""
    heads = ["runs", "lost", "doubled", "silent overwrites", "other"]
    names = [field.name for field in fields(Row)][1:]
    lines = [f"{part:<44}" + "".join(f"{head:>{len(head) + 3}}" for head in heads)]
    for row in rows:
        numbers = zip(heads, names, strict=True)
        cells = "".join(f"{getattr(row, name):>{len(head) + 3}}" for head, name in numbers)
        lines.append(f"{row.kind:<44}{cells}{row.remark}")
    return "\n".join(lines)
