"""Collects, in one pass over a table, its problems, its questions and what was understood."""

from decimal import Decimal

from agencies.workbooks.problems import ERROR, Question, error, warning
from targets.numerals import format_number

MISSING = "missing"


class Findings:
    """
    `answers` are those a person gave, {question key: value}; an answered question is not asked.

    An open question is read as its likeliest answer meanwhile, so that the preview can show it.
    """

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.problems, self.questions, self.notices = [], [], []
        self._seen = {}

    def add(self, problem):
        """Keep a problem; a second one of its kind at the same cell joins the first."""
        at = (problem.cell, problem.code)
        if at not in self._seen:
            self._seen[at] = len(self.problems)
            self.problems.append(problem)
        elif problem.message not in self.problems[self._seen[at]].message:
            first = self.problems[self._seen[at]]
            self.problems[self._seen[at]] = first._replace(
                message=f"{first.message} {problem.message}"
            )

    def error(self, cell, code, message, value=""):
        self.add(error(cell, code, message, value))

    def warn(self, cell, code, message, value=""):
        self.add(warning(cell, code, message, value))

    def ask(self, key, cell, text, choices, *, chosen=None, why=""):
        """
        Return the answer given to a question, or note it and return its likeliest answer.

        That is `chosen`, by default the first; with "" none is more likely than another.
        """
        values = [value for value, _ in choices]
        if self.answers.get(key) in values:
            return self.answers[key]
        likeliest = values[0] if chosen is None else chosen
        self.questions.append(Question(key, cell, text, tuple(choices), likeliest, why))
        return likeliest or values[0]

    def text(self, table, row, role):
        """Return the text of a row's name, unit or TT; its faults are noted at its cell."""
        column = table.column(role)
        if column is None:
            return ""
        reading = table.text(row, role)
        raw = table.sheet.cell(row, column).value if reading.fault or reading.notice else ""
        if raw:
            note = self.error if reading.fault else self.warn
            note(table.sheet.address(row, column), *(reading.fault or reading.notice), raw[:200])
        return reading.text

    def number(self, address, cell, reading):
        """Return the Decimal of a Reading, None for a blank; the rest is noted or asked."""
        shown = cell.value.split("|")[0][:200]
        if reading.fault:
            self.error(address, *reading.fault, shown)
            return None
        if reading.notice:
            self.warn(address, *reading.notice, shown)
        if not reading.question:
            return reading.number
        key = "dash" if None in reading.choices else f"number:{address}"
        choices = [_number_choice(choice) for choice in reading.choices]
        answer = self.ask(key, address, reading.question, choices)
        if answer == MISSING or key not in self.answers:
            return None  # nothing is concluded from a figure whose meaning is still open
        if reading.whole and Decimal(answer) % 1:
            self.error(address, "not-whole", "Số người, số lượt phải là số nguyên.", shown)
            return None
        return Decimal(answer)

    @property
    def errors(self):
        return [problem for problem in self.problems if problem.level == ERROR]

    @property
    def is_clean(self):
        return not self.errors and not self.questions


def _number_choice(number):
    if number is None:
        return MISSING, "Chưa có số liệu (để trống)"
    words = "0 (không phát sinh)" if number == 0 else format_number(number)
    return str(number), words
