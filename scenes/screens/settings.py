"""Settings: controls, players, display, sound, gamepads. Every change holds at once and is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pygame

from scenes.screens import form
from scenes.screens.page import Page
from scenes.screens.settings_controls import Controls
from scenes.screens.settings_pads import pad_widgets
from scenes.settings_store import FPS_CHOICES, is_name
from scenes.ui import (
    Button,
    Choice,
    Intent,
    Label,
    Panel,
    ScrollView,
    Slider,
    Tabs,
    TextField,
    Toggle,
    Widget,
    layout,
)
from scenes.ui.text import CAPTION

if TYPE_CHECKING:
    from scenes.app import App

TABS = ("Controls", "Players", "Display", "Sound", "Gamepads")
TWO_COLUMNS = 900
"""Width at scale 1 from which the parts of a form stand beside each other."""
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)
PEOPLE = ("Your name", "Second player", "Third player", "Fourth player")
PERCENT = 100


class SettingsScreen(Page):
    """One form a tab."""

    title = "Settings"

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.tabs = Tabs(TABS, on_change=lambda _: self.show())
        self.panel = Panel()
        self.view = ScrollView(self._arrange, padding=20)
        self.controls = Controls(app, self.show)
        self.names: list[TextField] = []
        self.hints.fixed.insert(0, (Intent.SHOULDER, "Next part"))

    def build(self) -> None:
        """Add everything; the focus is on the tabs."""
        super().build()
        self.ui.add(self.tabs, self.panel, self.view)
        self.show()
        self.ui.focus(self.tabs)

    def show(self) -> None:
        """Make the fields of the chosen tab anew; the focus stays at its place."""
        fields: dict[str, Callable[[], list[Widget]]] = {
            "Controls": self.controls.widgets,
            "Players": self._players,
            "Display": self._display,
            "Sound": self._sound,
            "Gamepads": lambda: pad_widgets(self.app),
        }
        at = next((index for index, item in enumerate(self.view.items) if item.state.focused), None)
        self.view.set_items(fields[TABS[self.tabs.index]]())
        if at is not None and at < len(self.view.items):
            self.ui.focus(self.view.items[at])
        self.ui.relayout()

    def devices_changed(self) -> None:
        """Show the pads there are."""
        if TABS[self.tabs.index] == "Gamepads":
            self.show()

    @property
    def animates(self) -> bool:
        """What pads do is shown as it happens."""
        return super().animates or (TABS[self.tabs.index] == "Gamepads" and bool(self.app.hub.pads))

    # ---- tabs ----------------------------------------------------------------------------------------------

    def _players(self) -> list[Widget]:
        used = self.app.settings.names
        self.names = [
            TextField(
                label, used[index] if index < len(used) else "", limit=32, on_change=lambda _: self._rename()
            )
            for index, label in enumerate(PEOPLE)
        ]
        note = Label(
            "Who sits down gets the next name of this list. Results and bindings belong to a name.",
            CAPTION,
            colour="muted",
            wrap=True,
        )
        return [form.heading("Names"), *self.names, form.heading("What for"), note]

    def _rename(self) -> None:
        """Keep the names that can be ones, in order; the others say what is wrong."""
        for box in self.names:
            wrong = box.text and not is_name(box.text)
            box.error = "Up to 32 letters, without , = : and spaces at the ends" if wrong else ""
        typed = [box.text for box in self.names if box.text and not box.error]
        known = [name for name in self.app.settings.names[len(PEOPLE) :] if name not in typed]
        self.app.change(names=(*dict.fromkeys(typed), *known))
        self.ui.relayout()

    def _display(self) -> list[Widget]:
        settings = self.app.settings
        scales = sorted({*SCALES, settings.scale})
        return [
            form.heading("Display"),
            Choice(
                "Size of text and controls",
                scales,
                scales.index(settings.scale),
                self._changes("scale"),
                name=lambda scale: f"{scale:.0%}",
            ),
            Toggle(
                "Full screen",
                self.app.window.fullscreen,
                lambda _: self.app.toggle_fullscreen(),
                tooltip="F11",
            ),
            Choice(
                "Frames a second, at most",
                FPS_CHOICES,
                FPS_CHOICES.index(settings.fps),
                self._changes("fps"),
                name=lambda fps: "As the display" if fps == "screen" else fps,
            ),
            form.heading("Comfort"),
            Toggle("Reduce motion", settings.reduce_motion, self._changes("reduce_motion")),
            Toggle("Shake the picture on heavy hits", settings.screen_shake, self._changes("screen_shake")),
            Toggle("Show frame times and latency", settings.overlay, self._changes("overlay"), tooltip="F3"),
        ]

    def _sound(self) -> list[Widget]:
        settings = self.app.settings
        silent = self.app.audio.problem
        return [
            form.heading("Sound"),
            Slider(
                "Volume",
                settings.volume * PERCENT,
                0,
                PERCENT,
                5,
                lambda value: self.app.change(volume=value / PERCENT),
                show=lambda value: f"{value:.0f} %",
            ),
            Toggle("Mute", settings.muted, self._changes("muted")),
            Button("Play a sound", lambda: self.app.audio.play("win"), icon="volume-2"),
            *([Label(silent, CAPTION, colour="warn", wrap=True)] if silent else []),
        ]

    def _changes(self, name: str) -> Callable[[Any], None]:
        return lambda value: self.app.change(**{name: value})

    # ---- places --------------------------------------------------------------------------------------------

    def arrange(self, rect: pygame.Rect) -> None:
        """Tabs above one panel."""
        px = self.px
        tabs, _, panel = layout.rows(rect, [px(44), px(12), 1.0])
        self.tabs.place(tabs)
        self.panel.place(panel)
        self.view.place(panel.inflate(-2 * px(2), -2 * px(2)))

    def _arrange(self, rect: pygame.Rect) -> None:
        """The first part of the form at the left, the others at the right, if there is room."""
        items = self.view.items
        heads = [index for index, item in enumerate(items) if isinstance(item, form.Heading)]
        if rect.width < self.px(TWO_COLUMNS) or len(heads) < 2:
            form.arrange(items, rect)
            return
        left, right = layout.columns(rect, [1.0, 1.0], self.px(48))
        form.arrange(items[: heads[1]], left)
        form.arrange(items[heads[1] :], right)
