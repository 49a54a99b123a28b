"""Every widget on one screen, to look at: `python -m scenes.ui.gallery [--scale 1.5] [--out picture.png]`.

Without `--out` it opens a window, in which the widgets can be used; Escape leaves it.
"""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path

import pygame

from scenes.ui import (
    Answer,
    Badge,
    Button,
    Card,
    Choice,
    Column,
    Device,
    Dialog,
    HintBar,
    Intent,
    KeyCapture,
    Label,
    LineChart,
    LogView,
    NavRail,
    Panel,
    Place,
    ProgressBar,
    ScrollView,
    Slider,
    Table,
    Tabs,
    TextField,
    Theme,
    Toggle,
    Ui,
    layout,
)
from scenes.ui.text import TITLE

SIZE = (1280, 720)
FRAME_S = 1 / 60


@dataclass(frozen=True)
class Player:
    """A made-up row for the table."""

    name: str
    rating: int
    games: int
    score: float


PLAYERS = [
    Player(name, 1900 - 37 * index, 12 + 5 * index % 40, 0.72 - 0.03 * index)
    for index, name in enumerate(
        (
            *(
                "Stockfish, 8 nodes",
                "Ada",
                "chess/alpha-beta 3",
                "ppo-pong@40k",
                "Noor",
                "sumo/chaser",
                "Jun",
            ),
            *("Mira", "checkpoint 7f3a", "random", "Grace", "gnugo, level 5", "Otto"),
        )
    )
]
PLACES = [
    Place("home", "Home", "house"),
    Place("play", "Play", "gamepad-2"),
    Place("watch", "Watch", "eye"),
    Place("league", "League", "trophy"),
    Place("train", "Train", "brain"),
    Place("settings", "Settings", "settings", low=True),
    Place("quit", "Quit", "log-out", low=True),
]
LOG = [
    ("12:04:01", "match 01JD3 chess: Ada against Stockfish", "text"),
    ("12:04:01", "seed 4821 locked, rated, 5+3", "muted"),
    ("12:04:09", "e2e4 in 2.1 s", "muted"),
    ("12:04:10", "policy server late: 2 of 300 ticks", "warn"),
    ("12:04:12", "connection to tcp://127.0.0.1:5555 lost", "bad"),
    ("12:04:13", "connected again, seat unchanged", "good"),
    ("12:05:40", "draw offered by Ada", "muted"),
]


class Gallery:
    """The widgets and where they stand."""

    def __init__(self, scale: float, size: tuple[int, int] = SIZE) -> None:
        self.ui = Ui(Theme(scale, reduce_motion=False), size)
        self.rail = NavRail("Arena", PLACES, "play")
        self.title = Label("Widgets", TITLE)
        self.badges = [
            Badge("Rated", colour="good", icon="trophy"),
            Badge("Seed 4821", colour="muted", icon="lock"),
        ]
        self.tabs = Tabs(["Controls", "Players", "Replays"])
        self.form_panel, self.data_panel, self.chart_panel = Panel(), Panel(), Panel()
        self.form = ScrollView(self._arrange_form, *self._make_form())
        self.table: Table[Player] = Table(
            [
                Column("Player", lambda row: row.name, 2.2, strong=True),
                Column("Rating", lambda row: row.rating, numeric=True, descending=True),
                Column("Games", lambda row: row.games, numeric=True),
                Column("Score", lambda row: row.score, show=lambda row: f"{row.score:.0%}", numeric=True),
            ],
            PLAYERS,
            sort=1,
        )
        self.chart = LineChart("Return over 100 episodes", x_label="steps")
        self.log = LogView()
        self.cards = [
            Card(
                "Chess",
                "Two minds, sixty-four squares. By mouse, keys or pad.",
                badges=[("2 seats", "text")],
                icon="chess-knight",
            ),
            Card("Cooperative pong", "Keep the ball in play together.", badges=[("Real time", "accent")]),
            Card(
                "Breakout",
                "Needs the Atari ROMs.",
                icon="lock",
                enabled=False,
                disabled_reason="The Atari ROMs are not installed; `arena doctor` says how.",
            ),
        ]
        self.progress = [
            ProgressBar("Rendering the video", 0.62),
            ProgressBar("Starting the policy server", None),
        ]
        self.buttons = self._make_buttons()
        self.hints = HintBar(
            self.ui.hints, lambda: self.ui.device, [(Intent.BACK, "Back"), (Intent.SHOULDER, "Tabs")]
        )
        self.ui.add(self.rail, self.title, *self.badges, self.tabs, self.form_panel, self.form, *self.cards)
        self.ui.add(self.data_panel, self.table, self.chart_panel, self.chart, self.log)
        self.ui.add(*self.progress, *self.buttons, self.hints)
        self.ui.on_layout = self._arrange
        self._fill()

    def _make_form(self) -> list[Toggle | Choice[str] | Slider | TextField | KeyCapture]:
        return [
            TextField("Name", "Ada Lovelace", placeholder="Your name"),
            TextField("Address", "", placeholder="tcp://127.0.0.1:5555", icon="plug"),
            Choice("Opponent", ["Stockfish", "Alpha-beta", "Random", "A person", "A policy server"]),
            Choice("Clock", [f"{minutes} minutes" for minutes in range(2, 41)], 3),
            Slider("Volume", 0.7, 0, 1, 0.05, show=lambda value: f"{value:.0%}"),
            Slider("Elo", 1500, 1320, 3190, 10, show=lambda value: f"{value:.0f}"),
            Toggle("Rated match", True),
            Toggle("Late answers are dropped", False),
            KeyCapture("Move left", "A", lambda captured: pygame.key.name(captured.code)),
            Toggle(
                "Record video", False, enabled=False, disabled_reason="Install the extra `video` for this."
            ),
        ]

    def _make_buttons(self) -> list[Button]:
        return [
            Button("Resign", lambda: self.ui.open(self.dialog()), icon="flag", kind="danger"),
            Button("Offer draw", icon="handshake"),
            Button("Undo", icon="undo-2", enabled=False, disabled_reason="This game has no undo."),
            Button("More", icon="ellipsis", kind="ghost"),
            Button(
                "Start match",
                lambda: self.ui.toasts.show("The match has started", "good"),
                icon="play",
                kind="primary",
            ),
        ]

    def _fill(self) -> None:
        for when, text, colour in LOG:
            self.log.append(text, time=when, colour=colour)
        for step in range(160):
            x = step * 250.0
            self.chart.add("ppo", x, 200 * (1 - math.exp(-step / 40)) + 9 * math.sin(step / 3))
            self.chart.add("dqn", x, 160 * (1 - math.exp(-step / 70)) + 12 * math.sin(step / 5 + 1))
            self.chart.add("random", x, 22 + 5 * math.sin(step / 2))

    def dialog(self) -> Dialog:
        """A dialog as screens use it."""
        return Dialog(
            "Resign this game?",
            "The game counts as lost for you and is rated. The record keeps every move for you to look at.",
            [Answer("Keep playing"), Answer("Resign", kind="danger", icon="flag")],
            first=0,
            icon="flag",
            icon_tone="bad",
        )

    def _arrange(self, rect: pygame.Rect) -> None:
        px = self.ui.theme.px
        rail, main = layout.columns(rect, [NavRail.width_for(self.ui.theme, rect.width), 1.0])
        self.rail.place(rail)
        head, tabs, middle, foot, hints = layout.rows(
            layout.inset(main, px(20), px(12)), [px(40), px(40), 1.0, px(40), px(24)], px(12)
        )
        title, *badges = layout.columns(head, [1.0, *(badge.width_wanted() for badge in self.badges)], px(8))
        self.title.place(title)
        for badge, cell in zip(self.badges, badges, strict=True):
            badge.place(layout.centered(cell, cell.width, px(24)))
        self.tabs.place(tabs)
        self.hints.place(hints)
        left, right = layout.columns(middle, [0.45, 0.55], px(16))
        form, cards = layout.rows(left, [1.0, px(190)], px(16))
        self.form_panel.place(form)
        self.form.place(layout.inset(form, px(10), px(6)))
        for card, cell in zip(self.cards, layout.columns(cards, [1.0] * 3, px(12)), strict=True):
            card.place(cell)
        table, chart, log = layout.rows(right, [0.42, 0.36, 0.22], px(16))
        self.data_panel.place(table)
        self.table.place(layout.inset(table, px(6)))
        self.chart_panel.place(chart)
        self.chart.place(chart)
        self.log.place(log)
        self._arrange_foot(foot)

    def _arrange_foot(self, foot: pygame.Rect) -> None:
        px = self.ui.theme.px
        widths = [button.width_wanted() for button in self.buttons]
        for bar in self.progress:
            bar.visible = foot.width > sum(widths) + px(300)
        cells = layout.columns(foot, [1.0, 1.0, *widths], px(10))
        for bar, cell in zip(self.progress, cells[:2], strict=True):
            bar.place(layout.centered(cell, cell.width, px(28)))
        for button, cell in zip(self.buttons, cells[2:], strict=True):
            button.place(cell)

    def _arrange_form(self, rect: pygame.Rect) -> None:
        px = self.ui.theme.px
        inner = layout.inset(rect, px(8), px(4))
        cells = layout.stack(inner, px(Theme.CONTROL), len(self.form.items), px(8))
        for item, cell in zip(self.form.items, cells, strict=True):
            item.place(cell)

    def draw(self, surface: pygame.Surface, dt_s: float = FRAME_S) -> None:
        """Draw one frame."""
        surface.fill(self.ui.theme.palette.background)
        self.ui.draw(surface, dt_s)


def picture(scale: float, size: tuple[int, int] = SIZE, *, overlay: str = "") -> pygame.Surface:
    """Draw the gallery as it looks after a second; `overlay` may be "dialog", "picker" or "keys"."""
    gallery = Gallery(scale, size)
    surface = pygame.Surface(size)
    gallery.draw(surface)
    gallery.ui.device = Device.KEYBOARD
    gallery.ui.focus(gallery.buttons[-1])
    gallery.ui.toasts.show("Gamepad 2 was unplugged. The match is paused.", "warn", 60)
    if overlay == "dialog":
        gallery.ui.open(gallery.dialog())
    elif overlay == "picker":
        choice = gallery.form.items[3]
        if isinstance(choice, Choice):
            choice.open()
    elif overlay == "keys":
        press = pygame.event.Event(
            pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=pygame.CONTROLLER_BUTTON_A
        )
        gallery.ui.focus(gallery.form.items[0])
        gallery.ui.dispatch(press)
    for _ in range(10):
        gallery.draw(surface, 0.1)
    return surface


def show(scale: float) -> None:
    """Open a window and let a person try the widgets."""
    pygame.display.set_caption("Arena widgets")
    screen = pygame.display.set_mode(SIZE, pygame.RESIZABLE)
    gallery = Gallery(scale)
    leaving: list[bool] = []
    gallery.ui.on_back = lambda: leaving.append(True)
    deadline_s = time.perf_counter()
    while not leaving:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                leaving.append(True)
            elif event.type == pygame.VIDEORESIZE:
                gallery.ui.resize(event.size)
            gallery.ui.dispatch(event)
        gallery.draw(screen)
        pygame.display.flip()
        deadline_s = max(deadline_s + FRAME_S, time.perf_counter())
        time.sleep(max(0.0, deadline_s - time.perf_counter()))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="display scale, 1 to 2")
    parser.add_argument("--overlay", choices=("", "dialog", "picker", "keys"), default="")
    parser.add_argument("--out", type=Path, help="write a picture instead of opening a window")
    args = parser.parse_args()
    pygame.init()
    if args.out is None:
        show(args.scale)
    else:
        pygame.image.save(picture(args.scale, overlay=args.overlay), args.out)


if __name__ == "__main__":
    main()
