"""A bot to test against, good or bad: ``python -m tests.players.servers.guest ADDRESS TOKEN --how WORD``.

It is any of the servers (see ``fault.FAULTS``), dialling in. ``--manner`` says how it behaves as a guest.
"""

from __future__ import annotations

import argparse
import ctypes
import sys
import time
from typing import Any

import msgpack
import zmq

from tests.players.servers import answers, lives, manners  # noqa: F401 - they fill the table
from tests.players.servers.fault import FAULTS
from tests.players.servers.plain import PlainServer

MANNERS = {
    "good": "joins, comes back after a drop, ends at bye",
    "never_joins": "dials and says nothing",
    "no_return": "does not come back after a drop",
    "stays": "goes on after bye",
    "insists": "tries a token again and again",
}
PING_MS = 300


class Guest(PlainServer):
    """Mixed into a server, makes it dial."""

    token = ""
    manner = "good"
    resume = ""

    def open(self, address: str) -> zmq.Socket[bytes]:
        dealer: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.DEALER)
        dealer.setsockopt(zmq.LINGER, 200)
        dealer.connect(address)
        return dealer

    def serve(self) -> None:
        if self.manner != "never_joins":
            self.say("join", token=self.token, name="Plain", role="bot", versions=[1])
        while True:
            if self.router.poll(PING_MS):
                self.received(b"", self.router.recv_multipart())
            else:
                self.say("ping", number=1)

    def say(self, kind: str, **fields: Any) -> None:
        """Say something about the connection."""
        if self.manner != "never_joins":
            self.router.send(msgpack.packb({"v": 1, "kind": kind, "match": "", **fields}))

    def send(self, peer: bytes, header: dict[str, Any], arrays: list[bytes]) -> None:
        self.router.send_multipart([msgpack.packb(header), *arrays])

    def on_joined(self, peer: bytes, header: dict[str, Any], frames: list[bytes]) -> list[Any]:
        """Keep what brings us back."""
        self.resume = header["resume"]
        return []

    def on_refused(self, peer: bytes, header: dict[str, Any], frames: list[bytes]) -> list[Any]:
        """Come back, or give up."""
        if self.resume and self.manner != "no_return":
            time.sleep(0.1)
            self.say("join", resume=self.resume, versions=[1])
        elif self.manner == "insists":
            time.sleep(0.1)
            self.say("join", token=self.token, versions=[1])
        elif not self.resume:
            sys.exit(header["message"])
        return []

    def on_bye(self, peer: bytes, header: dict[str, Any], frames: list[bytes]) -> list[Any]:
        if not header["match"] and self.manner != "stays":
            sys.exit(0)
        return super().on_bye(peer, header, frames)


def die_with_parent() -> None:
    """Have the system kill this process when the test's is gone: one that hangs cannot see that itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def main() -> None:
    """Play until the host says bye."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("token")
    parser.add_argument("--how", choices=sorted(FAULTS), default="good")
    parser.add_argument("--manner", choices=sorted(MANNERS), default="good")
    parser.add_argument("--after", type=int, default=0, help="good answers in each session before the fault")
    parser.add_argument("--wants", default="", help="what to be sent besides requests, with commas between")
    words = parser.parse_args()
    die_with_parent()
    kind = type("GuestServer", (Guest, FAULTS[words.how]), {"token": words.token, "manner": words.manner})
    kind(words.address, words.after, tuple(word for word in words.wants.split(",") if word)).serve()


if __name__ == "__main__":
    main()
