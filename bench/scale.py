"""
Whether dashboards stay live at size: their SQL against raw SQL, all history against a tenth of it.

`make bench` loads one province, `make bench SCALE=national` the country: about 11 million figures.
A tenth of the history is the running year and the round a year ago, so that every page shows
the same with it; then the other months come, and the same pages are asked again. Ratios of one run
are what counts; milliseconds depend on the machine.
"""

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.template.backends.django import Template
from django.test import Client

from bench import scale_set
from bench.scale_queries import RAW
from config import clock

RUNS = 15
# June: the running year's five months and the round a year ago are a tenth of five years.
TODAY = "2024-06-17T08:00"
# A page of the same frame (session, rights, masthead) without a figure.
FRAME = "van-ban/"


@dataclass
class Spent:
    """Milliseconds of one request; `template` is the rendering without the SQL it sets off."""

    total: float = 0
    sql: float = 0
    template: float = 0
    statements: int = 0
    _rendering: list = field(default_factory=list)

    def count(self, execute, *arguments):
        start = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.sql += (time.perf_counter() - start) * 1000
            self.statements += 1


def print_tables(scale):
    settings.PORTAL_TODAY = TODAY
    size, today = scale_set.SIZES[scale], clock.today()
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name files by their hash
    start = time.perf_counter()
    months = scale_set.months_until(today, size.months)
    last = (months[-1][0], months[-1][1] + 1)
    plans, leader = scale_set.found(size, today=today)
    running = [month for month in months if month[0] == last[0]]
    recent = [month for month in months if month[0] == last[0] - 1 and month[1] + 1 == last[1]]
    recent += running
    pages = _pages(plans[0], last)
    scale_set.load(plans, recent, last=last, by=leader)
    scale_set.settle()
    few = _measured(pages, plans[0], leader)
    scale_set.load(plans, [m for m in months if m not in recent], last=last, by=leader)
    scale_set.settle()
    seconds = time.perf_counter() - start
    many = _measured(pages, plans[0], leader)
    raw = {name: _raw(RAW[name], plans[0], last) for name in RAW}
    print(f"\nscale set “{scale}”: {size.figures:,} figures, loaded in {seconds:.0f} s")
    print(f"a tenth of the history: {len(recent)} of {len(months)} months")
    _print(few, many, raw)


def _pages(plan, last):
    """Return {name: address}; the frame first."""
    root = f"/ke-hoach/{plan.code}/"
    return {
        "frame": root + FRAME,
        "progress": f"{root}tien-do/{last[0]}/",
        "timeliness": root + "dung-han/",
        "duties": root + "thuc-hien-nhiem-vu/",
        "years": root + "cac-nam/",
        "compare": "/so-sanh/",
        "brief": f"/tom-tat/{plan.jurisdiction.code}/",
        "home": "/",
    }


def _measured(pages, plan, user):
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return {name: _fastest(lambda url=url: _asked(client, url)) for name, url in pages.items()}


def _asked(client, url):
    spent = Spent()
    start = time.perf_counter()
    with connection.execute_wrapper(spent.count), _watching(spent):
        response = client.get(url)
    spent.total = (time.perf_counter() - start) * 1000
    if response.status_code != 200:
        sys.exit(f"{url}: {response.status_code}")
    return spent


@contextmanager
def _watching(spent):
    render = Template.render

    def timed(self, *arguments, **options):
        start, sql = time.perf_counter(), spent.sql
        try:
            return render(self, *arguments, **options)
        finally:
            spent.template += (time.perf_counter() - start) * 1000 - (spent.sql - sql)

    Template.render = timed
    try:
        yield
    finally:
        Template.render = render


def _fastest(work):
    """Return the least of each measure: what the machine's other work adds is no cost of ours."""
    work()  # the first one reads from the disk
    runs = [work() for _ in range(RUNS)]
    names = ("total", "sql", "template", "statements")
    return Spent(**{name: min(getattr(run, name) for run in runs) for name in names})


def _raw(queries, plan, last):
    def run():
        spent = Spent()
        with connection.execute_wrapper(spent.count), connection.cursor() as cursor:
            for query in queries:
                cursor.execute(query, {"plan": plan.pk, "year": last[0], "month": last[1]})
                cursor.fetchall()
        return spent

    return _fastest(run)


def _print(few, many, raw):
    frame = many["frame"].sql
    headings = ("page", "SQL", "sql ms", "raw ms", "sql/raw", "page ms", "template", "all/tenth")
    print(f"frame of every page: {many['frame'].statements:.0f} statements, {frame:.1f} ms of SQL")
    print("{:12}{:>5}{:>9}{:>9}{:>9}{:>9}{:>10}{:>11}".format(*headings))
    for name, spent in many.items():
        own = spent.sql - (frame if name != "frame" else 0)
        bound = raw[name].sql if name in raw else None
        print(
            f"{name:12}{spent.statements:5.0f}{own:9.1f}"
            + (f"{bound:9.1f}{own / bound:9.2f}" if bound else f"{'–':>9}{'–':>9}")
            + f"{spent.total:9.1f}{spent.template:10.1f}{spent.total / few[name].total:11.2f}"
        )
