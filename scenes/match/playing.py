"""Everything that a running match shows, laid out around its board and brought up to date once a round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gymnasium import spaces

from arena.match.match import Phase
from controllers.pointer import CLICKED_VIEWS
from scenes.match import figures, looks
from scenes.match.actions import ActionStrip, Offer
from scenes.match.board import BoardPane, Scene
from scenes.match.driver import Driver
from scenes.match.key_lines import key_lines
from scenes.match.move_list import MoveList
from scenes.match.people import People
from scenes.match.readiness import Readiness
from scenes.match.seat_panel import SeatFigures, SeatPanel
from scenes.match.status_bar import StatusBar
from scenes.match.table_box import TableBox
from scenes.ui.button import Button
from scenes.ui.logview import LogView
from scenes.ui.palette import Colour
from scenes.ui.scrollview import ScrollView
from scenes.views.style import legal_actions

if TYPE_CHECKING:
    from scenes.app import App

BOARD_VIEWS = frozenset({"chess", "connect_four", "tictactoe"})
AFTERMATH_S = 1.5
"""How long the last moment of a game of bodies is still drawn on: sparks fly, words come to rest."""
_BAD_NEWS = frozenset({"failed", "forfeit", "lost", "illegal", "warning"})


class Playing(TableBox):
    """Header, board, seats, moves and actions of one match."""

    def __init__(self, app: App, driver: Driver, people: People, tools: Sequence[Button]) -> None:
        super().__init__()
        self.app, self.driver, self.people = app, driver, people
        match = driver.match
        entry = match.entry
        self.flipped = False
        self.turns_board = False
        """With two people here: whoever is to move sits at the bottom."""
        self.bar = StatusBar(entry.title)
        self.pane = BoardPane(entry.view, self.choose)
        driver.get_ready = Readiness(self.pane, app.clock).go_on
        self.strip = ActionStrip(self.choose)
        self.panels = {agent: SeatPanel(self._figures(agent)) for agent in match.seats}
        self.seats = ScrollView(self._stack_panels, padding=0)
        self.moves = MoveList(next(iter(match.seats)), self.colour)
        self.lists_moves = entry.inspector is not None and match.rules.pace == "wait"
        alternating = entry.paradigm == "simultaneous" or not people.hides
        self.moves.paired = len(match.seats) == 2 and alternating
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
        self.snapshot: Mapping[str, Any] | None = None
        self._seen: tuple[object, ...] = ()
        self._stepped_at = 0.0
        self._logged = -1.0
        self._keys_of: tuple[object, ...] = ()
        self._laid_out_for = ""
        self.names = looks.names(entry, match.descriptors())

    # ---- who and what -------------------------------------------------------------------------------------

    def colour(self, agent: str) -> Colour:
        """The colour of a seat."""
        match = self.driver.match
        return looks.seat_colour(match.entry, tuple(match.seats), agent, self.app.theme.palette)

    def _figures(self, agent: str) -> SeatFigures:
        names = looks.names(self.driver.match.entry, self.driver.match.descriptors())
        palette = self.app.theme.palette
        return figures.seat_figures(self.driver, self.people, agent, names, self.app.clock(), palette)

    @property
    def bottom(self) -> str:
        """The agent who sits at the bottom of the board."""
        match, agents = self.driver.match, tuple(self.driver.match.seats)
        people = self.people.agents
        base = people[0] if people else agents[0]
        if len(people) > 1 and self.people.hides:
            shown = self.people.viewer
            base = next(iter(shown), base) if shown != "all" else base
        elif self.turns_board and len(people) > 1 and self.people.active is not None:
            base = self.people.active
        if not self.flipped:
            return base
        return agents[(agents.index(base) + 1) % len(match.seats)]

    def choose(self, action: int) -> None:
        """The person whose turn it is has chosen."""
        agent = self.people.active
        if agent is not None:
            self.app.hub.choose(agent, action)
            self.app.waker.wake()

    # ---- bringing up to date ------------------------------------------------------------------------------

    def refresh(self, now: float, *, covered: bool) -> None:
        """Take everything anew from the match; ``covered``: a curtain hides what is one person's."""
        match = self.driver.match
        self.names = looks.names(match.entry, match.descriptors())
        palette = self.app.theme.palette
        for agent, panel in self.panels.items():
            panel.figures = figures.seat_figures(self.driver, self.people, agent, self.names, now, palette)
        self.bar.subtitle = figures.subtitle(self.driver)
        self.bar.facts = figures.status_facts(self.driver, now)
        self.bar.recording = self.driver.session.record_path is not None and not match.finished
        self.moves.told = self.told
        self.moves.show(self.driver.moves)
        self._show_board(covered=covered)
        self._tell_keys()
        self._tell_log()

    def _show_board(self, *, covered: bool) -> None:
        match = self.driver.match
        viewer = self.people.viewer
        if match.entry.view is None:
            self.pane.frame = None if self.people.hides and not match.finished else match.host.frame()
            self.pane.waiting_text = "The game is starting"
        elif match.last_result is not None:
            seen = (match.log.version, viewer)
            if seen != self._seen:
                self.snapshot, self._seen = match.host.snapshot(viewer), seen
        agent = None if covered or match.paused else self.people.active
        legal = self.legal_of(agent) if agent is not None else frozenset()
        scene = Scene(
            self.snapshot,
            legal,
            self.bottom,
            self.names,
            not self.app.theme.reduce_motion,
            self.app.store.settings.screen_shake,
        )
        stepped = self.driver.stepped_at != self._stepped_at
        self._stepped_at = self.driver.stepped_at
        if match.pacer.realtime and match.entry.view is not None:
            self.pane.alpha = self._alpha()
        self.pane.show(scene, moved=stepped)
        if self.strip.show(self._offers(agent, legal)) or (
            self.two_sided and self._laid_out_for != self.bottom
        ):
            self.on_layout()

    def _alpha(self) -> float:
        """How far the picture is on its way to the next tick; after the last one the view's effects go on."""
        match, now = self.driver.match, self.app.clock()
        if self.ended:
            return 1.0 + match.rules.hz * min(AFTERMATH_S, max(0.0, now - self.driver.stepped_at))
        return match.alpha(now)

    @property
    def ended(self) -> bool:
        """Whether the episode that is shown is over."""
        return bool(self.snapshot is not None and self.snapshot.get("over"))

    def legal_of(self, agent: str) -> frozenset[int]:
        """The actions ``agent`` may choose now; empty where they cannot be listed."""
        seat = self.driver.match.seats[agent]
        if not isinstance(seat.action_space, spaces.Discrete):
            return frozenset()
        if seat.legal is not None:
            return legal_actions(seat.legal)
        start = int(seat.action_space.start)
        return frozenset(range(start, start + int(seat.action_space.n)))

    def _offers(self, agent: str | None, legal: frozenset[int]) -> list[Offer]:
        """The actions that are buttons."""
        match = self.driver.match
        view = match.entry.view
        if agent is None or view in CLICKED_VIEWS or (match.pacer.realtime and self.people.keyed(agent)):
            return []
        if view == "go" and self.snapshot is not None:
            legal &= {int(self.snapshot["size"]) ** 2}
        return [(action, self.told(match.host.label(agent, action))) for action in sorted(legal)]

    def told(self, text: str) -> str:
        """``text`` with names in place of agents."""
        return looks.with_names(text, self.names)

    def _tell_keys(self) -> None:
        """Say which key does what, at first and whenever a seat has changed hands."""
        match = self.driver.match
        held_by = tuple(seat.holder.controller for seat in match.seats.values())
        if held_by != self._keys_of:
            self._keys_of = held_by
            for line in key_lines(match, self.people, self.names):
                self.log.append(line, colour="accent" if line in self.names.values() else "muted")

    def _tell_log(self) -> None:
        """Put new messages into the log."""
        match, messages = self.driver.match, self.driver.match.log.messages
        newest = messages[-1].t if messages else -1.0
        if newest <= self._logged:
            return
        for message in messages:
            if message.t > self._logged:
                stamp = f"{message.t // 60:.0f}:{message.t % 60:04.1f}"
                tone = "bad" if message.kind in _BAD_NEWS else "muted"
                names = looks.seat_names(match.entry, match.seats) if message.kind == "swap" else self.names
                self.log.append(looks.with_names(message.text, names), time=stamp, colour=tone)
        self._logged = newest

    @property
    def moving(self) -> bool:
        """Whether the next frame differs by itself."""
        match = self.driver.match
        if self.driver.getting_ready:
            return True
        drawn_by_slot = match.pacer.realtime and match.entry.view is not None and not match.paused
        aftermath = self.ended and self.app.clock() - self.driver.stepped_at < AFTERMATH_S
        return self.pane.animates or (drawn_by_slot and (aftermath or match.phase is Phase.PLAYING))
