"""A line chart that grows while it is watched."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pygame

from scenes.ui.clipping import clipped
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.palette import Colour
from scenes.ui.ring import Ring
from scenes.ui.text import CAPTION, CAPTION_STRONG, NUMBER_SMALL
from scenes.ui.widget import Widget

Point = tuple[float, float]
Ranges = tuple[tuple[float, float], tuple[float, float]]


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Give at most about `most` round numbers (1, 2 or 5 times a power of ten apart) that lie in
    `low`..`high`.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or most < 1:
        return []
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def short_number(value: float) -> str:
    """Write a number for an axis: 1.2k, 3.5M, 0.05."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


@dataclass
class Series:
    """One line: its name, its colour, and its newest points."""

    name: str
    colour: Colour
    points: Ring[Point] = field(default_factory=lambda: Ring(600))


class LineChart(Widget):
    """Lines over a common x axis; each keeps its last `limit` points. The pointer shows the values under it.

    Without `y_range` the y axis fits what is shown.
    """

    def __init__(
        self,
        title: str,
        *,
        x_label: str = "",
        limit: int = 600,
        y_range: tuple[float, float] | None = None,
    ) -> None:
        super().__init__()
        self.title = title
        self.x_label = x_label
        self.limit = limit
        self.y_range = y_range
        self.series: dict[str, Series] = {}
        self._pointer: tuple[int, int] | None = None
        self._traced_for: tuple[object, ...] = ()
        self._ranges: Ranges | None = None
        self._traced: list[tuple[Series, list[Point], list[Point]]] = []

    @property
    def animates(self) -> bool:
        """Whether it has points that were not drawn yet."""
        return self._state() != self._traced_for

    def add_series(self, name: str, colour: Colour) -> None:
        """Add an empty line, or give one another colour."""
        known = self.series.get(name)
        points: Ring[Point] = known.points if known is not None else Ring(self.limit)
        self.series[name] = Series(name, colour, points)

    def add(self, name: str, x: float, y: float) -> None:
        """Add a point; an unknown line is made in the next seat colour. Values that are not finite are left
        out.
        """
        if name not in self.series:
            self.add_series(name, self.theme.palette.seat(len(self.series)))
        if math.isfinite(x) and math.isfinite(y):
            self.series[name].points.append((x, y))

    def clear(self) -> None:
        """Drop all lines."""
        self.series.clear()

    def handle(self, event: UiEvent) -> bool:
        """Remember where the pointer is."""
        if event.intent is Intent.POINTER_MOVE:
            self._pointer = event.pos
        return False

    def ranges(self) -> Ranges | None:
        """Give the x and y range shown, or None if there is no point."""
        points = [point for series in self.series.values() for point in series.points]
        if not points:
            return None
        xs, ys = [x for x, _ in points], [y for _, y in points]
        x_range = (min(xs), max(xs))
        if x_range[0] == x_range[1]:
            x_range = (x_range[0] - 0.5, x_range[1] + 0.5)
        if self.y_range is not None:
            return x_range, self.y_range
        low, high = min(ys), max(ys)
        margin = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
        return x_range, (low - margin, high + margin)

    def plot(self) -> pygame.Rect:
        """The part that holds the lines."""
        theme = self.theme
        top = theme.px(38)
        return pygame.Rect(
            self.rect.x + theme.px(52),
            self.rect.y + top,
            max(1, self.rect.width - theme.px(52 + 16)),
            max(1, self.rect.height - top - theme.px(32)),
        )

    def draw(self, surface: pygame.Surface) -> None:
        """Draw axes, lines, legend and the values under the pointer."""
        theme, palette = self.theme, self.theme.palette
        self._draw_head(surface)
        plot, ranges = self.plot(), self._trace()
        if ranges is None:
            theme.text.draw(surface, "No data yet", plot, CAPTION, palette.faint, "center")
            return
        self._draw_axes(surface, plot, ranges)
        with clipped(surface, plot.inflate(0, theme.px(4))):
            for series, points, lower in self._traced:
                if len(points) > 1:
                    pygame.draw.aalines(surface, series.colour, False, points)
                    # A second pass half a pixel lower makes a line of even weight at a third of the cost
                    # of a thick anti-aliased one.
                    pygame.draw.aalines(surface, series.colour, False, lower)
                if points:
                    x, y = points[-1]
                    theme.paint.disc(surface, (round(x), round(y)), theme.px(3), series.colour)
        if self.state.hovered and self._pointer is not None and plot.collidepoint(self._pointer):
            self._draw_values(surface, plot, ranges, self._pointer[0])

    def _state(self) -> tuple[object, ...]:
        """Everything that decides where the lines run."""
        lines = [(name, series.colour, series.points.total) for name, series in self.series.items()]
        return (tuple(self.plot()), self.y_range, tuple(lines))

    def _trace(self) -> Ranges | None:
        """Work out the ranges and where each line runs, if anything changed since the last frame."""
        state = self._state()
        if state != self._traced_for:
            self._traced_for = state
            self._ranges = ranges = self.ranges()
            self._traced = []
            for series in self.series.values():
                if ranges is None:
                    break
                points = [self._place(point, self.plot(), ranges) for point in series.points]
                self._traced.append((series, points, [(x, y + 0.7) for x, y in points]))
        return self._ranges

    def _place(self, point: Point, plot: pygame.Rect, ranges: Ranges) -> Point:
        (x0, x1), (y0, y1) = ranges
        return (
            plot.x + (point[0] - x0) / (x1 - x0) * (plot.width - 1),
            plot.bottom - 1 - (point[1] - y0) / (y1 - y0) * (plot.height - 1),
        )

    def _draw_head(self, surface: pygame.Surface) -> None:
        theme, palette = self.theme, self.theme.palette
        head = pygame.Rect(
            self.rect.x + theme.px(16), self.rect.y + theme.px(8), self.rect.width, theme.px(22)
        )
        right = self.rect.right - theme.px(16)
        for series in reversed(self.series.values()):
            width = theme.text.width(series.name, CAPTION)
            area = pygame.Rect(right - width, head.y, width, head.height)
            theme.text.draw(surface, series.name, area, CAPTION, palette.muted)
            theme.paint.disc(surface, (area.x - theme.px(9), area.centery), theme.px(4), series.colour)
            right = area.x - theme.px(26)
        head.width = max(0, right - head.x)
        theme.text.draw(surface, self.title, head, CAPTION_STRONG, palette.text)

    def _draw_axes(
        self,
        surface: pygame.Surface,
        plot: pygame.Rect,
        ranges: Ranges,
    ) -> None:
        theme, palette = self.theme, self.theme.palette
        line = theme.px(1)
        for value in nice_ticks(*ranges[1], max(2, plot.height // theme.px(26))):
            y = round(self._place((ranges[0][0], value), plot, ranges)[1])
            surface.fill(palette.line, (plot.x, y, plot.width, line))
            area = pygame.Rect(self.rect.x, y - theme.px(8), plot.x - self.rect.x - theme.px(8), theme.px(16))
            theme.text.draw(surface, short_number(value), area, NUMBER_SMALL, palette.faint, "right")
        right = self.rect.right
        if self.x_label:
            width = theme.text.width(self.x_label, CAPTION)
            area = pygame.Rect(plot.right - width, plot.bottom + theme.px(6), width, theme.px(16))
            theme.text.draw(surface, self.x_label, area, CAPTION, palette.faint)
            right = area.x - theme.px(4)
        for value in nice_ticks(*ranges[0], max(2, plot.width // theme.px(90))):
            x = round(self._place((value, ranges[1][0]), plot, ranges)[0])
            area = pygame.Rect(x - theme.px(30), plot.bottom + theme.px(6), theme.px(60), theme.px(16))
            if area.right > right:
                continue
            theme.text.draw(surface, short_number(value), area, NUMBER_SMALL, palette.faint, "center")

    def values_at(self, x: float) -> Sequence[tuple[Series, Point]]:
        """Give each line's point nearest to `x`."""
        return [
            (series, min(series.points, key=lambda point: abs(point[0] - x)))
            for series in self.series.values()
            if len(series.points)
        ]

    def _draw_values(
        self,
        surface: pygame.Surface,
        plot: pygame.Rect,
        ranges: Ranges,
        pointer_x: int,
    ) -> None:
        theme, palette = self.theme, self.theme.palette
        (x0, x1), _ = ranges
        at = x0 + (pointer_x - plot.x) / max(1, plot.width - 1) * (x1 - x0)
        surface.fill(palette.line_strong, (pointer_x, plot.y, theme.px(1), plot.height))
        values = self.values_at(at)
        texts = [f"{short_number(point[0])}: {short_number(point[1])}" for _, point in values]
        for series, point in values:
            x, y = self._place(point, plot, ranges)
            theme.paint.disc(surface, (round(x), round(y)), theme.px(4), series.colour)
        row, pad = theme.px(18), theme.px(8)
        width = max(theme.text.width(text, NUMBER_SMALL) for text in texts) + theme.px(16) + 2 * pad
        box = pygame.Rect(pointer_x + theme.px(12), plot.y + theme.px(6), width, row * len(texts) + 2 * pad)
        if box.right > plot.right:
            box.right = pointer_x - theme.px(12)
        theme.paint.panel(surface, box, palette.overlay, theme.px(theme.RADIUS_SMALL))
        for index, ((series, _), text) in enumerate(zip(values, texts, strict=True)):
            y = box.y + pad + index * row
            theme.paint.disc(surface, (box.x + pad + theme.px(4), y + row // 2), theme.px(4), series.colour)
            area = pygame.Rect(box.x + pad + theme.px(16), y, width, row)
            theme.text.draw(surface, text, area, NUMBER_SMALL, palette.text)
