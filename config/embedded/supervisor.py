"""`make run`: everything from an empty data folder to the printed address, and back.

`python -m config.embedded.supervisor` starts web, worker and beat over the services of the data
folder. Each copy (its own PORT) runs all three: the ledger of reminders makes a second beat
harmless, and no copy has to notice that another one left. It stops them in the order beat,
worker, web, then leaves the services, which stop with their last client.
"""

import contextlib
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

from . import demo_clock, locks, paths, prepared, processes, services
from .processes import Failed

HOST = "127.0.0.1"  # the demo's passwords are printed: nothing may reach it from outside
READY_SECONDS = 90


class Stopped(Exception):
    """Somebody asked for the end while the portal was starting."""


class Supervisor:
    def __init__(self, port):
        self.wished_port = port
        self.port = port
        self.listener = None
        self.children = {}  # name → process, in the order of their start
        self.requests = 0
        self.make = None  # its process number, when make has started us
        self.environment = {}

    # Signals

    def listen_to_signals(self):
        """Install our own handlers: make, nohup and background shells leave signals ignored."""
        processes.reset_signals()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_request)
        if "MAKELEVEL" in os.environ:
            self.make = os.getppid()
            processes.follow_parent(signal.SIGTERM)

    def _note_request(self, number, frame):
        self.requests += 1

    def is_asked_to_stop(self):
        if not self.requests and self.make and _is_make_leaving(self.make):
            self.requests = 1
        return self.requests > 0

    # Life

    def run(self):
        try:
            self._bring_up()
            return self._watch()
        except Stopped:
            return 0
        except (Failed, services.Unavailable) as problem:
            if self.is_asked_to_stop():
                return 0
            say(str(problem))
            return 1
        except OSError as problem:
            say(f"Không dùng được thư mục dữ liệu {paths.data_folder()}: {problem}")
            return 1
        finally:
            self._take_down()

    def _bring_up(self):
        self._take_port()
        say("Đang khởi động PostgreSQL, Valkey và máy chủ thư…")
        services.ensure(cancelled=self.is_asked_to_stop)
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PORTAL_DATA": str(paths.data_folder()),
            "PORT": str(self.port),
        }
        # Each command and process has the role it needs, whatever the shell has set.
        self.environment.pop("PORTAL_DB_ROLE", None)
        with prepared.turn(self.is_asked_to_stop) as alone:
            if alone is None:
                raise Stopped if self.is_asked_to_stop() else Failed("Một bản khác đang khởi động.")
            self._prepare()
        self._start_children()
        self._wait_until_ready()
        self._greet()

    def _take_port(self):
        lock = paths.run_folder() / f"port-{self.wished_port}.lock"
        if self.wished_port and locks.take(lock, locks.EXCLUSIVE) is None:
            raise Failed(
                f"Cổng thông tin của thư mục này đang chạy tại {self._address()}."
                f" Muốn chạy thêm một bản: make run PORT={self.wished_port + 1}"
            )
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self.listener.bind((HOST, self.wished_port))
        except OSError as error:
            busy = error.errno == errno.EADDRINUSE
            why = "chương trình khác đang dùng" if busy else error.strerror
            raise Failed(
                f"Không mở được cổng {self.wished_port} ({why})."
                f" Hãy chọn cổng khác, ví dụ: make run PORT={(self.wished_port or 8000) + 1}"
            ) from error
        # Listening from now on: whoever comes too early waits instead of being refused.
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]

    def _address(self):
        return f"http://{HOST}:{self.port}/"

    def _prepare(self):
        self._step("migrate", "Đang cập nhật cấu trúc cơ sở dữ liệu…", "--no-input")
        self.environment.update(demo_clock.environment_of_portal())
        self._load_plans()
        self._step("load_demo", "Đang nạp số liệu minh họa…")
        self._step("collectstatic", "Đang gom tệp tĩnh…", "--no-input", "--clear")

    def _load_plans(self):
        try:
            self._step("load_plan", "Đang nạp năm kế hoạch…", *prepared.plan_files())
        except Failed as problem:
            # A plan file that changed after reports came in may be refused: the loaded one stays.
            if not prepared.was_done_before("load_plan"):
                raise
            say(f"{problem}\nGiữ nguyên các kế hoạch đã nạp.")

    def _step(self, command, announcement, *arguments):
        if self.is_asked_to_stop():
            raise Stopped
        if prepared.is_done(command):
            return
        say(announcement)
        log = paths.log_folder() / f"{command}.log"
        process = processes.start(
            [sys.executable, "manage.py", command, *arguments],
            log=log,
            cwd=paths.CHECKOUT,
            env={**self.environment, "PORTAL_PREPARING": "1"},
        )
        while process.poll() is None:
            if self.is_asked_to_stop():
                processes.stop(process)
                raise Stopped
            time.sleep(0.02)
        if process.returncode != 0:
            raise Failed(f"manage.py {command} không xong, xem {log}: {processes.last_line(log)}")
        prepared.mark_done(command)

    def _start_children(self):
        if self.is_asked_to_stop():
            raise Stopped
        say("Đang khởi động web, worker và beat…")
        schedule = paths.run_folder() / f"beat-{self.port}"
        for left_over in paths.run_folder().glob(f"{schedule.name}*"):
            left_over.unlink()  # it holds intervals only, and a killed beat may have broken it
        celery = ["celery", "-A", "config.celery"]
        name = f"portal-{self.port}@%h"
        web = ["gunicorn", "config.wsgi:application", "--workers=2", "--threads=4"]
        web += ["--no-control-socket", "--graceful-timeout=8", "--bind"]
        descriptor = self.listener.fileno()
        self._start("web", *web, f"fd://{descriptor}", pass_fds=[descriptor])
        self._start("worker", *celery, "worker", "-c", "2", "-n", name, "-l", "INFO")
        self._start("beat", *celery, "beat", "-s", schedule, "-l", "INFO")
        self.listener.close()

    def _start(self, name, module, *arguments, **options):
        self.children[name] = processes.start(
            [sys.executable, "-m", module, *arguments],
            log=self._log(name),
            cwd=paths.CHECKOUT,
            env=self.environment,
            **options,
        )

    def _log(self, name):
        return paths.log_folder() / f"{name}-{self.port}.log"

    def _wait_until_ready(self):
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_healthy():
            if self.is_asked_to_stop():
                raise Stopped
            self._check_children()
            if time.monotonic() > deadline:
                raise Failed(f"Trang chưa trả lời sau {READY_SECONDS} giây, xem {self._log('web')}")
            time.sleep(0.1)

    def _is_healthy(self):
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _greet(self):
        say(f"\nCổng theo dõi kế hoạch việc làm đang chạy: {self._address()}\n")
        say(self._accounts())
        if "mail" in services.needed():
            say(f"Thư cổng đã gửi (bản minh họa): {self._address()}hop-thu/")
        say(f"Nhật ký: {paths.log_folder()}. Dừng: Ctrl-C.")

    def _accounts(self):
        done = subprocess.run(
            [sys.executable, "manage.py", "load_demo", "--accounts"],
            cwd=paths.CHECKOUT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        return done.stdout.decode(errors="replace").rstrip() if done.returncode == 0 else ""

    def _check_children(self):
        for name, process in self.children.items():
            if process.poll() is not None:
                raise Failed(
                    f"{name} đã dừng (mã {process.returncode}), xem {self._log(name)}:"
                    f" {processes.last_line(self._log(name))}"
                )

    def _watch(self):
        turns = 0
        while not self.is_asked_to_stop():
            self._check_children()
            if turns % 10 == 0 and not services.are_running():
                raise Failed(f"Các dịch vụ kèm theo đã dừng, xem {paths.log_folder()}")
            turns += 1
            time.sleep(0.1)
        return 0

    # End

    def _take_down(self):
        if self.children:
            say("\nĐang dừng…")
        if self.listener:
            self.listener.close()
        for name, seconds in (("beat", 5), ("worker", 15), ("web", 12)):
            if name in self.children:
                self._stop_child(self.children[name], seconds)
        services.release()
        if self.children:
            say("Đã dừng.")

    def _stop_child(self, process, seconds):
        """Give the child its time; a second request from the user cuts it short."""
        before = self.requests
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        deadline = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < deadline:
            if self.requests > max(before, 1):
                break
            time.sleep(0.02)
        processes.stop(process, signal.SIGKILL)


def _is_make_leaving(make):
    """Say whether make has got INT or HUP, which it passes on to nobody but waits for our end.

    It only does so for TERM. While it waits, the signal's handling is reset and the signal is
    blocked, and the kernel tells.
    """
    try:
        with open(f"/proc/{make}/status") as status:
            lines = dict(line.split(":", 1) for line in status)
        blocked, caught = (int(lines[name], 16) for name in ("SigBlk", "SigCgt"))
    except (OSError, KeyError, ValueError):
        return False
    return any(blocked & ~caught & 1 << number - 1 for number in (signal.SIGINT, signal.SIGHUP))


def say(text):
    # The terminal may be gone (HUP); the portal stops in order all the same.
    with contextlib.suppress(OSError):
        print(text, flush=True)


def wished_port():
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or int(text) > 65535:
        sys.exit(f"PORT={text}: phải là số từ 1 đến 65535.")
    return int(text)


def main():
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    if os.environ.get("PORTAL_ENV", "demo") != "demo":
        sys.exit("make run chỉ dành cho bản minh họa; bản chính thức xem docs/.")
    supervisor = Supervisor(wished_port())
    supervisor.listen_to_signals()
    sys.exit(supervisor.run())


if __name__ == "__main__":
    main()
