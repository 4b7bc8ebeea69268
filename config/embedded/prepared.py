"""What has been done to a data folder already: migrations, plans, demo, static files.

Each step is remembered with a digest of what it was made from, so that it runs again exactly
when its sources changed, and a start on kept data takes seconds.
"""

import hashlib
import os
import subprocess
import sys

from . import locks, paths, rendezvous
from .processes import Failed

APPS = ("agencies", "plans", "targets", "reporting", "dashboards")


def turn(cancelled=lambda: False):
    """Hold the right to prepare this data folder: two portals at once wait for each other."""
    return locks.holding(paths.run_folder() / "prepare.lock", seconds=300, cancelled=cancelled)


def is_done(step):
    return _done().get(step) == _digest(step)


def was_done_before(step):
    return step in _done()


def mark_done(step):
    rendezvous.write_json(_record(), {**_done(), step: _digest(step)})


def migrate_where_stale():
    """Bring the embedded database to the code's schema, as its owner."""
    # A portal that is being prepared holds the turn and has migrated before it calls commands.
    if is_done("migrate") or os.environ.get("PORTAL_PREPARING"):
        return
    with turn():
        if is_done("migrate"):
            return
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"],
            cwd=paths.CHECKOUT,
            env={**os.environ, "PORTAL_DB_ROLE": "owner"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        if done.returncode != 0:
            last = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
            raise Failed(f"Không cập nhật được cấu trúc cơ sở dữ liệu: {(last or ['?'])[-1]}")
        mark_done("migrate")


def _sources(step):
    """Return the files a step is made from; the demo is made once and then left to its users."""
    root = paths.CHECKOUT
    if step == "migrate":
        files = [path for app in APPS for path in (root / app / "migrations").glob("*.py")]
        return [*files, root / "requirements.txt"]
    if step == "load_plan":
        return plan_files()
    if step == "collectstatic":
        folders = [root / "static", *(root / app / "static" for app in APPS)]
        files = [path for folder in folders for path in folder.rglob("*")]
        ours = [root / "config/settings.py", root / "config/static_files.py"]
        return [*files, *ours, root / "node_modules/.package-lock.json", root / "requirements.txt"]
    return []


def plan_files():
    return sorted((paths.CHECKOUT / "fixtures/plans").glob("*.yaml"))


def _digest(step):
    digest = hashlib.sha256(_place(step).encode())
    for path in sorted(_sources(step)):
        if path.is_file():
            found = path.stat()
            digest.update(f"{path}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _place(step):
    """Name what the step was done to, so that a deleted or other database is seen as new."""
    if step == "collectstatic":
        manifest = paths.data_folder() / "static/staticfiles.json"
        return "there" if manifest.exists() else ""
    if url := os.environ.get("DATABASE_URL"):
        return url
    cluster = paths.data_folder() / "postgres/PG_VERSION"
    return str(cluster.stat().st_mtime_ns) if cluster.exists() else ""


def _done():
    return rendezvous.read_json(_record()) or {}


def _record():
    return paths.run_folder() / "prepared.json"
