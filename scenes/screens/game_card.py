"""All there is to know about a game, on one panel."""

from __future__ import annotations

from collections.abc import Iterator

import pygame

from arena.games.entry import CatalogEntry, Control
from controllers.inputs import InputHub
from scenes.screens import pictures, words
from scenes.ui import Widget
from scenes.ui.text import BODY, CAPTION, CAPTION_STRONG, TITLE

MOST_CONTROLS = 6
_SIGNS = {"up": "\N{UPWARDS ARROW}", "down": "\N{DOWNWARDS ARROW}", "left": "\N{LEFTWARDS ARROW}",
          "right": "\N{RIGHTWARDS ARROW}", "return": "Enter", "space": "Space"}  # fmt: skip


def key_sign(key: str) -> str:
    """What is printed on a key cap for the key named ``key``."""
    return _SIGNS.get(key, key.upper() if len(key) == 1 else key.capitalize())


class GameDetails(Widget):
    """Picture, summary, facts and controls; the foot is left free for a button."""

    FOOT = 84

    def __init__(self, hub: InputHub) -> None:
        super().__init__()
        self._hub = hub
        self.entry: CatalogEntry | None = None

    def show(self, entry: CatalogEntry) -> None:
        """Show another game."""
        self.entry = entry

    def draw(self, surface: pygame.Surface) -> None:
        """Draw everything there is room for, from the top."""
        theme, palette = self.theme, self.theme.palette
        theme.paint.panel(surface, self.rect, palette.surface, theme.px(16), palette.line, theme.px(1))
        if self.entry is None:
            return
        entry = self.entry
        area = self.rect.inflate(-2 * theme.px(20), -2 * theme.px(20))
        bottom = self.rect.bottom - theme.px(self.FOOT)
        height = min(area.width * 10 // 16, max(0, self.rect.height * 3 // 10))
        frame = pygame.Rect(area.x, area.y, area.width, height)
        self._draw_picture(surface, entry, frame)
        y = frame.bottom + theme.px(14)
        title = pygame.Rect(area.x, y, area.width, theme.px(34))
        theme.text.draw(surface, entry.title, title, TITLE, palette.text)
        y = title.bottom + theme.px(4)
        summary = pygame.Rect(area.x, y, area.width, 4 * theme.text.line_height(BODY))
        y += theme.text.draw_lines(surface, entry.summary, summary, BODY, palette.muted) + theme.px(12)
        for icon, text in facts(entry):
            if y + theme.px(26) > bottom:
                return
            theme.paint.icon(surface, icon, (area.x + theme.px(9), y + theme.px(13)), 16, palette.faint)
            row = pygame.Rect(area.x + theme.px(30), y, area.width - theme.px(30), theme.px(26))
            theme.text.draw(surface, text, row, BODY, palette.text)
            y = row.bottom
        self._draw_controls(surface, entry, pygame.Rect(area.x, y + theme.px(12), area.width, bottom - y))

    def _draw_picture(self, surface: pygame.Surface, entry: CatalogEntry, frame: pygame.Rect) -> None:
        theme, palette = self.theme, self.theme.palette
        image = pictures.picture(entry)
        if image is not None:
            theme.paint.picture(surface, image, frame, theme.px(10), entry.id)
        else:
            theme.paint.panel(surface, frame, palette.raised, theme.px(10))
            theme.paint.icon(surface, pictures.icon(entry), frame.center, 40, palette.faint)

    def _draw_controls(self, surface: pygame.Surface, entry: CatalogEntry, area: pygame.Rect) -> None:
        theme, palette = self.theme, self.theme.palette
        controls = list(self._controls(entry))[:MOST_CONTROLS]
        row = theme.px(28)
        if not controls or area.height < row * 2:
            return
        head = pygame.Rect(area.x, area.y, area.width, theme.px(24))
        theme.text.draw(surface, "CONTROLS", head, CAPTION_STRONG, palette.faint)
        colours = (palette.raised, palette.line_strong, palette.muted)
        half = area.width // 2
        for index, (control, key) in enumerate(controls):
            y = head.bottom + index // 2 * row
            if y + row > area.bottom:
                return
            x = area.x + index % 2 * half
            cap = theme.paint.key_cap(surface, key_sign(key), (x, y + row // 2), colours)
            text = pygame.Rect(cap.right + theme.px(8), y, x + half - cap.right - theme.px(12), row)
            theme.text.draw(surface, control.label, text, CAPTION, palette.muted)

    def _controls(self, entry: CatalogEntry) -> Iterator[tuple[Control, str]]:
        """The controls of the first seat with the first key of the whole keyboard."""
        scheme = entry.scheme(entry.seats[0]) if entry.seats and not entry.pointer else None
        slots = self._hub.bindings.layout("keyboard/full", game=entry.id).slots
        for control in scheme.controls if scheme is not None else ():
            keys = slots.get(control.slot)
            if keys:
                yield control, keys[0]


def facts(entry: CatalogEntry) -> Iterator[tuple[str, str]]:
    """Icon and sentence of what tells games apart."""
    sides = {entry.team_of(agent) for agent in entry.seats} - {None}  # some games have teams by option only
    teams = f", {len(sides)} teams" if sides else ""
    together = ", all together" if entry.scoring == "cooperative" else ""
    yield "users", f"{words.seats(entry)}{teams}{together}"
    yield ("timer" if entry.pace == "realtime" else "hourglass"), words.pace(entry)
    if entry.information == "hidden":
        yield "eye-off", "Hands are hidden"
    if entry.pointer:
        yield "mouse-pointer-click", "By mouse, keys or gamepad"
    yield "tag", entry.id
