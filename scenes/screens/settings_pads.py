"""The gamepads that are plugged in: what they are, and whether every button is heard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pygame

from controllers.bindings import PAD_BUTTONS
from controllers.inputs import Device, InputHub
from scenes.screens import form
from scenes.ui import Button, Label, Slider, Toggle, Widget
from scenes.ui.text import BODY, BODY_STRONG, CAPTION, MONO

if TYPE_CHECKING:
    from scenes.app import App

SHAKE = (0.6, 0.6, 400)
"""Low and high motor, 0 to 1; milliseconds."""
STICKS = (("leftx", "lefty"), ("rightx", "righty"))
_SHORT = {
    "leftshoulder": "LB",
    "rightshoulder": "RB",
    "lefttrigger+": "LT",
    "righttrigger+": "RT",
    "leftstick": "L3",
    "rightstick": "R3",
    "dpup": "\N{UPWARDS ARROW}",
    "dpdown": "\N{DOWNWARDS ARROW}",
    "dpleft": "\N{LEFTWARDS ARROW}",
    "dpright": "\N{RIGHTWARDS ARROW}",
}


class PadTest(Widget):
    """Lights up what is pressed on one pad."""

    HEIGHT = 148

    def __init__(self, hub: InputHub, pad: Device, number: int) -> None:
        super().__init__()
        self._hub, self.pad, self._number = hub, pad, number

    def place(self, rect: pygame.Rect) -> None:
        """Be as high as the picture of a pad needs."""
        super().place(pygame.Rect(rect.x, rect.y, rect.width, self.theme.px(self.HEIGHT)))

    def draw(self, surface: pygame.Surface) -> None:
        """Draw name, sticks and buttons."""
        theme, palette = self.theme, self.theme.palette
        px = theme.px
        theme.paint.panel(surface, self.rect, palette.raised, px(theme.RADIUS), palette.line, px(1))
        area = self.rect.inflate(-2 * px(16), -2 * px(12))
        head = pygame.Rect(area.x, area.y, area.width, px(26))
        text = f"pad{self._number}  {self.pad.name}"
        theme.text.draw(surface, text, head, BODY_STRONG, palette.text)
        guid = pygame.Rect(area.x, area.y, area.width, px(26))
        theme.text.draw(surface, self.pad.guid, guid, MONO, palette.faint, "right")
        x = area.x + px(34)
        for horizontal, vertical in STICKS:
            self._draw_stick(surface, (x, area.bottom - px(38)), horizontal, vertical)
            x += px(88)
        self._draw_buttons(
            surface, pygame.Rect(x - px(20), head.bottom + px(10), area.right - x + px(20), px(80))
        )

    def _draw_stick(self, surface: pygame.Surface, center: tuple[int, int], across: str, down: str) -> None:
        theme, palette = self.theme, self.theme.palette
        reach = theme.px(32)
        theme.paint.disc(surface, center, reach, palette.overlay)
        theme.paint.disc(surface, center, reach - theme.px(2), palette.surface)
        way = 0.7 * reach
        knob = (round(center[0] + self._axis(across) * way), round(center[1] + self._axis(down) * way))
        moved = knob != center
        theme.paint.disc(surface, knob, theme.px(9), palette.accent if moved else palette.line_strong)

    def _axis(self, name: str) -> float:
        return self._hub.deflection(self.pad.id, f"{name}+") - self._hub.deflection(self.pad.id, f"{name}-")

    def _draw_buttons(self, surface: pygame.Surface, area: pygame.Rect) -> None:
        theme, palette = self.theme, self.theme.palette
        x, y = area.x, area.y + theme.px(14)
        for name in (*PAD_BUTTONS, "lefttrigger+", "righttrigger+"):
            label = _SHORT.get(name, name.upper() if len(name) == 1 else name.capitalize())
            on = self._hub.held(self.pad.id, name)
            fill, ink = (palette.accent, palette.on_accent) if on else (palette.overlay, palette.muted)
            width = theme.text.width(label, CAPTION) + theme.px(20)
            if x + width > area.right:
                x, y = area.x, y + theme.px(32)
            rect = theme.paint.pad_button(surface, label, (x, y), fill, ink)
            x = rect.right + theme.px(8)


class NoPads(Widget):
    """What is shown in place of pads."""

    def draw(self, surface: pygame.Surface) -> None:
        """Draw an icon and a sentence."""
        theme, palette = self.theme, self.theme.palette
        theme.paint.icon(
            surface, "gamepad-2", (self.rect.x + theme.px(14), self.rect.centery), 22, palette.faint
        )
        text = pygame.Rect(self.rect.x + theme.px(38), self.rect.y, self.rect.width, self.rect.height)
        theme.text.draw(surface, "Plug a gamepad in; it shows up here at once", text, BODY, palette.muted)


def pad_widgets(app: App) -> list[Widget]:
    """The pads with a test each, then what holds for all of them."""
    pads: list[Widget] = []
    for number, pad in enumerate(app.hub.pads):
        pads.append(PadTest(app.hub, pad, number))
        shake = partial(app.hub.rumble, pad.id, *SHAKE)
        pads.append(Button(f"Shake pad{number}", shake, icon="activity", enabled=app.settings.rumble,
                           disabled_reason="Rumble is off"))  # fmt: skip
    return [
        form.heading("Connected"),
        *(pads or [NoPads()]),
        form.heading("All gamepads"),
        Slider(
            "Dead zone of the sticks",
            app.settings.dead_zone * 100,
            5,
            60,
            5,
            lambda value: app.change(dead_zone=value / 100),
            show=lambda value: f"{value:.0f} %",
        ),
        Toggle("Rumble", app.settings.rumble, lambda on: app.change(rumble=on)),
        Label("Wrong buttons? Put a gamecontrollerdb.txt into Arena's home.", CAPTION, colour="faint"),
    ]
