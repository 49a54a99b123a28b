"""Seat tokens: one-use, expiring secrets that let a guest sit down in one place.

A token is text that a person can paste, ``NUMBER-SECRET.KEY``: the number finds it, the secret (130 random
bits) proves it, and the host's public key, where the line is encrypted, says to whom to talk. The host keeps
a hash of the secret only, so that neither its memory nor its log gives one away.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import secrets
from dataclasses import dataclass

from arena.errors import OptionError
from arena.wire.keys import check_key

EXPIRES_S = 24 * 3600.0
"""How long a token is good if nobody says otherwise."""

TOKENS_MAX = 10_000
"""Tokens of one host that are remembered; the oldest that can no longer be used make room."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SECRET_CHARS = 26
_SPOKEN = re.compile(rf"(\d{{1,9}})-([{_ALPHABET}]{{{_SECRET_CHARS}}})")


class TokenError(OptionError):
    """A token that opens nothing; the sentence is for who holds it."""


def new_secret() -> str:
    """130 random bits as 26 letters and digits that nobody mistakes for each other."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_CHARS))


def digest(secret: str) -> bytes:
    """What is kept of a secret. It is random, so that a plain hash is enough: there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def matches(kept: bytes, secret: str) -> bool:
    """Whether ``secret`` is the one that ``kept`` was made of, in a time that does not tell."""
    return hmac.compare_digest(kept, digest(secret))


@dataclass(frozen=True, slots=True)
class Pasted:
    """A token as somebody pasted it: what is said to the host, and the host's key if it is in there."""

    spoken: str
    key: str = ""


def read_token(text: str) -> Pasted:
    """Take a pasted token apart. Raises :class:`OptionError` for what is none."""
    spoken, dot, key = text.strip().partition(".")
    if _SPOKEN.fullmatch(spoken) is None:
        raise OptionError(
            "that is no seat token: one is a number, '-' and 26 letters and digits, then for an encrypted "
            "host '.' and its key; paste all of what `arena host` printed"
        )
    return Pasted(spoken, check_key(key, "the part of the token behind '.'") if dot else "")


@dataclass(slots=True)
class _Kept:
    """What the host knows of one token."""

    place: str
    hash: bytes
    expires_at: float
    used: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A token as its host lists it: everything but the secret."""

    number: int
    place: str
    state: str
    """``open``, ``used``, ``expired`` or ``revoked``."""
    expires_in_s: float


class TokenBook:
    """The tokens of one host. ``now`` is seconds on any clock that never goes back."""

    def __init__(self, key: str = "") -> None:
        """``key``: the host's public key, written into each token."""
        self._key = key
        self._kept: dict[int, _Kept] = {}
        self._last = 0

    def issue(self, place: str, now: float, expires_s: float = EXPIRES_S) -> str:
        """A new token for ``place``. Raises :class:`OptionError` where it would never be good."""
        if not 0 < expires_s < math.inf:
            raise OptionError(f"a token is good for more than 0 s and not for ever, got {expires_s:g} s")
        self._make_room(now)
        self._last += 1
        secret = new_secret()
        self._kept[self._last] = _Kept(place, digest(secret), now + expires_s)
        spoken = f"{self._last}-{secret}"
        return f"{spoken}.{self._key}" if self._key else spoken

    def redeem(self, text: str, now: float) -> str:
        """The place that a token opens; it is used up from here on. Raises :class:`TokenError`.

        Why a token is not good any more is told only to who knows its secret.
        """
        _, kept = self._find(text)
        if kept is None:
            raise TokenError("this host gave out no such token")
        state = _state(kept, now)
        if state == "used":
            raise TokenError(
                "this token was used already, and each is good once: come back with the resume secret or ask "
                "for a new token"
            )
        if state != "open":
            raise TokenError(f"this token is {state}: ask for a new one")
        kept.used = True
        return kept.place

    def number_of(self, text: str) -> int | None:
        """Which token ``text`` is, open or not; ``None`` where its secret is wrong."""
        number, kept = self._find(text)
        return None if kept is None else number

    def _find(self, text: str) -> tuple[int, _Kept | None]:
        match = _SPOKEN.fullmatch(text.partition(".")[0])
        number, secret = (0, "") if match is None else (int(match[1]), match[2])
        kept = self._kept.get(number)
        proven = matches(_NOBODY if kept is None else kept.hash, secret)
        return number, kept if proven else None

    def revoke(self, place: str) -> int:
        """Make the unused tokens for a place worthless; how many there were."""
        open_ones = [kept for kept in self._kept.values() if kept.place == place and not kept.used]
        for kept in open_ones:
            kept.revoked = True
        return len(open_ones)

    def listed(self, now: float) -> list[Listed]:
        """Every token that is remembered, oldest first."""
        return [
            Listed(number, kept.place, _state(kept, now), max(0.0, kept.expires_at - now))
            for number, kept in self._kept.items()
        ]

    def _make_room(self, now: float) -> None:
        if len(self._kept) < TOKENS_MAX:
            return
        spent = [number for number, kept in self._kept.items() if _state(kept, now) != "open"]
        if not spent:
            raise OptionError(f"{TOKENS_MAX} tokens are open; this host gives out no more")
        for number in spent:
            del self._kept[number]


_NOBODY = digest("")
"""Compared with where there is nothing to compare with, so that both take equally long."""


def _state(kept: _Kept, now: float) -> str:
    if kept.used:
        return "used"
    if kept.revoked:
        return "revoked"
    return "expired" if now >= kept.expires_at else "open"
