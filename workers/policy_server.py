"""Serves one backend to any number of matches: a ZeroMQ ROUTER, one thread, no waiting.

``python -m workers.policy_server FILE.safetensors`` or ``... --simple module:Class``; people use ``arena
serve``. The server takes what is queued, decides all of it in one batch and answers; SIGTERM and Ctrl-C let
it finish what it was asked, say goodbye and end with exit code 0. Errors end it with exit code 2 and a
sentence on stderr.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import logging
import os
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import zmq

from arena.errors import ArenaError, OptionError, WireError
from arena.wire import limits
from arena.wire.endpoints import check_endpoint, stays_here
from workers.backends.contract import Backend
from workers.desk import Desk

DEFAULT_BIND = "tcp://127.0.0.1:*"
_DRAIN = 256
"""Messages taken before deciding, so that a flood cannot hold up everyone's answers."""
_PARTING_S = 0.5

_log = logging.getLogger(__name__)


class PolicyServer:
    """A bound socket and the desk behind it.

    ``run`` serves until ``stop``, which may be called from any thread or signal handler. Raises
    :class:`WireError` where the address cannot or must not be bound.
    """

    def __init__(self, backend: Backend, bind: str = DEFAULT_BIND, *, open_network: bool = False) -> None:
        """``open_network``: bind other addresses than this machine's own, without encryption."""
        check_endpoint(bind, binding=True)
        if not stays_here(bind) and not open_network:
            raise WireError(
                f"{bind} can be reached from other machines, and nothing on it is encrypted; bind 127.0.0.1, "
                "or add --open-to-network-unencrypted if you trust everyone on that network"
            )
        self.desk = Desk(backend)
        self._lock_file = _claim_ipc(bind)
        self._bell, self._ringer = socket.socketpair()
        for end in (self._bell, self._ringer):
            end.setblocking(False)
        self._stopping = False
        self._socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.ROUTER)
        try:
            self._bind(bind)
        except zmq.ZMQError as error:
            self.close()
            raise WireError(f"cannot serve at {bind}: {error.strerror}; is another server there?") from error
        self.endpoint: str = self._socket.get(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()

    def _bind(self, bind: str) -> None:
        self._socket.set(zmq.LINGER, 0)
        self._socket.set(zmq.ROUTER_MANDATORY, 1)  # tells of peers that are gone
        self._socket.set(zmq.MAXMSGSIZE, limits.ARRAY_BYTES)
        self._socket.set(zmq.RCVHWM, 1000)
        self._socket.set(zmq.SNDHWM, 1000)
        self._socket.bind(bind)

    def run(self) -> None:
        """Serve until :meth:`stop`; then answer what came before, say goodbye and close."""
        poller = zmq.Poller()
        poller.register(self._socket, zmq.POLLIN)
        poller.register(self._bell, zmq.POLLIN)
        try:
            while not self._stopping:
                poller.poll()
                self._serve_queued()
            self._serve_queued()
            self._part()
        finally:
            self.close()

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
        with contextlib.suppress(OSError):
            self._ringer.send(b"!")

    def close(self) -> None:
        """Free the socket and the address. Safe to call twice."""
        self._socket.close()
        self._bell.close()
        self._ringer.close()
        if self._lock_file is not None:
            Path(self._lock_file.name).unlink(missing_ok=True)
            self._lock_file.close()

    @property
    def signal_fd(self) -> int:
        """For ``signal.set_wakeup_fd``: writing to it wakes :meth:`run`."""
        return self._ringer.fileno()

    def _serve_queued(self) -> None:
        """Take what is there, decide it together, answer."""
        for _ in range(_DRAIN):
            try:
                peer, *frames = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            self._send(self.desk.handle(peer, frames))
        self._send(self.desk.flush())

    def _send(self, replies: Sequence[tuple[Any, Sequence[Any]]]) -> None:
        for peer, frames in replies:
            try:
                self._socket.send_multipart([peer, *frames], zmq.NOBLOCK)
            except zmq.Again:
                _log.warning("a client reads none of its answers; one was dropped")
            except zmq.ZMQError as error:
                if error.errno != zmq.EHOSTUNREACH:
                    raise
                self.desk.forget(peer)


def _claim_ipc(bind: str) -> IO[str] | None:
    """Make an ipc address ours alone: a folder closed to others, and a lock.

    Without the lock a second server could bind the same path and take over its clients without any error.
    """
    if not bind.startswith("ipc://"):
        return None
    path = Path(bind.removeprefix("ipc://"))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.parent.stat()
        if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077:
            raise WireError(
                f"the folder {path.parent} is open to others; name a socket in a folder of mode 0700"
            )
        file = path.with_name(path.name + ".lock").open("w")
    except OSError as error:
        raise WireError(f"cannot serve at {bind}: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise WireError(f"cannot serve at {bind}: another server is there") from None
    return file


def serve(server: PolicyServer, on_ready: Callable[[str], None]) -> None:
    """Run ``server`` in the main thread until SIGTERM or SIGINT; ``on_ready`` is told its address first."""

    def stop(_number: int, _frame: Any) -> None:
        server.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    wakeup = signal.set_wakeup_fd(server.signal_fd, warn_on_full_buffer=False)
    try:
        on_ready(server.endpoint)
        server.run()
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``arena serve`` and this module's command line have in common."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "checkpoint", nargs="?", type=Path, metavar="FILE", help="a policy as a .safetensors file"
    )
    what.add_argument("--simple", metavar="MODULE:CLASS", help="a bot: a class with select_action")
    parser.add_argument("--kwargs", default="{}", metavar="JSON", help="keyword arguments of the bot's class")
    parser.add_argument("--bind", default=DEFAULT_BIND, metavar="ADDRESS", help=f"default {DEFAULT_BIND}")
    parser.add_argument("--mode", choices=("deterministic", "sampled"), help="default: what the file says")
    parser.add_argument(
        "--open-to-network-unencrypted",
        action="store_true",
        help="allow an address that other machines can reach, without encryption",
    )


def load_backend(args: argparse.Namespace) -> Backend:
    """The backend that the arguments ask for. Raises an :class:`ArenaError` where it cannot be loaded."""
    if args.simple is None:
        from workers.backends.mlp import MlpBackend

        return MlpBackend(args.checkpoint, args.mode)
    from workers.backends.simple import SimpleBackend

    try:
        kwargs = json.loads(args.kwargs)
    except ValueError as error:
        raise OptionError(f"--kwargs {args.kwargs!r} is not JSON: {error}") from None
    if not isinstance(kwargs, dict):
        raise OptionError(f"--kwargs {args.kwargs!r} is not a JSON object")
    return SimpleBackend(args.simple, kwargs)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a server as a process of its own, as Arena starts them."""
    parser = argparse.ArgumentParser(prog="python -m workers.policy_server", allow_abbrev=False)
    add_arguments(parser)
    parser.add_argument("--sys-path", metavar="JSON", help="where modules are looked for, as a list")
    parser.add_argument(
        "--endpoint-file", type=Path, metavar="FILE", help="write the address there when ready"
    )
    parser.add_argument("--lifeline", action="store_true", help="die when standard input ends")
    args = parser.parse_args(argv)
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    if args.lifeline:
        hold_lifeline()
    if args.sys_path is not None:
        sys.path[:] = json.loads(args.sys_path)
    try:
        server = PolicyServer(load_backend(args), args.bind, open_network=args.open_to_network_unencrypted)
        serve(server, lambda endpoint: _write_endpoint(args.endpoint_file, endpoint))
    except ArenaError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def hold_lifeline() -> None:
    """Have the kernel end this process when the other end of standard input is closed: the one who started us
    is gone.

    On Linux SIGIO ends a process by default and needs nothing of the interpreter, so this works on one that
    hangs in foreign code with the GIL held; a thread does the same wherever the interpreter still runs.
    Standard input itself becomes empty, for the policy and for what it starts.
    """
    line = os.dup(sys.stdin.fileno())  # not inherited: programs that the policy starts hold nothing open
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC)

    def watch() -> None:
        os.read(line, 1)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def _write_endpoint(path: Path | None, endpoint: str) -> None:
    """Write whole or not at all: whoever waits for the file may read it at once."""
    if path is not None:
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_text(endpoint, encoding="utf-8")
        fresh.replace(path)


if __name__ == "__main__":
    sys.exit(main())
