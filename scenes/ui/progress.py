"""How far something is."""

from __future__ import annotations

import pygame

from scenes.ui.text import CAPTION, NUMBER_SMALL
from scenes.ui.theme import Motion
from scenes.ui.widget import Widget


class ProgressBar(Widget):
    """A bar with a text above it. `share` is 0 to 1, or None while nobody knows how long it takes."""

    SWEEP_S = 1.4

    def __init__(self, text: str = "", share: float | None = 0.0) -> None:
        super().__init__()
        self.text = text
        self.share = share
        self._drawn = Motion(share or 0.0)
        self._clock_s = 0.0

    @property
    def animates(self) -> bool:
        """Whether the bar moves, or has a share that was not drawn yet."""
        return (
            self.share is None or self._drawn.moving or self._drawn.target != min(1.0, max(0.0, self.share))
        )

    def update(self, dt_s: float) -> None:
        """Move on."""
        self._clock_s += dt_s
        self._drawn.target = min(1.0, max(0.0, self.share or 0.0))
        self._drawn.update(dt_s, self.theme)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw text and bar."""
        theme, palette = self.theme, self.theme.palette
        height = theme.px(6)
        track = pygame.Rect(self.rect.x, self.rect.bottom - height, self.rect.width, height)
        if not self.text:
            track.centery = self.rect.centery
        else:
            line = pygame.Rect(self.rect.x, self.rect.y, self.rect.width, self.rect.height - height)
            theme.text.draw(
                surface,
                self.text,
                line.inflate(-theme.px(44), 0).move(-theme.px(22), 0),
                CAPTION,
                palette.muted,
            )
            if self.share is not None:
                percent = f"{100 * min(1.0, max(0.0, self.share)):.0f}%"
                theme.text.draw(surface, percent, line, NUMBER_SMALL, palette.text, "right")
        theme.paint.panel(surface, track, palette.overlay, height // 2)
        done = track.copy()
        if self.share is None:
            done.width = track.width // 4
            way = track.width - done.width
            phase = 0.5 if theme.reduce_motion else self._clock_s / self.SWEEP_S % 2
            done.x += round(way * (phase if phase < 1 else 2 - phase))
        else:
            done.width = round(track.width * self._drawn.value)
        if done.width >= height:
            theme.paint.panel(surface, done, palette.accent, height // 2)
