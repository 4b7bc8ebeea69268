"""What applying a table would do: each figure new, changed with old and new, or unchanged."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


class Change(NamedTuple):
    """One figure of the file against the portal; `old` is None where there was none."""

    cell: str
    label: str
    year: int
    old: Decimal | None
    new: Decimal | str

    @property
    def state(self):
        if self.old is None:
            return "new"
        return "unchanged" if self.old == self.new else "changed"

    @property
    def difference(self):
        return None if self.old is None else self.new - self.old


@dataclass(frozen=True)
class Changes:
    """All figures of a file; words that change (a unit) stand among `words`."""

    figures: tuple[Change, ...] = ()
    words: tuple[tuple[str, str, str, str], ...] = ()  # cell, what, old, new

    def of(self, state):
        return [change for change in self.figures if change.state == state]

    @property
    def counts(self):
        states = [change.state for change in self.figures]
        return {
            "new": states.count("new") + sum(not old for _, _, old, _ in self.words),
            "changed": states.count("changed") + sum(bool(old) for _, _, old, _ in self.words),
            "unchanged": states.count("unchanged"),
        }

    @property
    def digest(self):
        """Return a mark of what was shown: apply refuses when it would now do something else."""
        shown = [[c.cell, c.label, c.year, str(c.old), str(c.new)] for c in self.figures]
        text = json.dumps([shown, self.words], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
