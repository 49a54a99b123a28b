"""Hand-made episode starts and requests, for controllers without a match around them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.games.entry import CatalogEntry
from arena.match.controller import Controller, Decision, EpisodeStart, Notice, Request, Seat

EMPTY = spaces.Box(0.0, 1.0, (1,))


def entry(game_id: str = "classic/tictactoe-v3", **fields: Any) -> CatalogEntry:
    return CatalogEntry(**{
        "id": game_id, "title": game_id, "summary": "", "paradigm": "sequential", "pace": "wait",
        "family": game_id.partition("/")[0], **fields,
    })  # fmt: skip


def seat(agent: str, action_space: spaces.Space[Any] | None = None) -> Seat:
    return Seat(agent, EMPTY, spaces.Discrete(9) if action_space is None else action_space)


class Driver:
    """What a match does for one controller: hands out ids, waits to be woken, collects what comes."""

    def __init__(
        self, controller: Controller, seats: Sequence[Seat], game: CatalogEntry, seed: int = 1
    ) -> None:
        self.controller = controller
        self.seats = tuple(seats)
        self.game = game
        self.seed = seed
        self.awake = threading.Event()
        self.notices: list[Notice] = []
        self.ids = 0

    def start(self, *, episode: int = 0, mid_episode: bool = False) -> None:
        seeds = {
            seat.agent: self.seed * 1000 + number + 10 * episode for number, seat in enumerate(self.seats)
        }
        self.controller.reset(
            EpisodeStart(
                "match", episode, self.game, self.seats, seeds, mid_episode, self.awake.set, time.monotonic
            )
        )  # fmt: skip

    def be_ready(self, timeout_s: float = 30.0) -> None:
        """Poll until the controller can decide."""
        end = time.monotonic() + timeout_s
        while (missing := self.controller.readiness()) is not None:
            assert time.monotonic() < end, missing
            self.notices += [item for item in self.controller.poll() if isinstance(item, Notice)]
            self.awake.wait(0.05)
            self.awake.clear()

    def send(
        self, agent: str, legal: Sequence[int] | None = None, observation: Any = None, **fields: Any
    ) -> Request:
        self.ids += 1
        mask = None if legal is None else np.asarray(legal, np.int8)
        request = Request(agent, self.ids, observation, mask, tick=self.ids, **fields)
        self.controller.request([request])
        return request

    def wait(self, request: Request, timeout_s: float = 20.0) -> Decision | None:
        """The decision for `request`; `None` if the controller failed instead or nothing came in time."""
        end = time.monotonic() + timeout_s
        while True:
            self.awake.clear()
            for item in self.controller.poll():
                if isinstance(item, Notice):
                    self.notices.append(item)
                    if item.kind == "failed":
                        return None
                elif item.request_id == request.request_id:
                    return item
            if not self.awake.wait(max(0.0, end - time.monotonic())):
                return None

    def notice(self, kind: str, timeout_s: float = 20.0) -> Notice:
        """The next notice of `kind`."""
        end = time.monotonic() + timeout_s
        while True:
            self.awake.clear()
            for item in self.controller.poll():
                if isinstance(item, Notice):
                    self.notices.append(item)
                    if item.kind == kind:
                        return item
            if not self.awake.wait(max(0.0, end - time.monotonic())):
                raise AssertionError(f"no notice {kind!r} within {timeout_s:g} s; seen: {self.notices}")

    def ask(self, agent: str, legal: Sequence[int] | None = None, **fields: Any) -> Any:
        """Send and wait; the action."""
        decision = self.wait(self.send(agent, legal, **fields))
        assert decision is not None, self.notices
        return decision.action


def clocks(**seconds: tuple[float, float]) -> Mapping[str, Any]:
    from arena.match.controller import ClockView

    return {agent: ClockView(*pair) for agent, pair in seconds.items()}
