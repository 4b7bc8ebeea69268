"""Reading a PDF of fpdf2 back: its pages' text through the maps of its embedded fonts.

A viewer that lets people search and copy goes the same way: glyphs to letters by /ToUnicode.
"""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_LENGTH = re.compile(rb"/Length (\d+)\b(?! \d+ R)")
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj|<([0-9a-fA-F]+)> Tj", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def page_texts(pdf):
    """Return the text of each page, pieces in the order in which they are drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    fonts = _fonts(objects)
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b(?!s)", body)]
    contents = [int(re.search(rb"/Contents (\d+) 0 R", page)[1]) for page in pages]
    return [_text(_stream(objects[number]), fonts) for number in contents]


def embedded_fonts(pdf):
    """Return the names of the fonts whose files the document carries, without subset tags."""
    with_files = re.findall(rb"/FontFile2 .*?/FontName /(?:[A-Z]{6}\+)?([\w-]+)", pdf, re.DOTALL)
    return {name.decode() for name in with_files}


def _stream(body):
    # By its length: compressed data may end in a line end of its own.
    start = re.search(rb"stream\r?\n", body).end()
    data = body[start : start + int(_LENGTH.search(body)[1])]
    return zlib.decompress(data) if b"/FlateDecode" in body else data


def _fonts(objects):
    """Return {name on the pages: {glyph: letters}}."""
    named = {pair for body in objects.values() for pair in re.findall(rb"/(F\d+) (\d+) 0 R", body)}
    return {name: _letters(objects, objects[int(number)]) for name, number in named}


def _letters(objects, font):
    number = int(re.search(rb"/ToUnicode (\d+) 0 R", font)[1])
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4,})>", _stream(objects[number]))
    return {int(glyph, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for glyph, to in pairs}


def _text(stream, fonts):
    pieces, letters = [], {}
    for font, shown, hexadecimal in _SHOWN.findall(stream):
        if font:
            letters = fonts[font]
            continue
        drawn = bytes.fromhex(hexadecimal.decode()) if hexadecimal else _ESCAPED.sub(_plain, shown)
        glyphs = [int.from_bytes(drawn[n : n + 2]) for n in range(0, len(drawn), 2)]
        pieces.append("".join(letters[glyph] for glyph in glyphs))
    return " ".join(" ".join(pieces).split())


def _plain(match):
    return _CONTROLS.get(match[1], match[1])
