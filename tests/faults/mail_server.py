"""
The demo's mail server with faults: `python -m tests.faults.mail_server FOLDER PORT_FILE PORT`.

A file `mode` in the folder says how it behaves: `ok`, `tempfail` (451 to all), `drop` (every third
mail is kept and noted, then the line is cut before the answer), `slow`.
"""

import asyncio
import sys
from pathlib import Path

from config.embedded import mailsink


class FaultyKeeper(mailsink.Keeper):
    count = 0

    async def handle_DATA(self, server, session, envelope):
        mode_file = self.folder / "mode"
        mode = mode_file.read_text() if mode_file.exists() else "ok"
        if mode == "tempfail":
            return "451 try again later"
        # Fast enough for thousands, slow enough that a blow falls between two mails.
        await asyncio.sleep(0.3 if mode == "slow" else 0.03)
        reply = await super().handle_DATA(server, session, envelope)
        FaultyKeeper.count += 1
        if mode == "drop" and FaultyKeeper.count % 3 == 0:
            server.transport.abort()
        return reply


if __name__ == "__main__":
    mailsink.Keeper = FaultyKeeper
    asyncio.run(mailsink.serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
