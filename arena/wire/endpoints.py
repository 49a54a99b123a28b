"""Addresses of sockets: which are well-formed, and which leave this machine."""

from __future__ import annotations

import ipaddress
import os
import re

from arena.errors import WireError
from arena.home import IPC_PATH_MAX

_TCP = re.compile(r"tcp://(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9_.*-]+):(\d+|\*)$")


def check_endpoint(endpoint: str, *, binding: bool = False) -> None:
    """Raise :class:`WireError` unless ``endpoint`` is ``tcp://host:port`` or ``ipc:///path``.

    ``binding`` allows the wildcards ``*`` for every interface and for any free port.
    """
    if endpoint.startswith("ipc://"):
        path = endpoint.removeprefix("ipc://")
        if not path.startswith("/") or len(os.fsencode(path)) > IPC_PATH_MAX:
            raise WireError(
                f"address {endpoint!r} is not ipc:// and an absolute path of at most {IPC_PATH_MAX} bytes"
            )
        return
    match = _TCP.match(endpoint)
    if match is None:
        raise WireError(f"address {endpoint!r} is not like tcp://127.0.0.1:5555 or ipc:///folder/name")
    host, port = match.groups()
    if not binding and "*" in {host, port}:
        raise WireError(f"address {endpoint!r} has a wildcard; name the host and the port to dial")
    if port != "*" and not 0 < int(port) < 65536:
        raise WireError(f"port {port} in {endpoint!r} is not from 1 to 65535")


def full_address(text: str) -> str:
    """``10.0.0.5:5570`` as people write it, as ``tcp://10.0.0.5:5570``. Raises :class:`WireError`."""
    address = text.strip()
    if "://" not in address:
        address = f"tcp://{address}"
    check_endpoint(address)
    return address


def stays_here(endpoint: str) -> bool:
    """Whether what is sent to ``endpoint`` cannot leave this machine."""
    match = _TCP.match(endpoint)
    if match is None:
        return endpoint.startswith(("ipc://", "inproc://"))
    host = match[1].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
