"""
The demo's mail server with faults: `python -m tests.faults.mail_server FOLDER PORT_FILE PORT`.

A file `mode` in the folder says how it behaves: `ok`, `tempfail` (451 to all), `refuse` (421 to
all), `drop` (every third mail is kept and noted, then the line is cut before the
answer), `slow`. Each time it misbehaves it adds a byte to the file `faults`.
"""

import asyncio
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

from config.embedded import mailsink

# Half a lease of the harness must be longer than a silent conversation may last (ADR 14).
SILENCE = 1.5


class FaultyKeeper(mailsink.Keeper):
    count = 0

    async def handle_DATA(self, server, session, envelope):
        mode = self._mode()
        if mode == "tempfail":
            self._misbehaved()
            return "451 try again later"
        # Fast enough for thousands, slow enough that a blow falls between two mails.
        await asyncio.sleep(0.3 if mode == "slow" else 0.03)
        reply = await super().handle_DATA(server, session, envelope)
        FaultyKeeper.count += 1
        if mode == "drop" and FaultyKeeper.count % 3 == 0:
            self._misbehaved()
            server.transport.abort()
        elif mode == "slow":
            self._misbehaved()
        return reply

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self._mode() == "refuse":
            self._misbehaved()
            return "421 closing"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    def _mode(self):
        mode_file = self.folder / "mode"
        return mode_file.read_text() if mode_file.exists() else "ok"

    def _misbehaved(self):
        with (self.folder / "faults").open("ab") as file:
            file.write(b".")


class ImpatientSMTP(SMTP):
    """As a relay does, cut off who falls silent; here sooner, as the lease is shorter."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, timeout=SILENCE, **options)


if __name__ == "__main__":
    mailsink.Keeper, mailsink.SMTP = FaultyKeeper, ImpatientSMTP
    asyncio.run(mailsink.serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
