"""Where the embedded services keep their things; every path is known before anything runs."""

import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

# A socket's address may have 107 bytes; `/pg/.s.PGSQL.5432` and its lock are added to the folder.
LONGEST_SOCKET_FOLDER = 80
MAIL_LOG_NAME = "smtp.log"


def data_folder():
    """Return the data folder: PORTAL_DATA, else `.data` in the checkout."""
    given = os.environ.get("PORTAL_DATA")
    return Path(os.path.realpath(given)) if given else CHECKOUT / ".data"


def run_folder():
    return data_folder() / "run"


def log_folder():
    return data_folder() / "log"


def mail_folder():
    return data_folder() / "mail"


def socket_folder():
    """Return a short folder of plain letters for the sockets: inside the data folder, or in /tmp.

    Long paths do not fit a socket's address, and a broker's URL is no place for spaces or
    accents. The name in /tmp follows from the path alone, so that every process finds it.
    """
    inside = run_folder() / "sockets"
    if _is_plain(str(inside)):
        return inside
    digest = hashlib.sha256(os.fsencode(data_folder())).hexdigest()[:12]
    return Path(f"/tmp/portal-{os.geteuid()}-{digest}")  # noqa: S108 - made private, see secure()


def postgres_socket_folder():
    # Its own folder, because PostgreSQL may run as another user than the rest.
    return socket_folder() / "pg"


def valkey_socket():
    return socket_folder() / "valkey.sock"


def _is_plain(path):
    plain = path.isascii() and not any(letter in path for letter in " \t\n\"'\\%?#@,;:&+*$~")
    return plain and len(path) <= LONGEST_SOCKET_FOLDER
