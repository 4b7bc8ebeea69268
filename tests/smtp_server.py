"""A mail server that answers as a test says: puts off, refuses, hangs up, or falls silent."""

import datetime as dt
import email
import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HANG_UP = ""


@dataclass
class Script:
    """What the server says at each step; HANG_UP closes the line there. It may change."""

    greeting: str = "220 test"
    sender: str = "250 ok"
    recipient: str = "250 ok"
    data: str = "250 ok"
    # For one address another answer to RCPT.
    by_address: dict[str, str] = field(default_factory=dict)
    port: int = 0
    # Bytes of each mail that came whole, whatever was said then.
    mails: list[bytes] = field(default_factory=list)
    conversations: int = 0
    # A log in the sink's form, of all mails that came whole.
    log: Path | None = None

    def note(self, outcome, content=b""):
        if self.log is None:
            return
        line = {
            "at": dt.datetime.now(dt.UTC).isoformat(),
            "message_id": str(email.message_from_bytes(content)["Message-ID"] or "").strip(),
            "outcome": outcome,
        }
        with self.log.open("a") as file:
            file.write(json.dumps(line) + "\n")


@contextmanager
def scripted_smtp(settings, log=None, **answers):
    """Start the server, point the settings' mail at it, and yield its Script."""
    script = Script(log=log, **answers)
    script.note("started")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script.port = listener.getsockname()[1]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", script.port
        thread = threading.Thread(target=_serve, args=[listener, script], daemon=True)
        thread.start()
        yield script
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(listener, script):
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        script.conversations += 1
        with line, line.makefile("rb") as lines:
            _talk(line, lines, script)


def _talk(line, lines, script):
    def say(words):
        if words:
            line.sendall(f"{words}\r\n".encode())
        return bool(words)

    if not say(script.greeting) or not script.greeting.startswith("2"):
        return
    for command in lines:
        verb = command[:4].upper()
        if verb == b"DATA":
            say("354 go")
            content = b"".join(iter(lines.readline, b".\r\n"))
            script.mails.append(content)
            if not script.data or script.data.startswith("2"):
                script.note("accepted", content)
            answer = script.data
        elif verb == b"RCPT":
            address = command.decode().partition("<")[2].partition(">")[0]
            answer = script.by_address.get(address, script.recipient)
        else:
            answer = script.sender if verb == b"MAIL" else "250 ok"
        if not say(answer) or verb == b"QUIT":
            return
