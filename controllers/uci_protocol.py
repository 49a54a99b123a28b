"""The words of the Universal Chess Interface: options, search limits, commentary.

Source: the UCI protocol as published by Stefan Meyer-Kahlen (April 2006). Unknown words are skipped, as it
asks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from arena.errors import OptionError, UnknownNameError
from arena.match.controller import ClockView

_OPTION = re.compile(r"option\s+name\s+(.+?)\s+type\s+(check|spin|combo|button|string)\b(.*)$")
_ATTRIBUTE = re.compile(r"(?:^|\s)(default|min|max|var)(?=\s|$)")
_INT = re.compile(r"[+-]?\d{1,18}$")


@dataclass(frozen=True, slots=True)
class EngineOption:
    """One option an engine advertises."""

    name: str
    type: str
    """``check``, ``spin``, ``combo``, ``button`` or ``string``."""
    default: str = ""
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()


def parse_option(line: str) -> EngineOption | None:
    """Read an ``option name ... type ...`` line; ``None`` if it is not one."""
    match = _OPTION.match(line.strip())
    if match is None:
        return None
    words = _ATTRIBUTE.split(match[3])
    pairs = [(key, value.strip()) for key, value in zip(words[1::2], words[2::2], strict=True)]
    single = dict(pairs)
    return EngineOption(
        match[1],
        match[2],
        single.get("default", ""),
        _int(single.get("min")),
        _int(single.get("max")),
        tuple(value for key, value in pairs if key == "var"),
    )


def squash(name: str) -> str:
    """Option names without case, spaces and underscores: ``skill_level`` finds ``Skill Level``."""
    return name.lower().replace(" ", "").replace("_", "")


def find_option(options: Mapping[str, EngineOption], name: str, ours: Collection[str] = ()) -> EngineOption:
    """The advertised option called ``name``.

    Errors: :class:`UnknownNameError` with the nearest names and all there are, ``ours`` (words that Arena
    itself understands) included.
    """
    wanted = squash(name)
    for option in options.values():
        if squash(option.name) == wanted:
            return option
    raise UnknownNameError("engine option", name, [*ours, *options])


def set_option(option: EngineOption, text: str) -> str:
    """The ``setoption`` command that gives ``option`` the value ``text``.

    Errors: :class:`OptionError` if the value is not one that the engine said it takes.
    """
    if "\n" in text or "\r" in text:
        raise OptionError(f"{option.name}={text!r}: a line break cannot be sent to an engine")
    if option.type == "button":
        return f"setoption name {option.name}"
    if option.type == "spin":
        _check_spin(option, text)
    elif option.type == "check":
        if text.lower() not in {"true", "false", "yes", "no", "on", "off", "1", "0"}:
            raise OptionError(f"{option.name}={text!r} is not true or false")
        text = "true" if text.lower() in {"true", "yes", "on", "1"} else "false"
    elif option.type == "combo":
        chosen = [choice for choice in option.choices if choice.lower() == text.lower()]
        if not chosen:
            raise OptionError(f"{option.name}={text!r} is not one of {', '.join(option.choices)}")
        text = chosen[0]
    return f"setoption name {option.name} value {text}"


def _check_spin(option: EngineOption, text: str) -> None:
    value = _int(text)
    too_low = value is not None and option.low is not None and value < option.low
    too_high = value is not None and option.high is not None and value > option.high
    if value is None or too_low or too_high:
        bounds = [f"at least {option.low}"] if option.low is not None else []
        bounds += [f"at most {option.high}"] if option.high is not None else []
        raise OptionError(f"{option.name}={text} is not a whole number {' and '.join(bounds)}".rstrip())


@dataclass(frozen=True, slots=True)
class Info:
    """What an engine last said about its search, from its own point of view."""

    depth: int = 0
    centipawns: int | None = None
    mate: int | None = None
    """Moves to mate, negative when the engine is being mated."""
    nps: int = 0
    pv: tuple[str, ...] = ()

    @property
    def score(self) -> str:
        """``+0.35``, ``#3``, ``#-2``; empty before the first score."""
        if self.mate is not None:
            return f"#{self.mate}"
        return "" if self.centipawns is None else f"{self.centipawns / 100:+.2f}"


def parse_info(line: str) -> Info:
    """Read an ``info`` line; parts that are missing or malformed keep their defaults."""
    words = line.split()
    values: dict[str, int] = {}
    pv: tuple[str, ...] = ()
    for index, word in enumerate(words):
        if word == "string":
            break
        if word == "pv":
            pv = tuple(words[index + 1 :])
            break
        if word in {"depth", "nps", "cp", "mate"} and index + 1 < len(words):
            number = _int(words[index + 1])
            if number is not None:
                values[word] = number
    return Info(values.get("depth", 0), values.get("cp"), values.get("mate"), values.get("nps", 0), pv)


@dataclass(frozen=True, slots=True)
class Limits:
    """When an engine shall stop thinking; all that are set apply."""

    nodes: int | None = None
    depth: int | None = None
    movetime_ms: int | None = None
    use_clock: bool = True
    """Send the match's clocks where it has them."""


DEFAULT_MOVETIME_MS = 100
"""Without clock and without limits: strong enough for anybody, and nobody waits for it."""
_MARGIN_MS = 30
"""A search stops this much before the match's own deadline."""


def go_command(limits: Limits, clocks: tuple[ClockView, ClockView] | None, left_s: float | None) -> str:
    """The ``go`` command.

    ``clocks`` are White's and Black's as they stand now; ``left_s`` is what is left until the match's own
    deadline, in seconds: it shortens a fixed time for thinking.
    """
    words = ["go"]
    if clocks is not None and limits.use_clock:
        for name, view in zip("wb", clocks, strict=True):
            words += [f"{name}time", str(max(1, int(view.remaining_s * 1000)))]
        for name, view in zip("wb", clocks, strict=True):
            words += [f"{name}inc", str(int(view.increment_s * 1000))]
    if limits.nodes is not None:
        words += ["nodes", str(limits.nodes)]
    if limits.depth is not None:
        words += ["depth", str(limits.depth)]
    movetime_ms = limits.movetime_ms
    if movetime_ms is None and len(words) == 1:
        movetime_ms = DEFAULT_MOVETIME_MS
    if movetime_ms is not None:
        if left_s is not None:
            movetime_ms = max(1, min(movetime_ms, int(left_s * 1000) - _MARGIN_MS))
        words += ["movetime", str(movetime_ms)]
    return " ".join(words)


def _int(text: str | None) -> int | None:
    return int(text) if text is not None and _INT.match(text) else None
