"""Servers that answer in time with what no answer should be: wrong numbers, wrong names, wrong bytes."""

from __future__ import annotations

import math
import os
import random

import msgpack

from tests.players.servers.fault import HEADER, Fault, Spoiled, how
from tests.players.servers.plain import PART_BYTES, Chosen, Message, PlainServer, Session

FLOOD = 3000


@how("wrong_shape")
class WrongShape(Spoiled):
    """Gives two actions where one is due."""

    def spoil(self, chosen: Chosen) -> None:
        chosen.shape = [chosen.shape[0], 2, *chosen.shape[1:]]
        chosen.values = chosen.values * 2


@how("wrong_dtype")
class WrongDtype(Spoiled):
    """Gives truth values for numbers of a Box, halves for whole numbers."""

    def spoil(self, chosen: Chosen) -> None:
        if chosen.leaf["type"] == "box":
            chosen.dtype, chosen.values = "bool", [True] * len(chosen.values)
        else:
            chosen.dtype, chosen.values = "float64", [value + 0.5 for value in chosen.values]


@how("nan")
class NotANumber(Spoiled):
    """Gives NaN."""

    def spoil(self, chosen: Chosen) -> None:
        if not chosen.dtype.startswith("float"):
            chosen.dtype = "float32"
        chosen.values = [math.nan] * len(chosen.values)


@how("out_of_range")
class OutOfRange(Spoiled):
    """Gives finite numbers beyond every bound."""

    def spoil(self, chosen: Chosen) -> None:
        beyond = 100 if chosen.dtype in {"int8", "uint8"} else 10_000
        chosen.values = [beyond] * len(chosen.values)


@how("illegal")
class Illegal(Spoiled):
    """Takes an action that the mask forbids; where all is legal, one that does not exist."""

    def spoil(self, chosen: Chosen) -> None:
        if chosen.leaf["type"] != "discrete":
            chosen.values = [math.inf if chosen.dtype.startswith("float") else 101] * len(chosen.values)
            return
        start, beyond = chosen.leaf["start"], chosen.leaf["n"]
        chosen.values = [
            start + next((number for number, legal in enumerate(mask or ()) if not legal), beyond)
            for mask in chosen.masks
        ]


@how("not_deterministic")
class NotDeterministic(Spoiled):
    """Says that it is deterministic and throws dice."""

    def spoil(self, chosen: Chosen) -> None:
        dice = random.SystemRandom()
        if chosen.leaf["type"] == "box":
            chosen.values = [dice.uniform(0, abs(value) / 2) for value in chosen.values]
        elif chosen.leaf["type"] == "discrete":
            everything = list(range(chosen.leaf["n"]))
            allowed = [[n for n in everything if mask is None or mask[n]] or [0] for mask in chosen.masks]
            chosen.values = [chosen.leaf["start"] + dice.choice(numbers) for numbers in allowed]


@how("stale")
class Stale(Fault):
    """Answers the ids of the act before, never those asked for."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        old = list(session.earlier_ids) or [0]
        for block in honest[0][0]["blocks"]:
            block["ids"] = [old[number % len(old)] for number in range(len(block["ids"]))]
        return honest


@how("double")
class Double(Fault):
    """Answers everything twice."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        return honest * 2


@how("foreign_ids")
class ForeignIds(Fault):
    """Answers ids that nobody asked for."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        for block in honest[0][0]["blocks"]:
            block["ids"] = [number + 1_000_000 for number in block["ids"]]
        return honest


@how("one_row")
class OneRow(Fault):
    """Answers the first row of a message and forgets the others."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        reply, out = honest[0]
        width = len(out[0]) // len(reply["blocks"][0]["ids"])
        only = {**reply["blocks"][0], "ids": reply["blocks"][0]["ids"][:1]}
        entry = reply["arrays"][0] | {"shape": [1, *reply["arrays"][0]["shape"][1:]]}
        return [(reply | {"blocks": [only], "arrays": [entry]}, [out[0][:width]])]


@how("lying_match")
class LyingMatch(Fault):
    """Answers for a match that is not the asker's."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        return [(honest[0][0] | {"match": "01J0SOMEBODYELSES"}, honest[0][1])]


@how("lying_group")
class LyingGroup(Fault):
    """Answers for a group of seats that does not exist."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        for block in honest[0][0]["blocks"]:
            block["group"] = 17
        return honest


@how("lying_episode")
class LyingEpisode(PlainServer):
    """Says that it is ready for another episode."""

    def on_reset(self, peer: bytes, header: HEADER, frames: list[bytes]) -> list[Message]:
        return super().on_reset(peer, header | {"episode": header["episode"] + 5}, frames)


@how("flood")
class Flood(Fault):
    """Answers each act with thousands of messages."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        noise = {
            "v": 1,
            "kind": "action",
            "match": header["match"],
            "blocks": [],
            "arrays": [],
            "abstain": [0],
        }
        return [(noise, [])] * FLOOD + honest


class Raw(Fault):
    """Sends frames that are no message after each good answer's place."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        return [({"raw": self.frames(header)}, [])]

    def send(self, peer: bytes, header: HEADER, arrays: list[bytes]) -> None:
        if "raw" in header:
            self.router.send_multipart([peer, *header["raw"]])
        else:
            super().send(peer, header, arrays)

    def frames(self, header: HEADER) -> list[bytes]:
        """What goes out."""
        raise NotImplementedError


@how("garbage")
class Garbage(Raw):
    """Random bytes."""

    def frames(self, header: HEADER) -> list[bytes]:
        return [os.urandom(200), os.urandom(50)]


@how("broken")
class Broken(Raw):
    """MessagePack that ends too early."""

    def frames(self, header: HEADER) -> list[bytes]:
        return [msgpack.packb({"v": 1, "kind": "action", "match": header["match"], "blocks": []})[:-3]]


@how("deep")
class Deep(Raw):
    """A header nested a hundred thousand times."""

    def frames(self, header: HEADER) -> list[bytes]:
        return [b"\x91" * 100_000]


@how("empty_arrays")
class EmptyArrays(Raw):
    """A megabyte of empty lists, cheap to send and dear to read."""

    def frames(self, header: HEADER) -> list[bytes]:
        return [b"\xdd\x00\x10\x00\x00" + b"\x90" * (1 << 20)]


@how("oversize")
class Oversize(Raw):
    """One part above the limit."""

    def frames(self, header: HEADER) -> list[bytes]:
        reply = {"v": 1, "kind": "action", "match": header["match"], "blocks": [], "arrays": []}
        return [msgpack.packb(reply), bytes(PART_BYTES + 1)]


@how("many_parts")
class ManyParts(Raw):
    """Hundreds of parts."""

    def frames(self, header: HEADER) -> list[bytes]:
        reply = {"v": 1, "kind": "action", "match": header["match"], "blocks": [], "arrays": []}
        return [msgpack.packb(reply), *[b"x"] * 500]


@how("bad_entries")
class BadEntries(Fault):
    """Array entries that would break a careless reader: negative, huge, Python objects."""

    def misdeed(self, session: Session, header: HEADER, honest: list[Message]) -> list[Message]:
        reply = honest[0][0]
        bad = [{"shape": [-1, 4]}, {"shape": [2**40]}, {"dtype": "object"}, {"block": 99}]
        reply["arrays"] = [entry | bad[session.acts % len(bad)] for entry in reply["arrays"]]
        return honest
