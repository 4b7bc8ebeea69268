"""Datasets as bytes for machines: JSON and .csv, numbers with a point, days as ISO 8601."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone

from agencies.spreadsheets import csv_text

FORMS = ("json", "csv")


def answer(dataset, form):
    if form == "csv":
        return _handed_out(_csv(dataset), "text/csv; charset=utf-8")
    return json_answer(dataset.about | {dataset.name: dataset.rows} | dataset.more)


def refusal(said, form, status):
    """Say in one sentence why there is no dataset: plain text to who asked for .csv, else JSON."""
    if form == "csv":
        return _handed_out(f"{said}\n", "text/plain; charset=utf-8", status)
    return json_answer({"error": said}, status)


def json_answer(content, status=200):
    text = json.dumps(content, default=_plain, ensure_ascii=False)
    return _handed_out(text, "application/json", status)


def _handed_out(text, content_type, status=200):
    """No store, ours or one between, may keep figures that need a token."""
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(text, content_type=content_type, status=status, headers=headers)


def _csv(dataset):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*dataset.about, *dataset.columns])
    said = [_cell(value) for value in dataset.about.values()]
    writer.writerows(
        [*said, *(_cell(row[name]) for name in dataset.columns)] for row in dataset.rows
    )
    return text.getvalue()


def _cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return csv_text(value) if isinstance(value, str) else _plain(value)


def _plain(value):
    """Return a value as JSON and .csv write it: 35000, 6.5, 2024-06-19, …T08:00:00+07:00."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value, timezone.get_default_timezone()).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value
