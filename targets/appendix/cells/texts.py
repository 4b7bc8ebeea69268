"""
Text of names and headings: one stored form, and what may not stand in a name (R30).

Text in fonts of before Unicode (TCVN3, VNI) is recognised and refused, never stored as noise.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from agencies.vietnamese import fold, nfc
from agencies.workbooks import grid

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HALVES = re.compile("[\ud800-\udfff]")  # of a letter: no text that can be stored holds one
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
# Signs of an old encoding: letters that no Vietnamese word has, inside a word.
_ODD_TCVN3 = "µ¸¶·¹¨»¾¼½©®ª«¬¡¢§£¤¥¦ÖØÞßÜÆËÎÏÑäåæçëîïñö÷øûüþ"
_TCVN3_WORD = re.compile(f"[A-Za-z][{_ODD_TCVN3}]|[{_ODD_TCVN3}][A-Za-z]")
_VNI_WORD = re.compile("[aeouyAEOUYôöÔÖ][ùøûïäåüëöÙØÛÏÄÅÜËÖ]|ñ[aeiouöô]|Ñ[aeiouAEIOUöô]")
_MOJIBAKE = re.compile("á»|áº|Ã[¡-¿]|Æ°|Ä‘")
_VIQR = re.compile(r"[aeouy][\^(+][`'?~.]|[aeiouy][\^+(]?[`?~](?=\s|[a-z])", re.IGNORECASE)
# Latin letters' doubles: Cyrillic, Greek, Eth for Đ, full-width forms.
_DOUBLES = re.compile("[\u0370-\u03ff\u0400-\u04ffÐƉ\uff21-\uff3a\uff41-\uff5a]")
MAX_LENGTH = 300
_DITTO = {"“", "”", '"', "''", "nt", "-nt-", "- nt -", "//", "như trên", "nhu tren", "'"}


@dataclass(frozen=True)
class Text:
    """What a text cell gave; `fault` and `notice` are (code, message)."""

    text: str = ""
    fault: tuple[str, str] | None = None
    notice: tuple[str, str] | None = None


@lru_cache(maxsize=2**14)
def read_text(cell):
    """Return the Text of a name, heading or unit: NFC, single spaces, nothing invisible."""
    if cell.kind == grid.ERROR:
        return Text(fault=("formula-error", f"Công thức hỏng ({cell.value}). Ghi lại chữ."))
    if cell.kind == grid.UNCOMPUTED:
        return Text(fault=("not-computed", "Công thức chưa tính. Mở bằng Excel, lưu lại rồi nộp."))
    raw = _decoded(cell.value)
    fault = _fault(raw, cell.flags)
    if fault:
        return Text(_tidy(raw), fault=fault)
    return Text(_tidy(raw), notice=_notice(raw))


@lru_cache(maxsize=2**14)
def match_key(text):
    """
    Return the form in which names are compared: no accents, case, marks; i for y (quý, quí).

    For look-up only; what is stored keeps the official spelling.
    """
    words = re.sub(r"[^\w%]+", " ", fold(text)).split()
    return " ".join(words).replace("y", "i")


def is_ditto(text):
    """Say whether a cell repeats the one above it."""
    return text.strip().lower() in _DITTO


def from_tcvn3(text):
    """Return TCVN3 text in Unicode, to show what the file probably says."""
    return "".join(_TCVN3.get(char, char) for char in text)


def old_encoding(text, flags=""):
    """Return the name of the encoding a text seems to be in, or an empty string."""
    beyond_latin = any(ord(char) > 0x24F and char.isalpha() for char in text)
    if _MOJIBAKE.search(text):
        return "UTF-8 đọc sai"
    if not text.isascii() and not beyond_latin:
        if grid.TCVN3_FONT in flags:
            return "TCVN3 (ABC)"
        if grid.VNI_FONT in flags or _is_vni(text):
            return "VNI"
        if _TCVN3_WORD.search(text):
            return "TCVN3 (ABC)"
    return "VIQR" if text.isascii() and _VIQR.search(text) else ""


def _is_vni(text):
    """VNI writes a mark as a letter after its vowel; TCVN3's signs ® ¸ µ never occur in it."""
    return bool(_VNI_WORD.search(text)) and not re.search("[µ¸¶·¹¨»®©ª«¬]", text)


def _fault(text, flags):
    if _CONTROL.search(text):
        return "control", "Có ký tự điều khiển trong ô. Xóa và gõ lại."
    if _BIDI.search(text):
        return "direction", "Có ký tự đảo chiều chữ trong ô. Xóa và gõ lại."
    if "\ufffd" in text:
        return "broken-letters", "Chữ đã hỏng dấu (�). Gõ lại bằng Unicode."
    if name := old_encoding(text, flags):
        return "old-encoding", _old_encoding_message(text, name)
    if any(_is_no_letter_of_a_name(char) for char in text) or _piles_marks(text):
        return "strange-letters", "Có ký tự lạ (biểu tượng, ký tự riêng) trong ô. Xóa và gõ lại."
    if len(text) > MAX_LENGTH:
        return "too-long", f"Dài hơn {MAX_LENGTH} ký tự."
    return None


def _old_encoding_message(text, name):
    shown = f", có lẽ là “{from_tcvn3(text)[:80]}”" if name.startswith("TCVN3") else ""
    return (
        f"Chữ theo bảng mã {name}{shown}. Xin chuyển sang Unicode (UniKey: Ctrl+Shift+F6), "
        "lưu lại rồi nộp."
    )


def _notice(text):
    if _DOUBLES.search(text):
        return "look-alike", "Có chữ cái trông giống chữ Việt nhưng thuộc bảng chữ khác."
    if text.translate(_INVISIBLE) != text:
        return "invisible", "Đã bỏ ký tự ẩn trong ô."
    return None


def _is_no_letter_of_a_name(char):
    return unicodedata.category(char) in ("So", "Co", "Cn") and char not in "°№®©"


def _piles_marks(text):
    run = 0
    for char in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.combining(char) else 0
        if run > 4:
            return True
    return False


def _decoded(text):
    """Undo Excel's `_x000D_` once; a line end is a space in a name."""
    decoded = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return _HALVES.sub("\ufffd", decoded)


def _tidy(text):
    return " ".join(nfc(text.translate(_INVISIBLE)).split())
