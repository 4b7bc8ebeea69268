import unicodedata

import pytest

from agencies.vietnamese import fold, nfc, person_sort_key, slug, sort_key


def in_order(*names):
    return sorted(names, key=sort_key)


def test_text_is_stored_composed():
    typed_on_a_mac = unicodedata.normalize("NFD", "Hòn Đất")

    assert typed_on_a_mac != "Hòn Đất"
    assert nfc(typed_on_a_mac) == "Hòn Đất"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đồng Tháp", "dong thap"),
        ("đường ĐI", "duong di"),
        ("Ủy ban nhân dân", "uy ban nhan dan"),
        ("ưu, ơn, ăn, ân, ê, ô", "uu, on, an, an, e, o"),
        ("  Hòn \u00a0 Đất\n", "hon dat"),
        (unicodedata.normalize("NFD", "Gò Quao"), "go quao"),
        ("171/KH-UBND", "171/kh-ubnd"),
        ("", ""),
    ],
)
def test_search_ignores_accents_case_and_spaces(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Đồng Tháp", "dong-thap"),
        ("Huyện (văn bản không ghi tên)", "huyen-van-ban-khong-ghi-ten"),
        ("Thừa Thiên - Huế", "thua-thien-hue"),
        (unicodedata.normalize("NFD", "Kiên Giang"), "kien-giang"),
    ],
)
def test_a_code_is_plain_ascii(text, code):
    assert slug(text) == code


def test_letters_stand_in_the_order_of_the_alphabet():
    alphabet = "aăâbcdđeêghiklmnoôơpqrstuưvxy"

    assert "".join(in_order(*reversed(alphabet))) == alphabet


def test_tones_stand_in_dictionary_order():
    assert in_order("mạ", "má", "mã", "mả", "mà", "ma") == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_letters_decide_before_tones():
    assert in_order("Bình", "Bính", "Bìa", "Bi") == ["Bi", "Bìa", "Bình", "Bính"]


def test_a_shorter_name_stands_before_a_longer_one():
    assert in_order("An Giang", "An", "Ân") == ["An", "An Giang", "Ân"]


def test_names_of_agencies_stand_as_in_a_dictionary():
    names = ["Đồng Tháp", "Dak Lak", "Đắk Lắk", "Cần Thơ", "Ea Súp", "Ăn", "An Biên", "12 huyện"]

    assert in_order(*names) == [
        "12 huyện",
        "An Biên",
        "Ăn",
        "Cần Thơ",
        "Dak Lak",
        "Đắk Lắk",
        "Đồng Tháp",
        "Ea Súp",
    ]


def test_numbers_stand_before_letters_and_spaces_before_both():
    assert in_order("tổa", "tổ1", "tổ 9", "tổ") == ["tổ", "tổ 9", "tổ1", "tổa"]


def test_case_decides_last():
    assert in_order("AN", "an", "àn") == ["an", "AN", "àn"]


def test_decomposed_text_sorts_like_composed_text():
    name = "Hòn Đất"

    assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(name)


@pytest.mark.parametrize("text", ["ở\u0301", "\u0301", "x\u0323", "日本", "№ 5", "İ", "–", ""])
def test_any_text_has_a_place_in_the_order(text):
    assert isinstance(sort_key(text), bytes)


def test_people_stand_by_given_name_then_by_the_whole_name():
    names = ["Trần Văn An", "Lê Thị Ân", "Đặng Hạnh", "Nguyễn Thị Hạnh", "Bùi Hành", "An"]

    assert sorted(names, key=person_sort_key) == [
        "An",
        "Trần Văn An",
        "Lê Thị Ân",
        "Bùi Hành",
        "Đặng Hạnh",
        "Nguyễn Thị Hạnh",
    ]
