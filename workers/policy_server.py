"""Serves models to any number of matches: a ZeroMQ ROUTER, one thread, no waiting.

``python -m workers.policy_server WORD...``, see :mod:`arena.training.model_word`; people use ``arena serve``.
The server takes what is queued, decides all of it in as few batches as it can and answers; SIGTERM and Ctrl-C
let it finish what it was asked, say goodbye and end with exit code 0; SIGHUP has it load its models anew.
Errors end it with exit code 2 and a sentence on stderr.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import zmq

from arena.errors import ArenaError, WireError
from arena.wire import limits
from arena.wire.codec import encode
from arena.wire.endpoints import check_endpoint, stays_here
from arena.wire.gatekeeper import gatekeeper
from arena.wire.keys import KeyPair
from arena.wire.messages import Refusal, Refused
from arena.wire.parts import readiness, receive_parts, send_parts
from workers.address import claim_ipc
from workers.backends.contract import Backend
from workers.desk import Desk
from workers.figures import resident_bytes
from workers.inbox import Inbox
from workers.models import Model, Reloader
from workers.telemetry import Telemetry

DEFAULT_BIND = "tcp://127.0.0.1:*"
_DRAIN = 256
"""Messages taken before deciding, so that a flood cannot hold up everyone's answers."""
_QUEUE = 64
"""Messages of one peer that the system holds for us, each of up to 64 MiB."""
_TURNS_AT_THE_END = 64
_PARTING_S = 0.5
_FIGURES_EVERY_S = 1.0

_log = logging.getLogger(__name__)


class PolicyServer:
    """A bound socket and the desk behind it.

    ``run`` serves until ``stop``, which may be called from any thread or signal handler. Raises
    :class:`WireError` where the address cannot or must not be bound.
    """

    def __init__(
        self,
        served: Backend | Sequence[Model],
        bind: str = DEFAULT_BIND,
        *,
        open_network: bool = False,
        keys: KeyPair | None = None,
        allowed: Collection[str] | None = None,
        telemetry: bool = False,
    ) -> None:
        """Args:
        served: its models, or one backend.
        open_network: bind other addresses than this machine's own, without encryption.
        keys: encrypt with these; ``allowed`` are the public keys of those who may come in (``None``: all who
            know ours).
        telemetry: tell the bus what it does, once a second.
        """
        check_endpoint(bind, binding=True)
        if not stays_here(bind) and not open_network and keys is None:
            raise WireError(
                f"{bind} can be reached from other machines, and nothing on it would be encrypted; bind "
                "127.0.0.1, or add --open-to-network-unencrypted if you trust everyone on that network"
            )
        self.desk = Desk(served) if isinstance(served, Backend) else Desk(*served)
        self.reloader = Reloader(self.desk.models, self._wake)
        self._inbox = Inbox()
        self._gone: set[Any] = set()
        """Peers that could not be reached, though what they said before may still be unread."""
        self._telemetry: Telemetry | None = None
        self._told_at = float("-inf")
        self._lock_file = claim_ipc(bind)
        self._domain = ""
        self._bell, self._ringer = socket.socketpair()
        for end in (self._bell, self._ringer):
            end.setblocking(False)
        self._stopping = self._reload_asked = False
        self._socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.ROUTER)
        try:
            self._bind(bind, keys, allowed)
            self.endpoint: str = self._socket.get(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()
            if telemetry:
                self._telemetry = Telemetry(self.endpoint, self.desk.models)
        except zmq.ZMQError as error:
            self.close()
            raise WireError(f"cannot serve at {bind}: {error.strerror}; is another server there?") from error
        except BaseException:
            self.close()
            raise

    def _bind(self, bind: str, keys: KeyPair | None, allowed: Collection[str] | None) -> None:
        self._socket.set(zmq.LINGER, 0)
        self._socket.set(zmq.ROUTER_MANDATORY, 1)  # tells of peers that are gone
        self._socket.set(zmq.MAXMSGSIZE, limits.ARRAY_BYTES)
        self._socket.set(zmq.RCVHWM, _QUEUE)
        self._socket.set(zmq.SNDHWM, 1000)
        if keys is not None:
            self._domain = gatekeeper().guard(self._socket, keys, allowed)
        self._socket.bind(bind)

    def run(self) -> None:
        """Serve until :meth:`stop`; then answer what came before, say goodbye and close."""
        poller, bell = select.poll(), self._bell.fileno()
        for fd in (int(self._socket.get(zmq.FD)), bell):
            poller.register(fd, select.POLLIN)
        self.reloader.start()
        try:
            while not self._stopping:
                if bell in dict(poller.poll(self._patience_ms())):
                    self._hear_bell()
                self._serve_queued()
                self._tell_figures()
            self._serve_queued()
            for _ in range(_TURNS_AT_THE_END):
                if self._inbox:
                    self._serve_queued()
            self._part()
        finally:
            self.close()

    def _patience_ms(self) -> int | None:
        """How long to sleep. The descriptor of a ZeroMQ socket tells of changes, and to send may eat one, so
        the socket is asked right before.
        """
        if self._inbox or self._gone or self._is_readable():
            return 0
        return None if self._telemetry is None else int(1000 * _FIGURES_EVERY_S)

    def _is_readable(self) -> bool:
        return bool(readiness(self._socket))

    def _part(self) -> None:
        """Say goodbye and wait a moment for those of the clients: one that is cut off may lose what it has
        not read.
        """
        self._send(self.desk.farewell("the server was stopped"))
        give_up = time.monotonic() + _PARTING_S
        while self.desk.sessions and (left_s := give_up - time.monotonic()) > 0:
            self._socket.poll(int(1000 * left_s) + 1)
            self._serve_queued()

    def stop(self) -> None:
        """Have :meth:`run` return soon."""
        self._stopping = True
        self._wake()

    def reload(self) -> None:
        """Have the models loaded anew. May be called from any thread or signal handler."""
        self._reload_asked = True
        self._wake()

    def close(self) -> None:
        """Free the socket and the address. Safe to call twice."""
        self.reloader.close()
        if self._telemetry is not None:
            self._telemetry.close()
        self._socket.close()
        if self._domain:
            gatekeeper().release(self._domain)
            self._domain = ""
        self._bell.close()
        self._ringer.close()
        if self._lock_file is not None:
            Path(self._lock_file.name).unlink(missing_ok=True)
            self._lock_file.close()

    @property
    def signal_fd(self) -> int:
        """For ``signal.set_wakeup_fd``: writing to it wakes :meth:`run`."""
        return self._ringer.fileno()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._ringer.send(b"!")

    def _hear_bell(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._bell.recv(4096)
        if self._reload_asked:
            self._reload_asked = False
            self.reloader.hurry()
        while self.reloader.outcomes:
            outcome = self.reloader.outcomes.popleft()
            self._send(self.desk.adopt(outcome))
            if self._telemetry is not None:
                self._telemetry.reloaded(outcome)

    def _serve_queued(self) -> None:
        """Take what is there, decide it together, answer."""
        now, gone, drained = time.monotonic(), set(self._gone), False
        for _ in range(_DRAIN):
            if not self._is_readable():  # cheaper than the exception of a receive in vain
                drained = True
                break
            peer, *frames = receive_parts(self._socket)
            if not self._inbox.put(peer, frames, now):
                self._refuse_flood(peer)
        for name, message in self._inbox.draw():
            self._send(self.desk.handle(name, message))
        self._send(self.desk.flush())
        if drained and not self._inbox:
            self._forget(gone)

    def _forget(self, gone: set[Any]) -> None:
        """These went, and all that they said before was heard: how it ended, what there was to learn."""
        for peer in gone:
            self.desk.forget(peer)
            self._inbox.forget(peer)
        self._gone -= gone

    def _refuse_flood(self, peer: Any) -> None:
        _log.warning("a client sends more than it may; it is not listened to for a moment")
        self.desk.forget(peer)
        self._send([(peer, encode(Refused("", Refusal.LIMIT, "too many messages at once")))])

    def _send(self, replies: Sequence[tuple[Any, Sequence[Any]]]) -> None:
        for peer, frames in replies:
            try:
                send_parts(self._socket, [peer, *frames])
            except zmq.Again:
                _log.warning("a client reads none of its answers; one was dropped")
            except zmq.ZMQError as error:
                if error.errno != zmq.EHOSTUNREACH:
                    raise
                self._gone.add(peer)

    def _tell_figures(self) -> None:
        """Once a second, if anybody listens."""
        now = time.monotonic()
        if self._telemetry is None or now - self._told_at < _FIGURES_EVERY_S:
            return
        self._told_at = now
        if self._telemetry.listening:
            self._telemetry.tell(self.desk, resident_bytes())


def serve(server: PolicyServer, on_ready: Callable[[str], None]) -> None:
    """Run ``server`` in the main thread until SIGTERM or SIGINT; ``on_ready`` is told its address first."""

    def stop(_number: int, _frame: Any) -> None:
        server.stop()

    at_terminal = os.isatty(0)

    def reload(_number: int, _frame: Any) -> None:
        if at_terminal and not os.isatty(0):  # not somebody's wish: the terminal was closed
            server.stop()
        else:
            server.reload()

    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    wakeup = signal.set_wakeup_fd(server.signal_fd, warn_on_full_buffer=False)
    try:
        on_ready(server.endpoint)
        server.run()
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a server as a process of its own, as Arena starts them."""
    from workers.serving import run_child

    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    try:
        return run_child(argv)
    except ArenaError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
