"""Names that guests give themselves, made fit to be shown: printable, short, and nobody's else."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

NAME_CHARS = 32
"""What a seat panel and a column of a table have room for."""

_NOT_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories of controls, invisible and reversing marks, and of what no font has."""


def shown_name(wanted: str, taken: Collection[str], default: str = "guest") -> str:
    """``wanted`` without what terminals and lines of text obey, cut to :data:`NAME_CHARS`, and numbered where
    it is ``taken``; names that look alike but for case count as the same.
    """
    text = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFKC", wanted[: 8 * NAME_CHARS])
        if letter.isspace() or unicodedata.category(letter) not in _NOT_SHOWN
    )
    plain = " ".join(text.split())[:NAME_CHARS].rstrip() or default
    folded = {name.casefold() for name in taken}
    if plain.casefold() not in folded:
        return plain
    number = 2
    while (name := _numbered(plain, number)).casefold() in folded:
        number += 1
    return name


def _numbered(name: str, number: int) -> str:
    tail = f" ({number})"
    return name[: NAME_CHARS - len(tail)].rstrip() + tail
