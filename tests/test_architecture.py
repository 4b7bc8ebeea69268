"""The floors of the house (docs/architecture.md): imports point down only, and a few habits."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["config", "agencies", "plans", "targets", "reporting", "dashboards"]  # lowest first
OUTSIDE = {"tests", "bench", "manage"}  # they may import every floor; no floor imports them
DOTTED = re.compile(rf"({'|'.join(FLOORS)})\.\w+")
FILES = [path.relative_to(ROOT) for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]


def names_used(tree, package):
    """Yield each module a source names: imports anywhere, relative ones, “app.Model” in strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}".strip(".") for alias in node.names)
        elif isinstance(node, ast.Constant) and package[0] != "config":
            # ForeignKey("app.Model"), get_model, import_module. Settings, urls and the Celery
            # schedule of config name the apps as strings by design.
            yield from [node.value] if DOTTED.fullmatch(str(node.value)) else []


def upward_names(source, path):
    """Return what the source of a file names that stands above the file's own floor."""
    floor, *_ = package = Path(path).parts[:-1]
    forbidden = {*FLOORS[FLOORS.index(floor) + 1 :], *OUTSIDE}
    names = names_used(ast.parse(source), package)
    return [name for name in names if name.split(".")[0] in forbidden]


def test_every_file_names_only_its_own_floor_and_those_below():
    upward = {str(path): upward_names((ROOT / path).read_text(), path) for path in FILES}

    assert len(FILES) > 60
    assert {path: names for path, names in upward.items() if names} == {}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("plans/models.py", "from targets.models import Indicator"),
        ("plans/models.py", "import reporting.models as r"),
        ("targets/attainment.py", "def f():\n    from dashboards import progress"),
        ("agencies/access.py", "from ..plans import models"),
        ("reporting/demo/cast.py", "from ...dashboards.home import officer_tasks"),
        ("plans/models.py", "models.ForeignKey('reporting.Report', models.PROTECT)"),
        ("config/embedded/services.py", "from agencies import models"),
        ("reporting/views.py", "from tests.factories import ReportFactory"),
    ],
)
def test_an_upward_import_is_found(path, source):
    assert len(upward_names(source, path)) == 1


def test_downward_imports_and_the_root_urls_are_left_alone():
    assert upward_names("from .models import Plan\nfrom agencies import models", "plans/a.py") == []
    assert upward_names("path('', include('agencies.urls'))", "config/urls.py") == []


def test_modules_are_named_after_their_topic():
    catch_alls = {"utils.py", "helpers.py", "common.py", "services.py", "managers.py"}

    found = {str(path) for path in FILES if path.name in catch_alls}

    assert found == {"config/embedded/services.py"}  # the topic is services: database, queue, mail


def test_nothing_happens_by_signal():
    users = [
        str(path)
        for path in FILES
        if re.search(
            r"@receiver|django\.(db\.models|dispatch|core)[\w.]*signals?", (ROOT / path).read_text()
        )
    ]

    assert users == []


def calls(path):
    """Return the dotted names a file calls: `clock.now`, `dt.datetime.now`, `open`."""
    tree = ast.parse((ROOT / path).read_text())
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_only_the_clock_reads_the_time():
    real = r"(.*\.)?(datetime\.(now|utcnow|today)|date\.today|timezone\.(now|localdate)|time\.time)"
    domain = [
        path
        for path in FILES
        # The runtime under the portal keeps real time: leases of processes, its own logs.
        if path != Path("config/clock.py") and not path.is_relative_to("config/embedded")
    ]

    readers = {str(path) for path in domain for call in calls(path) if re.fullmatch(real, call)}

    assert readers == set()


def test_the_domain_clock_is_asked_at_the_edge():
    edge = re.compile(
        r".*/(views|tasks|context)\.py|.*/views/\w+\.py|.*/management/commands/\w+\.py"
    )

    askers = {str(path) for path in FILES if calls(path) & {"clock.now", "clock.today"}}

    assert {path for path in askers if not edge.fullmatch(path)} == set()


def test_every_migration_is_named():
    migrations = [path for path in FILES if path.parent.name == "migrations"]

    unnamed = [str(path) for path in migrations if re.search(r"_auto_|\d{8}_\d{4}", path.name)]

    assert migrations
    assert unnamed == []
