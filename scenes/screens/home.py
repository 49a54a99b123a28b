"""Home: play, watch a demo, look back, settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pygame

from arena import __version__
from arena.errors import ArenaError
from arena.games import catalog
from arena.games.entry import CatalogEntry
from arena.session import MatchSetup
from scenes.screen import UiScreen
from scenes.screens import pictures, words
from scenes.screens.demos import demos
from scenes.screens.job import Job
from scenes.screens.page import GAP
from scenes.screens.tile import Tile
from scenes.ui import Button, HintBar, Intent, Label, Widget, layout
from scenes.ui.text import BODY, CAPTION, TextStyle

if TYPE_CHECKING:
    from arena.league.queries import MatchLine
    from scenes.app import App

BRAND = TextStyle("bold", 52)
CLAIM = "People, engines and policies at the same table."
COLUMN = 300
"""Width of the buttons."""


class Brand(Widget):
    """The mark and the name."""

    def draw(self, surface: pygame.Surface) -> None:
        """Draw both."""
        theme, palette = self.theme, self.theme.palette
        side = self.rect.height
        mark = pygame.Rect(self.rect.x, self.rect.y, side, side)
        theme.paint.panel(surface, mark, palette.accent, side // 4)
        theme.paint.icon(surface, "swords", mark.center, 34, palette.on_accent)
        name = pygame.Rect(mark.right + theme.px(18), self.rect.y, self.rect.width - side, side)
        theme.text.draw(surface, "Arena", name, BRAND, palette.text)


class HomeScreen(UiScreen):
    """The first screen, and the one that is never left but by quitting."""

    title = "Home"

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.demos = demos()
        self._next_demo = 0
        self._looking: Job[MatchLine | None] | None = None
        self.last: MatchLine | None = None
        self.brand = Brand()
        self.claim = Label(CLAIM, BODY, colour="muted")
        self.play = Button("Play", self.open_picker, icon="play", kind="primary")
        self.watch = Button("Watch a demo", self.start_demo, icon="eye", align="left")
        self.history = Button("History", self.open_history, icon="history", align="left")
        self.settings = Button("Settings", self.open_settings, icon="settings", align="left")
        self.quit = Button("Quit", app.quit, icon="log-out", align="left", kind="ghost")
        self.demo_tile = Tile(self.start_demo, overline="Watch")
        self.last_tile = Tile(self.open_history, overline="Last match")
        self.version = Label(f"Arena {__version__}", CAPTION, colour="faint", align="right")
        self.hints = HintBar(self.ui.hints, lambda: self.ui.device, [(Intent.MOVE, "Move")])

    # ---- where it leads ------------------------------------------------------------------------------------

    def open_picker(self) -> None:
        """Choose a game."""
        from scenes.screens.picker import PickerScreen

        self.app.push(PickerScreen(self.app))

    def open_history(self) -> None:
        """Look at the matches played."""
        from scenes.screens.history import HistoryScreen

        self.app.push(HistoryScreen(self.app))

    def open_settings(self) -> None:
        """Change the settings."""
        from scenes.screens.settings import SettingsScreen

        self.app.push(SettingsScreen(self.app))

    def start_demo(self) -> None:
        """Play the demo on the tile; the next visit offers another."""
        setup = self.demos[self._next_demo].setup()
        self._next_demo = (self._next_demo + 1) % len(self.demos)
        self.start(setup)

    def start(self, setup: MatchSetup) -> None:
        """Go to the match."""
        from scenes.screens.match import MatchScreen

        self.app.push(MatchScreen(self.app, setup))

    def back(self) -> None:
        """Escape does not end the arena: it goes to the button that does."""
        self.ui.focus(self.quit)

    # ---- what it shows -------------------------------------------------------------------------------------

    def build(self) -> None:
        """Add everything; the focus is on Play."""
        self.ui.add(self.brand, self.claim, *self.buttons, self.demo_tile, self.last_tile)
        self.ui.add(self.version, self.hints)
        self.last_tile.visible = False
        self.ui.focus(self.play)
        self._show_demo()
        self._look_up()

    @property
    def buttons(self) -> Sequence[Button]:
        """The column at the left."""
        return self.play, self.watch, self.history, self.settings, self.quit

    def uncover(self) -> None:
        """Back from somewhere: there may be a newer match, and the next demo is offered."""
        self._show_demo()
        self._look_up()

    def leave(self) -> None:
        """Wait for the look at the history."""
        if self._looking is not None:
            self._looking.close()

    def _show_demo(self) -> None:
        demo = self.demos[self._next_demo]
        entry = catalog.get(demo.game)
        self.demo_tile.show(f"{entry.title} demo", demo.title, pictures.picture(entry), entry.id)

    def _look_up(self) -> None:
        if self._looking is not None:
            self._looking.close()
        home = self.app.home

        def newest() -> MatchLine | None:
            from arena.league.intake import take_in
            from arena.league.queries import history
            from arena.league.store import Store

            with Store.open(home) as store:
                take_in(home, store)
                return next(iter(history(store, limit=1)), None)

        self._looking = Job(newest, self.app.waker.wake)

    def update(self, now: float) -> bool:
        """Show the last match once it is known."""
        if self._looking is None or not self._looking.done:
            return False
        job, self._looking = self._looking, None
        self.last = job.result()
        if self.last is None:
            return False
        entry = known_game(self.last.game)
        names = " against ".join(dict.fromkeys(seat.name for seat in self.last.seats))
        when = f"{outcome(self.last)}, {words.ago(self.last.started)}"
        picture = pictures.picture(entry) if entry is not None else None
        title = entry.title if entry is not None else self.last.game
        self.last_tile.show(title, f"{names}\n{when}", picture, self.last.game)
        self.last_tile.visible = True
        self.ui.relayout()
        return True

    def layout(self, rect: pygame.Rect) -> None:
        """A column of buttons at the left, pictures at the right."""
        px = self.ui.theme.px
        margin = px(64) if rect.width >= px(1000) else px(32)
        area = rect.inflate(-2 * margin, 0)
        foot = pygame.Rect(area.x, rect.bottom - px(48), area.width, px(32))
        hints, version = layout.columns(foot, [1.0, px(140)])
        self.hints.place(hints)
        self.version.place(version)
        body = pygame.Rect(area.x, rect.y + px(32), area.width, foot.y - rect.y - px(48))
        left, right = layout.columns(body, [px(COLUMN), 1.0], px(64) if margin > px(32) else px(32))
        self._place_column(left)
        self._place_tiles(right)

    def _place_column(self, rect: pygame.Rect) -> None:
        px = self.ui.theme.px
        gap, brand, claim = px(10), px(64), px(60)
        heights = [px(56), *[px(46)] * 4]
        self.claim.visible = rect.height >= px(380)
        if rect.height < px(430):
            gap, brand, claim = px(6), px(48), px(44) if self.claim.visible else px(8)
            heights = [min(px(44), (rect.height - brand - claim - 4 * gap) // 5)] * 5
        total = brand + claim + sum(heights) + 4 * gap
        y = rect.y + max(0, (rect.height - total) // 2)
        self.brand.place(pygame.Rect(rect.x, y, rect.width, brand))
        y += brand
        self.claim.place(pygame.Rect(rect.x, y + px(4), rect.width + px(60), px(36)))
        y += claim
        for button, height in zip(self.buttons, heights, strict=True):
            button.place(pygame.Rect(rect.x, y, rect.width, height))
            y += height + gap

    def _place_tiles(self, rect: pygame.Rect) -> None:
        px = self.ui.theme.px
        tiles = [tile for tile in (self.demo_tile, self.last_tile) if tile.visible]
        height = min(px(230), (rect.height - px(GAP)) // 2)
        total = len(tiles) * (height + px(GAP)) - px(GAP)
        area = pygame.Rect(rect.x, rect.centery - total // 2, rect.width, total)
        for tile, cell in zip(tiles, layout.stack(area, height, len(tiles), px(GAP)), strict=True):
            tile.place(cell)


def known_game(game: str) -> CatalogEntry | None:
    """The entry of a game that was played, if it is still there."""
    try:
        return catalog.get(game)
    except ArenaError:
        return None


def outcome(line: MatchLine) -> str:
    """Who won a match, in words."""
    if line.status == "unfinished":
        return "Unfinished"
    best = max((seat.wins for seat in line.seats), default=0)
    winners = [seat.name for seat in line.seats if seat.wins == best]
    if best and len(winners) == 1:
        return f"{winners[0]} won"
    if best and len(winners) < len(line.seats):
        return " and ".join(winners[:2]) + " won"
    if any(seat.draws for seat in line.seats):
        return "Drawn"
    return "Played" if line.episodes else "Stopped early"
