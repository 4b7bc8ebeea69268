"""What events and stages of reminders are called on pages."""

import pytest

from reporting.stages import STAGES, by_hand_stage
from reporting.templatetags.reports import stage_words
from tests.factories import at


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("T-3", "mốc trước hạn 3 ngày"),
        ("T0", "mốc ngày cuối cùng"),
        ("T+7", "mốc quá hạn 7 ngày"),
        (by_hand_stage(at("2024-06-17").date()), "cán bộ nhắc"),
    ],
)
def test_a_stage_is_put_into_words(stage, words):
    assert stage_words(stage) == words


def test_no_stage_of_the_calendar_is_shown_as_its_code():
    assert not {stage for stage in STAGES if stage_words(stage) == stage}
