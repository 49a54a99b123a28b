"""Who is on the bus: small files in the runtime folder that say which streams, recorders and brokers are
alive.

Each file is locked (flock) by the process it speaks of, so one whose process died, however it died, is known
as stale and removed by whoever comes across it. It is locked before it gets its name: a file that can be seen
is locked.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from arena.home import ipc_endpoint, runtime_dir

_FOLDER = "bus"


@dataclass(frozen=True, slots=True)
class StreamEndpoint:
    """Where one stream is published and repaired."""

    stream: str
    publish: str
    """XPUB; topics are the stream's name followed by the kind of event, or by ``block``."""
    repair: str
    """ROUTER, see :mod:`arena.bus.repair`."""
    pid: int


class Announcement:
    """A file that stands as long as this process (or until :meth:`withdraw`)."""

    def __init__(self, name: str, content: dict[str, Any]) -> None:
        self.path = bus_dir() / f"{name}.json"
        fresh = self.path.with_name(f".{name}.{os.getpid()}")
        self._fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        os.write(self._fd, json.dumps(content).encode())
        fresh.replace(self.path)

    def withdraw(self) -> None:
        """Take the file away. Safe to call twice."""
        if self._fd >= 0:
            with contextlib.suppress(FileNotFoundError):
                if _is(self.path, self._fd):
                    self.path.unlink()
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.withdraw()


def bus_dir() -> Path:
    """The folder of announcements and sockets."""
    path = runtime_dir() / _FOLDER
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def socket_endpoint(name: str) -> str:
    """The ipc endpoint of the socket ``name`` of the bus."""
    bus_dir()
    return ipc_endpoint(f"{_FOLDER}/{name}")


def remove_sockets(ulid: str) -> None:
    """Take the socket files of a stream away: ZeroMQ leaves them where they are."""
    for socket in bus_dir().glob(f"{ulid}.*.sock"):
        socket.unlink(missing_ok=True)


def announce_stream(endpoint: StreamEndpoint) -> Announcement:
    """Tell everybody of a stream."""
    return Announcement(f"stream-{_ulid(endpoint.stream)}", asdict(endpoint))


def streams() -> list[StreamEndpoint]:
    """Every stream whose process is alive, oldest first."""
    found = []
    for content in _alive("stream-*.json"):
        with contextlib.suppress(TypeError):  # a file of another version: not for us
            found.append(StreamEndpoint(**content))
    return found


def announce_recorder(recorder_id: str) -> Announcement:
    """Tell publishers that a recorder is here, so that they wait for it before they leave."""
    return Announcement(f"recorder-{recorder_id}", {"id": recorder_id, "pid": os.getpid()})


def recorders() -> set[str]:
    """Ids of the recorders that are alive."""
    return {str(content.get("id")) for content in _alive("recorder-*.json")}


def announce_broker(front: str, back: str) -> Announcement:
    """Tell publishers to send to the broker's ``front``, too."""
    return Announcement("broker", {"front": front, "back": back, "pid": os.getpid()})


def broker() -> tuple[str, str] | None:
    """The endpoints ``(front, back)`` of the broker, if one is alive: publishers connect to its front."""
    for content in _alive("broker.json"):
        return str(content["front"]), str(content["back"])
    return None


def is_alive(stream: str) -> bool:
    """Whether the process that publishes ``stream`` is alive."""
    return any(content.get("stream") == stream for content in _alive(f"stream-{_ulid(stream)}.json"))


def _ulid(stream: str) -> str:
    return stream.rstrip("/").rpartition("/")[2]


def _alive(pattern: str) -> list[dict[str, Any]]:
    found = []
    for path in sorted(bus_dir().glob(pattern)):
        try:
            with path.open("rb") as file:
                if _locked(file.fileno()):
                    content = json.loads(file.read())
                    found.append(content)
                elif _is(path, file.fileno()):
                    _remove_stale(path)
        except (FileNotFoundError, ValueError):
            continue
    return found


def _is(path: Path, fd: int) -> bool:
    """Whether ``fd`` still is the file of that name: a successor may have taken it."""
    return os.path.samestat(os.fstat(fd), path.stat())


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _remove_stale(path: Path) -> None:
    path.unlink(missing_ok=True)
    remove_sockets(path.stem.partition("-")[2] or path.stem)
