"""Before and between the games of a guest: connecting, knocking, the waiting room, and being turned away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pygame

from scenes.remote.caller import Caller, Stage
from scenes.remote.screen import TableScreen
from scenes.remote.told import ping_text, told
from scenes.screen import UiScreen
from scenes.screens.home import Brand
from scenes.ui import Button, HintBar, Intent, Label, LogView, Panel, ProgressBar, layout
from scenes.ui.text import BODY, CAPTION, TITLE

if TYPE_CHECKING:
    from scenes.app import App

CARD = (640, 460)
CARD_WITHOUT_NEWS = 264
PAD = 32


class DoorScreen(UiScreen):
    """The first screen of ``arena join``; tables open above it. ``call`` dials, and may be called again."""

    title = "Join"

    def __init__(self, app: App, call: Callable[[], Caller]) -> None:
        super().__init__(app)
        self._call = call
        self.caller = call()
        self._sat: object = None
        """The match whose table was opened last."""
        self._heard = 0
        self.brand = Brand()
        self.card = Panel()
        self.heading = Label("", TITLE)
        self.lines = Label("", BODY, colour="muted", wrap=True)
        self.bar = ProgressBar(share=None)
        self.ping = Label("", CAPTION, colour="muted", icon="wifi")
        self.news = LogView(empty_text="Nothing from the host yet")
        self.again = Button("Try again", self.call_again, icon="rotate-ccw", kind="primary")
        self.settings = Button("Settings", self.open_settings, icon="settings")
        self.quit = Button("Leave", app.quit, icon="log-out")
        self.hints = HintBar(self.ui.hints, lambda: self.ui.device, [(Intent.MOVE, "Move")])

    def build(self) -> None:
        """Add everything."""
        self.ui.add(self.brand, self.card, self.heading, self.lines, self.bar, self.ping, self.news)
        self.ui.add(self.again, self.settings, self.quit, self.hints)
        self.again.visible = False
        self.ui.focus_first(self.settings)

    def leave(self) -> None:
        """Hang up."""
        self.caller.close()

    def back(self) -> None:
        """Escape does not hang up: it goes to the button that does."""
        self.ui.focus(self.quit)

    def open_settings(self) -> None:
        """Change the settings."""
        from scenes.screens.settings import SettingsScreen

        self.app.push(SettingsScreen(self.app))

    def call_again(self) -> None:
        """Dial once more, with the same token."""
        self.caller.close()
        self._heard = 0
        self.caller = self._call()

    # ---- the loop ------------------------------------------------------------------------------------------

    def update(self, now: float) -> bool:
        """Show where we stand; go to the table once there is one."""
        self.caller.pump()
        with self.caller.lock:
            played = self.caller.played
            seated = played is not None and played.facts is not None and not played.over
        if seated and played is not self._sat:
            self._sat = played
            self.app.push(TableScreen(self.app, self.caller))
            return True
        return self._show(now)

    def _show(self, now: float) -> bool:
        standing = self.caller.standing
        what = told(standing, self.caller.address, now)
        before, placed = self._said(), self._placed()
        self.heading.text, self.heading.colour = what.title, "bad" if what.bad else "text"
        self.lines.text = "\n".join(what.lines)
        self.bar.visible, self.again.visible = what.busy, what.bad
        self.ping.visible = standing.stage is Stage.IN
        text, self.ping.colour = ping_text(self.caller.round_trip_s())
        self.ping.text = f"ping {text}"
        self._hear()
        self.news.visible = not what.bad or len(self.news.lines) > 0
        if placed != self._placed():
            self.ui.relayout()
        return before != self._said()

    def _placed(self) -> tuple[object, ...]:
        """What the layout depends on."""
        return self.again.visible, self.news.visible, self.ping.text

    def _said(self) -> tuple[object, ...]:
        """What there is to draw."""
        return self.heading.text, self.lines.text, *self._placed()

    def _hear(self) -> None:
        with self.caller.lock:
            remarks = list(self.caller.remarks)
        for number, level, text in remarks:
            if number > self._heard:
                self._heard = number
                self.news.append(text, colour="warn" if level == "warning" else "text")

    @property
    def animates(self) -> bool:
        """The bar moves."""
        return super().animates or self.bar.visible

    # ---- layout --------------------------------------------------------------------------------------------

    def layout(self, rect: pygame.Rect) -> None:
        """A card in the middle, the mark above it."""
        px = self.ui.theme.px
        height = CARD[1] if self.news.visible else CARD_WITHOUT_NEWS
        card = pygame.Rect(0, 0, min(px(CARD[0]), rect.width - px(32)), min(px(height), rect.height - px(88)))
        roomy = rect.height - card.height >= px(220)
        card.center = (rect.centerx, rect.centery + (px(24) if roomy else 0))
        self.brand.visible = roomy
        self.brand.place(pygame.Rect(card.x, card.y - px(88), px(300), px(64)))
        self.card.place(card)
        inner = card.inflate(-2 * px(PAD), -2 * px(PAD))
        self.heading.place(pygame.Rect(inner.x, inner.y, inner.width - px(150), px(36)))
        width = self.ui.theme.text.width(self.ping.text, CAPTION) + px(24)
        self.ping.place(pygame.Rect(inner.right - width, inner.y + px(6), width, px(24)))
        self.lines.place(pygame.Rect(inner.x, inner.y + px(48), inner.width, px(92)))
        self.bar.place(pygame.Rect(inner.x, inner.y + px(148), inner.width, px(8)))
        row = pygame.Rect(inner.x, inner.bottom - px(44), inner.width, px(44))
        top = inner.y + px(172)
        self.news.place(pygame.Rect(inner.x, top, inner.width, max(px(32), row.y - px(16) - top)))
        buttons = [button for button in (self.again, self.settings, self.quit) if button.visible]
        for button, cell in zip(buttons, layout.columns(row, [1.0] * len(buttons), px(10)), strict=True):
            button.place(cell)
        self.hints.place(pygame.Rect(card.x, rect.bottom - px(40), card.width, px(28)))
