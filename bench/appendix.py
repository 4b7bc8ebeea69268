"""
Importing allocations: ours against django-import-export and the floor; memory; faults named.

The floor reads with openpyxl and writes with one COPY … ON CONFLICT; it checks nothing.
"""

import io
import resource
import tempfile
import time
from pathlib import Path

YEARS, INDICATORS = 5, 20
ROWS = 20_000
# django-import-export works row by row: its time is taken on a part and scaled up.
PART = 1000


def print_tables(*, full):
    """Print (a) ratios at 20.000 rows, (b) time and memory by size, (c) faults named."""
    plan = _plan()
    with tempfile.TemporaryDirectory() as folder:
        _print_ratios(plan, Path(folder), part=ROWS if full else PART)
        _print_sizes(plan, Path(folder), [1000, 5000, ROWS, 100_000])
        _print_faults(Path(folder))


def _plan():
    from tests.factories import IndicatorFactory, PlanFactory

    plan = PlanFactory(first_year=2021, last_year=2020 + YEARS)
    for number in range(INDICATORS):
        IndicatorFactory(plan=plan, name=f"Chỉ tiêu giao số {number:02d}")
    return plan


def _workbook(plan, rows, folder, *, value=100):
    """Save an allocation list of so many rows; make the agencies it needs."""
    from openpyxl import Workbook

    from tests.factories import AgencyFactory

    agencies = list(plan.jurisdiction.agencies.filter(code__startswith="xa-").order_by("pk"))
    while len(agencies) * INDICATORS * YEARS < rows:
        number = len(agencies)
        agencies.append(
            AgencyFactory(
                jurisdiction=plan.jurisdiction, code=f"xa-{number}", name=f"UBND xã số {number}"
            )
        )
    book = Workbook(write_only=True)
    page = book.create_sheet("Giao")
    page.append(["Đơn vị", "Chỉ tiêu", "Năm", "Số giao"])
    count = 0
    for agency in agencies:
        for indicator in plan.indicators.all():
            for year in plan.years:
                if count < rows:
                    page.append([agency.name, indicator.name, year, value + count % 50])
                    count += 1
    path = folder / f"giao-{rows}.xlsx"
    book.save(path)
    return path


def _ours(path, plan):
    from django.core.files import File

    from targets.appendix.imports import apply_import, read_upload
    from tests.factories import at

    with path.open("rb") as content:
        record, check = read_upload(File(content, path.name), plan, by=None, at=at("2024-06-17"))
    if not check.is_clean:
        raise SystemExit(f"the bench's own file is not clean: {check.errors[:3]}")
    apply_import(record, by=None, at=at("2024-06-17"), is_reported=False)


def _read(path):
    from openpyxl import load_workbook

    with path.open("rb") as content:
        book = load_workbook(content, read_only=True)
        return list(book.active.iter_rows(min_row=2, values_only=True))


def _floor(path, plan):
    from django.db import connection, transaction

    agencies = dict(plan.jurisdiction.agencies.values_list("name", "pk"))
    indicators = dict(plan.indicators.values_list("name", "pk"))
    lines = io.StringIO()
    for agency, indicator, year, value in _read(path):
        lines.write(f"{indicators[indicator]}\t{agencies[agency]}\t{year}\t{value}\n")
    lines.seek(0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE given (i bigint, a bigint, y int, v numeric) ON COMMIT DROP"
        )
        cursor.copy_expert("COPY given FROM STDIN", lines)
        cursor.execute(
            "INSERT INTO targets_allocation"
            " (indicator_id, agency_id, year, value, decided_by, is_demo)"
            " SELECT i, a, y, v, 'x', false FROM given"
            " ON CONFLICT ON CONSTRAINT one_allocation_per_agency_and_year"
            " DO UPDATE SET value = excluded.value"
        )


def _library(rows, *, bulk):
    """Import the rows with our Resource as the library runs it."""
    import tablib

    from targets.resources import AllocationResource

    class Importer(AllocationResource):
        class Meta(AllocationResource.Meta):
            use_bulk = bulk

    dataset = tablib.Dataset(*rows, headers=["Đơn vị", "Chỉ tiêu", "Năm", "Số giao"])
    Importer().import_data(dataset, raise_errors=True)


def _fresh(work, *arguments, **options):
    """Return the seconds a work takes on an empty table."""
    from targets.models import Allocation

    Allocation.objects.all().delete()
    start = time.perf_counter()
    work(*arguments, **options)
    return time.perf_counter() - start


def _print_ratios(plan, folder, *, part):
    path = _workbook(plan, ROWS, folder)
    rows = _read(path)[:part]
    floor = min(_fresh(_floor, path, plan) for _ in range(3))
    ours = min(_fresh(_ours, path, plan) for _ in range(3))
    default, bulk = (_fresh(_library, rows, bulk=b) * ROWS / part for b in (False, True))
    scaled = "" if part == ROWS else f"  (from {part} rows)"
    print(f"\n(a) allocation of {ROWS} rows, new{'seconds':>14}{'to ours':>9}{'to floor':>10}")
    for what, seconds, note in [
        ("floor: openpyxl + COPY", floor, ""),
        ("ours: checked, kept, applied", ours, ""),
        ("django-import-export", default, scaled),
        ("django-import-export, bulk", bulk, scaled),
    ]:
        print(f"    {what:30}{seconds:14.2f}{seconds / ours:9.1f}{seconds / floor:10.1f}{note}")


def _print_sizes(plan, folder, sizes):
    print(f"\n(b) ours by size{'seconds':>12}{'peak MB here':>14}{'in a child':>12}")
    for size in sizes:
        path = _workbook(plan, size, folder)
        _reset_peak()
        seconds = _fresh(_ours, path, plan)
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"    {size:>8} rows{seconds:12.2f}{_peak():14.0f}{child:12.0f}")


def _print_faults(folder):
    from targets.appendix.checking import check_file
    from tests.targets.appendix.corpus import Corpus, corpus_plan

    plan = corpus_plan()
    corpus = Corpus(plan)
    planted = named = alarms = 0
    for seed, faults in enumerate([0, 0, 5, 10, 20, 40, 80, 120, 160, 200], 1000):
        workbook = corpus.make(seed, faults)
        check = check_file(workbook.save(folder), plan)
        said = {(p.cell, p.code) for p in check.problems} | {(q.cell, "?") for q in check.questions}
        planted += len(workbook.expected)
        named += len(said & set(workbook.expected.items()))
        alarms += len({cell for cell, _ in said} - set(workbook.expected) - workbook.allowed)
    print(f"\n(c) faults named at their cell: {named} of {planted}; false alarms: {alarms}")


def _reset_peak():
    Path("/proc/self/clear_refs").write_text("5")


def _peak():
    """Return the most memory this process had since the reset, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
