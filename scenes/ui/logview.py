"""Lines of a log, newest at the bottom."""

from __future__ import annotations

from dataclasses import dataclass

import pygame

from scenes.ui.clipping import clipped
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.label import tone
from scenes.ui.ring import Ring
from scenes.ui.scrolling import Scroller
from scenes.ui.text import CAPTION, MONO
from scenes.ui.widget import Widget


@dataclass(frozen=True)
class LogLine:
    """A line with an optional time before it and a tone (see `label.TONES`)."""

    text: str
    time: str = ""
    tone: str = "muted"


class LogView(Widget):
    """Shows the last `limit` lines. It follows the newest one until a person scrolls up, and again from the
    end.

    Lines are not wrapped; what does not fit ends in an ellipsis.
    """

    focusable = True
    clips = True
    LINE = 20

    def __init__(self, limit: int = 2000, *, empty_text: str = "Nothing logged yet") -> None:
        super().__init__()
        self.lines: Ring[LogLine] = Ring(limit)
        self.empty_text = empty_text
        self.scroller = Scroller()
        self.following = True
        self._drawn = 0

    @property
    def animates(self) -> bool:
        """Whether it scrolls, or has lines that were not drawn yet."""
        return super().animates or self.scroller.moving or self.lines.total != self._drawn

    def append(self, text: str, *, time: str = "", colour: str = "muted") -> None:
        """Add a line; a line break inside makes several."""
        for part in text.splitlines() or [""]:
            full = len(self.lines) == self.lines.limit
            self.lines.append(LogLine(part, time, colour))
            if full and not self.following and self.host is not None:
                # The oldest line went: move up with the text a person is reading.
                self.scroller.to(self.scroller.offset - self.theme.px(self.LINE), at_once=True)

    def place(self, rect: pygame.Rect) -> None:
        """Take `rect` and show the newest lines in it."""
        super().place(rect)
        self._refit()
        self.scroller.to(self.scroller.offset, at_once=True)

    def _refit(self) -> None:
        # The view holds whole lines only, so that following the newest never cuts the oldest in half.
        pad, line = self.theme.px(6), self.theme.px(self.LINE)
        view = self.rect.inflate(0, -2 * pad)
        view.height = max(line, view.height // line * line)
        view.centery = self.rect.centery
        self.scroller.fit(view, len(self.lines) * line)
        if self.following:
            self.scroller.to(self.scroller.most)

    def handle(self, event: UiEvent) -> bool:
        """Scroll by wheel, bar, arrows and page keys; End follows again."""
        before = self.scroller.offset
        line = self.theme.px(self.LINE)
        if event.intent is Intent.MOVE and event.dy:
            self.scroller.to(before + event.dy * 3 * line)
        elif event.intent is Intent.PAGE:
            self.scroller.to(before + event.step * (self.rect.height - 2 * line))
        elif event.intent is Intent.EDGE:
            self.scroller.to(0 if event.step < 0 else self.scroller.most)
        elif not self.scroller.handle(event, self.theme):
            return event.intent is Intent.POINTER_DOWN
        self.following = self.scroller.offset >= self.scroller.most
        # At either end the arrows lead on to the next control.
        return self.scroller.offset != before or event.intent is not Intent.MOVE

    def update(self, dt_s: float) -> None:
        """Follow the newest line."""
        super().update(dt_s)
        self._refit()
        self.scroller.update(dt_s, self.theme)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the lines in view."""
        theme, palette = self.theme, self.theme.palette
        self._drawn = self.lines.total
        theme.paint.panel(
            surface, self.rect, palette.background, theme.px(theme.RADIUS_SMALL), palette.line, theme.px(1)
        )
        view, height = self.scroller.view, theme.px(self.LINE)
        if not len(self.lines):
            theme.text.draw(surface, self.empty_text, view, CAPTION, palette.faint, "center")
        first = max(0, self.scroller.shown // height)
        last = min(len(self.lines), -(-(self.scroller.shown + view.height) // height))
        with clipped(surface, view):
            for index in range(first, last):
                y = view.y + index * height - self.scroller.shown
                self._draw_line(surface, self.lines[index], y)
        self.scroller.draw(surface, theme, self.state.hovered)
        self.draw_ring(surface, theme.px(theme.RADIUS_SMALL))

    def _draw_line(self, surface: pygame.Surface, line: LogLine, y: int) -> None:
        theme = self.theme
        x, height = self.rect.x + theme.px(12), theme.px(self.LINE)
        right = self.rect.right - theme.px(Scroller.BAR + 6)
        if line.time:
            time = pygame.Rect(x, y, theme.text.width(line.time, MONO), height)
            theme.text.draw(surface, line.time, time, MONO, theme.palette.faint)
            x = time.right + theme.px(12)
        area = pygame.Rect(x, y, max(0, right - x), height)
        theme.text.draw(surface, line.text, area, MONO, tone(theme.palette, line.tone))
