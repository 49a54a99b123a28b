"""From keyboard, mouse or pad to moves for the host: the same controllers that play at this machine, with the
line to the host in place of a match.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.errors import ArenaError
from arena.games import catalog
from arena.games.entry import CatalogEntry
from arena.match.controller import Decision, EpisodeStart, Notice, Request, Seat
from arena.match.kinds import BuildContext, ControllerSpec
from arena.match.seats import noop_and_edges
from controllers import pointer
from controllers.held_inputs import releasing
from controllers.human import KIND, HumanController
from controllers.inputs import KEYBOARD, InputHub
from scenes.remote.played import Ask, Played

_SHARED = ("keyboard/wasd", "keyboard/arrows")
_NOTHING = spaces.Box(0.0, 1.0, ())
"""What a person's controller is told of the observation, which it never looks at."""


def entry_of(played: Played, title: str = "") -> CatalogEntry:
    """What the catalog here knows of the game, or the little that the host told."""
    for entry in catalog.entries():
        if entry.id == played.hello.game:
            return entry
    return CatalogEntry(
        id=played.hello.game,
        title=title or played.hello.game,
        summary="",
        paradigm="sequential" if played.hello.paradigm == "sequential" else "simultaneous",
        pace="realtime" if played.realtime else "wait",
        hz=played.hz,
    )


class Hands:
    """The controllers of one match's seats. Close them before others are made: they hold devices."""

    def __init__(
        self, played: Played, entry: CatalogEntry, hub: InputHub, clock: Callable[[], float], player: str
    ) -> None:
        self.problem = ""
        """Why some seat cannot be played with what is here."""
        self.entry = entry
        self._played, self._hub, self._clock, self._player = played, hub, clock, player
        self._seats = {agent: Seat(agent, _NOTHING, space) for agent, space in played.spaces.items()}
        self._people: dict[str, HumanController] = {}
        self._asked: dict[str, Ask] = {}
        self._held: dict[str, Any] = {}
        self._resets = -1
        self._release = {agent: self._releasing(seat) for agent, seat in self._seats.items()}
        for number, agent in enumerate(self._seats):
            self._sit(agent, self._way(number))

    def follow(self, played: Played) -> None:
        """Play on in the same match, which was taken up again after the line was cut."""
        self._played, self._resets = played, -1

    def close(self) -> None:
        """Give the devices back."""
        for person in self._people.values():
            person.close()
        self._people.clear()

    @property
    def controllers(self) -> dict[str, HumanController]:
        """Agent -> who plays it here."""
        return dict(self._people)

    @property
    def due(self) -> Ask | None:
        """The move that is awaited here; of several, the first."""
        return next((ask for ask in self._asked.values()), None)

    # ---- sitting down --------------------------------------------------------------------------------------

    def _releasing(self, seat: Seat) -> Callable[[Any], Any]:
        try:
            noop, edges = noop_and_edges(self.entry, seat.agent, seat.action_space)
        except ArenaError:  # another version of the game here than there: press by press all the same
            noop, edges = None, frozenset()
        return releasing(seat.action_space, noop, edges)

    def _context(self, agent: str) -> BuildContext:
        return BuildContext(
            self.entry,
            (self._seats[agent],),
            "realtime" if self._played.realtime else "wait",
            drawing=True,
            resources={"inputs": self._hub},
        )

    def _way(self, number: int) -> str:
        """How the seat at place ``number`` is played: the mouse where that is natural, else keys."""
        agent = list(self._seats)[number]
        context = self._context(agent)
        mouse = pointer.natural(context) or self.entry.scheme(agent) is None
        if not self._played.realtime and pointer.fits(context) and mouse:
            return "pointer"
        if len(self._seats) == 1:
            return "keyboard"
        return _SHARED[number] if number < len(_SHARED) else "pad"

    def _sit(self, agent: str, way: str) -> bool:
        """Have the seat played in this way; where that cannot be, it says why and leaves all as it was."""
        options = {"name": self._player} if self._player else {}
        before = self._people.pop(agent, None)
        if before is not None:
            before.close()
        try:
            person = KIND.build(ControllerSpec(f"human:{way}", "human", way, options), self._context(agent))
        except ArenaError as error:
            self.problem = str(error)
            return False
        self._people[agent] = person
        person.reset(self._start(agent))
        return True

    def _start(self, agent: str) -> EpisodeStart:
        return EpisodeStart(
            match_id=self._played.id,
            episode=max(0, self._played.episode),
            game=self.entry,
            seats=(self._seats[agent],),
            seeds={agent: 0},
            mid_episode=False,
            wake=lambda: None,
            clock=self._clock,
        )

    def switch(self, device_id: str) -> str | None:
        """Play the one seat with another device from now on; its name, or ``None`` where nothing changes."""
        device = self._hub.device(device_id)
        if device is None or len(self._seats) != 1:
            return None
        (agent,) = self._seats
        claims = [claim for claim in self._hub.claims if claim.agent == agent]
        if not claims or claims[0].device_id == device_id:
            return None
        before = "keyboard" if claims[0].device_id == KEYBOARD else "pad"
        way = "keyboard" if device_id == KEYBOARD else f"pad{self._hub.pads.index(device)}"
        if self._sit(agent, way):
            self._asked.clear()
            return device.name
        self._sit(agent, before)
        return None

    # ---- once a round --------------------------------------------------------------------------------------

    def work(self) -> list[str]:
        """Send what was decided or is held; sentences about devices that came or went."""
        played = self._played
        if played.resets != self._resets:
            self._resets = played.resets
            self._asked.clear()
            self._held.clear()
            for agent, person in self._people.items():
                person.reset(self._start(agent))  # what is held stays held: these are the same fingers
        if played.episode < 0 or played.over:
            return []
        return self._steer() if played.realtime else self._move()

    def _move(self) -> list[str]:
        """Where the match waits: each ask goes to its person once, and comes back as a move."""
        told = []
        asks = self._played.asks
        for agent in [agent for agent, ask in self._asked.items() if asks.get(agent) is not ask]:
            self._people[agent].cancel([self._asked.pop(agent).request_id])
        for agent, ask in asks.items():
            if agent in self._people and self._asked.get(agent) is not ask:
                self._asked[agent] = ask
                self._people[agent].request([Request(agent, ask.request_id, None, ask.legal, ask.tick)])
        for agent, person in self._people.items():
            for said in person.poll():
                if isinstance(said, Notice):
                    told.append(said.message)
                elif agent in self._asked:
                    self._played.answer(self._asked.pop(agent), said.action)
        return told

    def _steer(self) -> list[str]:
        """In real time: tell what is held whenever that changes, and each press of what acts once."""
        told: list[str] = []
        for agent, person in self._people.items():
            person.request([Request(agent, 0, None, None, 0)])
            for said in person.poll():
                if isinstance(said, Notice):
                    told.append(said.message)
                else:
                    self._hold(agent, said)
        return told

    def _hold(self, agent: str, decision: Decision) -> None:
        action = decision.action
        if action is None:
            return
        kept = self._release[agent](action)
        once = not np.array_equal(kept, action)
        if once or agent not in self._held or not np.array_equal(self._held[agent], action):
            self._held[agent] = None if once else action
            if not self._played.hold(agent, action):
                self._held.pop(agent, None)
