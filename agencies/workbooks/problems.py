"""What is said about a file: refusals, problems at cells, questions. Knows no database."""

from dataclasses import dataclass
from typing import NamedTuple

ERROR, WARNING = "error", "warning"


class Refused(Exception):
    """A file that cannot be read at all; the message says why and the way out."""


class Problem(NamedTuple):
    """One thing wrong, or odd, at one cell (`Phụ lục!C7`); `value` as the file has it."""

    cell: str
    level: str
    code: str
    message: str
    value: str = ""

    def as_dict(self):
        return self._asdict()


def error(cell, code, message, value=""):
    return _problem(cell, ERROR, code, message, value)


def warning(cell, code, message, value=""):
    return _problem(cell, WARNING, code, message, value)


def _problem(cell, level, code, message, value):
    """A cell may hold millions of characters; what is said of it is read by a person."""
    return Problem(cell, level, code, _cut(message, 1000), _cut(str(value), 200))


def _cut(text, most):
    return text if len(text) <= most else f"{text[: most - 1]}…"


@dataclass(frozen=True)
class Question:
    """
    What the file leaves open. `choices` are (value, words), the likeliest first.

    `chosen` is the value a page has ready, "" where the person has to decide; `why` says on what
    grounds, where these are worth telling.
    Questions with one key have one answer: a dash means the same in the whole file.
    """

    key: str
    cell: str
    text: str
    choices: tuple[tuple[str, str], ...]
    chosen: str = ""
    why: str = ""
