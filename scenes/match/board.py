"""The board pane: draws the game as large as it fits; turns clicks, drags and a cursor into choices.

A game with a view of ours is drawn from snapshots; any other shows its environment's own frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pygame

from arena.games.contract import Frame
from scenes.ui import focus as focusing
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.text import BODY
from scenes.ui.widget import Widget
from scenes.views import frame as frames
from scenes.views import load
from scenes.views.style import Pick, Point, View, ViewStyle

MOVE_S = 0.2
_MOVE_S_OF: Mapping[str, float] = {"connect_four": 0.42, "tictactoe": 0.26}
"""View -> seconds that its last move takes to arrive."""
DRAG_PX = 5
"""A press that wanders further than this carries the piece."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be seen and chosen now. ``legal`` is empty while no person here is to choose."""

    snapshot: Mapping[str, Any] | None = None
    legal: frozenset[int] = frozenset()
    orientation: str | None = None
    names: Mapping[str, str] | None = None
    animate: bool = True
    shake: bool = True


class BoardPane(Widget):
    """``on_choose(action)`` is called for every choice that the view makes of a click, a drag or the
    cursor.
    """

    def __init__(self, view_name: str | None, on_choose: Callable[[int], None]) -> None:
        super().__init__()
        self.view: View | None = load(view_name) if view_name is not None else None
        self.on_choose = on_choose
        self.scene = Scene()
        self.waiting_text = ""
        """Shown while there is nothing to draw."""
        self.frame: Frame | None = None
        self.selected: str | None = None
        self.dragging = False
        self.alpha: float | None = None
        """Set by real-time games with a view; else the last move glides by time."""
        self._move_s = _MOVE_S_OF.get(view_name or "", MOVE_S)
        self._moved_s = 1.0
        self._hover: Point | None = None
        self._cursor: Point | None = None
        self._pressed_at: Point | None = None
        self._was_selected = False
        self._drawn: tuple[object, pygame.Surface] | None = None

    # ---- what is shown ------------------------------------------------------------------------------------

    def show(self, scene: Scene, *, moved: bool) -> None:
        """Show another position; ``moved``: its last move was made just now."""
        if scene.legal != self.scene.legal:
            self.selected, self.dragging = None, False
        self.scene = scene
        self.focusable = bool(scene.legal) and bool(self._spots())
        if not self.focusable:
            self._cursor = None
        if moved:
            self._moved_s = 0.0

    @property
    def animates(self) -> bool:
        """Whether a piece is on its way or carried."""
        return self.view is not None and (self._progress() < 1 or self.dragging)

    def area(self) -> pygame.Rect:
        """The rectangle that the view draws in."""
        return self.rect

    def update(self, dt_s: float) -> None:
        """Let the last move arrive."""
        super().update(dt_s)
        self._moved_s = min(60.0, self._moved_s + dt_s)
        if not self.state.hovered and not self.state.pressed:
            self._hover = None

    def _progress(self) -> float:
        if self.alpha is not None:
            return self.alpha
        if not self.scene.animate:
            return 1.0
        return min(1.0, self._moved_s / self._move_s)

    def style(self) -> ViewStyle:
        """How the view is asked to draw now."""
        hover = self._cursor if self._cursor is not None and self.state.ring else self._hover
        return ViewStyle(
            palette=self.theme.palette,
            orientation=self.scene.orientation,
            legal=self.scene.legal,
            selected=self.selected,
            hover=hover,
            dragging=self.dragging,
            names=self.scene.names or {},
            animate=self.scene.animate and not self.theme.reduce_motion,
            shake=self.scene.shake,
        )

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the position, or the newest frame."""
        if self.view is not None and self.scene.snapshot is not None:
            self._draw_view(surface, self.view, self.scene.snapshot)
        elif self.frame is not None:
            self._draw_frame(surface, self.frame)
        else:
            text, muted = self.theme.text, self.theme.palette.muted
            text.draw(surface, self.waiting_text, self.rect, BODY, muted, "center")

    def _draw_view(self, surface: pygame.Surface, view: View, snapshot: Mapping[str, Any]) -> None:
        style, progress = self.style(), self._progress()
        hover = style.hover if self.scene.legal else None
        key = (id(snapshot), self.rect.size, style.orientation, style.legal, style.selected, hover,
               style.dragging, progress, id(self.scene.names))  # fmt: skip
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, view.draw(snapshot, self.rect.size, progress, style))
        surface.blit(self._drawn[1], self.rect)
        if self._cursor is not None and self.state.ring:
            self._draw_cursor(surface)

    def rehearse(self) -> Iterator[None]:
        """Draw to nowhere what may suddenly happen in this game, one picture a step: what the view paints
        once is painted then.
        """
        moments = getattr(self.view, "moments", None)
        if self.view is None or moments is None or self.scene.snapshot is None:
            return
        style, size = self.style(), self.rect.size
        for snapshot, alpha in moments(self.scene.snapshot):
            self.view.draw(snapshot, size, alpha, style)
            yield

    def _draw_cursor(self, surface: pygame.Surface) -> None:
        assert self._cursor is not None
        side = max(self.theme.px(28), min(self.rect.size) // 11)
        ring = pygame.Rect(0, 0, side, side)
        ring.center = (self.rect.x + self._cursor[0], self.rect.y + self._cursor[1])
        width = self.theme.px(3)
        self.theme.paint.ring(surface, ring, self.theme.palette.accent, side // 2, width)

    def _draw_frame(self, surface: pygame.Surface, frame: Frame) -> None:
        key = (frame.number, self.rect.size)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, frames.draw(frame, self.rect.size, self.theme.palette))
        surface.blit(self._drawn[1], self.rect)

    # ---- what is chosen -----------------------------------------------------------------------------------

    def hints(self) -> Sequence[tuple[Intent, str]]:
        """Choosing with the cursor."""
        return [(Intent.MOVE, "Move"), (Intent.ACCEPT, "Choose")]

    def handle(self, event: UiEvent) -> bool:
        """Clicks and drags, or a cursor that steps from spot to spot."""
        if event.intent is Intent.POINTER_MOVE:
            return self._move_pointer(self._local(event.pos))
        if not self.scene.legal:
            return event.intent is Intent.POINTER_DOWN
        if event.intent in (Intent.POINTER_DOWN, Intent.POINTER_UP):
            act = self._press if event.intent is Intent.POINTER_DOWN else self._let_go
            return act(self._local(event.pos))
        if event.intent is Intent.MOVE:
            return self._step_cursor((int(event.dx), int(event.dy)))
        if event.intent is Intent.ACCEPT:
            return event.repeated or self._accept()
        if event.intent is Intent.BACK and self.selected is not None:
            self.selected = None
            return True
        return False

    def _accept(self) -> bool:
        if self._cursor is None:
            return self._step_cursor((0, 0))
        return self._press(self._cursor, by_pointer=False)

    def _local(self, pos: Point) -> Point:
        return pos[0] - self.rect.x, pos[1] - self.rect.y

    def _pick(self, pos: Point, selected: str | None) -> Pick:
        if self.view is None or self.scene.snapshot is None:
            return Pick()
        style = ViewStyle(
            orientation=self.scene.orientation, legal=self.scene.legal, selected=selected,
            names=self.scene.names or {},
        )  # fmt: skip
        return self.view.pick(self.scene.snapshot, self.rect.size, pos, self.scene.legal, style)

    def _take(self, pick: Pick) -> bool:
        """Act on a pick; true if it was an action."""
        self.dragging, self._pressed_at = False, None
        self.selected = pick.selected
        if pick.action is None:
            return False
        self.on_choose(int(pick.action))
        return True

    def _press(self, pos: Point, *, by_pointer: bool = True) -> bool:
        before = self.selected
        pick = self._pick(pos, before)
        self._was_selected = False
        if pick == Pick() and before is not None:
            pick = self._pick(pos, None)
            self._was_selected = pick.selected == before
        if self._take(pick) or pick.selected is None:
            return True
        if by_pointer:
            self._pressed_at = pos
        elif self._was_selected:
            self.selected = None
        else:
            self._cursor_into_view()
        return True

    def _move_pointer(self, pos: Point) -> bool:
        self._hover, self._cursor = pos, None
        start = self._pressed_at
        if start is not None and self.selected is not None:
            self.dragging |= abs(pos[0] - start[0]) + abs(pos[1] - start[1]) > DRAG_PX
        return True

    def _let_go(self, pos: Point) -> bool:
        if self.dragging:
            self._take(self._pick(pos, self.selected))
        elif self._pressed_at is not None and self._was_selected:
            self.selected = None
        self._pressed_at = None
        return True

    # ---- the cursor ---------------------------------------------------------------------------------------

    def _spots(self) -> list[Point]:
        if self.view is None or self.scene.snapshot is None or self.host is None or not self.rect.width:
            return []
        return self.view.spots(self.scene.snapshot, self.rect.size, self.scene.legal, self.style())

    def _cursor_into_view(self) -> None:
        """After a part of a choice the spots are others: go to the nearest of them."""
        spots = self._spots()
        if spots and self._cursor is not None and self._cursor not in spots:
            x, y = self._cursor
            self._cursor = min(spots, key=lambda spot: (spot[0] - x) ** 2 + (spot[1] - y) ** 2)

    def _step_cursor(self, direction: Point) -> bool:
        spots = self._spots()
        if not spots:
            return False
        if self._cursor is None or self._cursor not in spots:
            x, y = self._cursor or (self.rect.width // 2, self.rect.height // 2)
            self._cursor = min(spots, key=lambda spot: (spot[0] - x) ** 2 + (spot[1] - y) ** 2)
            return True
        candidates = [(spot, pygame.Rect(spot, (1, 1))) for spot in spots if spot != self._cursor]
        found = focusing.nearest(pygame.Rect(self._cursor, (1, 1)), candidates, direction)
        if found is None:
            return False
        self._cursor = found
        return True
