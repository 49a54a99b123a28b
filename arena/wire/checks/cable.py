"""A cable between a bot and the gate, which can be pulled out."""

from __future__ import annotations

import contextlib
import socket
import threading

from arena.errors import WireError

_BYTES = 65_536


class Cable:
    """Passes TCP connections on to a port of this machine.

    Raises :class:`WireError` where ``host`` and ``port`` (0: any free one) cannot be bound.
    """

    def __init__(self, host: str, port: int, target_port: int) -> None:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._listener = socket.create_server((host, port), family=family)
        except OSError as error:
            raise WireError(f"cannot listen at tcp://{host}:{port}: {error.strerror}") from error
        self.port: int = self._listener.getsockname()[1]
        self._target_port = target_port
        self._changed = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._closed = False
        self._threads = [threading.Thread(target=self._accept, name="cable", daemon=True)]
        self._threads[0].start()

    def cut(self) -> None:
        """Break all connections; new ones may be made at once."""
        with self._changed:
            for end in self._ends:
                _shut(end)

    def close(self) -> None:
        """Break all connections and take no more."""
        with self._changed:
            self._closed = True
        _shut(self._listener)  # wakes who accepts
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                if self._closed:
                    near.close()
                    return
                try:
                    far = socket.create_connection(("127.0.0.1", self._target_port))
                except OSError:
                    near.close()
                    continue
                self._ends |= {near, far}
                for end in (near, far):  # small messages must not wait for each other
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for source, sink in ((near, far), (far, near)):
                    thread = threading.Thread(target=self._carry, args=(source, sink), daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        """What comes from one end goes to the other, until one of them breaks."""
        with contextlib.suppress(OSError):
            while data := source.recv(_BYTES):
                sink.sendall(data)
        with self._changed:
            _shut(source)
            _shut(sink)
            self._ends.discard(source)
        source.close()


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is shut already
        end.shutdown(socket.SHUT_RDWR)
