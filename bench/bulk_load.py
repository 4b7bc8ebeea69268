"""Millions of rows of reports by COPY as the owner role: text in, indexes and keys built after."""

from contextlib import contextmanager
from itertools import count

from django.db import connection

from reporting.models import Report, ReportVersion, VersionDuty, VersionFigure

COLUMNS = {
    Report: "id round_id tier agency_id obligation state last_day first_submitted_at"
    " first_last_day saved_at return_reason latest_version_id",
    ReportVersion: "id report_id number submitted_at submitted_by_id as_of on_behalf content"
    " sha256 is_demo",
    VersionDuty: "version_id duty_id status words is_demo",
    VersionFigure: "version_id indicator_id status actual estimate explanation is_demo",
}
_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype = 'u')
"""
NULL = "\\N"


@contextmanager
def bare_tables():
    """Take foreign keys and indexes that are no constraint off the tables; build them after."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        tables = [model._meta.db_table for model in COLUMNS]
        cursor.execute(_FOREIGN_KEYS, [tables])
        keys = cursor.fetchall()
        cursor.execute(_INDEXES, [tables])
        indexes = cursor.fetchall()
        for table, name, _ in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def write(file, values):
    file.write("\t".join(map(str, values)) + "\n")


def copy(model, text):
    text.seek(0)
    columns = ", ".join(COLUMNS[model].split())
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {model._meta.db_table} ({columns}) FROM STDIN", text)


def next_id(model):
    last = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return count(last + 1)


def go_on_at(model, number):
    with connection.cursor() as cursor:
        sequence = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"
        cursor.execute(f"SELECT setval({sequence}, %s, false)", [number])


def settle():
    """Let the database look at its tables, as autovacuum does in the end."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
