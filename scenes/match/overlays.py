"""What lies above the match for a while: waiting for seats, the curtain between two people, a banner."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from scenes.ui import layout
from scenes.ui.button import Button
from scenes.ui.intents import Intent, UiEvent
from scenes.ui.progress import ProgressBar
from scenes.ui.text import BODY, BODY_STRONG, CAPTION, TITLE, TextStyle
from scenes.ui.widget import Action, Widget

_HUGE = TextStyle("number-bold", 120)
_HEADLINES = TITLE._replace(size=22), TITLE._replace(size=18)
"""The first that fits is taken; what fits neither takes two small lines."""
_SEE_THROUGH = 150
"""How opaque, in 255ths, the disc below a countdown is: who stands there sees where."""


class Waiting(Widget):
    """Says what is being waited for, with a way out. ``lines`` may change while it is shown."""

    def __init__(self, title: str, on_cancel: Action, cancel: str = "Cancel", *, rows: int = 2) -> None:
        """``rows``: for how many lines there is room."""
        super().__init__()
        self.title, self.rows = title, rows
        self.lines: Sequence[str] = ()
        self.bar = ProgressBar(share=None)
        self.button = Button(cancel, on_cancel)
        self._panel = pygame.Rect(0, 0, 0, 0)

    MOST_ROWS = 10

    def tell(self, title: str, lines: Sequence[str]) -> None:
        """Say something else, and make room for it."""
        self.title, self.lines = title, lines
        width = self._panel.width - 2 * self.theme.px(28)
        rows = len(self.theme.text.wrap("\n".join(lines), BODY, width)) if width > 0 else self.rows
        rows = max(2, min(self.MOST_ROWS, rows))
        if rows != self.rows:
            self.rows = rows
            self.place(self.rect)

    @property
    def animates(self) -> bool:
        """The bar moves."""
        return True

    def children(self) -> Sequence[Widget]:
        """The bar and the button."""
        return (self.bar, self.button)

    def handle(self, event: UiEvent) -> bool:
        """BACK cancels; nothing goes through to what lies below."""
        if event.intent is Intent.BACK and self.button.on_press is not None:
            self.button.on_press()
        return event.intent not in (Intent.MOVE, Intent.TAB)

    def place(self, rect: pygame.Rect) -> None:
        """Lie in the middle of ``rect``."""
        super().place(rect)
        px = self.theme.px
        self._panel = pygame.Rect(0, 0, min(px(520), rect.width - px(32)), px(190 + 23 * self.rows))
        self._panel.center = rect.center
        inner = self._panel.inflate(-2 * px(28), -2 * px(24))
        self.bar.place(pygame.Rect(inner.x, inner.y + px(66 + 23 * self.rows), inner.width, px(12)))
        width = max(px(120), self.button.width_wanted())
        button = pygame.Rect(inner.right - width, inner.bottom - px(40), width, px(40))
        self.button.place(button)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the panel."""
        theme, palette, px = self.theme, self.theme.palette, self.theme.px
        theme.paint.shade(surface, self.rect, palette.background, 200)
        theme.paint.shadow(surface, self._panel, px(16), px(24))
        theme.paint.panel(surface, self._panel, palette.surface, px(16), palette.line_strong, px(1))
        inner = self._panel.inflate(-2 * px(28), -2 * px(24))
        title = pygame.Rect(inner.x, inner.y, inner.width, px(36))
        theme.text.draw(surface, self.title, title, TITLE, palette.text)
        area = pygame.Rect(inner.x, inner.y + px(46), inner.width, px(16 + 23 * self.rows))
        theme.text.draw_lines(surface, "\n".join(self.lines), area, BODY, palette.muted)
        self.bar.draw(surface)
        self.button.draw(surface)


class Curtain(Widget):
    """Hides everything until ``name`` says to have the screen."""

    def __init__(self, name: str, on_ready: Action, on_menu: Action) -> None:
        super().__init__()
        self.name = name
        self.on_menu = on_menu
        self.button = Button(f"I am {name}: show my side", on_ready, icon="eye", kind="primary")
        self.first_focus = self.button

    def children(self) -> Sequence[Widget]:
        """The button."""
        return (self.button,)

    def handle(self, event: UiEvent) -> bool:
        """BACK and MENU open the menu; nothing goes through."""
        if event.intent in (Intent.BACK, Intent.MENU):
            self.on_menu()
        return event.intent not in (Intent.MOVE, Intent.TAB)

    def place(self, rect: pygame.Rect) -> None:
        """Cover ``rect``."""
        super().place(rect)
        px = self.theme.px
        width = max(px(220), self.button.width_wanted())
        self.button.place(pygame.Rect(rect.centerx - width // 2, rect.centery + px(76), width, px(44)))

    def draw(self, surface: pygame.Surface) -> None:
        """Draw a closed curtain."""
        theme, palette, px = self.theme, self.theme.palette, self.theme.px
        surface.fill(palette.background, self.rect)
        middle = self.rect.center
        theme.paint.disc(surface, (middle[0], middle[1] - px(96)), px(44), palette.raised)
        theme.paint.icon(surface, "eye-off", (middle[0], middle[1] - px(96)), 36, palette.accent)
        title = pygame.Rect(self.rect.x, middle[1] - px(34), self.rect.width, px(40))
        theme.text.draw(surface, f"Hand over to {self.name}", title, TITLE, palette.text, "center")
        line = pygame.Rect(self.rect.x, title.bottom + px(8), self.rect.width, px(24))
        words = "Everybody else looks away. Nothing is shown before the button is pressed."
        theme.text.draw(surface, words, line, BODY, palette.muted, "center")
        self.button.draw(surface)


class Banner(Widget):
    """A title, two lines and maybe buttons over the lower end of the list; the board stays in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.text = ""
        self.buttons: tuple[Button, ...] = ()
        self.visible = False

    def children(self) -> Sequence[Widget]:
        """The buttons."""
        return self.buttons

    def show(self, title: str, text: str = "", buttons: Sequence[Button] = ()) -> None:
        """Show these words; ``buttons`` replace those there were."""
        self.visible = True
        self.title, self.text = title, text
        if tuple(buttons) != self.buttons:
            for gone in self.buttons:
                gone.attach(None, None)
            self.buttons = tuple(buttons)
            for button in self.buttons:
                button.attach(self.host, self)
            if self.rect.width:
                self.place(self.rect)

    def hide(self) -> None:
        """Show nothing."""
        self.show("", "")
        self.visible = False

    def height_wanted(self) -> int:
        """Pixels for title, line and buttons."""
        return self.theme.px(150 if self.buttons else 98)

    def place(self, rect: pygame.Rect) -> None:
        """Take ``rect``; buttons share its lower end."""
        super().place(rect)
        if not self.buttons:
            return
        px = self.theme.px
        row = pygame.Rect(rect.x + px(14), rect.bottom - px(54), rect.width - 2 * px(14), px(40))
        for button, cell in zip(
            self.buttons, layout.columns(row, [1.0] * len(self.buttons), px(10)), strict=True
        ):
            button.place(cell)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the strip."""
        if not self.visible:
            return
        theme, palette, px = self.theme, self.theme.palette, self.theme.px
        theme.paint.shadow(surface, self.rect, px(theme.RADIUS), px(12))
        theme.paint.panel(surface, self.rect, palette.overlay, px(theme.RADIUS), palette.line_strong, px(1))
        inner = self.rect.inflate(-2 * px(16), 0)
        title = pygame.Rect(inner.x, inner.y + px(12), inner.width, px(32))
        fitting = (each for each in _HEADLINES if theme.text.width(self.title, each) <= inner.width)
        if (style := next(fitting, None)) is not None:
            theme.text.draw(surface, self.title, title, style, palette.text)
        else:
            title.update(inner.x, inner.y + px(8), inner.width, px(46))
            theme.text.draw_lines(surface, self.title, title, BODY_STRONG, palette.text)
        line = pygame.Rect(inner.x, title.bottom + px(2), inner.width, px(44))
        theme.text.draw_lines(surface, self.text, line, BODY, palette.muted)
        for button in self.buttons:
            button.draw(surface)


def draw_countdown(
    surface: pygame.Surface, widget: Widget, area: pygame.Rect, number: int, text: str
) -> None:
    """A large number over the board, with a line below it."""
    theme, palette, px = widget.theme, widget.theme.palette, widget.theme.px
    theme.paint.shade(surface, area, palette.background, 120)
    box = pygame.Rect(0, 0, px(180), px(180))
    box.center = (area.centerx, area.centery - px(16))
    disc = pygame.Surface(box.size, pygame.SRCALPHA, 32)
    theme.paint.disc(disc, (box.width // 2, box.height // 2), px(90), palette.overlay)
    disc.set_alpha(_SEE_THROUGH)
    surface.blit(disc, box)
    theme.text.draw(surface, str(number), box, _HUGE, palette.text, "center")
    line = pygame.Rect(area.x, box.bottom + px(14), area.width, px(24))
    theme.text.draw(surface, text, line, BODY, palette.text, "center")


def draw_veil(surface: pygame.Surface, widget: Widget, area: pygame.Rect, text: str, hint: str) -> None:
    """A dimmed board with a word in its middle: paused."""
    theme, palette, px = widget.theme, widget.theme.palette, widget.theme.px
    theme.paint.shade(surface, area, palette.background, 130)
    title = pygame.Rect(area.x, area.centery - px(28), area.width, px(36))
    theme.text.draw(surface, text, title, TITLE, palette.text, "center")
    line = pygame.Rect(area.x, title.bottom + px(4), area.width, px(20))
    theme.text.draw(surface, hint, line, CAPTION, palette.muted, "center")
