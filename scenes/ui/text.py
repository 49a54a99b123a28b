"""Text on surfaces: styles, cached rendering, shortening with an ellipsis, wrapping.

SDL_ttf puts every glyph on a whole pixel, which spreads small text unevenly (Inter at 15 pixels comes out 6 %
too wide). So small text is rendered larger and shrunk, with its baseline kept on a whole pixel; the cache
pays for it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import pygame

from assets import asset_path
from scenes.ui.cache import Lru
from scenes.ui.palette import Colour

Align = Literal["left", "center", "right"]

FILES = {
    "regular": "fonts/Inter-Regular.ttf",
    "medium": "fonts/Inter-Medium.ttf",
    "semibold": "fonts/Inter-SemiBold.ttf",
    "bold": "fonts/Inter-Bold.ttf",
    "number": "fonts/Inter-Tabular-Medium.ttf",
    "number-bold": "fonts/Inter-Tabular-Bold.ttf",
    "mono": "fonts/JetBrainsMono-Regular.ttf",
    "icon": "icons/lucide.ttf",
}
# Drawn at their own size: a typewriter face has whole advances, icons have no neighbours.
CRISP = {"mono", "icon"}
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


class TextStyle(NamedTuple):
    """A face from `FILES` and its size in pixels at display scale 1."""

    face: str = "regular"
    size: int = 15


CAPTION = TextStyle("regular", 12)
CAPTION_STRONG = TextStyle("semibold", 12)
BODY = TextStyle("regular", 15)
BODY_STRONG = TextStyle("semibold", 15)
TITLE = TextStyle("semibold", 26)
NUMBER = TextStyle("number", 15)
NUMBER_SMALL = TextStyle("number", 12)
NUMBER_TITLE = TextStyle("number-bold", 26)
SCORE = TextStyle("number-bold", 44)
MONO = TextStyle("mono", 13)


class TextBook:
    """Renders text at one display scale and remembers what it rendered.

    `limit` bounds the number of cached surfaces; a busy screen shows about 200 texts.
    """

    def __init__(self, scale: float = 1.0, limit: int = 2048) -> None:
        self.scale = scale
        self._fonts: dict[tuple[str, int], pygame.font.Font] = {}
        self._sampled: dict[TextStyle, tuple[pygame.font.Font, int]] = {}
        self._surfaces: Lru[pygame.Surface] = Lru(limit)
        self._fitted: Lru[pygame.Surface] = Lru(limit)
        self._widths: Lru[int] = Lru(4 * limit)
        self._shortened: Lru[str] = Lru(limit)
        self._wrapped: Lru[tuple[str, ...]] = Lru(256)

    @property
    def renders(self) -> int:
        """How many texts had to be rendered since the start."""
        return self._surfaces.misses

    def _font(self, style: TextStyle) -> tuple[pygame.font.Font, int]:
        """Give the font of `style` and how many times larger than the display scale asks it is."""
        found = self._sampled.get(style)
        if found is None:
            size = max(1, round(style.size * self.scale))
            times = 1 if style.face in CRISP or size >= 40 else 2 if size >= 24 else 4
            found = self._sampled[style] = self._open(style.face, size * times), times
        return found

    def _open(self, face: str, size: int) -> pygame.font.Font:
        key = (face, size)
        font = self._fonts.get(key)
        if font is None:
            if not pygame.font.get_init():
                pygame.font.init()
            font = pygame.font.Font(asset_path(FILES[key[0]]), key[1])
            self._fonts[key] = font
        return font

    def render(self, text: str, style: TextStyle, colour: Colour) -> pygame.Surface:
        """Give `text` as a surface; the surface is shared, so do not draw on it."""
        # SDL_ttf stops at NUL, and pygame refuses it.
        clean = text.replace("\x00", "")
        return self._surfaces.get((clean, style, colour), lambda: self._render(clean, style, colour))

    def _living(self, style: TextStyle) -> tuple[pygame.font.Font, int]:
        """As `_font`, opened again if pygame's font module was quit and begun anew since."""
        font, times = self._font(style)
        try:
            font.get_height()
        except pygame.error:
            self._fonts.clear()
            self._sampled.clear()
            font, times = self._font(style)
        return font, times

    def _render(self, text: str, style: TextStyle, colour: Colour) -> pygame.Surface:
        font, times = self._living(style)
        image = font.render(text, True, colour)
        if times == 1:
            return image
        lift = -font.get_ascent() % times
        width, height = -(-image.get_width() // times), -(-(image.get_height() + lift) // times)
        large = pygame.Surface((width * times, height * times), pygame.SRCALPHA)
        # The ground carries the same colour with no opacity, so that shrinking blends opacity only.
        large.fill((*colour, 0))
        large.blit(image, (0, lift))
        return pygame.transform.smoothscale(large, (width, height))

    def width(self, text: str, style: TextStyle) -> int:
        """Measure `text` in pixels."""
        clean = text.replace("\x00", "")
        return self._widths.get((clean, style), lambda: self._measure(clean, style))

    def _measure(self, text: str, style: TextStyle) -> int:
        font, times = self._living(style)
        return -(-font.size(text)[0] // times)

    def line_height(self, style: TextStyle) -> int:
        """Give the distance between the tops of two lines in pixels."""
        return round(style.size * self.scale * 1.45)

    def shorten(self, text: str, style: TextStyle, width: int) -> str:
        """Cut `text` so that it fits `width` pixels, ending in an ellipsis if anything was cut."""
        if self.width(text, style) <= width:
            return text
        return self._shortened.get((text, style, width), lambda: self._cut(text, style, width))

    def _cut(self, text: str, style: TextStyle, width: int) -> str:
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + ELLIPSIS, style) <= width:
                low = middle
            else:
                high = middle - 1
        cut = text[:low].rstrip() + ELLIPSIS
        return cut if self.width(cut, style) <= width else ""

    def wrap(self, text: str, style: TextStyle, width: int, max_lines: int | None = None) -> tuple[str, ...]:
        """Break `text` into lines of at most `width` pixels; words longer than a line are split.

        With `max_lines`, the last line ends in an ellipsis if text is left over.
        """
        key = (text, style, width, max_lines)
        return self._wrapped.get(key, lambda: self._wrap(text, style, width, max_lines))

    def _wrap(self, text: str, style: TextStyle, width: int, max_lines: int | None) -> tuple[str, ...]:
        lines = [line for paragraph in text.split("\n") for line in self._fill(paragraph, style, width)]
        if max_lines is None or len(lines) <= max_lines:
            return tuple(lines)
        kept = lines[:max_lines]
        kept[-1] = self._cut(kept[-1] + " " + lines[max_lines], style, width)
        return tuple(kept)

    def _fill(self, paragraph: str, style: TextStyle, width: int) -> list[str]:
        lines: list[str] = []
        line = ""
        for word in paragraph.split(" "):
            joined = f"{line} {word}" if line else word
            if self.width(joined, style) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            *full, line = self._split(word, style, width)
            lines.extend(full)
        lines.append(line)
        return lines

    def _split(self, word: str, style: TextStyle, width: int) -> list[str]:
        parts: list[str] = []
        while len(word) > 1 and self.width(word, style) > width:
            fits = 1
            while fits < len(word) and self.width(word[: fits + 1], style) <= width:
                fits += 1
            parts.append(word[:fits])
            word = word[fits:]
        parts.append(word)
        return parts

    def draw(
        self,
        surface: pygame.Surface,
        text: str,
        rect: pygame.Rect,
        style: TextStyle,
        colour: Colour,
        align: Align = "left",
    ) -> pygame.Rect:
        """Draw one line inside `rect`, centred in height, shortened to fit; give the area it took."""
        image = self._fitted.get(
            (text, style, colour, rect.width),
            lambda: self.render(self.shorten(text, style, rect.width), style, colour),
        )
        area = image.get_rect(midleft=rect.midleft)
        if align == "center":
            area.centerx = rect.centerx
        elif align == "right":
            area.right = rect.right
        surface.blit(image, area)
        return area

    def draw_lines(
        self,
        surface: pygame.Surface,
        text: str,
        rect: pygame.Rect,
        style: TextStyle,
        colour: Colour,
        align: Align = "left",
    ) -> int:
        """Draw wrapped text from the top of `rect`, as many lines as fit; give the height used in pixels."""
        height = self.line_height(style)
        lines = self.wrap(text, style, rect.width, max(1, rect.height // height))
        for index, line in enumerate(lines):
            row = pygame.Rect(rect.x, rect.y + index * height, rect.width, height)
            self.draw(surface, line, row, style, colour, align)
        return len(lines) * height
