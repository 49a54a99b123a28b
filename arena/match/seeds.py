"""One master seed, many independent streams with stable names."""

from __future__ import annotations

import hashlib
import secrets

SEED_BITS = 63


def fresh_seed(*, secret: bool = False) -> int:
    """A master seed from the system's entropy: 32 bits, short enough to read out and type in.

    ``secret``: 63 bits, for games with hidden information; a seat knows the seed derived for it, and could
    try all short masters until one gives the same.
    """
    return secrets.randbits(SEED_BITS if secret else 32)


def derive(master: int, *name: str | int) -> int:
    """The seed (63 bits) of the stream ``name`` under ``master``.

    blake2b over the length-prefixed parts; independent of seat order and of which other streams exist, and it
    cannot be turned back into the master seed by a controller that knows its own.
    """
    parts = [f"{type(part).__name__}:{part}".encode() for part in (master, *name)]
    stream = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return int.from_bytes(hashlib.blake2b(stream, digest_size=8, person=b"arena-seed").digest(), "big") >> 1


def env_seed(master: int, episode: int) -> int:
    """The seed for ``env.reset`` of one episode: 31 bits, which every environment accepts."""
    return derive(master, "env", episode) >> 32


def seat_seed(master: int, agent: str, episode: int) -> int:
    """The seed of one seat's own randomness in one episode."""
    return derive(master, "seat", agent, episode)
