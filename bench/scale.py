"""
Whether dashboards stay live at size: their SQL against raw SQL, all history against a tenth of it.

`make bench` loads one province, `make bench SCALE=national` the country: about 11 million figures.
A tenth of the history is what a year's progress is made of: the running year's four months, the
round a year ago and last year's December. The database is copied there, and the other months come
into one of the two. Then three processes take turns (turns.py): pages with a tenth, pages with all,
raw SQL with all; the least of many turns is taken: what else the machine does is no cost of ours.
A page is set against itself by the processor time it took, here and in the database.
Ratios of one run are what counts; milliseconds depend on the machine.
"""

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse

from bench import scale_set, turns
from bench.scale_queries import RAW
from config import clock
from dashboards.place_comparison import topics
from plans.models import Plan
from reporting.models import Round

RUNS = 40
# May: what April's progress is made of is a tenth of five years.
TODAY = "2024-05-17T08:00"
# A page of the same frame (session, rights, masthead) without a figure.
FRAME = "source"
_TENTH = "tenth"
_TABS = (FRAME, "timeliness", "duty-states", "targets", "years")
MOST_STATEMENTS, MOST_OF_RAW, MOST_OF_A_TENTH = 15, 1.5, 1.3
# It shows what every year came to: more history is more on the page.
SHOWS_ALL_HISTORY = "years"


@dataclass
class Spent:
    """
    Milliseconds of one request; `template` is the rendering without the SQL it sets off.

    `busy` is the processor time of this process and of its database session.
    """

    total: float = 0
    busy: float = 0
    sql: float = 0
    template: float = 0
    statements: int = 0

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
    beside = [(last[0] - 1, last[1] - 1), (last[0] - 1, 11)]
    recent = [month for month in months if month[0] == last[0] or month in beside]
    client, addresses = _client(leader), _pages(plans[0], last)
    pages = {name: partial(_asked, client, url) for name, url in addresses.items()}
    _load(plans, recent, last=last, by=leader)
    turns.copy_database(_TENTH)
    _load(plans, [m for m in months if m not in recent], last=last, by=leader)
    seconds = time.perf_counter() - start
    all_ = connection.settings_dict["NAME"]
    works = [(_TENTH, pages), (all_, pages), (all_, _raw(plans[0], last))]
    few, many, raw = (_least(runs) for runs in turns.take(works, RUNS + 1))
    print(f"\nscale set “{scale}”: {size.figures:,} figures, loaded in {seconds:.0f} s")
    print(f"a tenth of the history: {len(recent)} of {len(months)} months")
    _print(few, many, raw)


def _load(*arguments, **options):
    """Load in a child: what millions of rows leave of a process's memory would slow its pages."""
    connection.close()
    child = get_context("fork").Process(target=scale_set.load, args=arguments, kwargs=options)
    child.start()
    child.join()
    if child.exitcode:
        sys.exit("loading failed")


def _client(user):
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def _pages(plan, last):
    """Return {name: address}; the frame first."""
    of_plan = {name: reverse(f"dashboards:plan-{name}", args=[plan.code]) for name in _TABS}
    year, main = last[0], plan.indicators.first()
    return {
        "frame": of_plan.pop(FRAME),
        "home": reverse("dashboards:home"),
        "brief": reverse("dashboards:brief", args=[plan.jurisdiction.code]),
        "progress": reverse("dashboards:plan-progress", args=[plan.code, year]),
        "figures": reverse("dashboards:plan-figures", args=[plan.code, year, main.pk]),
        **of_plan,
        "compare": reverse("dashboards:compare-places"),
    }


def _asked(client, url):
    spent = Spent()
    start, busy = time.perf_counter(), _processor_time()
    with connection.execute_wrapper(spent.count), _watching(spent):
        response = client.get(url)
    spent.total = (time.perf_counter() - start) * 1000
    spent.busy = _processor_time() - busy
    if response.status_code != 200:
        sys.exit(f"{url}: {response.status_code}")
    return spent


def _processor_time():
    """Return the milliseconds this process and its database session have computed so far."""
    connection.ensure_connection()
    session = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return time.process_time() * 1000 + int(session.split()[0]) / 1e6


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


def _raw(plan, last):
    """Return {page: work}: its raw SQL, of the page's one plan or of the province's."""
    own, all_ = [plan.pk], list(plan.jurisdiction.plans.values_list("pk", flat=True))
    newest = [plan.jurisdiction.plans.order_by("-first_year", "-pk").first().pk]
    on_page = {"home": (all_, newest), "brief": (all_, all_), "compare": (all_, all_)}
    return {
        name: partial(_executed, queries, _known(plan, last, *on_page.get(name, (own, own))))
        for name, queries in RAW.items()
    }


def _known(plan, last, plans, first):
    """Return what the page knows once it has found its round (scale_queries.py)."""
    year, number = last

    def rounds(year, number):
        found = Round.objects.filter(
            plan__in=plans, kind=Round.Kind.MONTH, year=year, number=number
        )
        return list(found.values_list("pk", flat=True))

    shared = topics(Plan.objects.all())
    own_topic = next(topic for topic in shared if plan.jurisdiction_id in topic.places)
    return {
        "plans": plans,
        "first": first,
        "place": plan.jurisdiction_id,
        "year": year,
        "today": clock.today(),
        "now": rounds(year, number),
        "before": rounds(year, number - 1),
        "same": rounds(year - 1, number),
        "whole": rounds(year - 1, 12),
        "topic": [indicator.pk for indicator in own_topic.indicators],
        "read": [i.pk for i in own_topic.indicators if i.plan_id in plans],
    }


def _executed(queries, known):
    spent = Spent()
    with connection.execute_wrapper(spent.count), connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query, known)
            cursor.fetchall()
    return spent


def _least(runs):
    """Return {name: the least of each measure} of some runs, the first left out."""
    measures = ("total", "busy", "sql", "template", "statements")
    return {
        name: Spent(**{m: min(getattr(run[name], m) for run in runs[1:]) for m in measures})
        for name in runs[0]
    }


def _print(few, many, raw):
    frame = many["frame"].sql
    headings = ("page", "SQL", "sql ms", "raw ms", "sql/raw", "page ms", "template", "all/tenth")
    print(f"frame of every page: {many['frame'].statements:.0f} statements, {frame:.1f} ms of SQL")
    print("{:12}{:>5}{:>9}{:>9}{:>9}{:>9}{:>10}{:>11}  limits".format(*headings))
    for name in few:
        spent, bound = many[name], raw.get(name)
        own = spent.sql - (frame if name != "frame" else 0)
        of_raw, of_a_tenth = bound and own / bound.sql, spent.busy / few[name].busy
        print(
            f"{name:12}{spent.statements:5.0f}{own:9.1f}"
            + (f"{bound.sql:9.1f}{of_raw:9.2f}" if bound else f"{'–':>9}{'–':>9}")
            + f"{spent.total:9.1f}{spent.template:10.1f}{of_a_tenth:11.2f}"
            + f"  {_verdict(name, spent.statements, of_raw, of_a_tenth)}"
        )


def _verdict(name, statements, of_raw, of_a_tenth):
    """Say which of the limits does not hold: statements, SQL of raw SQL, page of itself."""
    over = [
        words
        for words, is_over in (
            (f"more than {MOST_STATEMENTS} statements", statements > MOST_STATEMENTS),
            (f"more than {MOST_OF_RAW} × raw", (of_raw or 0) > MOST_OF_RAW),
            (f"more than {MOST_OF_A_TENTH} × a tenth", of_a_tenth > MOST_OF_A_TENTH),
        )
        if is_over
    ]
    held = "; ".join(over) or "hold"
    return f"{held} (shows all history)" if name == SHOWS_ALL_HISTORY else held
