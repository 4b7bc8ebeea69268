"""Vietnamese text: one stored form, accent-free search, dictionary order (R30)."""

import unicodedata

_LETTERS = {letter: weight for weight, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", 1)}
# Dictionary order of the tones: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
# Marks that make another letter (ă â ê ô ơ ư) rather than a tone.
_SHAPES = {"\u0306", "\u0302", "\u031b"}


def nfc(text):
    return unicodedata.normalize("NFC", text)


def fold(text):
    """Return text for searching: lower case, no accents, đ as d, single spaces."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def slug(text):
    """Return an ASCII code: “Đồng Tháp” → “dong-thap”."""
    words = "".join(c if c.isalnum() else " " for c in fold(text)).split()
    return "-".join(words)


def sort_key(text):
    """
    Return bytes that sort as a Vietnamese dictionary does: letters first, then tones, then case.

    Kept in a column because the servers we run on may lack ICU collations.
    """
    letters, tones, cases = [], [], []
    for letter, tone, is_upper in _split(nfc(text)):
        letters.append(_weight(letter))
        tones.append(tone)
        cases.append(int(is_upper))
    return bytes(letters) + b"\0" + bytes(tones) + b"\0" + bytes(cases)


def person_sort_key(full_name):
    """Return bytes that sort people as offices list them: by given name, then the whole name."""
    words = full_name.split()
    return sort_key(words[-1] if words else "") + b"\0" + sort_key(" ".join(words))


def _split(text):
    """Yield (letter without tone, tone, is upper case) for each character but stray marks."""
    for char in text:
        base, tone = "", 0
        for part in unicodedata.normalize("NFD", char.lower()):
            tone = _TONES.get(part, tone)
            if part in _SHAPES or not unicodedata.combining(part):
                base += part
        if base:
            yield nfc(base), tone, char != char.lower()


def _weight(letter):
    """Order: space, punctuation, digits, letters, anything else."""
    if letter == " ":
        return 1
    if letter in _LETTERS:
        return 20 + _LETTERS[letter]
    if letter.isdigit() and letter.isascii():
        return 3 + int(letter)
    return 2 if ord(letter[0]) < 128 else 255
