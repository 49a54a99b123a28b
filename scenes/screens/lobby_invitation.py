"""How to sit down, with the keys and buttons that do it, below the seats of the lobby."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pygame

from arena.games.entry import CatalogEntry
from controllers.inputs import InputHub
from scenes.screens.game_card import key_sign
from scenes.screens.lobby_sitters import by_turns
from scenes.ui import Widget
from scenes.ui.hintbar import pad_colours
from scenes.ui.text import BODY, CAPTION, CAPTION_STRONG

DIRECTIONS = ("up", "left", "down", "right")


class Invitation(Widget):
    """One column a way to sit down. `show` says for which game."""

    HEIGHT = 128

    def __init__(self, hub: InputHub) -> None:
        super().__init__()
        self._hub = hub
        self._entry: CatalogEntry | None = None
        self._open = True
        self._used: frozenset[str] = frozenset()

    def show(self, entry: CatalogEntry, *, open_seats: bool, used: Iterable[str]) -> None:
        """Invite to a game; without open seats, to take one from a program. ``used`` are the devices that
        have a seat.
        """
        self._entry, self._open, self._used = entry, open_seats, frozenset(used)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the heading and the ways beside each other."""
        if self._entry is None:
            return
        theme, palette = self.theme, self.theme.palette
        px = theme.px
        heading = "PRESS A BUTTON TO SIT DOWN" if self._open else "ONE MORE? TAKE THE SEAT OF A PROGRAM"
        top = pygame.Rect(self.rect.x + px(4), self.rect.y + px(16), self.rect.width, px(24))
        theme.text.draw(
            surface, heading, top, CAPTION_STRONG, palette.accent if self._open else palette.faint
        )
        ways = list(self._ways(self._entry))
        width = min(px(176), self.rect.width // len(ways))
        for number, (labels, text) in enumerate(ways):
            x = top.x + number * width
            y = top.bottom + px(24)
            self._draw_way(surface, labels, (x, y))
            below = pygame.Rect(x, y + px(20), width - px(12), px(24))
            theme.text.draw(surface, text, below, BODY if self._open else CAPTION, palette.muted)

    def _draw_way(self, surface: pygame.Surface, labels: Sequence[str], at: tuple[int, int]) -> None:
        theme, palette = self.theme, self.theme.palette
        x, y = at
        for label in labels:
            if label.startswith("pad "):
                colours = pad_colours(label.removeprefix("pad "), theme)
                area = theme.paint.pad_button(surface, label.removeprefix("pad "), (x, y), *colours)
            elif label == "mouse":
                area = theme.paint.icon(surface, "mouse", (x + theme.px(11), y), 22, palette.text)
            else:
                key = (palette.raised, palette.line_strong, palette.text)
                area = theme.paint.key_cap(surface, label, (x, y), key)
            x = area.right + theme.px(4)

    def _ways(self, entry: CatalogEntry) -> Iterator[tuple[Sequence[str], str]]:
        """What to press, and in words."""
        # Arrow keys and A also move and accept, so that they take nobody's seat.
        for short in ("wasd", "arrows") if self._open else ("wasd", "ijkl"):
            slots = self._hub.bindings.layout(f"keyboard/{short}", game=entry.id).slots
            keys = [key_sign(slots[slot][0]) for slot in DIRECTIONS if slots.get(slot)]
            taken = self._used if by_turns(entry) else self._used & {f"keyboard/{short}"}
            if not taken:
                yield keys, "Keyboard"
        yield ["pad A" if self._open else "pad Y"], "Gamepad" if self._hub.pads else "Gamepad (none yet)"
        if self._open:
            yield ["mouse"], "Click on a seat"
