"""A table on another machine, laid out like one on this: board, seats, moves, actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from arena.games.entry import CatalogEntry
from arena.match.controller import Descriptor
from controllers.pointer import CLICKED_VIEWS
from controllers.remote_table import TableFacts
from scenes.match import looks
from scenes.match.actions import ActionStrip, Offer
from scenes.match.board import Scene
from scenes.match.driver import Move
from scenes.match.key_lines import lines_of
from scenes.match.move_list import MoveList
from scenes.match.seat_panel import SeatFigures, SeatPanel
from scenes.match.status_bar import Fact, StatusBar
from scenes.match.table_box import TableBox
from scenes.remote import figures
from scenes.remote.echo import echo
from scenes.remote.hands import Hands
from scenes.remote.pane import RemotePane
from scenes.remote.played import Ask, Played
from scenes.remote.told import ping_text
from scenes.ui.button import Button
from scenes.ui.logview import LogView
from scenes.ui.palette import Colour
from scenes.ui.scrollview import ScrollView
from scenes.views.style import legal_actions

if TYPE_CHECKING:
    from scenes.app import App

HIDDEN = "The pictures of this game would show what others hide; the host shows none"


class RemoteTable(TableBox):
    """Made once the first view of a match is there; for other seats or another match make a new one."""

    pane: RemotePane

    def __init__(
        self, app: App, played: Played, facts: TableFacts, entry: CatalogEntry, hands: Hands,
        tools: Sequence[Button],
    ) -> None:  # fmt: skip
        super().__init__()
        self.app, self.played, self.facts, self.entry, self.hands = app, played, facts, entry, hands
        self.flipped = False
        self.names = names_of(entry, facts)
        self.bar = StatusBar(entry.title)
        self.pane = RemotePane(entry.view, self.choose)
        self.strip = ActionStrip(self.choose)
        self.panels = {seat.agent: SeatPanel(SeatFigures(seat.name)) for seat in facts.seats}
        self.seats = ScrollView(self._stack_panels, padding=0)
        self.moves = MoveList(facts.seats[0].agent, self.colour)
        self.moves.told = self.told
        self.lists_moves = entry.inspector is not None and not played.realtime
        hides = entry.information == "hidden"
        self.moves.paired = len(self.panels) == 2 and (entry.paradigm == "simultaneous" or not hides)
        self.log = LogView(empty_text="Nothing to report")
        self.tools = list(tools)
        self.on_layout: Callable[[], None] = lambda: None
        self.add(self.bar, self.pane, self.strip, self.moves, self.log, *self.tools)
        if self.two_sided:
            self.add(*self.panels.values())
        else:
            self.seats.set_items(list(self.panels.values()))
            self.add(self.seats)
        self.moves.visible, self.log.visible = self.lists_moves, not self.lists_moves
        self._echo: tuple[int, int, Mapping[str, Any]] | None = None
        """Episode, tick and picture of the move that was made here and not yet confirmed."""
        self._seen: tuple[int, int] = (facts.episode, facts.tick)
        self._logged = -1
        self._tell_keys()

    # ---- who and what --------------------------------------------------------------------------------------

    def colour(self, agent: str) -> Colour:
        """The colour of a seat."""
        return looks.seat_colour(self.entry, tuple(self.panels), agent, self.app.theme.palette)

    @property
    def bottom(self) -> str:
        """We sit at the bottom, unless the board was turned."""
        agents = tuple(self.panels)
        base = self.facts.own[0] if self.facts.own else agents[0]
        return agents[(agents.index(base) + 1) % len(agents)] if self.flipped else base

    def told(self, text: str) -> str:
        """``text`` with names in place of agents."""
        return looks.with_names(text, self.names)

    def choose(self, action: int) -> None:
        """The person has chosen: it is sent, and drawn as if it were confirmed."""
        ask = self.hands.due
        if ask is None:
            return
        self.app.hub.choose(ask.agent, action)
        self.app.waker.wake()
        if self.played.snapshot is not None and self._allowed(ask, action):
            picture = echo(self.played.snapshot, ask.agent, action)
            if picture is not None:
                self._echo = (self.facts.episode, self.facts.tick, picture)

    @staticmethod
    def _allowed(ask: Ask, action: int) -> bool:
        return ask.legal is None or action in legal_actions(ask.legal)

    # ---- bringing up to date -------------------------------------------------------------------------------

    def refresh(self, facts: TableFacts, now: float, round_trip_s: float | None, *, away: bool) -> None:
        """Take everything anew from the newest view; ``away``: the line is cut. The caller's lock is held."""
        self.facts = facts
        names = names_of(self.entry, facts)
        if names != self.names:
            self.names = names  # else the same object, so that the board need not be drawn again
        since_s = 0.0 if away else max(0.0, now - self.played.seen_at)
        palette = self.app.theme.palette
        for seat in facts.seats:
            if seat.agent in self.panels:
                self.panels[seat.agent].figures = figures.seat_figures(
                    facts, seat, self.entry, self.names[seat.agent], since_s, palette
                )
        self.bar.subtitle = figures.subtitle(facts)
        text, tone = ping_text(round_trip_s)
        cut = Fact("line cut", "wifi-off", "bad")
        self.bar.facts = (cut if away else Fact(f"ping {text}", "wifi", tone),)
        self.moves.show([Move(move.tick, move.agent, move.label) for move in facts.moves])
        self._show_board(facts, away=away)
        self._tell_log()

    def _show_board(self, facts: TableFacts, *, away: bool) -> None:
        self.pane.frame = self.played.frame
        self.pane.waiting_text = HIDDEN if self.entry.information == "hidden" else "The game is starting"
        ask = None if away or facts.paused_by is not None else self.hands.due
        legal = self._legal(ask)
        now_at, moved = (facts.episode, facts.tick), False
        if now_at != self._seen:
            moved = now_at[0] != self._seen[0] or now_at[1] > self._seen[1]
            moved = moved and self._echo is None  # our own move was seen to arrive already
            self._seen, self._echo = now_at, None
        elif self._echo is not None and ask is not None:
            self._echo = None  # asked again: it was not taken
        snapshot = self.played.snapshot if self._echo is None else self._echo[2]
        scene = Scene(
            snapshot,
            legal,
            self.bottom,
            self.names,
            not self.app.theme.reduce_motion,
            self.app.store.settings.screen_shake,
        )
        if self.played.realtime:
            self.pane.alpha = 1.0  # the newest there is: the way here has cost time enough
        first = self._echo is not None and self.pane.scene.snapshot is not snapshot
        self.pane.show(scene, moved=moved or (first and not self.pane.dropped))
        turned = self.two_sided and self._laid_out_for != self.bottom
        if self.strip.show(self._offers(ask, facts)) or turned:
            self.on_layout()

    def _legal(self, ask: Ask | None) -> frozenset[int]:
        if ask is None:
            return frozenset()
        if ask.legal is not None:
            start = int(getattr(self.played.spaces[ask.agent], "start", 0))
            return frozenset(start + place for place in legal_actions(ask.legal))
        return frozenset(action for action, _ in self.facts.offers)

    def _offers(self, ask: Ask | None, facts: TableFacts) -> list[Offer]:
        if ask is None or self.entry.view in CLICKED_VIEWS:
            return []
        return [(action, self.told(label)) for action, label in facts.offers]

    def _tell_keys(self) -> None:
        """Say which key does what."""
        for line in lines_of(self.entry, self.hands.controllers, self.names):
            self.log.append(line, colour="accent" if line in self.names.values() else "muted")

    def hands_changed(self) -> None:
        """Another device plays: say its keys."""
        self._tell_keys()

    def _tell_log(self) -> None:
        for number, kind, text in self.facts.messages:
            if number > self._logged:
                seconds = number / 1000
                stamp = f"{seconds // 60:.0f}:{seconds % 60:04.1f}"
                tone = "bad" if kind in {"failed", "forfeit", "lost"} else "muted"
                self.log.append(self.told(text), time=stamp, colour=tone)
                self._logged = number

    @property
    def moving(self) -> bool:
        """Whether the next frame differs by itself: a piece glides. Clocks are drawn often enough anyway."""
        return self.pane.animates


def names_of(entry: CatalogEntry, facts: TableFacts) -> dict[str, str]:
    """Agent -> who plays it; several of one name are told apart as on a table here."""
    return looks.names(entry, {seat.agent: Descriptor(seat.agent, seat.name) for seat in facts.seats})
