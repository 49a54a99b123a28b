"""A bot that comes to a host to play, and keeps a diary.

``python -m tests.players.servers.regular ADDRESS TOKEN NAME DIARY`` writes each result that it is told as a
line of JSON. SIGUSR1 tears its line, and it dials again; SIGTERM has it say goodbye.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

from tests.players.servers.guest import PING_MS, Guest, die_with_parent
from tests.players.servers.plain import Message, PlainServer, Session

THINKS_S = 0.02
AWAY_S = 0.3


class Regular(Guest, PlainServer):
    """Plays, thinks for a moment, and remembers."""

    def __init__(self, address: str, token: str, name: str, diary: Path) -> None:
        super().__init__(address)
        self.token, self.name = token, name
        self._diary = diary.open("a", encoding="utf-8")
        self._torn = self._leaving = False

    def tear(self, *_: object) -> None:
        """Lose the line, as soon as nothing is being said."""
        self._torn = True

    def leave(self, *_: object) -> None:
        """Go home, as soon as nothing is being said."""
        self._leaving = True

    def serve(self) -> None:
        self.say("join", token=self.token, name=self.name, role="bot", versions=[1])
        while not self._leaving:
            if self._torn:
                self._dial_again()
            if self.router.poll(PING_MS):
                self.received(b"", self.router.recv_multipart())
            else:
                self.say("ping", number=1)
        self.say("bye", message="I have to go")

    def _dial_again(self) -> None:
        self._torn = False
        self.router.close(linger=0)
        time.sleep(AWAY_S)
        self.router = self.open(self.address)
        self.say("join", resume=self.resume, versions=[1])

    def decide(self, session: Session, header: dict[str, Any], frames: list[bytes]) -> list[Message]:
        time.sleep(THINKS_S)
        return super().decide(session, header, frames)

    def on_end(self, peer: bytes, header: dict[str, Any], frames: list[bytes]) -> list[Message]:
        """Write the result down."""
        told = {key: header[key] for key in ("match", "episode", "reason", "ranks")}
        self._diary.write(json.dumps(told) + "\n")
        self._diary.flush()
        return []


def main() -> None:
    """Play until the host says bye, or told to go."""
    address, token, name, diary = sys.argv[1:]
    die_with_parent()
    bot = Regular(address, token, name, Path(diary))
    signal.signal(signal.SIGUSR1, bot.tear)
    signal.signal(signal.SIGTERM, bot.leave)
    sys.stdout.write("here\n")
    sys.stdout.flush()
    bot.serve()


if __name__ == "__main__":
    main()
