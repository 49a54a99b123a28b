"""Colours: four surface levels, three text levels, one accent, and seat colours that colour-blind people can
tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]

# After Okabe and Ito, "Color Universal Design" (2008), lightened where the dark background asks for it.
SEAT_COLOURS: tuple[Colour, ...] = (
    (86, 180, 233),
    (240, 164, 48),
    (32, 190, 145),
    (224, 132, 186),
    (240, 228, 96),
    (232, 106, 58),
    (126, 142, 245),
    (176, 186, 200),
)


@dataclass(frozen=True)
class Palette:
    """Every colour a widget may use. Surfaces are numbered from the background upwards."""

    background: Colour = (13, 16, 23)
    surface: Colour = (20, 25, 35)
    raised: Colour = (28, 34, 47)
    overlay: Colour = (37, 44, 60)
    line: Colour = (41, 49, 66)
    line_strong: Colour = (64, 75, 98)
    text: Colour = (230, 236, 245)
    muted: Colour = (150, 161, 180)
    faint: Colour = (98, 109, 130)
    accent: Colour = (88, 166, 255)
    accent_hover: Colour = (121, 184, 255)
    accent_soft: Colour = (27, 47, 77)
    on_accent: Colour = (8, 18, 33)
    good: Colour = (74, 201, 126)
    warn: Colour = (240, 176, 64)
    bad: Colour = (244, 104, 104)
    bad_soft: Colour = (66, 31, 38)
    seats: tuple[Colour, ...] = SEAT_COLOURS

    def seat(self, index: int) -> Colour:
        """Give the colour of seat `index`; beyond the eighth they repeat."""
        return self.seats[index % len(self.seats)]


HIGH_CONTRAST = Palette(
    background=(0, 0, 0),
    surface=(10, 12, 16),
    raised=(22, 26, 34),
    overlay=(30, 35, 46),
    line=(90, 102, 128),
    line_strong=(140, 152, 178),
    text=(255, 255, 255),
    muted=(205, 213, 226),
    faint=(160, 170, 190),
)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Blend from `a` (share 0) to `b` (share 1)."""
    share = min(1.0, max(0.0, share))
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )
