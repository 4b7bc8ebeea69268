"""Names and headings: one stored form; old encodings and tricks recognised."""

import unicodedata

import pytest

from agencies.workbooks.grid import Cell
from targets.appendix.cells.texts import match_key, read_text

CLEAN = [
    "Số người được giải quyết việc làm",
    "+ Ngoài tỉnh",
    "Huyện Giồng Riềng",
    "hoà thuý quí",
    "Tỷ lệ (%)",
    "HÀ TIÊN",
    "MÃ SỐ",
    "Lao động đi làm việc ngoài tỉnh và ngoài nước.",
    "Phụ nữ khởi nghiệp – giai đoạn 2",
    "Cà Mau",
    "uỷ ban",
    "a - b?",
]


def read(text, flags=""):
    return read_text(Cell("s", text, flags))


@pytest.mark.parametrize("text", CLEAN)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_vietnamese_is_left_alone_and_stored_in_one_form(text, form):
    reading = read(unicodedata.normalize(form, text))

    assert (reading.text, reading.fault, reading.notice) == (text, None, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Së Lao ®éng", "TCVN3"),
        ("KÕ ho¹ch viÖc lµm", "TCVN3"),
        ("B¸o c¸o", "TCVN3"),
        ("ThÊt nghiÖp", "TCVN3"),
        ("Trong tØnh", "TCVN3"),
        ("Lao ñoäng", "VNI"),
        ("Baùo caùo", "VNI"),
        ("Ngoaøi tænh", "VNI"),
        ("Ke^' hoa.ch", "VIQR"),
        ("Viá»‡c lÃ m", "UTF-8"),
    ],
)
def test_text_of_before_unicode_is_recognised_and_refused(text, name):
    code, message = read(text).fault

    assert code == "old-encoding"
    assert name in message


def test_the_message_shows_what_tcvn3_text_says():
    assert "“Sở Lao động”" in read("Së Lao ®éng").fault[1]


def test_an_old_font_betrays_short_words():
    assert read("NghÌo", "t").fault[0] == "old-encoding"
    assert read("Nghèo", "").fault is None
    assert read("Người nghèo", "t").fault is None  # Unicode in a left-over font


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Trong\u202e tỉnh", "direction"),
        ("Trong tỉnh \U0001f600", "strange-letters"),
        ("Trong \ue000", "strange-letters"),
        ("a" + "\u0301" * 6, "strange-letters"),
        ("Trong t\ufffdnh", "broken-letters"),
        ("Trong_x0007_", "control"),
        ("Trong_xD800_", "broken-letters"),
        ("x" * 301, "too-long"),
    ],
)
def test_what_may_not_stand_in_a_name_is_refused(text, code):
    assert read(text).fault[0] == code
    assert read(text).text.encode()  # half a letter could neither be stored nor shown


def test_invisible_signs_go_and_look_alikes_are_told():
    assert read("A0\u200b17").text == "A017"
    assert read("A0\u200b17").notice[0] == "invisible"
    assert read("Тrong tỉnh").notice[0] == "look-alike"


def test_spaces_and_line_ends_collapse_in_a_name():
    assert read("Trong\u00a0 \n tỉnh\t_x000D_").text == "Trong tỉnh"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("thuý", "thúy"),
        ("quí", "quý"),
        ("Lượt người", "lượt  người"),
        ("làm việc.", "làm việc"),
        ("ĐẮK LẮK", "Đắk Lắk"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert match_key(one) == match_key(other)
