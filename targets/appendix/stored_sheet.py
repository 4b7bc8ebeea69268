"""A read sheet as bytes and back: kept with its import, so that what was shown is applied."""

import json
import zlib

from agencies.workbooks.grid import Area, Sheet, shared_cells

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def pack(sheet):
    """Return the sheet as compressed lines of JSON: what it says of itself, then a line a row."""
    return zlib.compress("\n".join(map(_encode, _lines(sheet))).encode(), 1)


def _lines(sheet):
    yield {
        "name": sheet.name,
        "is_hidden": sheet.is_hidden,
        "hidden_rows": sheet.hidden_rows,
        "hidden_columns": sheet.hidden_columns,
        "merged": sheet.merged,
        "title": sheet.title,
        "is_of_word": sheet.is_of_word,
    }
    for row, cells in sheet.rows.items():
        yield [row, [[column, *cell] for column, cell in cells.items()]]


def unpack(content):
    """Return the Sheet that `pack` took."""
    facts, *lines = zlib.decompress(bytes(content)).split(b"\n")
    facts = json.loads(facts)
    merged = [Area(*area) for area in facts.pop("merged")]
    cell_of = shared_cells()
    rows = {
        row: {column: cell_of(*parts) for column, *parts in cells}
        for row, cells in map(json.loads, lines)
    }
    return Sheet(rows=rows, merged=merged, **facts)
