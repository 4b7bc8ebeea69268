"""Shows 2: every planted fault is named in one pass at its cell, and nothing else is."""

import pytest

from targets.appendix.checking import check_file
from tests.targets.appendix.corpus import Corpus, corpus_plan

pytestmark = pytest.mark.django_db
# Number of faults of each workbook; its place is its seed. 16 clean ones, then from 1 to 200.
FAULTS = [*[0] * 16, *range(1, 31), *range(35, 100, 5), 120, 140, 160, 180, 200]


def said(check):
    """Return {cell: codes said there}; `?` for a question."""
    codes = {}
    for problem in check.problems:
        codes.setdefault(problem.cell, set()).add(problem.code)
    for question in check.questions:
        codes.setdefault(question.cell, set()).add("?")
    return codes


@pytest.mark.parametrize("part", range(4))
def test_all_planted_faults_are_named_at_their_cells_and_nothing_else(part, tmp_path):
    plan = corpus_plan()
    corpus = Corpus(plan)
    missed, alarms = {}, {}

    for seed in range(part, len(FAULTS), 4):
        planted = corpus.make(seed, FAULTS[seed])
        codes = said(check_file(planted.save(tmp_path), plan))
        for cell, code in planted.expected.items():
            if code not in codes.get(cell, set()):
                missed[seed, cell] = (code, codes.get(cell))
        for cell in codes.keys() - planted.expected.keys() - planted.allowed:
            alarms[seed, cell] = codes[cell]

    assert missed == {}
    assert alarms == {}
