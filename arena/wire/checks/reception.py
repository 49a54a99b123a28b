"""A small host for one bot under examination: tokens, a gate, and a cable that can be pulled out."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Any

from arena.errors import OptionError
from arena.hosting.gate import Gate
from arena.hosting.guests import Guest, GuestChannel
from arena.hosting.port import Port
from arena.hosting.tokens import TokenBook
from arena.processes import kill_group
from arena.wire.checks.cable import Cable
from arena.wire.checks.check import Failed
from arena.wire.keys import KeyPair
from arena.wire.link import LinkHandler

PLACE = "a conformance check"
_STDERR = 2


class Reception:
    """Waits for a bot that joins with :attr:`token`, and tells whether it came, dropped and came back.

    Guests dial ``host`` and ``port``; with ``keys`` the line is encrypted.
    """

    def __init__(self, host: str, port: int, keys: KeyPair | None = None) -> None:
        self._book = TokenBook(keys.public if keys else "")
        self._joined: queue.SimpleQueue[Guest] = queue.SimpleQueue()
        self._returned = threading.Event()
        self._stop = threading.Event()
        self._guest: Guest | None = None
        self.bot: BotProcess | None = None
        """The process under examination, if we started it."""
        self.token = self._book.issue(PLACE, time.monotonic())
        self._gate = Gate(Port("tcp://127.0.0.1:*", keys), self._book, self, time.monotonic)
        try:
            self._cable = Cable(host, port, int(self._gate.endpoint.rpartition(":")[2]))
        except BaseException:
            self._gate.close()
            raise
        self.endpoint = f"tcp://{f'[{host}]' if ':' in host else host}:{self._cable.port}"
        self._ticker = threading.Thread(target=self._tick, name="reception", daemon=True)
        self._ticker.start()

    def guest(self, patience_s: float) -> Guest:
        """Who has joined. Raises :class:`Failed` where nobody does in time."""
        until = time.monotonic() + patience_s
        while self._guest is None:
            try:
                self._guest = self._joined.get(timeout=0.05)
            except queue.Empty:
                code = None if self.bot is None else self.bot.exit_code
                if code is not None:
                    raise Failed(f"the bot ended with exit code {code} before it joined") from None
                if time.monotonic() > until:
                    raise Failed(f"nobody joined within {patience_s:g} s") from None
        return self._guest

    def dial(self, handler: LinkHandler, lock: Any) -> GuestChannel:
        """A channel to the guest. Raises :class:`Failed` where there is none."""
        if self._guest is None:
            raise Failed("nobody has joined")
        return self._guest.dial(handler, lock)

    def cut(self) -> None:
        """Break the guest's connection."""
        self._returned.clear()
        self._cable.cut()

    def await_return(self, patience_s: float) -> None:
        """Return when the guest is back with its resume secret. Raises :class:`Failed` if it stays away."""
        if not self._returned.wait(patience_s):
            raise Failed(f"it did not come back with its resume secret within {patience_s:g} s")

    def send_home(self) -> None:
        """Say bye to the guest, for good."""
        if self._guest is not None:
            self._gate.dismiss(self._guest, "the conformance check is over")

    def close(self) -> None:
        """Say goodbye and free the address; a bot that we started is ended."""
        self._stop.set()
        self._ticker.join()
        self._gate.close()
        self._cable.close()
        if self.bot is not None:
            self.bot.close()

    def _tick(self) -> None:
        while not self._stop.wait(0.1):
            self._gate.tick(time.monotonic())

    # ---- what the gate tells ------------------------------------------------------------------------------

    def guest_joined(self, guest: Guest) -> None:
        """It is here."""
        self._joined.put(guest)

    def guest_dropped(self, guest: Guest, why: str) -> None:
        """Its connection is gone; channels hear of it by themselves."""

    def guest_returned(self, guest: Guest) -> None:
        """It came back."""
        self._returned.set()

    def guest_left(self, guest: Guest, why: str) -> None:
        """It is gone for good; channels hear of it by themselves."""

    def describe_place(self, guest: Guest) -> str:
        """In words."""
        return guest.place


class BotProcess:
    """A bot's program, started with an address and a token.

    They stand in for ``{address}`` and ``{token}`` in its words, or behind them if neither occurs, and in the
    environment as ARENA_ADDRESS and ARENA_TOKEN. What it prints goes to our standard error. Raises
    :class:`OptionError` where it cannot be started.
    """

    def __init__(self, command: Sequence[str], address: str, token: str) -> None:
        self._start = command, address, token
        places = {"{address}": address, "{token}": token}
        words = [_filled(word, places) for word in command]
        if words == list(command):
            words += [address, token]
        environment = {**os.environ, "ARENA_ADDRESS": address, "ARENA_TOKEN": token}
        try:
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=_STDERR, env=environment, start_new_session=True
            )
        except OSError as error:
            raise OptionError(f"cannot start {words[0]}: {error.strerror}") from error

    def again(self) -> BotProcess:
        """The same program once more, with the same token, which is used up by now."""
        return BotProcess(*self._start)

    @property
    def exit_code(self) -> int | None:
        """``None`` while it runs."""
        return self._process.poll()

    def await_end(self, patience_s: float) -> int:
        """Its exit code. Raises :class:`Failed` if it goes on."""
        try:
            return self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            raise Failed(f"its process still runs after {patience_s:g} s") from None

    def close(self) -> None:
        """End it, and what it started."""
        kill_group(self._process.pid)
        self._process.wait()


def _filled(word: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        word = word.replace(name, value)
    return word
