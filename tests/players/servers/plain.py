# SPDX-License-Identifier: MIT
"""An honest seat-protocol server for any game, in plain pyzmq and msgpack, written from docs/protocol.md.

It imports nothing of Arena's: it is what a stranger would build. Its choice is a function of the observation
alone (a checksum of its bytes picks among the legal actions), therefore it is deterministic.
"""

from __future__ import annotations

import base64
import struct
import sys
import zlib
from dataclasses import dataclass, field
from typing import Any

import msgpack
import zmq

FORMATS = {
    "bool": "?",
    "int8": "b",
    "int16": "h",
    "int32": "i",
    "int64": "q",
    "uint8": "B",
    "uint16": "H",
    "uint32": "I",
    "uint64": "Q",
    "float16": "e",
    "float32": "f",
    "float64": "d",
}
PART_BYTES = 64 * 1024 * 1024
PARTS = 129

Message = tuple[dict[str, Any], list[bytes]]
Leaf = tuple[list[Any], dict[str, Any]]


@dataclass
class Session:
    """What the server knows of one match of one peer."""

    groups: list[dict[str, Any]]
    episode: int = -1
    acts: int = 0
    earlier_ids: list[int] = field(default_factory=list)


@dataclass
class Chosen:
    """What one array of an answer will hold."""

    block: int
    path: list[Any]
    leaf: dict[str, Any]
    dtype: str
    shape: list[int]
    values: list[float]
    masks: list[list[int] | None]

    def entry(self) -> dict[str, Any]:
        """The array's entry in the header."""
        where = {"block": self.block, "field": "action", "path": self.path}
        return where | {"dtype": self.dtype, "shape": self.shape}


def leaves(space: dict[str, Any], path: tuple[Any, ...] = ()) -> list[Leaf]:
    """The leaves of a space in the order of the protocol, each a path and a space without parts."""
    if space["type"] == "dict":
        return [
            leaf for key in sorted(space["spaces"]) for leaf in leaves(space["spaces"][key], (*path, key))
        ]
    if space["type"] == "tuple":
        return [leaf for number, part in enumerate(space["spaces"]) for leaf in leaves(part, (*path, number))]
    return [(list(path), space)]


def bounds(space: dict[str, Any], name: str, size: int) -> list[float]:
    """One bound of a Box for each component."""
    value = space[name]
    if isinstance(value, (int, float)) or value in {"inf", "-inf"}:
        return [float(value)] * size
    return list(struct.unpack(f"<{size}{FORMATS[space['dtype']]}", base64.b64decode(value)))


def size_of(shape: list[int]) -> int:
    """How many numbers an array of this shape holds."""
    size = 1
    for length in shape:
        size *= length
    return size


def layout(space: dict[str, Any]) -> tuple[str, list[int]]:
    """The dtype and shape in which one seat's value of a leaf travels."""
    if space["type"] == "box":
        return space["dtype"], list(space["shape"])
    if space["type"] == "discrete":
        return "int64", []
    return ("int64" if space["type"] == "multi_discrete" else "int8"), list(space["shape"])


def choose(space: dict[str, Any], mark: int, legal: list[int] | None) -> list[float]:
    """A legal value of a leaf, picked by ``mark`` (0 to 2^32 - 1), as a flat list."""
    size = size_of(layout(space)[1])
    if space["type"] == "discrete":
        allowed = [number for number in range(space["n"]) if legal is None or legal[number]] or [0]
        return [space["start"] + allowed[mark % len(allowed)]]
    if space["type"] == "multi_discrete":
        return [first + mark % count for first, count in zip(space["start"], space["nvec"], strict=True)]
    if space["type"] == "multi_binary":
        return [(mark >> (number % 32)) & 1 for number in range(size)]
    whole = "int" in space["dtype"]
    chosen: list[float] = []
    for lowest, highest in zip(bounds(space, "low", size), bounds(space, "high", size), strict=True):
        low = max(lowest, -1.0) if lowest < -1e6 else lowest
        high = min(highest, 1.0) if highest > 1e6 else highest
        value = low + (high - low) * (mark % 997) / 997
        chosen.append(int(value) if whole else value)
    return chosen


class PlainServer:
    """Binds ROUTER at ``address`` and serves until it is told to stop by a signal."""

    def __init__(self, address: str, after: int = 0, wants: tuple[str, ...] = ()) -> None:
        self.address = address
        self.after = after
        self.wants = list(wants)
        self.policy: dict[str, Any] = {"name": "Plain", "deterministic": True}
        self.sessions: dict[tuple[bytes, str], Session] = {}
        self.router = self.open(address)

    def open(self, address: str) -> zmq.Socket[bytes]:
        """The socket to speak over."""
        router: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.ROUTER)
        router.setsockopt(zmq.LINGER, 0)
        router.setsockopt(zmq.MAXMSGSIZE, PART_BYTES)
        router.bind(address)
        return router

    def serve(self) -> None:
        """Answer messages for ever."""
        while True:
            peer, *parts = self.router.recv_multipart()
            self.received(peer, parts)

    def received(self, peer: bytes, parts: list[bytes]) -> None:
        """Read one message and answer it."""
        match = ""
        try:
            header = msgpack.unpackb(parts[0], max_array_len=4096, max_map_len=1024, max_ext_len=0)
            handler = getattr(self, "on_" + header["kind"], None)
            match = str(header["match"])
            replies = handler(peer, header, parts[1:]) if handler else []
        except (AttributeError, LookupError, TypeError, ValueError, struct.error) as error:
            replies = [self.refusal(match, "malformed", f"I cannot read this: {error}")]
        for reply, arrays in replies:
            self.send(peer, reply, arrays)

    def send(self, peer: bytes, header: dict[str, Any], arrays: list[bytes]) -> None:
        """Send one message."""
        self.router.send_multipart([peer, msgpack.packb(header), *arrays])

    def refusal(self, match: str, reason: str, message: str) -> Message:
        """A refused message."""
        return {"v": 1, "kind": "refused", "match": match, "reason": reason, "message": message}, []

    def ready(self, match: str, **more: Any) -> Message:
        """A ready message."""
        header = {"v": 1, "kind": "ready", "match": match, "version": 1, "policy": self.policy}
        return header | {"wants": self.wants} | more, []

    def on_ping(self, peer: bytes, header: dict[str, Any], frames: list[bytes]) -> list[Message]:
        """Tell that we are there."""
        return [({"v": 1, "kind": "pong", "match": header["match"], "number": header["number"]}, [])]

    def on_hello(self, peer: bytes, header: dict[str, Any], frames: list[bytes]) -> list[Message]:
        """Open a session, or open it anew."""
        match = header["match"]
        if 1 not in header.get("versions", [1]):
            return [self.refusal(match, "version", f"I speak version 1, not {header['versions']}")]
        for group in header["groups"]:
            leaves(group["observation"]), leaves(group["action"]), group["agents"]
        self.sessions[peer, match] = Session(header["groups"])
        return [self.ready(match)]

    def on_reset(self, peer: bytes, header: dict[str, Any], frames: list[bytes]) -> list[Message]:
        """Begin an episode."""
        session = self.sessions.get((peer, header["match"]))
        if session is None:
            return [self.refusal(header["match"], "no_session", "say hello first")]
        session.episode = header["episode"]
        return [self.ready(header["match"], episode=header["episode"])]

    def on_act(self, peer: bytes, header: dict[str, Any], frames: list[bytes]) -> list[Message]:
        """Decide."""
        session = self.sessions.get((peer, header["match"]))
        if session is None:
            return [self.refusal(header["match"], "no_session", "say hello first")]
        session.acts += 1
        replies = self.decide(session, header, frames)
        session.earlier_ids = [number for block in header["blocks"] for number in block["ids"]]
        return replies

    def on_bye(self, peer: bytes, header: dict[str, Any], frames: list[bytes]) -> list[Message]:
        """End a session, unless only some agents leave."""
        if not header.get("agents"):
            self.sessions.pop((peer, header["match"]), None)
        return []

    def decide(self, session: Session, header: dict[str, Any], frames: list[bytes]) -> list[Message]:
        """The actions for all rows of an act."""
        blocks = [{"group": block["group"], "ids": block["ids"]} for block in header["blocks"]]
        arrays, out = [], []
        for chosen in self.choices(session, header, frames):
            arrays.append(chosen.entry())
            out.append(struct.pack(f"<{len(chosen.values)}{FORMATS[chosen.dtype]}", *chosen.values))
        reply = {"v": 1, "kind": "action", "match": header["match"], "blocks": blocks, "arrays": arrays}
        return [(reply, out)]

    def choices(self, session: Session, header: dict[str, Any], frames: list[bytes]) -> list[Chosen]:
        """A value of every leaf of every block's action, legal for every row."""
        every = []
        for number, block in enumerate(header["blocks"]):
            marks, masks = self.marks(header, frames, number), self.masks(header, frames, number)
            for path, leaf in leaves(session.groups[block["group"]]["action"]):
                rows = [choose(leaf, mark, legal) for mark, legal in zip(marks, masks, strict=True)]
                dtype, shape = layout(leaf)
                values = [value for row in rows for value in row]
                every.append(Chosen(number, path, leaf, dtype, [len(rows), *shape], values, masks))
        return every

    def marks(self, header: dict[str, Any], frames: list[bytes], number: int) -> list[int]:
        """A checksum of each row's observation in block ``number``."""
        rows = len(header["blocks"][number]["ids"])
        marks = [0] * rows
        for entry, frame in zip(header["arrays"], frames, strict=True):
            if entry["block"] == number and entry["field"] == "observation":
                width = len(frame) // rows
                for row in range(rows):
                    marks[row] = zlib.crc32(frame[row * width : (row + 1) * width], marks[row])
        return marks

    def masks(self, header: dict[str, Any], frames: list[bytes], number: int) -> list[list[int] | None]:
        """What is legal for each row of block ``number``; None where everything is."""
        for entry, frame in zip(header["arrays"], frames, strict=True):
            if entry["block"] == number and entry["field"] == "legal":
                rows, width = entry["shape"]
                flat = struct.unpack(f"<{rows * width}{FORMATS[entry['dtype']]}", frame)
                return [list(flat[row * width : (row + 1) * width]) for row in range(rows)]
        return [None] * len(header["blocks"][number]["ids"])


if __name__ == "__main__":
    PlainServer(sys.argv[1]).serve()
