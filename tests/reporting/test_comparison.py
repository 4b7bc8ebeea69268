"""What changed between two versions: pure, so without a database."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.comparison import (
    Change,
    count_words,
    duty_changes,
    figure_change,
    sections,
    text_changes,
)


def figure(typed, actual=None, estimate=None, explanation=""):
    return SimpleNamespace(
        typed=typed,
        actual=None if actual is None else Decimal(actual),
        typed_estimate="" if estimate is None else str(estimate),
        estimate=None if estimate is None else Decimal(estimate),
        explanation=explanation,
    )


def sent(status="number", actual=None, estimate=None, explanation=""):
    return {
        "indicator": "CT-1",
        "status": status,
        "actual": actual,
        "estimate": estimate,
        "explanation": explanation,
    }


@pytest.mark.parametrize(
    ("before", "now", "old", "words"),
    [
        (sent(actual="2016.0000"), figure("1.962", 1962), "2.016", "giảm 54"),
        (sent(actual="875.0000"), figure("875", 875), "875", ""),
        (sent(actual="875.0000"), figure("880", 880), "875", "tăng 5"),
        (sent("nil"), figure("3", 3), "không phát sinh", "đã sửa"),
        (sent(actual="3.0000"), figure("không phát sinh"), "3", "đã sửa"),
        (sent(actual="0.4200"), figure("0,5", "0.5"), "0,42", "tăng 0,08"),
        (None, figure("12", 12), "chưa hỏi", "đã sửa"),
    ],
)
def test_a_figure_is_put_beside_the_one_before(before, now, old, words):
    change = figure_change(before, now)

    assert (change.actual.old, change.actual.words) == (old, words)
    assert change.is_changed == bool(words)


def test_an_estimate_and_an_explanation_change_by_themselves():
    before = sent(actual="5.0000", estimate="10.0000", explanation="Cũ.")

    estimate = figure_change(before, figure("5", 5, 9, "Cũ."))
    explained = figure_change(before, figure("5", 5, 10, "Mới."))
    dropped = figure_change(before, figure("5", 5, 10, ""))

    assert (estimate.estimate.words, estimate.has_new_explanation) == ("giảm 1", False)
    assert explained.is_changed
    assert explained.has_new_explanation
    assert not dropped.is_changed


def test_a_change_of_nothing_has_no_words():
    assert Change("5", "5", Decimal(0)).words == ""


def test_words_of_a_text_are_compared_one_by_one():
    pieces = text_changes("Lũy kế 2.016 lượt, đạt 49,2%.", "Lũy kế 1.962 lượt, đạt 47,9%.")

    assert pieces == [
        ("same", "Lũy kế "),
        ("del", "2.016"),
        ("ins", "1.962"),
        ("same", " lượt, đạt "),
        ("del", "49,2%."),
        ("ins", "47,9%."),
    ]


@given(st.text(" \nab", max_size=40), st.text(" \nab", max_size=40))
def test_no_word_is_lost_on_either_side(old, new):
    pieces = text_changes(old, new)

    assert "".join(text for kind, text in pieces if kind != "ins") == old
    assert "".join(text for kind, text in pieces if kind != "del") == new


def test_very_long_texts_are_compared_by_lines():
    old = "\n".join(f"dòng {n} có mấy chữ" for n in range(2000))
    new = old.replace("dòng 1000 ", "Dòng 1000 ")

    pieces = text_changes(old, new)

    assert [kind for kind, _ in pieces] == ["same", "del", "ins", "same"]
    assert pieces[2][1] == "Dòng 1000 có mấy chữ\n"


def line(code, status, words=""):
    return SimpleNamespace(duty=SimpleNamespace(code=code), status=status, words=words)


def test_a_duty_says_the_status_it_had_and_what_its_words_lost():
    before = {"duties": [{"duty": "D1", "status": "in_progress", "words": "Đang làm."}]}

    stuck, new = duty_changes(before, [line("D1", "stuck", "Đang vướng."), line("D2", "done")])

    assert stuck.old_status == "Đang thực hiện"
    assert ("del", "làm.") in stuck.pieces
    assert (new.old_status, new.is_changed) == ("chưa báo cáo", True)


def test_without_a_version_before_nothing_is_marked():
    [only] = duty_changes(None, [line("D1", "done", "Xong.")])
    [section] = sections(None, {"narratives": [{"heading": "Kết quả", "text": "Tốt."}]})

    assert (only.is_changed, section.kind) == (False, "same")
    assert duty_changes(None, [line("D1", "done")])[0].pieces == []  # printed as a dash


def test_sections_are_the_same_changed_new_or_gone():
    def content(**texts):
        return {"narratives": [{"heading": h, "text": t} for h, t in texts.items()]}

    found = sections(content(a="1", b="2", d="4"), content(a="1", b="3", c="5"))

    assert [(s.heading, s.kind) for s in found] == [
        ("a", "same"),
        ("b", "changed"),
        ("c", "new"),
        ("d", "gone"),
    ]


def test_what_changed_is_counted_in_words():
    narrative = sections(
        {"narratives": [{"heading": "a", "text": "1"}]},
        {"narratives": [{"heading": "a", "text": "2"}]},
    )

    assert count_words(3, [], narrative) == "3 số, 1 mục thuyết minh"
    assert count_words(0, [], []) == ""
