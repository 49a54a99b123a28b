"""What a model is made of: whether its files changed, and the id under which their contents are rated.

To a model from a file belong the file or every file of the folder, the description beside it, and the options
that say how it plays. All of them make up its identity, so that ratings never mix two players.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from arena.errors import ControllerError
from arena.training.model_word import ModelWord

_CHUNK = 1 << 20


def signature(word: ModelWord) -> tuple[Any, ...] | None:
    """What changes when one of the model's files does; ``None`` for code, which is not watched.

    Raises ``OSError`` while it is not there.
    """
    if word.is_code:
        return None
    return tuple(
        (str(path), status.st_ino, status.st_size, status.st_mtime_ns)
        for _, path in _files(word)
        for status in (path.stat(),)
    )


def fingerprint(word: ModelWord) -> str:
    """Eight hex digits of the contents, which tell two models of one name apart; empty for code.

    Raises :class:`ControllerError` where it cannot be read.
    """
    if word.is_code:
        return ""
    digest = hashlib.blake2b(digest_size=4)
    try:
        for name, path in _files(word):
            digest.update(name.encode() + b"\0" if name else b"")
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
    except OSError as error:
        raise ControllerError(f"cannot read {error.filename or word.target}: {error.strerror}") from error
    for key, value in sorted(word.own_options.items()):
        if key != "pipeline":  # its contents count, not where it lies
            digest.update(f"\0{key}={value}".encode())
    return digest.hexdigest()


def identity(word: ModelWord, contents: str) -> str:
    """The id under which a model from a file is rated: its name, and the fingerprint of its contents."""
    module = f"#{word.module}" if word.module else ""
    return f"policy:{word.path.stem}{module}@{contents}"


def _files(word: ModelWord) -> Iterator[tuple[str, Path]]:
    """The file, or every file below the folder, in an order that does not depend on the file system; then the
    description. Each with a name that does not depend on where the model lies.
    """
    path = word.path
    if path.is_dir():
        for file in sorted(file for file in path.rglob("*") if file.is_file()):
            yield file.relative_to(path).as_posix(), file
    else:
        yield "", path
    description = word.description_path
    if description is not None and description.is_file():
        yield "\0description", description
