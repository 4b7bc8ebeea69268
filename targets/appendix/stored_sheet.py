"""Read sheets as bytes and back: kept with their import, so that what was shown is applied."""

import json
import zlib

from agencies.workbooks.grid import Area, Sheet, shared_cells

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def pack(sheets):
    """Return sheets as compressed lines of JSON: what one says of itself, then a line a row."""
    lines = (_encode(line) for sheet in sheets for line in _lines(sheet))
    return zlib.compress("\n".join(lines).encode(), 1)


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
    """Return the Sheets that `pack` took."""
    sheets, cell_of = [], shared_cells()
    for line in map(json.loads, zlib.decompress(bytes(content)).split(b"\n")):
        if isinstance(line, dict):
            merged = [Area(*area) for area in line.pop("merged")]
            sheets.append(Sheet(rows={}, merged=merged, **line))
        else:
            row, cells = line
            sheets[-1].rows[row] = {column: cell_of(*parts) for column, *parts in cells}
    return sheets
