"""Addresses that a server binds: an ipc path of its own, and what others write to dial a TCP one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import stat
from pathlib import Path
from typing import IO

from arena.errors import WireError

_ELSEWHERE = ("192.0.2.1", 9)
"""An address for documentation (RFC 5737): where packets would leave by, not where any are sent."""


def claim_ipc(bind: str) -> IO[str] | None:
    """Make an ipc address ours alone: a folder closed to others, and a lock; ``None`` for other addresses.

    Without the lock a second server could bind the same path and take over its clients without any error.
    Raises :class:`WireError`.
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


def dial_address(endpoint: str) -> str:
    """What others write to reach ``endpoint``: this machine's address where it is bound on every one."""
    for wildcard in ("tcp://0.0.0.0:", "tcp://[::]:"):
        if endpoint.startswith(wildcard):
            return f"tcp://{_own_address()}:{endpoint.removeprefix(wildcard)}"
    return endpoint


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(_ELSEWHERE)
        return str(probe.getsockname()[0])
    return socket.gethostname()
