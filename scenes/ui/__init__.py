"""Widgets on a pygame surface, all of them for keyboard, mouse and gamepad. Knows pygame and nothing of the
arena.

A screen makes a `Ui` with a `Theme`, adds widgets, places them in `on_layout` with the functions of `layout`,
and from its loop calls `ui.dispatch(event)` for each event and `ui.draw(surface, dt_s)` once a frame:

    ui = Ui(Theme(scale=1.0), surface.get_size())
    play = Button("Play", start, icon="play", kind="primary")
    ui.add(play)
    ui.on_layout = lambda rect: play.place(layout.centered(rect, 200, 40))
"""

from scenes.ui import layout
from scenes.ui.button import Button
from scenes.ui.card import Card
from scenes.ui.chart import LineChart
from scenes.ui.choice import Choice
from scenes.ui.dialog import Answer, Dialog
from scenes.ui.hintbar import HintBar
from scenes.ui.intents import Device, Intent, Translator, UiEvent
from scenes.ui.keycapture import Captured, KeyCapture
from scenes.ui.label import Badge, Label, Panel
from scenes.ui.listview import ListView
from scenes.ui.logview import LogView
from scenes.ui.navrail import NavRail, Place
from scenes.ui.palette import HIGH_CONTRAST, Palette
from scenes.ui.progress import ProgressBar
from scenes.ui.root import Ui
from scenes.ui.rows import RowLook
from scenes.ui.scrollview import ScrollView
from scenes.ui.slider import Slider
from scenes.ui.table import Column, Table
from scenes.ui.tabs import Tabs
from scenes.ui.text import TextStyle
from scenes.ui.textfield import TextField
from scenes.ui.theme import Theme
from scenes.ui.toast import ToastStack
from scenes.ui.toggle import Toggle
from scenes.ui.widget import Box, Widget

__all__ = [
    "HIGH_CONTRAST",
    "Answer",
    "Badge",
    "Box",
    "Button",
    "Captured",
    "Card",
    "Choice",
    "Column",
    "Device",
    "Dialog",
    "HintBar",
    "Intent",
    "KeyCapture",
    "Label",
    "LineChart",
    "ListView",
    "LogView",
    "NavRail",
    "Palette",
    "Panel",
    "Place",
    "ProgressBar",
    "RowLook",
    "ScrollView",
    "Slider",
    "Table",
    "Tabs",
    "TextField",
    "TextStyle",
    "Theme",
    "ToastStack",
    "Toggle",
    "Translator",
    "Ui",
    "UiEvent",
    "Widget",
    "layout",
]
