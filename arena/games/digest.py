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
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

import numpy as np

from arena.errors import GameError
from arena.games.contract import StepResult

_DIGEST_BYTES = 16
_DOUBLE = struct.Struct("<d")
_LITTLE = sys.byteorder == "little"
_LARGE = 4096
"""Bytes from which on copying an array to join it with others costs more than it saves."""


class Digest:
    """The fingerprint of the results fed so far, in order."""

    __slots__ = ("_hash",)

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=_DIGEST_BYTES, person=b"arena-digest")

    def update(self, result: StepResult) -> None:
        """Take in one result. Raises :class:`GameError` for an observation that is not made of numbers and
        texts.
        """
        parts: list[Any] = []  # joined and hashed at once: many small updates cost more than the hashing
        for agent in sorted(result.observations):
            parts += (b"o", _name(agent))
            self._take(result.observations[agent], parts)
        for agent in sorted(result.rewards):
            parts += (b"r", _name(agent), _DOUBLE.pack(result.rewards[agent]))
        if result.terminated or result.truncated:
            for agent in sorted(result.terminated.keys() | result.truncated.keys()):
                flags = bool(result.terminated.get(agent)) | bool(result.truncated.get(agent)) << 1
                if flags:
                    parts += (b"e", _name(agent), bytes((flags,)))
        self._hash.update(b"".join(parts))

    def _take(self, observation: Any, parts: list[Any]) -> None:
        """Add the bytes of ``observation`` to ``parts``; large arrays are hashed where they lie."""
        if isinstance(observation, np.ndarray):
            parts.append(_head(observation.dtype, observation.shape))
            if observation.nbytes > _LARGE:
                self._hash.update(b"".join(parts))
                self._hash.update(np.ascontiguousarray(_little(observation)).data.cast("B"))
                parts.clear()
            else:
                parts.append(_little(observation).tobytes())
        elif type(observation) is dict or isinstance(observation, Mapping):
            parts.append(b"{")
            for key in sorted(observation):
                parts.append(_name(str(key)))
                self._take(observation[key], parts)
        elif isinstance(observation, tuple | list):
            parts.append(b"(" + struct.pack("<I", len(observation)))
            for part in observation:
                self._take(part, parts)
        elif isinstance(observation, str):
            parts.append(b"s" + struct.pack("<I", len(observation.encode())) + observation.encode())
        else:
            self._take(_scalar(observation), parts)

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


@cache
def _head(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """What precedes the bytes of such an array; a game has a handful of kinds."""
    return f"{dtype.newbyteorder('<').str}{shape}".encode()


def _little(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array if array.dtype.isnative is _LITTLE else array.astype(array.dtype.newbyteorder("<"))


def _scalar(value: Any) -> np.ndarray[Any, Any]:
    """A number as an array; whole numbers as int64, whatever platform or library made them."""
    array = np.asarray(value)
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    if array.dtype.kind not in "fb":
        raise GameError(f"an observation holds {value!r} of type {type(value).__name__}, which has no digest")
    return array
