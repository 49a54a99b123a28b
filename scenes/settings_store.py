"""What people set once: display, sound, pads, names and their bindings, in ``settings.toml`` of the home.

A value that makes no sense costs that value alone, a file that cannot be read is kept aside; either way the
arena opens and says so. Values written by a newer version are carried along.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from arena import toml
from arena.errors import ArenaError, HomeError, OptionError, UnknownNameError
from controllers.bindings import BindingBook
from controllers.gamepad import DEAD_ZONE

FPS_CHOICES = ("60", "120", "screen")
"""Frames a second at most; ``screen`` is the display's own rate."""
SCALES = (1.0, 2.0)
SIZE_MIN, SIZE_MAX = (960, 600), (7680, 4320)
NAMES_KEPT = 8
_NAME_LENGTH = 32
_HEADING = """Arena's settings.
The arena writes this file when a setting changes; edit it while the arena is closed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything but the bindings. Change it through `SettingsStore.change`."""

    scale: float = 1.0
    """Size of text and controls, 1 to 2."""
    fullscreen: bool = False
    width: int = 1280
    """Of the window, in pixels, as it was left."""
    height: int = 720
    fps: str = "60"
    """One of `FPS_CHOICES`."""
    reduce_motion: bool = False
    screen_shake: bool = True
    """Heavy moments shake the picture."""
    overlay: bool = False
    """Show figures of frames and latency."""
    volume: float = 0.7
    """0 to 1."""
    muted: bool = False
    dead_zone: float = DEAD_ZONE
    """Of the sticks, 0.05 to 0.6."""
    rumble: bool = True
    names: tuple[str, ...] = ()
    """Names that people used, the newest first."""


def _number(low: float, high: float) -> Callable[[Any], float]:
    def parse(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise OptionError(f"a number from {low:g} to {high:g}")
        return float(value)

    return parse


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise OptionError(f"a whole number from {low} to {high}")
        return value

    return parse


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise OptionError("true or false")
    return value


def _fps(value: Any) -> str:
    if value not in FPS_CHOICES:
        raise OptionError("one of " + ", ".join(f'"{choice}"' for choice in FPS_CHOICES))
    return str(value)


def _names(value: Any) -> tuple[str, ...]:
    listed = isinstance(value, list | tuple)
    if not listed or not all(isinstance(name, str) and is_name(name) for name in value):
        raise OptionError(f"a list of names of 1 to {_NAME_LENGTH} letters, without , = : or line breaks")
    return tuple(dict.fromkeys(value))[:NAMES_KEPT]


def is_name(text: str) -> bool:
    """Whether ``text`` can be a person's name: it must fit into a seating string."""
    readable = text.isprintable() and text == text.strip() and not set(text) & set(",=:")
    return readable and 0 < len(text) <= _NAME_LENGTH


_FIELDS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "scale": ("display", _number(*SCALES)),
    "fullscreen": ("display", _switch),
    "width": ("display", _whole(SIZE_MIN[0], SIZE_MAX[0])),
    "height": ("display", _whole(SIZE_MIN[1], SIZE_MAX[1])),
    "fps": ("display", _fps),
    "reduce_motion": ("display", _switch),
    "screen_shake": ("display", _switch),
    "overlay": ("display", _switch),
    "volume": ("audio", _number(0, 1)),
    "muted": ("audio", _switch),
    "dead_zone": ("pads", _number(0.05, 0.6)),
    "rumble": ("pads", _switch),
    "names": ("people", _names),
}
"""Field -> its table in the file and what it may be."""


class SettingsStore:
    """The settings of one home, read once and written at every change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = Settings()
        self.bindings = BindingBook()
        self.notices: list[str] = []
        """Sentences for the person: what in the file was wrong and what was done about it."""
        self._raw: dict[str, Any] = {}
        self._read()

    def change(self, **changes: Any) -> Settings:
        """Change some settings and save; raises :class:`OptionError` for a value that is not allowed."""
        checked = {name: self._check(name, value) for name, value in changes.items()}
        self.settings = replace(self.settings, **checked)
        self.save()
        return self.settings

    def remember_name(self, name: str) -> None:
        """Put a person's name first among those that are offered."""
        self.change(names=(name, *(other for other in self.settings.names if other != name)))

    def save(self) -> None:
        """Write everything, bindings included; raises :class:`HomeError` where that fails."""
        for name, (table, _) in _FIELDS.items():
            value = getattr(self.settings, name)
            self._raw.setdefault(table, {})[name] = list(value) if isinstance(value, tuple) else value
        self._raw["bindings"] = self.bindings.to_data()
        try:
            toml.save(self.path, self._raw, _HEADING)
        except OSError as error:
            raise HomeError(
                f"settings cannot be saved to {self.path}: {error.strerror or error}; "
                "make room or check the folder"
            ) from error

    def _read(self) -> None:
        try:
            self._raw = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self._set_aside(error)
            return
        values = {name: value for name in _FIELDS if (value := self._read_field(name)) is not None}
        self.settings = replace(self.settings, **values)
        try:
            self.bindings = BindingBook.from_data(self._raw.get("bindings", []))
        except ArenaError as error:
            self.notices.append(f"{self.path.name}: {error}; the standard bindings are used")

    def _read_field(self, name: str) -> Any:
        table, _ = _FIELDS[name]
        section = self._raw.get(table, {})
        if not isinstance(section, dict):
            self._raw[table] = section = {}
        if name not in section:
            return None
        try:
            return self._check(name, section[name])
        except OptionError as error:
            default = getattr(Settings(), name)
            self.notices.append(f"{self.path.name}: {error}; {default!r} is used")
            return None

    def _check(self, name: str, value: Any) -> Any:
        if name not in _FIELDS:
            raise UnknownNameError("setting", name, _FIELDS)
        try:
            return _FIELDS[name][1](value)
        except OptionError as error:
            raise OptionError(f"{name} = {value!r} is not {error}") from None

    def _set_aside(self, error: Exception) -> None:
        """Keep a file that cannot be read beside the new one, so that nothing a person wrote is lost."""
        kept = self.path.with_name(f"{self.path.name}.damaged")
        try:
            self.path.replace(kept)
            where = f"it is kept as {kept.name}"
        except OSError:
            where = "it could not be moved"
        self.notices.append(f"{self.path.name} cannot be read ({error}); {where}; standard settings are used")
