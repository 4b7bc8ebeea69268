"""`load_plan` and `export_plan` as operators and scripts meet them (design.md §4)."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from plans.models import Plan
from tests.reporting.plan_file.documents import DONG_THAP, FOLDER, load_real, small_document

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]


def call(*arguments, **options):
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, **options)
    return out.getvalue()


def refusal_of(*arguments):
    with pytest.raises(CommandError) as caught:
        call(*arguments)
    message = str(caught.value)
    assert "\n" not in message
    return message


# load_plan


def test_loading_prints_the_counts_of_each_plan(document, write):
    first, other = write(document), small_document()
    other["plan"]["code"] = "kh-khac"

    printed = call("load_plan", first, write(other, "khac.yaml"))

    counts = (
        "agencies 3, solution_groups 2, duties 2, indicators 3, breakdowns 1, targets 2, regimes 2"
    )
    assert printed == f"kh-thu: {counts}\nkh-khac: {counts}\n"


def test_a_file_that_cannot_be_taken_is_named_in_one_line(document, write):
    document["indicators"][0]["parent"] = "khong-co"
    document["targets"][0]["indicator"] = "khong-co"

    assert refusal_of("load_plan", write(document)) == (
        "ke-hoach.yaml: TONG: chưa khai báo “khong-co”; targets: chưa khai báo “khong-co”"
    )
    assert not Plan.objects.exists()


def test_a_missing_file_is_named_in_one_line(tmp_path):
    assert "không đọc được tệp" in refusal_of("load_plan", tmp_path / "khong-co.yaml")


def test_words_with_line_breaks_still_make_one_line(document, write):
    document["duties"][0] |= {"statement": "Chủ trì\ntriển khai.", "role": "chu-tri"}

    assert "“Chủ trì triển khai.”" in refusal_of("load_plan", write(document))


# export_plan


def test_an_export_is_json_unless_asked_otherwise():
    load_real(DONG_THAP)

    printed = call("export_plan", DONG_THAP)

    assert json.loads(printed)["plan"]["code"] == DONG_THAP
    assert printed == call("export_plan", DONG_THAP, "--format", "json")
    assert printed.endswith("}\n")
    assert "Đồng Tháp" in printed


def test_an_export_as_yaml_is_the_same_plan():
    load_real(DONG_THAP)

    as_yaml = yaml.safe_load(call("export_plan", DONG_THAP, "--format", "yaml"))

    assert as_yaml == json.loads(call("export_plan", DONG_THAP))


def test_dates_are_written_as_iso(document, write):
    call("load_plan", write(document))

    assert '"issued_on": "2021-09-13"' in call("export_plan", "kh-thu")
    assert "issued_on: 2021-09-13\n" in call("export_plan", "kh-thu", "--format", "yaml")


def test_numbers_are_numbers(document, write):
    call("load_plan", write(document))

    lows = [target["low"] for target in json.loads(call("export_plan", "kh-thu"))["targets"]]

    assert [repr(low) for low in lows] == ["35000", "35000.5"]


def test_the_export_has_the_agreed_keys(document, write):
    call("load_plan", write(document))

    exported = json.loads(call("export_plan", "kh-thu"))

    assert list(exported) == [
        "plan",
        "agencies",
        "member_agencies",
        "mentioned_agencies",
        "indicators",
        "breakdowns",
        "targets",
        "solution_groups",
        "duties",
        "regimes",
        "outline",
    ]
    agreed = yaml.safe_load((FOLDER / f"{DONG_THAP}.yaml").read_text(encoding="utf-8"))
    assert exported["plan"].keys() == agreed["plan"].keys()
    assert exported["regimes"][0].keys() == agreed["regimes"][0].keys()


def test_an_unknown_code_is_named():
    assert refusal_of("export_plan", "nope") == "Không có kế hoạch mang mã “nope”."


def test_an_unknown_format_is_refused():
    with pytest.raises(CommandError, match="xml"):
        call("export_plan", "nope", "--format", "xml")


# As operators run them


def run(*arguments):
    """Run manage.py on the database of the tests, as the application's role."""
    address = connection.settings_dict
    # With servers of one's own DATABASE_URL names the role, else the embedded one asks no password.
    role = urlsplit(os.environ.get("DATABASE_URL", "")).netloc.rpartition("@")[0]
    place = f"{quote(address['HOST'], safe='')}:{address['PORT']}/{address['NAME']}"
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"postgresql://{role or settings.DATABASE_APP_USER}@{place}",
            "PORTAL_DB_ROLE": "app",
        },
        capture_output=True,
        text=True,
    )


def test_a_refusal_is_one_line_on_stderr_and_a_failing_exit_code():
    done = run("export_plan", "nope")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "CommandError: Không có kế hoạch mang mã “nope”.\n"


def test_a_refused_file_is_one_line_on_stderr_and_a_failing_exit_code(tmp_path):
    path = tmp_path / "ke-hoach.yaml"
    path.write_bytes(b"plan: {issued_on: 2021-13-45}")

    done = run("load_plan", str(path))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "không phải tệp YAML hợp lệ" in done.stderr
