"""CURVE keys: who is at the other end of a TCP connection, and that nobody else reads it.

A server has a key pair and gives its public half away; a client has one too, whose public half is who it is.
Both halves are written as base64url without padding: 43 characters, none of which means anything in a seating
word, a file name or a shell. (ZeroMQ's own notation, Z85, has commas and equal signs.)

Where a key file lies in the home, its owner alone may read it: ``NAME.secret``, beside ``NAME.public``.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zmq
from zmq.utils import z85

from arena.errors import HomeError, OptionError
from arena.home import Home

KEY_CHARS = 43
_KEY_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WORDS_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The two halves of one identity, as 43 characters each."""

    public: str
    secret: str = field(repr=False)

    @classmethod
    def generate(cls) -> KeyPair:
        """A new pair, kept nowhere."""
        public, secret = zmq.curve_keypair()
        return cls(_from_z85(public), _from_z85(secret))

    @classmethod
    def from_secret(cls, secret: str) -> KeyPair:
        """The pair that a secret half belongs to. Raises :class:`OptionError` for what is no key."""
        raw = key_bytes(secret, "a secret key")
        return cls(_from_z85(zmq.curve_public(z85.encode(raw))), secret)


def check_key(key: str, what: str = "a key") -> str:
    """``key`` itself. Raises :class:`OptionError` unless it is a key as Arena writes them."""
    key_bytes(key, what)
    return key


def key_bytes(key: str, what: str = "a key") -> bytes:
    """The 32 bytes that ``key`` stands for. Raises :class:`OptionError` for anything else."""
    if re.fullmatch(r"[A-Za-z0-9_-]{43}", key) is not None:
        with contextlib.suppress(binascii.Error):
            raw = base64.urlsafe_b64decode(key + "=")
            if key_text(raw) == key:  # the last character has two bits to spare, which must be zero
                return raw
    shown = "what was given" if "secret" in what else repr(key[:60])
    raise OptionError(
        f"{what} is {KEY_CHARS} letters, digits, '-' and '_' (base64url without padding), not {shown}; "
        "'arena serve' and 'arena host' print theirs"
    )


def key_text(raw: bytes) -> str:
    """32 bytes of a key as Arena writes them."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def keypair(home: Home, name: str) -> KeyPair:
    """The pair called ``name`` in the home's folder of keys, made the first time.

    Raises :class:`HomeError` where the files cannot be read or written, do not hold a key, or where others
    may read the secret.
    """
    if _NAME.fullmatch(name) is None:
        raise OptionError(f"a key is named with letters, digits, '.', '_' and '-', not {name!r}")
    secret, public = (home.keys_dir / f"{name}.{half}" for half in ("secret", "public"))
    try:
        if not secret.exists():
            _create(secret, KeyPair.generate().secret)
        pair = _read(secret)
        if not public.exists() or public.read_text(encoding="ascii").strip() != pair.public:
            public.write_text(pair.public + "\n", encoding="ascii")
    except (OSError, UnicodeError) as error:
        raise HomeError(f"cannot use the key files {secret} and {public.name}: {error}") from error
    return pair


def _create(path: Path, text: str) -> None:
    """Write a secret that never was readable by others; whoever is first wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _read(path: Path) -> KeyPair:
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise HomeError(
            f"{path} can be read by others (mode {mode:o}), so it is no secret; delete it for a new one, "
            "or set its mode to 600"
        )
    try:
        return KeyPair.from_secret(path.read_text(encoding="ascii").strip())
    except OptionError as error:
        raise HomeError(f"{path} holds no secret key; delete it to have a new one made") from error


def allowed_keys(words: Iterable[str]) -> frozenset[str]:
    """Public keys from words that are each a key or a file of keys, one a line, ``#`` before a comment.

    What follows a key on its line is its owner's name, for people. Raises :class:`OptionError` naming the
    line that holds no key.
    """
    keys: set[str] = set()
    for word in words:
        path = Path(word).expanduser()
        if not path.is_file():
            keys.add(_key_alone(word))
            continue
        try:
            with path.open(encoding="utf-8") as file:
                lines = file.read(_WORDS_MAX_BYTES).splitlines()
        except (OSError, UnicodeError) as error:
            raise OptionError(f"cannot read keys from {word!r}: {error}") from error
        for number, line in enumerate(lines, 1):
            content = line.partition("#")[0].split()
            if content:
                keys.add(check_key(content[0], f"the first word of line {number} of {word}"))
    return frozenset(keys)


def _key_alone(word: str) -> str:
    """``word`` as a key; what is no key was probably meant as a file."""
    try:
        return check_key(word, "a client's key")
    except OptionError as error:
        raise OptionError(f"there is no file {word!r}, and as a key it does not do: {error}") from None


def arm_client(socket: zmq.Socket[Any], own: KeyPair, server_public: str) -> None:
    """Encrypt a socket that will dial, to the server whose public key is known. Before it connects."""
    socket.set(zmq.CURVE_SERVERKEY, key_bytes(server_public, "the server's key"))
    socket.set(zmq.CURVE_PUBLICKEY, key_bytes(own.public))
    socket.set(zmq.CURVE_SECRETKEY, key_bytes(own.secret, "a secret key"))


def arm_server(socket: zmq.Socket[Any], keys: KeyPair, domain: str = "") -> None:
    """Encrypt a socket that will bind; every client must know ``keys.public``. Before it binds.

    By itself it lets in any client and tells nobody who they are: open it through a
    :class:`arena.wire.gatekeeper.Gatekeeper`, which gives it a ``domain`` of its own.
    """
    socket.set(zmq.CURVE_SERVER, 1)
    socket.set(zmq.CURVE_PUBLICKEY, key_bytes(keys.public))
    socket.set(zmq.CURVE_SECRETKEY, key_bytes(keys.secret, "a secret key"))
    if domain:
        socket.set(zmq.ZAP_DOMAIN, domain.encode("ascii"))


def _from_z85(text: bytes) -> str:
    return key_text(bytes(z85.decode(text)))
