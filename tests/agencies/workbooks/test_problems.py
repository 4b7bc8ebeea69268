"""What is said of a cell is short, however much stands in it."""

from agencies.workbooks.problems import error, warning


def test_a_cell_of_a_million_characters_fills_no_page():
    long = "x" * 10**6

    for say in (error, warning):
        problem = say("S!D2", "not-a-number", f"“{long}” không phải là số.", long)

        assert (len(problem.message), len(problem.value)) == (1000, 200)
        assert problem.message.endswith("x…")
    assert error("S!D2", "too-long", "Dài.", "y" * 200).value == "y" * 200
