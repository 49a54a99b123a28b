"""A running fingerprint of an episode: equal digests mean that two runs saw the same observations, rewards
and ends.

blake2b (RFC 7693), 16 bytes. What is fed for each result, all integers little-endian: the agents that have an
observation, in sorted order, each with the leaves of its observation (Dict keys sorted, Tuple parts in order)
as dtype, shape and C-ordered bytes; the rewards as float64; the agents that ended with their two flags. Never
``info``: environments put wall-clock times there.
"""

from __future__ import annotations

import copy
import hashlib
import struct
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

import numpy as np

from arena.errors import GameError
from arena.games.contract import StepResult

_DIGEST_BYTES = 16
_DOUBLE = struct.Struct("<d")
_heads: dict[tuple[str, tuple[int, ...]], bytes] = {}
"""``(dtype, shape)`` -> what precedes the bytes of such an array; a game has a handful."""


class Digest:
    """The fingerprint of the results fed so far, in order."""

    __slots__ = ("_hash",)

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=_DIGEST_BYTES, person=b"arena-digest")

    def update(self, result: StepResult) -> None:
        """Take in one result. Raises :class:`GameError` for an observation that is not made of numbers and
        texts.
        """
        feed = self._hash.update
        for agent in sorted(result.observations):
            feed(b"o" + _name(agent))
            _feed_observation(self._hash, result.observations[agent])
        for agent in sorted(result.rewards):
            feed(b"r" + _name(agent) + _DOUBLE.pack(result.rewards[agent]))
        for agent in sorted(result.terminated.keys() | result.truncated.keys()):
            flags = bool(result.terminated.get(agent)) | bool(result.truncated.get(agent)) << 1
            if flags:
                feed(b"e" + _name(agent) + bytes((flags,)))

    def copy(self) -> Self:
        """An independent digest with the same past."""
        other = copy.copy(self)
        other._hash = self._hash.copy()  # noqa: SLF001 - a digest of the same class
        return other

    def hex(self) -> str:
        """The fingerprint, 32 hexadecimal digits."""
        return self._hash.hexdigest()


@cache
def _name(agent: str) -> bytes:
    encoded = agent.encode()
    return struct.pack("<H", len(encoded)) + encoded


def _feed_observation(target: hashlib.blake2b, observation: Any) -> None:
    if isinstance(observation, np.ndarray):
        key = (observation.dtype.str, observation.shape)
        head = _heads.get(key)
        if head is None:
            head = _heads[key] = f"{np.dtype(key[0]).newbyteorder('<').str}{key[1]}".encode()
        target.update(head)
        target.update(_canonical(observation))
    elif isinstance(observation, Mapping):
        target.update(b"{")
        for part in sorted(observation):
            target.update(_name(str(part)))
            _feed_observation(target, observation[part])
    elif isinstance(observation, tuple | list):
        target.update(b"(" + struct.pack("<I", len(observation)))
        for part in observation:
            _feed_observation(target, part)
    elif isinstance(observation, str):
        target.update(b"s" + struct.pack("<I", len(observation.encode())) + observation.encode())
    else:
        _feed_observation(target, _scalar(observation))


def _canonical(array: np.ndarray[Any, Any]) -> Any:
    if array.dtype.str[0] == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    contiguous = np.ascontiguousarray(array)
    return contiguous.reshape(-1).view(np.uint8) if contiguous.size else b""


def _scalar(value: Any) -> np.ndarray[Any, Any]:
    """A number as an array; whole numbers as int64, whatever platform or library made them."""
    array = np.asarray(value)
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    if array.dtype.kind not in "fb":
        raise GameError(f"an observation holds {value!r} of type {type(value).__name__}, which has no digest")
    return array
