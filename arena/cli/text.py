"""How commands write what others named: without the control characters that terminals obey."""

from __future__ import annotations

import datetime as dt
from typing import Any


def clean(text: Any) -> str:
    """``text`` in one line of printable characters."""
    return "".join(letter if letter.isprintable() else "�" for letter in str(text))


def when(unix_s: float) -> str:
    """A moment in local time, to the minute."""
    return dt.datetime.fromtimestamp(unix_s).astimezone().strftime("%Y-%m-%d %H:%M")


def size(count: int) -> str:
    """Bytes for people."""
    return f"{count} bytes" if count < 10_000 else f"{count / 1000:.1f} kB"


def short(value: Any, width: int) -> str:
    """``value``, cut to ``width``."""
    text = clean(value)
    return text if len(text) <= width else text[: width - 1] + "…"
