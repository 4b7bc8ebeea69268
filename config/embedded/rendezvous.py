"""Where the guardian of a data folder and its clients meet: locks, wishes, answers.

Three locks in `run/` and nothing else decide:

* `clients.lock`: every client (supervisor, command, test run) holds it shared. The guardian
  tries for it exclusively; when it gets it nobody is left, and it stops the servers while still
  holding it, so that a client who comes meanwhile waits and then starts a new guardian.
* `guardian.lock`: held by the guardian for its whole life. Free means there is none.
* `start.lock`: held by a client while it looks for a guardian and starts one.

A client asks for a service by a file `run/wanted/<name>`; the guardian starts what is wanted and
tells in `run/services.json` what answers. The kernel drops a dead client's lock; the servers get
a signal from the kernel when the guardian dies. So nothing is left behind, however one ends.
"""

import contextlib
import json
import os
import shutil

from . import paths


def clients_lock():
    return paths.run_folder() / "clients.lock"


def guardian_lock():
    return paths.run_folder() / "guardian.lock"


def start_lock():
    return paths.run_folder() / "start.lock"


def _answers_file():
    return paths.run_folder() / "services.json"


def _wishes_folder():
    return paths.run_folder() / "wanted"


def wish_for(names):
    _wishes_folder().mkdir(parents=True, exist_ok=True)
    for name in names:
        (_wishes_folder() / name).touch()


def is_wished_for(name):
    return (_wishes_folder() / name).exists()


def tell(answers):
    write_json(_answers_file(), answers)


def answers():
    """Return what the guardian told last: its pid, the services that answer, the errors."""
    told = read_json(_answers_file()) or {}
    return {"services": told.get("services", {}), "errors": told.get("errors", {})}


def forget():
    """Remove answers and wishes, so that nobody believes those of a guardian that is gone."""
    _answers_file().unlink(missing_ok=True)
    shutil.rmtree(_wishes_folder(), ignore_errors=True)


def write_json(path, content):
    """Write the file as a whole or not at all; readers never see half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.write_text(json.dumps(content, ensure_ascii=False))
    unfinished.replace(path)


def read_json(path):
    with contextlib.suppress(OSError, ValueError):
        return json.loads(path.read_text())
    return None
