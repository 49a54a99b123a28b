"""One seat on the result screen: place, name, score, and how it played."""

from __future__ import annotations

import pygame

from scenes.match import looks
from scenes.match.report import Tally
from scenes.screens import words
from scenes.ui.palette import Colour, mix
from scenes.ui.text import BODY_STRONG, CAPTION, NUMBER_SMALL, NUMBER_TITLE
from scenes.ui.widget import Widget


class ScoreCard(Widget):
    """Shows a :class:`Tally` over one or several episodes."""

    HEIGHT = 78

    def __init__(
        self,
        tally: Tally,
        name: str,
        detail: str,
        colour: Colour,
        *,
        clock_s: float | None,
        episodes: int,
        points: bool,
        best: bool,
    ) -> None:
        super().__init__()
        self.tally, self.name, self.detail, self.colour = tally, name, detail, colour
        self.clock_s, self.episodes = clock_s, episodes
        self.points, self.best = points, best

    def number(self) -> str:
        """Points (a win 1, a draw a half) of board games and of matches of several games, else the score."""
        if self.points:
            return f"{self.tally.won + self.tally.drawn / 2:g}"
        return looks.score_text(self.tally.score)

    def figures(self) -> str:
        """Decisions, lateness, latency and the clock."""
        tally = self.tally
        parts = [words.counted(tally.decisions, "decision")]
        if self.episodes > 1:
            parts.insert(0, f"{tally.won} won, {tally.drawn} drawn, {tally.lost} lost")
        if self.clock_s is not None:
            parts.append(f"{looks.clock_text(self.clock_s)} left")
        if tally.late:
            parts.append(f"{tally.late} late")
        if tally.latency_p50_ms is not None and tally.latency_p99_ms is not None:
            parts.append(f"p50 {_latency(tally.latency_p50_ms)}, p99 {_latency(tally.latency_p99_ms)}")
        return " · ".join(parts)

    @property
    def tip(self) -> str:
        """Everything, where the card cuts it off."""
        return f"{self.name}\n{self.figures()}"

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the card."""
        theme, palette, px = self.theme, self.theme.palette, self.theme.px
        fill = mix(palette.surface, palette.good, 0.10) if self.best else palette.surface
        border = mix(palette.line, palette.good, 0.6) if self.best else palette.line
        theme.paint.panel(surface, self.rect, fill, px(theme.RADIUS), border, px(1))
        inner = self.rect.inflate(-2 * px(14), -2 * px(10))
        number, line = self.number(), px(22)
        width = theme.text.width(number, NUMBER_TITLE) + px(2)
        score = pygame.Rect(inner.right - width, inner.y, width, px(34))
        theme.text.draw(surface, number, score, NUMBER_TITLE, palette.text, "right")
        center = (inner.x + px(6), inner.y + line // 2)
        theme.paint.disc(surface, center, px(7), palette.line_strong)
        theme.paint.disc(surface, center, px(6), self.colour)
        x = inner.x + px(22)
        name = pygame.Rect(x, inner.y, score.x - px(8) - x, line)
        theme.text.draw(surface, self.name, name, BODY_STRONG, palette.text)
        detail = self.detail
        if self.tally.forfeited:
            detail = f"{detail} · {words.reason(self.tally.forfeited)}"
        row = pygame.Rect(x, inner.y + line, name.width, px(18))
        theme.text.draw(surface, detail, row, CAPTION, palette.bad if self.tally.forfeited else palette.muted)
        last = pygame.Rect(inner.x, inner.bottom - px(16), inner.width, px(18))
        theme.text.draw(surface, self.figures(), last, NUMBER_SMALL, palette.muted)


def _latency(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"
