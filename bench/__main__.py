"""
`make bench`: ratios within one run, never seconds against a fixed limit.

Each row sets something of ours against a raw lower bound on the same database and data.
`ARGS=appendix`, `ARGS=reminders` and `ARGS=scale` print the tables of one topic alone, `ARGS=full`
takes the whole of what is otherwise scaled up. `SCALE=national` measures the dashboards on the
country instead of one province (bench/scale.py).
"""

import io
import os
import statistics
import sys
import tempfile
import time

from config.embedded import services

ROUNDS = 30


def main():
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ |= {
            "PORTAL_DATA": folder,
            "PORTAL_DB_ROLE": "owner",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        with services.lease(volatile=True):
            _prepare()
            _print_tables(set(sys.argv[1:]))


def _print_tables(wanted):
    from bench import appendix, reminders, scale

    full, chosen = "full" in wanted, {"appendix", "reminders", "scale"} & wanted
    if not chosen:
        _print(list(_rows()))
    if not chosen or "reminders" in chosen:
        reminders.print_table(full=full)
    if not chosen or "appendix" in chosen:
        appendix.print_tables(full=full)
    if not chosen or "scale" in chosen:
        scale.print_tables(os.environ.get("SCALE") or "province")


def _prepare():
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_plan", *sorted(_plan_files()), stdout=io.StringIO())
    call_command("load_demo", stdout=io.StringIO())


def _plan_files():
    from django.conf import settings

    return (settings.BASE_DIR / "fixtures/plans").glob("*.yaml")


def _rows():
    """Yield (what, ours in ms, lower bound in ms, what the bound is)."""
    from django.db import connection

    from config import clock
    from dashboards.progress import year_progress
    from plans.models import Plan
    from reporting import plan_file

    plan = Plan.objects.get(code="kh-171-2021-kien-giang")

    def raw_totals():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT f.indicator_id, sum(f.actual) FROM reporting_versionfigure f "
                "JOIN reporting_report r ON r.latest_version_id = f.version_id "
                "JOIN reporting_round o ON o.id = r.round_id "
                "WHERE o.plan_id = %s AND o.year = 2024 AND r.state = 'accepted' GROUP BY 1",
                [plan.pk],
            )
            return cursor.fetchall()

    def raw_rows():
        with connection.cursor() as cursor:
            for table in ("plans_party", "plans_duty", "targets_indicator", "reporting_regime"):
                cursor.execute(f"SELECT * FROM {table} WHERE plan_id = %s", [plan.pk])  # noqa: S608
                cursor.fetchall()

    yield (
        "progress of a year",
        _median(lambda: year_progress(plan, 2024, today=clock.today())),
        _median(raw_totals),
        "one raw GROUP BY",
    )
    yield (
        "export of a plan",
        _median(lambda: plan_file.export_plan(plan)),
        _median(raw_rows),
        "four raw SELECTs",
    )


def _median(work):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _print(rows):
    print(f"{'what':24}{'ours ms':>10}{'bound ms':>10}{'ratio':>8}  bound")
    for what, ours, bound, words in rows:
        print(f"{what:24}{ours:10.2f}{bound:10.2f}{ours / bound:8.1f}  {words}")


if __name__ == "__main__":
    main()
