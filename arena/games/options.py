"""Options of a game: the keyword arguments of its factory, read from signatures and checked before anything
is made.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from arena.errors import OptionError, UnknownNameError
from arena.games import sources
from arena.games.entry import CatalogEntry, OptionHint

OptionType = Literal["int", "float", "bool", "str"]

_WORD = re.compile(r"\w+")
_TRUTH = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}
_NOT_OPTIONS = frozenset({"self", "args", "kwargs", "render_mode"})
_TYPES: tuple[OptionType, ...] = ("float", "int", "bool", "str")
"""Widest first: a parameter that takes a number or a whole number takes a number."""


@dataclass(frozen=True, slots=True)
class OptionInfo:
    """One parameter of a factory that a person may set."""

    name: str
    type: OptionType
    default: Any
    """What holds if it is not set: the catalog's value, else the factory's."""
    optional: bool = False
    """``None`` (written ``none``) is allowed."""
    help: str = ""
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None

    def allowed(self) -> str:
        """What may stand here, in words."""
        if self.choices:
            words = "one of " + ", ".join(str(choice) for choice in self.choices)
        elif self.type == "bool":
            words = "true or false"
        else:
            words = {"int": "a whole number", "float": "a number", "str": "text"}[self.type] + self._range()
        return f"{words}, or none" if self.optional else words

    def _range(self) -> str:
        if self.low is not None and self.high is not None:
            return f" from {self.low:g} to {self.high:g}"
        if self.low is not None:
            return f" of at least {self.low:g}"
        return f" of at most {self.high:g}" if self.high is not None else ""

    def parse(self, value: Any) -> Any:
        """``value``, a text or already typed, as the factory wants it; :class:`OptionError` says what is
        allowed.
        """
        if self.optional and (value is None or (isinstance(value, str) and value.lower() == "none")):
            return None
        parsed = self._parsed_text(value) if isinstance(value, str) else self._typed(value)
        if parsed is None or (self.choices and parsed not in self.choices) or not self._in_range(parsed):
            raise OptionError(f"option {self.name}={value} is not {self.allowed()}")
        return parsed

    def _parsed_text(self, text: str) -> Any:
        if self.type == "bool":
            return _TRUTH.get(text.strip().lower())
        try:
            return {"int": int, "float": float, "str": str}[self.type](text)
        except ValueError:
            return None

    def _typed(self, value: Any) -> Any:
        if self.type == "float" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        wanted = {"int": int, "float": float, "bool": bool, "str": str}[self.type]
        return value if type(value) is wanted else None

    def _in_range(self, value: Any) -> bool:
        if self.type not in {"int", "float"}:
            return True
        if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - NaN
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def describe_options(entry: CatalogEntry) -> list[OptionInfo]:
    """The options of ``entry`` in the order of the factory's signature. Imports the game.

    Only parameters that hold a number, a truth value or a text count; ``render_mode`` is the catalog's to
    fix.
    """
    source = sources.find(entry.id, entry.signature)
    found = []
    for parameter in sources.parameters(source.signature):
        if parameter.name in _NOT_OPTIONS or parameter.kind in {
            inspect.Parameter.VAR_KEYWORD,
            inspect.Parameter.VAR_POSITIONAL,
        }:
            continue
        default = parameter.default if parameter.default is not inspect.Parameter.empty else None
        default = entry.options.get(parameter.name, source.defaults.get(parameter.name, default))
        kind = _type_of(parameter, default)
        if kind is None:
            continue
        hint = entry.option_hints.get(parameter.name, OptionHint())
        optional = "None" in _words(parameter) or (default is None and parameter.default is None)
        found.append(
            OptionInfo(
                parameter.name,
                kind,
                default,
                optional and default is None,
                hint.help,
                hint.choices,
                hint.low,
                hint.high,
            )
        )
    return found


def resolve_options(entry: CatalogEntry, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments for the factory of ``entry``: the catalog's, then ``overrides`` (texts or typed
    values).

    Raises :class:`UnknownNameError` for a name the factory does not take and :class:`OptionError` for a bad
    value.
    """
    resolved = dict(entry.options)
    if not overrides:
        return resolved
    known = {option.name: option for option in describe_options(entry)}
    for name, value in overrides.items():
        if name not in known:
            raise UnknownNameError(f"option of {entry.id}", name, known)
        resolved[name] = known[name].parse(value)
    return resolved


def _type_of(parameter: inspect.Parameter, default: Any) -> OptionType | None:
    """From the default where it says so, else from the annotation; ``None`` for what no text can express."""
    words = _words(parameter)
    by_default = next((kind for kind in _TYPES if kind == type(default).__name__), None)
    if by_default is not None and not (by_default == "int" and "float" in words):
        return by_default
    return next((kind for kind in _TYPES if kind in words), None)


def _words(parameter: inspect.Parameter) -> frozenset[str]:
    """The names in an annotation, which may be a class, a union or a text; containers are no options."""
    annotation = parameter.annotation
    if annotation is inspect.Parameter.empty:
        return frozenset()
    text = (
        annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "") or str(annotation)
    )
    if isinstance(annotation, type):
        text = annotation.__name__
    words = frozenset(_WORD.findall(text))
    return (
        frozenset()
        if words & {"list", "dict", "tuple", "Sequence", "Mapping", "Callable", "ndarray"}
        else words
    )
