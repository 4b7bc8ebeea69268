"""A read sheet as bytes and back: kept with its import, so that what was shown is applied."""

import json
import zlib

from agencies.workbooks.grid import Area, Sheet, shared_cells


def pack(sheet):
    """Return the sheet as compressed JSON."""
    facts = {
        "name": sheet.name,
        "is_hidden": sheet.is_hidden,
        "hidden_rows": sheet.hidden_rows,
        "hidden_columns": sheet.hidden_columns,
        "merged": sheet.merged,
        "rows": [
            [row, [[column, *cell] for column, cell in cells.items()]]
            for row, cells in sheet.rows.items()
        ],
    }
    return zlib.compress(json.dumps(facts, ensure_ascii=False).encode(), 1)


def unpack(content):
    """Return the Sheet that `pack` took."""
    facts = json.loads(zlib.decompress(bytes(content)))
    cell_of = shared_cells()
    rows = {
        row: {column: cell_of(*parts) for column, *parts in cells}
        for row, cells in facts.pop("rows")
    }
    merged = [Area(*area) for area in facts.pop("merged")]
    return Sheet(rows=rows, merged=merged, **facts)
