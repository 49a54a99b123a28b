"""The theme: palette, measures and motion at one display scale, with the text and shape caches that belong to
it.
"""

from __future__ import annotations

from scenes.ui.paint import Painter
from scenes.ui.palette import Palette
from scenes.ui.text import TextBook

MIN_SCALE, MAX_SCALE = 1.0, 2.0
MOTION_S = 0.12


class Theme:
    """How everything looks. Made anew when the display scale changes.

    Measures below are pixels at scale 1 and go through `px`; the grid is 8 pixels.
    """

    GRID = 8
    RADIUS = 10
    RADIUS_SMALL = 7
    CONTROL = 40
    ROW = 36
    ICON = 18
    RING = 2

    def __init__(
        self, scale: float = 1.0, *, palette: Palette | None = None, reduce_motion: bool = False
    ) -> None:
        if not MIN_SCALE <= scale <= MAX_SCALE:
            raise ValueError(f"display scale {scale} must lie between {MIN_SCALE} and {MAX_SCALE}")
        self.scale = scale
        self.palette = palette or Palette()
        self.reduce_motion = reduce_motion
        self.text = TextBook(scale)
        self.paint = Painter(self.text)

    def px(self, length: float) -> int:
        """Give a length at the display scale, in whole pixels, never less than 1 for a positive length."""
        scaled = round(length * self.scale)
        return max(1, scaled) if length > 0 else scaled


class Motion:
    """A number that eases out towards its target in `MOTION_S` seconds."""

    def __init__(self, value: float = 0.0) -> None:
        self.value = value
        self.target = value

    @property
    def moving(self) -> bool:
        """Whether it has not arrived yet."""
        return self.value != self.target

    def update(self, dt_s: float, theme: Theme) -> None:
        """Move on by `dt_s` seconds; with reduced motion the target is taken at once."""
        if not self.moving:
            return
        if theme.reduce_motion or abs(self.target - self.value) < 0.004:
            self.value = self.target
            return
        # Exponential approach: independent of the frame rate, 95 % of the way after MOTION_S.
        keep = 0.05 ** (dt_s / MOTION_S)
        self.value = self.target + (self.value - self.target) * keep

    def jump(self, value: float) -> None:
        """Take `value` at once."""
        self.value = self.target = value
