"""What is said about a file: refusals, problems at cells, questions. Knows no database."""

from dataclasses import asdict, dataclass
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
    return Problem(cell, ERROR, code, message, str(value))


def warning(cell, code, message, value=""):
    return Problem(cell, WARNING, code, message, str(value))


@dataclass(frozen=True)
class Question:
    """
    What the file leaves open. `choices` are (value, words), the likeliest first.

    Questions with one key have one answer: a dash means the same in the whole file.
    """

    key: str
    cell: str
    text: str
    choices: tuple[tuple[str, str], ...]

    def as_dict(self):
        return asdict(self) | {"choices": [list(choice) for choice in self.choices]}
