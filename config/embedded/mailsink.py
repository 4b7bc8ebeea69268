r"""A mail server that keeps every mail in a folder: the demo's relay.

`python -m config.embedded.mailsink` listens on 127.0.0.1. Each accepted message becomes one
`.eml` file (the bytes as received, after DATA) in the mail folder, and one line of JSON in
`smtp.log` there, which is what a relay's log is to a production server:

    {"at": "2026-11-22T01:02:03.456789+00:00",   real time, UTC
     "message_id": "<...>",                       "" when the message has none
     "from": "sender@...", "to": ["a@..."],       the envelope's
     "file": "20261122T010203456789-1a2b3c.eml",  "" unless accepted
     "outcome": "accepted" | "refused" | "started",
     "reply": "250 ..."}                          what the client was told

A line `started` opens each run of the server, so that the log says from when on it is whole.

The file and the line are on disk before the client hears 250. So a mail the portal believes
sent is in the log; a mail in the log may be one the portal never heard the answer for.
"""

import asyncio
import contextlib
import datetime as dt
import email
import email.policy
import json
import os
import secrets
import signal
import socket
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

from . import paths, processes

NAME = "mail"
HOST = "127.0.0.1"
LOG_NAME = paths.MAIL_LOG_NAME


class Keeper:
    """Stores what aiosmtpd hands over."""

    def __init__(self, folder):
        self.folder = folder

    async def handle_DATA(self, server, session, envelope):
        moment = dt.datetime.now(dt.UTC)
        name = f"{moment:%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}.eml"
        try:
            _write(self.folder / name, envelope.original_content)
            self._note(moment, envelope, name, "accepted", reply := "250 OK")
        except OSError as error:
            print(f"{moment.isoformat()} {error}", flush=True)
            reply = "451 Cannot store the message"
            with contextlib.suppress(OSError):
                self._note(moment, envelope, "", "refused", reply)
        return reply

    def _note(self, moment, envelope, name, outcome, reply):
        message_id = _message_id(envelope.original_content)
        whom = {"message_id": message_id, "from": envelope.mail_from, "to": envelope.rcpt_tos}
        self._append(moment, whom | {"file": name, "outcome": outcome, "reply": reply})

    def note_start(self):
        nobody = {"message_id": "", "from": "", "to": [], "file": ""}
        self._append(dt.datetime.now(dt.UTC), nobody | {"outcome": "started", "reply": ""})

    def _append(self, moment, words):
        line = {"at": moment.isoformat(timespec="microseconds")} | words
        text = json.dumps(line, ensure_ascii=False) + "\n"
        descriptor = os.open(self.folder / LOG_NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, text.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write(path, content):
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def _message_id(content):
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    return str(message.get("Message-ID", "")).strip()


def listen(port):
    """Return a listening socket: on the port wished for, or on any when it is taken."""
    for wished in (port, 0):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, wished))
        except OSError:
            listener.close()
            continue
        return listener
    raise processes.Failed("Không mở được cổng nào cho máy chủ thư minh họa.")


async def serve(folder, port_file, wished):
    folder.mkdir(parents=True, exist_ok=True)
    listener = listen(wished)
    keeper = Keeper(folder)
    keeper.note_start()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, hostname="localhost", loop=loop), sock=listener
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    unfinished = port_file.with_suffix(".part")
    unfinished.write_text(str(listener.getsockname()[1]))
    unfinished.rename(port_file)
    await stop.wait()
    server.close()


class MailSink:
    """The guardian's view of the mail server."""

    name = NAME
    stop_signal = signal.SIGTERM
    stop_seconds = 5

    def __init__(self, *, volatile=False):
        self.log = paths.log_folder() / "mail.log"
        self.port_file = paths.run_folder() / "smtp.port"
        self.port = 0

    def start(self):
        self.port_file.unlink(missing_ok=True)
        # A restarted sink asks for its old port: clients read the number only once.
        arguments = [paths.mail_folder(), self.port_file, str(self.port)]
        command = [sys.executable, "-m", "config.embedded.mailsink", *arguments]
        return processes.start(command, log=self.log, cwd=paths.CHECKOUT)

    def answers(self):
        try:
            self.port = int(self.port_file.read_text())
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                greeting = connection.recv(64)
        except (OSError, ValueError):
            return None
        return {"port": self.port} if greeting.startswith(b"220") else None


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
