"""Sheets kept with an import as one JSON document become a line for each row."""

import json
import zlib

from django.db import migrations


def split(apps, _schema_editor):
    imports = apps.get_model("targets", "AppendixImport").objects
    for pk in imports.values_list("pk", flat=True):
        record = imports.only("parsed").get(pk=pk)
        facts = json.loads(zlib.decompress(bytes(record.parsed)))
        lines = [facts, *facts.pop("rows")]
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        imports.filter(pk=pk).update(parsed=zlib.compress(text.encode(), 1))


def join(apps, _schema_editor):
    imports = apps.get_model("targets", "AppendixImport").objects
    for pk in imports.values_list("pk", flat=True):
        record = imports.only("parsed").get(pk=pk)
        facts, *rows = map(json.loads, zlib.decompress(bytes(record.parsed)).split(b"\n"))
        text = json.dumps(facts | {"rows": rows}, ensure_ascii=False)
        imports.filter(pk=pk).update(parsed=zlib.compress(text.encode(), 1))


class Migration(migrations.Migration):
    dependencies = [("targets", "0002_appendix_import")]

    operations = [migrations.RunPython(split, join)]
