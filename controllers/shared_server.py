"""One server process for all seats of one model, however many controllers and matches hold them.

The model is in memory once, and what they ask at one moment is one batch. Whoever lets go last stops it; if
it dies, all are told, and the first to want it again starts it for all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from controllers.server_process import ServerProcess

_lock = threading.Lock()
_servers: dict[tuple[str, ...], _Shared] = {}


class _Shared:
    """A process and those who use it. Guarded by ``_lock``, but for the process itself."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self.arguments = arguments
        self.process = ServerProcess(arguments)
        self.users: dict[ServerLease, Callable[[], None] | None] = {}
        """Each with whom to tell that the process ended, once it wants to know."""

    def ended(self) -> None:
        """In the reactor's thread."""
        with _lock:
            told = [on_exit for on_exit in self.users.values() if on_exit is not None]
        for on_exit in told:
            on_exit()


class ServerLease:
    """One controller's share of a process: a :class:`controllers.dialling.OwnServer`."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """``arguments`` are those of :mod:`workers.policy_server`; equal ones get the same process."""
        key = tuple(arguments)
        with _lock:
            if key not in _servers:
                _servers[key] = _Shared(key)
            self._shared = _servers[key]
            self._shared.users[self] = None
        self._process = self._shared.process

    @property
    def endpoint(self) -> str:
        """Where it is dialled."""
        return self._process.endpoint

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid

    @property
    def progress(self) -> str:
        """What it is at before anybody can talk to it."""
        return self._process.progress

    @property
    def ending(self) -> str:
        """How the process ended the last time, as the rest of a sentence that begins with its name."""
        return self._process.ending

    @property
    def exit_code(self) -> int | None:
        """Of the process that ended last."""
        return self._process.exit_code

    def start(self, on_exit: Callable[[], None]) -> None:
        """Start it, unless it runs; ``on_exit`` is called, in the reactor's thread, when it has ended by
        itself.
        """
        with _lock:
            if self not in self._shared.users:
                return
            self._shared.users[self] = on_exit
            self._process.start(self._shared.ended)

    def close(self) -> None:
        """These seats need it no more. Safe to call twice; hold no lock that ``on_exit`` takes."""
        shared = self._shared
        with _lock:
            shared.users.pop(self, None)
            unused = not shared.users
            if unused and _servers.get(shared.arguments) is shared:
                del _servers[shared.arguments]
        if unused:
            self._process.close()
