"""Identifiers: ULIDs, which sort by the time they were made."""

from __future__ import annotations

import os
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32, as the ULID specification asks


def new_ulid() -> str:
    """A fresh ULID: 26 characters, 48 bits of Unix milliseconds followed by 80 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))


def ulid_time_s(ulid: str) -> float:
    """When a ULID was made, in Unix seconds; raises :class:`ValueError` for what is no ULID."""
    if len(ulid) != 26 or not set(ulid) <= set(_ALPHABET):
        raise ValueError(f"{ulid!r} is not a ULID: 26 characters of {_ALPHABET}")
    milliseconds = 0
    for letter in ulid[:10]:
        milliseconds = milliseconds << 5 | _ALPHABET.index(letter)
    return milliseconds / 1000
