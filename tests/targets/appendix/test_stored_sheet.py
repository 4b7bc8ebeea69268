"""Sheets kept with their import come back as they were read."""

import json
import zlib
from importlib import import_module

import pytest
from django.apps import apps

from agencies.files import store_file
from agencies.workbooks import grid
from targets.appendix import stored_sheet
from tests.factories import PlanFactory, UserFactory, at
from tests.office_files import PDF, upload
from tests.targets.appendix.books import kept_appendix


def test_all_that_was_read_comes_back():
    lines = "Hai\ndòng\u2028và \u0085 ba"
    sheet = grid.Sheet(
        "Phụ lục 1",
        is_hidden=True,
        rows={2: {1: grid.Cell(grid.TEXT, lines), 4: grid.Cell(grid.NUMBER, "6.5", "%")}, 9: {}},
        merged=[grid.Area(1, 1, 2, 3)],
        hidden_rows=[9],
        hidden_columns=[4],
        title="Giao chỉ tiêu năm 2025",
    )

    other = grid.Sheet("Bảng 2", rows={1: {1: grid.Cell(grid.TEXT, "TT")}}, is_of_word=True)

    assert stored_sheet.unpack(stored_sheet.pack([sheet, other])) == [sheet, other]


@pytest.mark.django_db
def test_a_sheet_kept_as_one_document_becomes_lines_and_comes_back(settings, tmp_path):
    settings.MEDIA_ROOT, by = tmp_path, UserFactory()
    file = store_file(upload(PDF), by=by, at=at("2024-06-17"))
    record = kept_appendix(PlanFactory(), file, by=by)
    [kept] = stored_sheet.unpack(record.parsed)
    rows = [[r, [[c, *cell] for c, cell in cells.items()]] for r, cells in kept.rows.items()]
    facts = {"name": kept.name, "is_hidden": False, "hidden_rows": [], "hidden_columns": []}
    record.parsed = zlib.compress(json.dumps(facts | {"merged": [], "rows": rows}).encode())
    record.save()

    migration = import_module("targets.migrations.0003_parsed_by_lines")
    migration.split(apps, None)

    record.refresh_from_db()
    assert stored_sheet.unpack(record.parsed) == [kept]
    migration.join(apps, None)
    record.refresh_from_db()
    assert json.loads(zlib.decompress(record.parsed)) == facts | {"merged": [], "rows": rows}
