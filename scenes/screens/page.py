"""What the screens outside a match share: a title with a way back and tools, the content, a line of hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from scenes.screen import UiScreen
from scenes.ui import Button, HintBar, Intent, Label
from scenes.ui.text import BODY, TITLE

if TYPE_CHECKING:
    from scenes.app import App

MARGIN = 32
HEADER = 76
FOOTER = 40
GAP = 16


class Page(UiScreen):
    """A screen with a header. Fill it in `build` (call the base first) and place things in `arrange`."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.back_button = Button("", self.back, icon="arrow-left", kind="ghost", tooltip="Back")
        self.heading = Label(self.title, TITLE)
        self.subtitle = Label("", BODY, colour="muted")
        self.tools: list[Button] = []
        """Buttons at the right of the header, the leftmost first."""
        self.hints = HintBar(self.ui.hints, lambda: self.ui.device, [(Intent.BACK, "Back")])

    def px(self, length: float) -> int:
        """``length`` at the display scale, in whole pixels."""
        return self.ui.theme.px(length)

    def build(self) -> None:
        """Add the header and the hints; what the content adds later comes before the hints on the screen."""
        self.ui.add(self.back_button, self.heading, self.subtitle, *self.tools, self.hints)

    def layout(self, rect: pygame.Rect) -> None:
        """Place header and hints, then the content between them."""
        px, margin = self.px, self.px(MARGIN)
        bar = pygame.Rect(rect.x + margin, rect.y, rect.width - 2 * margin, px(HEADER))
        side = px(40)
        self.back_button.place(pygame.Rect(bar.x - px(8), bar.centery - side // 2, side, side))
        right = bar.right
        for tool in reversed(self.tools):
            if not tool.visible:
                continue
            width = tool.width_wanted()
            tool.place(pygame.Rect(right - width, bar.centery - side // 2, width, side))
            right -= width + px(10)
        x = self.back_button.rect.right + px(10)
        text = self.ui.theme.text
        width = min(right - x, text.width(self.heading.text, TITLE) + px(2))
        self.heading.place(pygame.Rect(x, bar.y, width, bar.height))
        x = self.heading.rect.right + px(16)
        self.subtitle.place(pygame.Rect(x, bar.y + px(4), max(0, right - px(16) - x), bar.height))
        self.hints.place(
            pygame.Rect(bar.x, rect.bottom - px(FOOTER), bar.width, px(FOOTER) - px(8)),
        )
        top = bar.bottom
        self.arrange(pygame.Rect(bar.x, top, bar.width, self.hints.rect.y - px(8) - top))

    def arrange(self, rect: pygame.Rect) -> None:
        """Place the content in ``rect``."""
