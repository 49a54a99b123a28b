"""How a seat comes to its policy server: a way to dial it, and one of its own that is started for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from arena.wire.keys import KeyPair
from arena.wire.link import Channel, Link, LinkHandler

Dial = Callable[[LinkHandler, threading.RLock], Channel]
"""Opens the way to the server. The lock guards the handler: it is held whenever a hook of it is called."""


class OwnServer(Protocol):
    """A server that runs for its seats only, and that is started again if it dies."""

    @property
    def ending(self) -> str:
        """How it ended the last time, as the rest of a sentence that begins with its name."""

    @property
    def exit_code(self) -> int | None:
        """Of the process that ended last."""

    @property
    def progress(self) -> str:
        """What it is at while nobody is there to talk to, for people: ``its policy server is starting``."""

    def start(self, on_exit: Callable[[], None]) -> None:
        """Start it, unless it runs; ``on_exit`` is called, from any thread, when it has ended by itself."""

    def close(self) -> None:
        """These seats need it no more. Hold no lock that ``on_exit`` takes."""


def dialling(endpoint: str, key: str = "", own: KeyPair | None = None) -> Dial:
    """A way to the server at ``endpoint``; encrypted with ``key``, its public key, and as ``own`` where
    given.
    """
    return lambda handler, lock: Link(endpoint, handler, lock, key=key, own=own)
