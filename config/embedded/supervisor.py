"""`make run`: everything from an empty data folder to the printed address, and back.

`python -m config.embedded.supervisor` starts web, worker and beat over the services of the data
folder. Each copy (its own PORT) runs all three: the ledger of reminders makes a second beat
harmless, and no copy has to notice that another one left. It stops them in the order beat,
worker, web, then leaves the services, which stop with their last client.
"""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time

from . import demo_clock, paths, ports, prepared, processes, services
from .processes import Failed
from .stop_requests import StopRequests

READY_SECONDS = 90


class Stopped(Exception):
    """Somebody asked for the end while the portal was starting."""


class Supervisor:
    def __init__(self, port):
        self.port = port
        self.listener = None
        self.children = {}  # name → process, in the order of their start
        self.stop = StopRequests()
        self.environment = {}

    def run(self):
        try:
            self._bring_up()
            return self._watch()
        except Stopped:
            return 0
        except (Failed, services.Unavailable) as problem:
            if self.stop.is_asked():
                return 0
            say(str(problem))
            return 1
        except OSError as problem:
            say(f"Không dùng được thư mục dữ liệu {paths.data_folder()}: {problem}")
            return 1
        finally:
            self._take_down()

    def _bring_up(self):
        self.listener = ports.take(self.port)
        self.port = self.listener.getsockname()[1]
        say("Đang khởi động PostgreSQL, Valkey và máy chủ thư…")
        services.ensure(cancelled=self.stop.is_asked)
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PORTAL_DATA": str(paths.data_folder()),
            "PORT": str(self.port),
        }
        # Each command and process has the role it needs, whatever the shell has set.
        self.environment.pop("PORTAL_DB_ROLE", None)
        with prepared.turn(self.stop.is_asked) as alone:
            if alone is None:
                raise Stopped if self.stop.is_asked() else Failed("Một bản khác đang khởi động.")
            self._prepare()
        self._start_children()
        self._wait_until_ready()
        self._greet()

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
        if self.stop.is_asked():
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
            if self.stop.is_asked():
                processes.stop(process)
                raise Stopped
            time.sleep(0.02)
        if process.returncode != 0:
            raise Failed(f"manage.py {command} không xong, xem {log}: {processes.last_line(log)}")
        prepared.mark_done(command)

    def _start_children(self):
        if self.stop.is_asked():
            raise Stopped
        say("Đang khởi động web, worker và beat…")
        schedule = paths.run_folder() / f"beat-{self.port}"
        for left_over in paths.run_folder().glob(f"{schedule.name}*"):
            left_over.unlink()  # it holds intervals only, and a killed beat may have broken it
        celery = ["celery", "-A", "config.celery"]
        name = f"portal-{self.port}@%h"
        web = ["gunicorn", "config.wsgi:application", "--workers=2", "--threads=4", "--preload"]
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
            if self.stop.is_asked():
                raise Stopped
            self._check_children()
            if time.monotonic() > deadline:
                raise Failed(f"Trang chưa trả lời sau {READY_SECONDS} giây, xem {self._log('web')}")
            time.sleep(0.1)

    def _is_healthy(self):
        connection = http.client.HTTPConnection(ports.HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _greet(self):
        say(f"\nCổng theo dõi kế hoạch việc làm đang chạy: {ports.address(self.port)}\n")
        say(self._accounts())
        if "mail" in services.needed():
            say(f"Thư cổng đã gửi (bản minh họa): {ports.address(self.port)}hop-thu/")
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
        while not self.stop.is_asked():
            self._check_children()
            if turns % 10 == 0 and not services.are_running():
                raise Failed(f"Các dịch vụ kèm theo đã dừng, xem {paths.log_folder()}")
            turns += 1
            time.sleep(0.1)
        return 0

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
        before = self.stop.count
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        deadline = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < deadline:
            if self.stop.count > max(before, 1):
                break
            time.sleep(0.02)
        processes.stop(process, signal.SIGKILL)


def say(text):
    # The terminal may be gone (HUP); the portal stops in order all the same.
    with contextlib.suppress(OSError):
        print(text, flush=True)


def main():
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    if os.environ.get("PORTAL_ENV", "demo") != "demo":
        sys.exit("make run chỉ dành cho bản minh họa; bản chính thức xem docs/.")
    supervisor = Supervisor(ports.wished())
    supervisor.stop.listen()
    sys.exit(supervisor.run())


if __name__ == "__main__":
    main()
