"""Shapes on surfaces: anti-aliased panels, discs and rings, soft shadows, icons, key caps and pad buttons.

Corners are drawn large, shrunk once and cached, so that a panel costs three fills and four small blits a
frame.
"""

from __future__ import annotations

import json
from functools import cache

import pygame

from assets import read_bytes
from scenes.ui.cache import Lru
from scenes.ui.palette import Colour
from scenes.ui.text import TextBook, TextStyle

OVERSAMPLING = 4


@cache
def icon_table() -> dict[str, int]:
    """Code points of the bundled icons by name."""
    table: dict[str, int] = json.loads(read_bytes("icons/lucide.json"))
    return table


def make_disc(radius: int, colour: Colour) -> pygame.Surface:
    """Draw an anti-aliased disc of 2 `radius` by 2 `radius` pixels on transparent ground."""
    size = 2 * radius * OVERSAMPLING
    # The ground carries the same colour with no opacity, so that shrinking blends opacity only.
    large = pygame.Surface((size, size), pygame.SRCALPHA)
    large.fill((*colour, 0))
    pygame.draw.circle(large, colour, (size // 2, size // 2), size // 2)
    return pygame.transform.smoothscale(large, (2 * radius, 2 * radius))


class Painter:
    """Draws the shapes widgets are made of, and caches what is costly. Lengths are final pixels."""

    def __init__(self, text: TextBook) -> None:
        self._text = text
        self._discs: Lru[pygame.Surface] = Lru(256)
        self._icons: Lru[pygame.Surface] = Lru(256)
        self._shadows: Lru[pygame.Surface] = Lru(24)
        self._tinted: Lru[pygame.Surface] = Lru(64)
        self._pictures: Lru[pygame.Surface] = Lru(96)

    def disc(self, surface: pygame.Surface, center: tuple[int, int], radius: int, colour: Colour) -> None:
        """Draw a filled anti-aliased disc."""
        if radius < 1:
            return
        image = self._discs.get((radius, colour), lambda: make_disc(radius, colour))
        surface.blit(image, (center[0] - radius, center[1] - radius))

    def panel(
        self,
        surface: pygame.Surface,
        rect: pygame.Rect,
        fill: Colour,
        radius: int = 0,
        border: Colour | None = None,
        width: int = 1,
    ) -> None:
        """Draw a filled rectangle with round corners, with a border of `width` pixels inside it if wanted."""
        if border is not None:
            self._edge(surface, rect, border, max(radius, width), width)
            rect, radius = rect.inflate(-2 * width, -2 * width), radius - width
        radius = max(0, min(radius, rect.width // 2, rect.height // 2))
        if radius == 0:
            surface.fill(fill, rect)
            return
        x, y, w, h = rect
        surface.fill(fill, (x + radius, y, w - 2 * radius, h))
        surface.fill(fill, (x, y + radius, radius, h - 2 * radius))
        surface.fill(fill, (x + w - radius, y + radius, radius, h - 2 * radius))
        self._corners(surface, rect, fill, radius)

    def _edge(
        self, surface: pygame.Surface, rect: pygame.Rect, colour: Colour, radius: int, width: int
    ) -> None:
        """Draw the border of a panel and its corners whole; the fill then covers all but the border."""
        x, y, w, h = rect
        radius = max(1, min(radius, w // 2, h // 2))
        surface.fill(colour, (x + radius, y, w - 2 * radius, width))
        surface.fill(colour, (x + radius, y + h - width, w - 2 * radius, width))
        surface.fill(colour, (x, y + radius, width, h - 2 * radius))
        surface.fill(colour, (x + w - width, y + radius, width, h - 2 * radius))
        self._corners(surface, rect, colour, radius)

    def _corners(self, surface: pygame.Surface, rect: pygame.Rect, colour: Colour, radius: int) -> None:
        disc = self._discs.get((radius, colour), lambda: make_disc(radius, colour))
        right, bottom = rect.right - radius, rect.bottom - radius
        surface.blit(disc, rect.topleft, (0, 0, radius, radius))
        surface.blit(disc, (right, rect.y), (radius, 0, radius, radius))
        surface.blit(disc, (rect.x, bottom), (0, radius, radius, radius))
        surface.blit(disc, (right, bottom), (radius, radius, radius, radius))

    def ring(
        self,
        surface: pygame.Surface,
        rect: pygame.Rect,
        colour: Colour,
        radius: int,
        width: int,
        alpha: int = 255,
    ) -> None:
        """Draw a rounded outline of `width` pixels inside `rect`; what it encloses stays as it is."""
        key = ("ring", rect.size, colour, radius, width)
        image = self._tinted.get(key, lambda: self._make_ring(rect.size, colour, radius, width))
        image.set_alpha(alpha)
        surface.blit(image, rect)

    def _make_ring(self, size: tuple[int, int], colour: Colour, radius: int, width: int) -> pygame.Surface:
        image = pygame.Surface(size, pygame.SRCALPHA)
        image.fill((*colour, 0))
        area = image.get_rect()
        self.panel(image, area, colour, radius)
        hole = pygame.Surface(size, pygame.SRCALPHA)
        self.panel(hole, area.inflate(-2 * width, -2 * width), (0, 0, 0), radius - width)
        image.blit(hole, (0, 0), special_flags=pygame.BLEND_RGBA_SUB)
        return image

    def shade(
        self, surface: pygame.Surface, rect: pygame.Rect, colour: Colour, alpha: int, radius: int = 0
    ) -> None:
        """Tint the area `rect` with `colour` at opacity `alpha` (0 to 255)."""
        key = ("shade", rect.size, colour, radius)
        image = self._tinted.get(key, lambda: self._make_shade(rect.size, colour, radius))
        image.set_alpha(alpha)
        surface.blit(image, rect)

    def _make_shade(self, size: tuple[int, int], colour: Colour, radius: int) -> pygame.Surface:
        if radius == 0:
            image = pygame.Surface(size)
            image.fill(colour)
            return image
        image = pygame.Surface(size, pygame.SRCALPHA)
        image.fill((*colour, 0))
        self.panel(image, image.get_rect(), colour, radius)
        return image

    def shadow(self, surface: pygame.Surface, rect: pygame.Rect, radius: int, reach: int) -> None:
        """Draw a soft shadow around and slightly below `rect`, `reach` pixels wide."""
        image = self._shadows.get(
            (rect.size, radius, reach), lambda: self._make_shadow(rect.size, radius, reach)
        )
        surface.blit(image, (rect.x - 2 * reach, rect.y - 2 * reach + reach // 2))

    def _make_shadow(self, size: tuple[int, int], radius: int, reach: int) -> pygame.Surface:
        # Blurred at half size: a quarter of the work, and a shadow has no detail to lose.
        full = (size[0] + 4 * reach, size[1] + 4 * reach)
        small = pygame.Surface((full[0] // 2, full[1] // 2), pygame.SRCALPHA)
        box = pygame.Rect(reach, reach, size[0] // 2, size[1] // 2)
        pygame.draw.rect(small, (0, 0, 0, 150), box, border_radius=radius // 2)
        blurred = pygame.transform.gaussian_blur(small, max(1, reach // 2))
        return pygame.transform.smoothscale(blurred, full)

    def icon(
        self, surface: pygame.Surface, name: str, center: tuple[int, int], size: int, colour: Colour
    ) -> pygame.Rect:
        """Draw the icon `name` with sides of `size` pixels at scale 1; give the area it took."""
        image = self.icon_image(name, size, colour)
        return surface.blit(image, image.get_rect(center=center))

    def icon_image(self, name: str, size: int, colour: Colour) -> pygame.Surface:
        """Give the icon `name` as a shared surface; raises KeyError naming it if it is not bundled."""
        try:
            code = icon_table()[name]
        except KeyError:
            raise KeyError(f"no icon {name!r}; add it to assets/tools/icon_names.txt and rebuild") from None
        key = (code, size, colour)
        return self._icons.get(key, lambda: self._make_icon(chr(code), size, colour))

    def _make_icon(self, text: str, size: int, colour: Colour) -> pygame.Surface:
        # Glyphs fill the em square, which lies at the top of the line; the line is higher than that.
        image = self._text.render(text, TextStyle("icon", size), colour)
        side = min(round(size * self._text.scale), *image.get_size())
        return image.subsurface((0, 0, side, side))

    def key_cap(
        self,
        surface: pygame.Surface,
        label: str,
        midleft: tuple[int, int],
        colours: tuple[Colour, Colour, Colour],
    ) -> pygame.Rect:
        """Draw a keyboard key with `label`; colours are fill, border and text. Gives the area it took."""
        style = TextStyle("semibold", 12)
        unit = max(1, round(self._text.scale))
        height = round(22 * self._text.scale)
        width = max(height, self._text.width(label, style) + round(12 * self._text.scale))
        rect = pygame.Rect(0, 0, width, height)
        rect.midleft = midleft
        radius = round(5 * self._text.scale)
        self.panel(surface, rect, colours[1], radius)
        face = pygame.Rect(rect.x + unit, rect.y + unit, rect.width - 2 * unit, rect.height - 3 * unit)
        self.panel(surface, face, colours[0], radius - unit)
        self._text.draw(surface, label, face, style, colours[2], "center")
        return rect

    def pad_button(
        self, surface: pygame.Surface, label: str, midleft: tuple[int, int], fill: Colour, ink: Colour
    ) -> pygame.Rect:
        """Draw a gamepad button, round for a letter and a pill for a longer label; give the area it took."""
        style = TextStyle("bold", 12)
        height = round(22 * self._text.scale)
        width = height if len(label) == 1 else self._text.width(label, style) + round(14 * self._text.scale)
        rect = pygame.Rect(0, 0, width, height)
        rect.midleft = midleft
        self.panel(surface, rect, fill, height // 2)
        self._text.draw(surface, label, rect, style, ink, "center")
        return rect

    def picture(
        self,
        surface: pygame.Surface,
        image: pygame.Surface,
        rect: pygame.Rect,
        radius: int,
        key: str | None = None,
    ) -> None:
        """Draw `image` so that it covers `rect`, cut to its shape with round corners.

        The scaled copy is cached under `key`, or under the image itself, which must then stay the same.
        """
        name = key if key is not None else image
        fitted = self._pictures.get((name, rect.size, radius), lambda: cover(image, rect.size, self, radius))
        surface.blit(fitted, rect)


def cover(image: pygame.Surface, size: tuple[int, int], painter: Painter, radius: int) -> pygame.Surface:
    """Scale `image` to cover `size`, cut the rest away evenly, and round the corners."""
    factor = max(size[0] / image.get_width(), size[1] / image.get_height())
    scaled_size = (
        max(size[0], round(image.get_width() * factor)),
        max(size[1], round(image.get_height() * factor)),
    )
    source = image if image.get_bytesize() >= 3 else image.convert_alpha()
    scaled = pygame.transform.smoothscale(source, scaled_size)
    result = pygame.Surface(size, pygame.SRCALPHA)
    result.blit(scaled, ((size[0] - scaled_size[0]) // 2, (size[1] - scaled_size[1]) // 2))
    mask = pygame.Surface(size, pygame.SRCALPHA)
    mask.fill((255, 255, 255, 0))
    painter.panel(mask, mask.get_rect(), (255, 255, 255), radius)
    result.blit(mask, (0, 0), special_flags=pygame.BLEND_RGBA_MIN)
    return result
