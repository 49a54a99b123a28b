"""Fields made from descriptions: a name, a type, what is allowed. Used for options of games and of
controllers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pygame

from arena.errors import ArenaError
from arena.games.options import OptionInfo
from arena.match.kinds import Option
from scenes.ui import Choice, Label, TextField, Toggle, Widget
from scenes.ui.text import CAPTION_STRONG

FIELD, HEAD, GAP = 40, 28, 8
ERROR_GAP = 24
"""Room below a field that shows what is wrong with it."""
UNSET = ""


@dataclass(frozen=True, slots=True)
class Described:
    """What a field needs to know of an option."""

    name: str
    type: str
    default: Any
    help: str
    choices: tuple[str, ...]
    parse: Callable[[str], object]
    """Raises :class:`ArenaError` for a text that is not allowed."""

    @classmethod
    def of(cls, option: Option | OptionInfo) -> Described:
        """The description of either kind of option."""
        choices = tuple(str(choice) for choice in option.choices)
        return cls(option.name, option.type, option.default, option.help, choices, option.parse)

    @property
    def title(self) -> str:
        """``max_cycles`` as ``Max cycles``."""
        return self.name.replace("_", " ").capitalize()


def field(option: Described, text: str, on_change: Callable[[str], None]) -> Widget:
    """The control for one option; ``on_change`` gets the text, ``""`` for the default."""
    if option.type == "bool":
        on = (text or str(option.default)).lower() in {"1", "true", "yes", "on"}
        return Toggle(option.title, on, lambda value: on_change(str(value).lower()), tooltip=option.help)
    if option.choices:
        usual = "" if option.default is None else f" ({option.default})"
        names = [UNSET, *option.choices]
        return Choice(
            option.title,
            names,
            names.index(text) if text in names else 0,
            on_change,
            name=lambda value: value or f"Default{usual}",
            tooltip=option.help,
        )
    return _typed(option, text, on_change)


def _typed(option: Described, text: str, on_change: Callable[[str], None]) -> TextField:
    def change(typed: str) -> None:
        box.error = problem(option, typed)
        on_change(typed)

    placeholder = "not set" if option.default is None else str(option.default)
    box = TextField(option.title, text, placeholder=placeholder, on_change=change, tooltip=option.help)
    box.error = problem(option, text)
    return box


def problem(option: Described, text: str) -> str:
    """What is wrong with ``text``, or nothing."""
    if text == UNSET:
        return ""
    try:
        option.parse(text)
    except ArenaError as error:
        return str(error)
    return ""


class Heading(Label):
    """The title of a part of a form."""


def heading(text: str) -> Heading:
    """The title of a part of a form."""
    return Heading(text.upper(), CAPTION_STRONG, colour="faint")


def arrange(widgets: Sequence[Widget], rect: pygame.Rect) -> None:
    """Place fields and headings one below the other, from the top of ``rect``."""
    y = rect.y
    for widget in widgets:
        if not widget.visible:
            continue
        px = widget.theme.px
        if isinstance(widget, Label):
            y += px(GAP) if y > rect.y else 0
            height = max(px(HEAD), widget.height_for(rect.width)) if widget.wrap else px(HEAD)
        else:
            height = px(getattr(widget, "HEIGHT", FIELD))
        widget.place(pygame.Rect(rect.x, y, rect.width, height))
        y += height + px(ERROR_GAP if getattr(widget, "error", "") else GAP)
