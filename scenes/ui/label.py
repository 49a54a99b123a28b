"""Things that only show: text, an icon, a panel, a badge."""

from __future__ import annotations

import pygame

from scenes.ui.palette import Colour, Palette
from scenes.ui.text import BODY, CAPTION_STRONG, Align, TextStyle
from scenes.ui.widget import Widget

TONES = ("text", "muted", "faint", "accent", "good", "warn", "bad")


def tone(palette: Palette, name: str) -> Colour:
    """Give the colour of a tone; raises ValueError listing the tones if `name` is none of them."""
    if name not in TONES:
        raise ValueError(f"unknown tone {name!r}; use one of: {', '.join(TONES)}")
    colour: Colour = getattr(palette, name)
    return colour


class Label(Widget):
    """Text in one line, or wrapped from the top of its rectangle, with an optional icon before it."""

    def __init__(
        self,
        text: str,
        style: TextStyle = BODY,
        *,
        colour: str = "text",
        align: Align = "left",
        wrap: bool = False,
        icon: str | None = None,
    ) -> None:
        super().__init__()
        self.text = text
        self.style = style
        self.colour = colour
        self.align: Align = align
        self.wrap = wrap
        self.icon = icon

    def height_for(self, width: int) -> int:
        """Give the height in pixels that the text needs at `width`."""
        book = self.theme.text
        lines = len(book.wrap(self.text, self.style, width)) if self.wrap else 1
        return lines * book.line_height(self.style)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the text."""
        theme = self.theme
        colour = tone(theme.palette, self.colour)
        rect = self.rect
        if self.icon is not None:
            size = round(self.style.size * 1.2)
            x = rect.x + theme.px(size / 2)
            theme.paint.icon(surface, self.icon, (x, rect.centery), size, colour)
            shift = theme.px(size + 8)
            rect = pygame.Rect(rect.x + shift, rect.y, rect.width - shift, rect.height)
        if self.wrap:
            theme.text.draw_lines(surface, self.text, rect, self.style, colour, self.align)
        else:
            theme.text.draw(surface, self.text, rect, self.style, colour, self.align)


class Panel(Widget):
    """A surface to put other widgets on. Add it before them."""

    def __init__(self, *, raised: bool = False, border: bool = True) -> None:
        super().__init__()
        self.raised = raised
        self.border = border

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the panel."""
        theme = self.theme
        fill = theme.palette.raised if self.raised else theme.palette.surface
        line = theme.palette.line if self.border else None
        theme.paint.panel(surface, self.rect, fill, theme.px(theme.RADIUS), line, theme.px(1))


class Badge(Widget):
    """A short word on a coloured pill, as wide as the word and as its height asks."""

    def __init__(self, text: str, *, colour: str = "muted", icon: str | None = None) -> None:
        super().__init__()
        self.text = text
        self.colour = colour
        self.icon = icon

    def width_wanted(self) -> int:
        """Give the width in pixels that the word needs."""
        theme = self.theme
        return theme.text.width(self.text, CAPTION_STRONG) + theme.px(20 + (18 if self.icon else 0))

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the pill."""
        draw_badge(surface, self, self.rect, self.text, self.colour, self.icon)


def draw_badge(
    surface: pygame.Surface,
    widget: Widget,
    rect: pygame.Rect,
    text: str,
    colour: str,
    icon: str | None = None,
) -> None:
    """Draw a pill with `text` for `widget`, whose theme it uses."""
    theme = widget.theme
    ink = tone(theme.palette, colour)
    theme.paint.panel(surface, rect, theme.palette.overlay, rect.height // 2)
    inner = rect.inflate(-theme.px(16), 0)
    if icon is not None:
        theme.paint.icon(surface, icon, (inner.x + theme.px(6), rect.centery), 13, ink)
        inner = pygame.Rect(inner.x + theme.px(18), inner.y, inner.width - theme.px(18), inner.height)
    theme.text.draw(surface, text, inner, CAPTION_STRONG, ink, "left" if icon else "center")
