"""The port the portal answers at: `PORT`, taken once in each data folder."""

import errno
import os
import socket
import sys

from . import locks, paths
from .processes import Failed

HOST = "127.0.0.1"  # the demo's passwords are printed: nothing may reach it from outside


def wished():
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or int(text) > 65535:
        sys.exit(f"PORT={text}: phải là số từ 1 đến 65535.")
    return int(text)


def address(port):
    return f"http://{HOST}:{port}/"


def take(wished):
    """
    Return a socket that listens at the wished port, or at any free one where 0 is wished.

    Whoever comes too early waits from now on instead of being refused. Raises Failed where a
    portal of this folder or another program has the port.
    """
    lock = paths.run_folder() / f"port-{wished}.lock"
    if wished and locks.take(lock, locks.EXCLUSIVE) is None:
        raise Failed(
            f"Cổng thông tin của thư mục này đang chạy tại {address(wished)}."
            f" Muốn chạy thêm một bản: make run PORT={wished + 1}"
        )
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, wished))
    except OSError as error:
        listener.close()
        busy = error.errno == errno.EADDRINUSE
        why = "chương trình khác đang dùng" if busy else error.strerror
        raise Failed(
            f"Không mở được cổng {wished} ({why})."
            f" Hãy chọn cổng khác, ví dụ: make run PORT={(wished or 8000) + 1}"
        ) from error
    listener.listen(64)
    return listener
