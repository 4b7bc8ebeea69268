"""The keeper of one data folder's servers: a process of its own, gone with its last client.

It is started by `services.ensure()`; `rendezvous` says how the two meet and part.
"""

import os
import signal
import stat
import sys
import time
import traceback

from . import locks, paths, processes, rendezvous
from .mailsink import MailSink
from .postgres import Postgres
from .valkey import Valkey

TICK = 0.1
TICK_WHILE_STARTING = 0.02
START_SECONDS = 90
RESTARTS_A_MINUTE = 10
# Stopped in this order: PostgreSQL last, because whoever uses the others writes to it.
SERVICES = (MailSink, Valkey, Postgres)


class Guardian:
    def __init__(self, *, volatile):
        self.services = {kind.name: kind(volatile=volatile) for kind in SERVICES}
        self.running = {}  # name → process
        self.starting = {}  # name → moment when patience ends
        self.told = {"guardian": os.getpid(), "services": {}, "errors": {}}
        self.asked_to_stop = False
        self.deaths = []

    def serve(self):
        """Keep the servers until nobody holds the clients' lock, or until TERM."""
        signal.signal(signal.SIGTERM, self._stop_soon)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        alone = None
        while alone is None and not self.asked_to_stop:
            self._start_what_is_wished_for()
            self._see_who_answers()
            self._see_who_died()
            time.sleep(TICK_WHILE_STARTING if self.starting else TICK)
            # From here on new clients wait until this process is gone and its locks with it.
            alone = locks.take(rendezvous.clients_lock(), locks.EXCLUSIVE)
        self._stop_all()

    def _stop_soon(self, number, frame):
        self.asked_to_stop = True

    def _start_what_is_wished_for(self):
        for name, service in self.services.items():
            known = name in self.running or name in self.told["errors"]
            if known or not rendezvous.is_wished_for(name):
                continue
            try:
                self.running[name] = service.start()
            except (processes.Failed, OSError) as error:
                traceback.print_exc()
                self._tell_error(name, str(error))
            else:
                self.starting[name] = time.monotonic() + START_SECONDS

    def _see_who_answers(self):
        for name, deadline in list(self.starting.items()):
            service = self.services[name]
            if (answer := service.answers()) is not None:
                del self.starting[name]
                self.told["services"][name] = answer
                rendezvous.tell(self.told)
            elif self.running[name].poll() is not None or time.monotonic() > deadline:
                del self.starting[name]
                processes.stop(self.running.pop(name), signal.SIGKILL)
                self._tell_error(name, f"Dịch vụ {name} không khởi động được, xem {service.log}")

    def _see_who_died(self):
        """Forget a server that somebody killed: still wished for, it is started again."""
        for name, process in list(self.running.items()):
            if name in self.starting or process.poll() is None:
                continue
            print(f"{name} ended with {process.returncode}", flush=True)
            processes.stop(self.running.pop(name), signal.SIGKILL)
            now = time.monotonic()
            self.deaths = [moment for moment in self.deaths if moment > now - 60] + [now]
            if len(self.deaths) > RESTARTS_A_MINUTE:
                self._tell_error(name, f"Dịch vụ {name} dừng liên tục, xem {paths.log_folder()}")

    def _stop_all(self):
        for name, service in self.services.items():
            if name in self.running:
                code = processes.stop(
                    self.running[name], service.stop_signal, seconds=service.stop_seconds
                )
                print(f"{name} stopped with {code}", flush=True)
        rendezvous.forget()

    def _tell_error(self, name, message):
        self.told["services"].pop(name, None)
        self.told["errors"][name] = message
        rendezvous.tell(self.told)


def make_socket_folder():
    """Make the sockets' folder ours alone: a folder in /tmp may have been laid by anybody."""
    folder = paths.socket_folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise processes.Failed(f"Thư mục {folder} không phải của bạn; hãy xóa nó rồi chạy lại.")
    # Passable, not readable: PostgreSQL may be another user; its own folder inside is private.
    folder.chmod(0o711)


def remove_socket_folder():
    folder = paths.socket_folder()
    if folder.exists():
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()


def main(volatile):
    # Its starter waits for this first process only; the guardian itself is nobody's child.
    if os.fork():
        os._exit(0)
    processes.reset_signals()
    os.umask(0o077)
    # A guardian that is just leaving still holds the lock for a moment.
    held = locks.wait(rendezvous.guardian_lock(), locks.EXCLUSIVE, seconds=2)
    if held is None:
        return
    make_socket_folder()
    Guardian(volatile=volatile).serve()
    remove_socket_folder()


if __name__ == "__main__":
    main("--volatile" in sys.argv)
