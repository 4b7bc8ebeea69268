#!/usr/bin/env python
"""Django's commands. In the demo the services they need run while they do."""

import os
import sys
from importlib.util import find_spec

from config.embedded import services

# These change the schema or remove what the application's role may not touch (ADR 0004).
OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "flush", "dbshell", "clear_demo"}
# These need no database; `check` does with --database.
LONE_COMMANDS = {"help", "version", "check", "collectstatic", "findstatic", "diffsettings"}
LONE_COMMANDS |= {"makemessages", "compilemessages", "startapp", "startproject"}
# These look at the schema as it is; before all others the demo's database is migrated.
SCHEMA_COMMANDS = OWNER_COMMANDS - {"clear_demo"} | {"showmigrations", "squashmigrations"}


def main(arguments):
    command = arguments[1] if len(arguments) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("PORTAL_DB_ROLE", "owner" if command in OWNER_COMMANDS else "app")
    if find_spec("django") is None:
        sys.exit("Chưa cài thư viện. Hãy chạy: make setup, rồi gọi .venv/bin/python manage.py …")
    try:
        if needs_services(command, arguments):
            with services.lease():
                prepare(command)
                run(arguments)
        else:
            run(arguments)
    except services.Unavailable as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


def needs_services(command, arguments):
    if os.environ.get("PORTAL_ENV", "demo") != "demo":
        return False
    if {"-h", "--help", "--version"} & set(arguments):
        return False
    return command not in LONE_COMMANDS or any(word.startswith("--database") for word in arguments)


def prepare(command):
    """Migrate the demo's database where the code has moved on, and set the demo's clock."""
    from config.embedded import demo_clock, prepared, processes

    try:
        if "postgres" in services.needed() and command not in SCHEMA_COMMANDS:
            prepared.migrate_where_stale()
        os.environ.update(demo_clock.environment())
    except processes.Failed as problem:
        sys.exit(str(problem))


def run(arguments):
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import Error

    try:
        execute_from_command_line(arguments)
    except ImproperlyConfigured as problem:
        sys.exit(f"Cấu hình sai: {problem}")
    except Error as problem:
        sys.exit(f"Không làm việc được với cơ sở dữ liệu: {str(problem).splitlines()[0]}")
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


if __name__ == "__main__":
    main(sys.argv)
