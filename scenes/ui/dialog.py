"""A question that must be answered before anything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pygame

from scenes.ui.button import Button, Kind
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.label import tone
from scenes.ui.text import BODY, TITLE
from scenes.ui.widget import Action, Widget


@dataclass(frozen=True)
class Answer:
    """A button of a dialog: its label, what it does after the dialog closed, and how it looks."""

    text: str
    action: Action | None = None
    kind: Kind = "secondary"
    icon: str | None = None


class Dialog(Widget):
    """An overlay with a title, a text, an optional `body` of `body_height` pixels at scale 1, and answers.

    The focus stays inside. BACK gives the answer `cancel` (an index; None: BACK does nothing). Open it with
    `ui.open(dialog)`. The first focus goes to `first`, by default the last answer.
    """

    WIDTH = 480

    def __init__(
        self,
        title: str,
        text: str,
        answers: Sequence[Answer],
        *,
        cancel: int | None = 0,
        first: int | None = None,
        icon: str | None = None,
        icon_tone: str = "accent",
        body: Widget | None = None,
        body_height: int = 0,
        arrange: Callable[[pygame.Rect], None] | None = None,
        width: int = WIDTH,
    ) -> None:
        super().__init__()
        if not answers:
            raise ValueError(f"dialog {title!r} has no answers; give at least one")
        self.title = title
        self.text = text
        self.answers = list(answers)
        self.cancel = cancel
        self.icon = icon
        self.icon_tone = icon_tone
        self.body = body
        self.body_height = body_height
        self.arrange = arrange
        self.width = width
        self.panel = pygame.Rect(0, 0, 0, 0)
        self.buttons = [
            Button(answer.text, partial(self._answer, answer), kind=answer.kind, icon=answer.icon)
            for answer in self.answers
        ]
        self._text_area = pygame.Rect(0, 0, 0, 0)
        self.first_focus: Widget = self.buttons[-1 if first is None else first]

    def children(self) -> Sequence[Widget]:
        """The body, then the buttons."""
        return ((self.body,) if self.body is not None else ()) + tuple(self.buttons)

    def _answer(self, answer: Answer) -> None:
        if self.host is not None:
            self.host.close(self)
        if answer.action is not None:
            answer.action()

    def handle(self, event: UiEvent) -> bool:
        """Cancel on BACK; keep everything else from what lies below."""
        if event.intent is Intent.BACK and self.cancel is not None:
            if self.host is not None:
                self.host.sound("ui_back")
            self._answer(self.answers[self.cancel])
            return True
        return event.intent not in (Intent.MOVE, Intent.TAB)

    def place(self, rect: pygame.Rect) -> None:
        """Lie in the middle of `rect`, as high as the text needs."""
        super().place(rect)
        theme = self.theme
        pad, gap = theme.px(28), theme.px(16)
        width = min(theme.px(self.width), rect.width - 2 * pad)
        inner_width = width - 2 * pad
        line = theme.text.line_height(BODY)
        text = len(theme.text.wrap(self.text, BODY, inner_width)) * line if self.text else 0
        title = theme.px(40)
        body = theme.px(self.body_height) + gap if self.body is not None else 0
        button = theme.px(theme.CONTROL)
        text = min(text, max(line, rect.height - 2 * pad - title - body - gap - button - pad))
        height = pad + title + text + gap + body + button + pad
        self.panel = pygame.Rect(0, 0, width, height)
        self.panel.center = rect.center
        x, y = self.panel.x + pad, self.panel.y + pad + title
        self._text_area = pygame.Rect(x, y, inner_width, text)
        y += text + gap
        if self.body is not None:
            area = pygame.Rect(x, y, inner_width, theme.px(self.body_height))
            self.body.place(area)
            if self.arrange is not None:
                self.arrange(area)
        self._place_buttons(pygame.Rect(x, self.panel.bottom - pad - button, inner_width, button))

    def _place_buttons(self, rect: pygame.Rect) -> None:
        gap = self.theme.px(12)
        widths = [max(self.theme.px(96), button.width_wanted()) for button in self.buttons]
        room = rect.width - gap * (len(widths) - 1)
        if sum(widths) > room:
            widths = [room // len(widths)] * len(widths)
        x = rect.right - sum(widths) - gap * (len(widths) - 1)
        for button, width in zip(self.buttons, widths, strict=True):
            button.place(pygame.Rect(x, rect.y, width, rect.height))
            x += width + gap

    def draw(self, surface: pygame.Surface) -> None:
        """Dim what lies below and draw the dialog."""
        theme, palette = self.theme, self.theme.palette
        theme.paint.shade(surface, self.rect, palette.background, 170)
        theme.paint.shadow(surface, self.panel, theme.px(16), theme.px(24))
        theme.paint.panel(
            surface, self.panel, palette.surface, theme.px(16), palette.line_strong, theme.px(1)
        )
        title = pygame.Rect(
            self._text_area.x, self.panel.y + theme.px(24), self._text_area.width, theme.px(36)
        )
        if self.icon is not None:
            center = (title.x + theme.px(13), title.centery)
            theme.paint.icon(surface, self.icon, center, 26, tone(palette, self.icon_tone))
            title.x += theme.px(40)
            title.width -= theme.px(40)
        theme.text.draw(surface, self.title, title, TITLE, palette.text)
        if self.text:
            theme.text.draw_lines(surface, self.text, self._text_area, BODY, palette.muted)
        for child in self.children():
            child.draw(surface)
