"""Pages on paper: letters, numbers, page breaks, and texts no one foresaw."""

import zlib

import pytest

from reporting.pdf_page import PdfPage
from tests.factories import at
from tests.pdf_text import embedded_fonts, page_texts

LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
)
COLUMNS = [("Chỉ tiêu", 3, False), ("Thực hiện", 1, True)]


@pytest.fixture
def page():
    return PdfPage("Thử", made_at=at("2024-06-17"), head="Tỉnh Kiên Giang", foot="Biên nhận")


@pytest.mark.parametrize("style", ["", "B", "I"])
@pytest.mark.parametrize("letters", [LETTERS, LETTERS.upper()], ids=["small", "capital"])
def test_every_vietnamese_letter_comes_back_from_the_document(page, letters, style):
    page.paragraph(letters, style)

    assert letters in page_texts(page.as_bytes())[0].replace(" ", "")


def test_a_page_is_read_whole_whatever_its_data_ends_in(page, monkeypatch):
    """One compressed page of 256 ends in a carriage return, which is none of the line's end."""
    ends_so = zlib.compress(b"\x0c")
    monkeypatch.setattr(zlib, "compress", lambda data, **options: ends_so)
    page.paragraph("Một dòng.")

    assert b"\r\nendstream" in page.as_bytes()
    assert page_texts(page.as_bytes()) == [""]


def test_the_typeface_is_embedded(page):
    fonts = embedded_fonts(page.as_bytes())

    assert fonts == {"BeVietnamPro", "BeVietnamProBold", "BeVietnamProItalic"}


def test_every_page_has_head_foot_and_its_number_of_all(page):
    for _ in range(120):
        page.paragraph("Một dòng.")

    texts = page_texts(page.as_bytes())

    assert len(texts) == 3
    for number, text in enumerate(texts, 1):
        assert text.startswith("Tỉnh Kiên Giang")
        # The number of all pages is put in at the end, as a piece of its own.
        assert text.endswith(f"Biên nhận · trang {number}/ 3")


def test_the_head_of_a_table_is_repeated_on_the_next_page(page):
    page.figures(COLUMNS, [([f"Dòng {n}", "1.234,5"], "") for n in range(60)])

    texts = page_texts(page.as_bytes())

    assert len(texts) == 2
    assert all("Chỉ tiêu Thực hiện" in text for text in texts)
    assert "Dòng 59 1.234,5" in texts[1]


def test_a_remark_longer_than_a_page_is_printed_whole(page):
    remark = " ".join(f"lý-do-{n}" for n in range(2000))

    page.figures(COLUMNS, [(["Tổng số", "1"], remark)])

    printed = " ".join(page_texts(page.as_bytes()))
    assert [n for n in range(2000) if f"lý-do-{n} " not in printed] == []


@pytest.mark.parametrize(
    "text",
    ["\n" * 200 + "cuối", "😀 中文", "a" * 3000, "tab\tvà \u200b", "{nb}", "", "**đậm** __"],
    ids=["many-lines", "other-scripts", "one-word", "tab", "alias", "nothing", "markdown"],
)
def test_any_text_a_person_may_type_can_be_printed(page, text):
    page.facts([("Nhãn", text)])
    page.figures(COLUMNS, [(["Tổng số", "1"], text)])

    assert page_texts(page.as_bytes())


def test_the_same_content_gives_the_same_bytes():
    def made():
        page = PdfPage("Thử", made_at=at("2024-06-17"))
        page.facts([("Gửi lúc", "09:00 ngày 17/6/2024")])
        return page.as_bytes()

    assert made() == made()
