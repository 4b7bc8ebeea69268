"""What is wrong with a plan file: sentences that know the place they speak of."""


class Problem(str):
    """
    One sentence for the person who sent the file; `section` and `key` let a page link the row.

    `key` is a row's code, its place from 1 where rows have no code, or a target's span
    (indicator, scope, year, from_year, to_year, effective_on). `said` is the sentence alone, in
    the words of pages: without the file's keys where there are better ones.
    """

    __slots__ = ("key", "said", "section")

    def __new__(cls, place, said, *, section="", key=None, in_words=None):
        problem = super().__new__(cls, " ".join(f"{place}: {said}".split()) if place else said)
        problem.said, problem.section, problem.key = in_words or said, section, key
        return problem


class PlanFileError(Exception):
    """A plan file that cannot be taken; `problems` are sentences for the person who sent it."""

    def __init__(self, problems):
        problems = [problems] if isinstance(problems, str) else problems
        self.problems = [
            problem if isinstance(problem, Problem) else Problem("", " ".join(problem.split()))
            for problem in problems
        ]
        super().__init__("; ".join(self.problems))
