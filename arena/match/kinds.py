"""Kinds of controllers: what a word in a seating string stands for, found through entry points.

A package adds a kind with an entry point in the group ``arena.controllers`` that names an object with the
attributes of :class:`ControllerKind`. Only :mod:`arena.match.seating` builds controllers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Literal, Protocol

from arena.errors import ControllerError, OptionError, UnknownNameError
from arena.games.entry import CatalogEntry
from arena.match.controller import Controller, Seat
from arena.match.rules import PaceMode

GROUP = "arena.controllers"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a controller kind, as shown by ``arena controllers list``."""

    name: str
    type: Literal["int", "float", "str", "bool", "choice"]
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    def parse(self, text: str) -> Any:
        """The value of ``text``; :class:`OptionError` names what is allowed."""
        try:
            value: Any = {"int": int, "float": float}.get(self.type, str)(text)
        except ValueError:
            raise OptionError(f"{self.name}={text!r} is not {self._allowed()}") from None
        if self.type == "bool":
            if text.lower() not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
                raise OptionError(f"{self.name}={text!r} is not {self._allowed()}")
            return text.lower() in {"1", "true", "yes", "on"}
        if self.type == "choice" and text not in self.choices:
            raise OptionError(f"{self.name}={text!r} is not {self._allowed()}")
        if self.type in {"int", "float"} and not (
            (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        ):
            raise OptionError(f"{self.name}={text} is not {self._allowed()}")
        return value

    def _allowed(self) -> str:
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        if self.type == "bool":
            return "true or false"
        noun = {"int": "a whole number", "float": "a number"}.get(self.type, "text")
        if self.low is not None and self.high is not None:
            return f"{noun} from {self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"{noun} of at least {self.low:g}"
        return noun


@dataclass(frozen=True, slots=True)
class ControllerSpec:
    """A parsed controller string: ``kind[:target][,key=value]*``."""

    text: str
    kind: str
    target: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What a kind may use to check and build a controller."""

    entry: CatalogEntry
    seats: tuple[Seat, ...]
    """The seats this controller will hold."""
    pace: PaceMode
    drawing: bool = False
    """A window draws in this process: slow Python must go to a child process."""
    home: Path | None = None
    resources: Mapping[str, Any] = field(default_factory=dict)
    """Live objects of the driver: ``"inputs"`` is the window's ``controllers.inputs.InputHub``."""
    hz: float = 0.0
    """Slots a second in real time."""


class ControllerKind(Protocol):
    """One word of the seating language.

    A kind may also have ``completions(tail, game_id)``: seating words of its own that ``tail`` may be short
    for, suggested to those who leave out the beginning; ``game_id`` is empty where nobody knows it.
    """

    name: str
    summary: str
    options: tuple[Option, ...]
    free_options: bool
    """True: keys that are not listed are passed on (engine options)."""

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """Raise an :class:`arena.errors.ArenaError` if this cannot be seated; start nothing."""

    def build(self, spec: ControllerSpec, context: BuildContext) -> Controller:
        """The controller. Cheap: slow starts happen after ``reset`` and show in ``readiness``."""


def parse_options(kind: ControllerKind, spec: ControllerSpec) -> dict[str, Any]:
    """All listed options with values or defaults; unknown keys raise unless the kind takes free ones."""
    known = {option.name: option for option in kind.options}
    values: dict[str, Any] = {name: option.default for name, option in known.items()}
    for key, text in spec.options.items():
        if key in known:
            values[key] = known[key].parse(text)
        elif kind.free_options:
            values[key] = text
        else:
            raise UnknownNameError(f"option of {kind.name}", key, known)
    return values


class BrokenKind:
    """Stands in for a plug-in that cannot be loaded: seating it says what is wrong, all else works."""

    options: tuple[Option, ...] = ()
    free_options = True

    def __init__(self, name: str, source: str, error: Exception) -> None:
        self.name = name
        self.summary = f"cannot be loaded: {error!r}"
        self._message = f"controller plug-in {name!r} ({source}) cannot be loaded: {error!r}"

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """Refuse."""
        raise ControllerError(self._message)

    def build(self, spec: ControllerSpec, context: BuildContext) -> Controller:
        """Refuse."""
        raise ControllerError(self._message)


@cache
def kinds() -> Mapping[str, ControllerKind]:
    """Every kind by name; a plug-in that cannot be imported is there as a :class:`BrokenKind`."""
    found: dict[str, ControllerKind] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            found[point.name] = point.load()
        except Exception as error:  # noqa: BLE001 it takes no other with it
            found[point.name] = BrokenKind(point.name, point.value, error)
    return found
