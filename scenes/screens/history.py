"""History: the matches played, how they ended, and what can be done with their records."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pygame

from arena.errors import ArenaError
from scenes.screens import words
from scenes.screens.history_details import LOW, DetailsPane
from scenes.screens.home import known_game, outcome
from scenes.screens.job import Job
from scenes.screens.page import GAP, Page
from scenes.screens.verification import Verification
from scenes.ui import Choice, Column, Table, TextField, layout
from scenes.ui.clipboard import Clipboard

if TYPE_CHECKING:
    from arena.league.queries import MatchLine
    from scenes.app import App
    from scenes.screens.history_facts import Details, Row

DETAILS = 400
SHOWN = {"": "All matches", "finished": "Finished", "aborted": "Stopped", "unfinished": "Unfinished"}


class HistoryScreen(Page):
    """A table at the left, the chosen match at the right."""

    title = "History"

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.rows: list[Row] = []
        self.ready = False
        """The list has been read, and so have the details of the chosen match."""
        self._reading: Job[list[Row]] | None = None
        self._looking: Job[Details] | None = None
        self._wanted: MatchLine | None = None
        self._checks: dict[str, Verification] = {}
        self.search = TextField(
            placeholder="Game or player", icon="search", on_change=lambda _: self.filter()
        )
        self.status = Choice("", list(SHOWN), on_change=lambda _: self.filter(), name=SHOWN.__getitem__)
        self.table: Table[Row] = Table(
            self._columns(),
            sort=0,
            row_height=44,
            on_select=lambda _: self._select(),
            on_open=lambda _: self.ui.focus(self.pane.again),
            empty_text="Reading the history\N{HORIZONTAL ELLIPSIS}",
        )
        self.pane = DetailsPane(self.play_again, self.verify, self.copy_path)

    @staticmethod
    def _columns() -> list[Column[Row]]:
        return [
            Column("When", lambda row: row.line.started, 104, lambda row: words.ago(row.line.started),
                   descending=True),
            Column("Game", lambda row: game_title(row.line.game), 1.2, strong=True),
            Column("Players", lambda row: players(row.line), 1.6),
            Column("Result", lambda row: outcome(row.line), 1.2),
            Column("Length", lambda row: row.duration_s, 80, lambda row: words.length(row.duration_s),
                   numeric=True, descending=True),
        ]  # fmt: skip

    def build(self) -> None:
        """Add everything and start to read."""
        super().build()
        self.ui.add(self.search, self.status, self.table, self.pane)
        self.ui.focus(self.table)
        self._read()

    def uncover(self) -> None:
        """There may be a new match."""
        self._read()

    def leave(self) -> None:
        """Stop what goes on in the background."""
        for job in (self._reading, self._looking):
            if job is not None:
                job.close()
        for check in self._checks.values():
            check.close()

    # ---- reading -------------------------------------------------------------------------------------------

    def _read(self) -> None:
        if self._reading is not None:
            self._reading.close()
        home = self.app.home

        def read() -> list[Row]:
            from scenes.screens.history_facts import rows

            return rows(home)

        self._reading = Job(read, self.app.waker.wake)

    def update(self, now: float) -> bool:
        """Show what was read and what a verification found."""
        changed = False
        if self._reading is not None and self._reading.done:
            job, self._reading = self._reading, None
            self._list(job)
            changed = True
        if self._looking is not None and self._looking.done:
            look, self._looking = self._looking, None
            self._show(look.result())
            changed = True
        if self._looking is None and self._wanted is not None:
            self._look()
        return self._report() or changed

    def _list(self, job: Job[list[Row]]) -> None:
        try:
            self.rows = job.result()
        except ArenaError as error:
            self.app.say(str(error), "bad")
            self.table.empty_text = "The history cannot be read"
            return
        self.filter()
        self.ready = not self.rows

    def _show(self, found: Details) -> None:
        if self._wanted is None:
            self.pane.show(found)
            self.ready = True
            self.ui.relayout()

    def _report(self) -> bool:
        """Bring the progress of the chosen match's verification to the pane."""
        shown = self.pane.details
        check = self._checks.get(shown.line.id) if shown is not None else None
        return self.pane.report(check is not None, check.verdict if check is not None else None)

    @property
    def animates(self) -> bool:
        """A verification moves its bar."""
        return super().animates or self.pane.progress.visible

    def filter(self) -> None:
        """Show the matches that fit."""
        wanted, status = self.search.text.casefold().split(), self.status.value
        fitting = [
            row
            for row in self.rows
            if status in {"", row.line.status}
            and all(word in f"{game_title(row.line.game)} {players(row.line)}".casefold() for word in wanted)
        ]
        self.table.set_rows(fitting)
        self.table.empty_text = "No match fits" if self.rows else "No match was played yet"
        self.subtitle.text = f"{len(fitting)} of {len(self.rows)}" if self.rows else ""
        self._select()

    def _select(self) -> None:
        row = self.table.current
        if row is None:
            self.pane.show(None)
        elif self.pane.details is None or self.pane.details.line != row.line:
            self._wanted = row.line

    def _look(self) -> None:
        """Read the details of the newest choice; older ones are skipped."""
        home, line, self._wanted = self.app.home, self._wanted, None
        if line is None:
            return

        def look(line: MatchLine) -> Details:
            from scenes.screens.history_facts import details

            return details(home, line)

        self._looking = Job(partial(look, line), self.app.waker.wake)

    # ---- doing ---------------------------------------------------------------------------------------------

    def play_again(self) -> None:
        """Go to the lobby with the same seats and rules."""
        shown = self.pane.details
        if shown is None or shown.setup is None:
            return
        from arena.games import catalog
        from scenes.screens.lobby import LobbyScreen

        try:
            entry = catalog.get(shown.setup.game)
        except ArenaError as error:
            self.app.say(str(error), "bad")
            return
        self.app.push(LobbyScreen(self.app, entry, shown.setup))

    def verify(self) -> None:
        """Play the record again in the background and compare."""
        shown = self.pane.details
        if shown is not None and shown.line.id not in self._checks:
            self._checks[shown.line.id] = Verification(shown.path, self.app.waker.wake)

    def copy_path(self) -> None:
        """Put the record's path on the clipboard."""
        if self.pane.details is not None:
            Clipboard().put(str(self.pane.details.path))
            self.app.say(f"Copied: {self.pane.details.path.name}", "good")

    def arrange(self, rect: pygame.Rect) -> None:
        """Search above the table; the chosen match beside it where there is room, else below."""
        px, gap = self.px, self.px(GAP)
        if rect.width >= px(900):
            left, right = layout.columns(rect, [1.0, px(DETAILS)], gap + px(8))
        else:
            left, right = layout.rows(rect, [1.0, px(LOW)], gap)
        bar, table = layout.rows(left, [px(40), 1.0], px(12))
        search, status = layout.columns(bar, [1.6, 1.0], px(10))
        self.search.place(search)
        self.status.place(status)
        self.table.place(table)
        self.pane.place(right)


def game_title(game: str) -> str:
    """What a game is called, or its id if it is gone."""
    entry = known_game(game)
    return entry.title if entry is not None else game


def players(line: MatchLine) -> str:
    """Who played, each once."""
    names = list(dict.fromkeys(seat.name for seat in line.seats))
    return " \N{MIDDLE DOT} ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")
