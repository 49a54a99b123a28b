"""From a match's seats and requests to the messages that ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena import __version__
from arena.errors import SeatError, WireError
from arena.match.controller import EpisodeStart, Request, Seat
from arena.wire.arrays import Layout, NamedArray
from arena.wire.codec import encode
from arena.wire.messages import Act, Block, Group, Hello, Observe, Reset, Result
from arena.wire.spaces import describe


class Seats:
    """The seats of one controller, grouped by identical spaces so that their rows can be stacked.

    Raises :class:`SeatError` where a space cannot cross the wire, or all together do not fit a hello.
    """

    def __init__(self, seats: Sequence[Seat]) -> None:
        self.agents = tuple(seat.agent for seat in seats)
        kinds: dict[str, tuple[list[str], Any, Any]] = {}
        for seat in seats:
            try:
                observation, action = describe(seat.observation_space), describe(seat.action_space)
            except WireError as error:
                raise SeatError(f"{seat.agent} cannot be played over the wire: {error}") from None
            kinds.setdefault(repr((observation, action)), ([], observation, action))[0].append(seat.agent)
        self.groups = tuple(
            Group(tuple(agents), observation, action) for agents, observation, action in kinds.values()
        )
        try:
            encode(Hello("", "", "", self.groups))
        except WireError as error:
            names = ", ".join(self.agents)
            raise SeatError(f"{names} cannot be played over the wire: {error}") from None
        self._group_of = {agent: i for i, group in enumerate(self.groups) for agent in group.agents}
        self._observations = [Layout(group.observation) for group in self.groups]
        self._actions = [Layout(group.action) for group in self.groups]

    def hello(self, start: EpisodeStart, options: Mapping[str, str]) -> Hello:
        """The greeting for the match of ``start``."""
        return Hello(
            match=start.match_id,
            game=start.game.id,
            paradigm=start.game.paradigm,
            groups=self.groups,
            options=options,
            client=f"arena {__version__}",
        )

    def reset(self, start: EpisodeStart, *, mid_episode: bool) -> Reset:
        """The reset for the episode of ``start``, its seeds in seat order."""
        seeds = {agent: start.seeds[agent] for agent in self.agents}
        return Reset(start.match_id, start.episode, seeds, mid_episode)

    def act(self, start: EpisodeStart, batch: Sequence[Request], now: float, *, position: bool) -> Act:
        """One message for all requests of a tick. Raises :class:`WireError` for observations that break their
        space.
        """
        blocks = tuple([self._ask(number, rows) for number, rows in self._by_group(batch)])
        deadlines = [request.deadline for request in batch if request.deadline is not None]
        first = batch[0]
        return Act(
            start.match_id,
            start.episode,
            first.tick,
            blocks,
            min(deadlines) - now if deadlines else None,
            {agent: (view.remaining_s, view.increment_s) for agent, view in first.clocks.items()}
            if first.clocks
            else {},
            first.position if position else None,
        )

    def _by_group(self, batch: Sequence[Request]) -> list[tuple[int, Sequence[Request]]]:
        """The requests of each group that has some, in the group's order."""
        if len(batch) == 1:
            return [(self._group_of[batch[0].agent], batch)]
        rows = {request.agent: request for request in batch}
        found = [
            (number, [rows[agent] for agent in group.agents if agent in rows])
            for number, group in enumerate(self.groups)
        ]
        return [(number, asked) for number, asked in found if asked]

    def _ask(self, group: int, rows: Sequence[Request]) -> Block:
        arrays = {"observation": self._observations[group].stack([row.observation for row in rows])}
        masks = [row.legal for row in rows if row.legal is not None]
        if masks:
            arrays["legal"] = (NamedArray((), _stack_masks([row.legal for row in rows])),)
        agents, ids = [row.agent for row in rows], [row.request_id for row in rows]
        return Block(group, tuple(agents), tuple(ids), (), arrays)

    def result(self, start: EpisodeStart, tick: int, rows: Mapping[str, TickRow]) -> Result:
        """What one tick did, for a server that wants to learn from it.

        Seats without an observation (not due in a sequential game) stand in blocks of their own, without that
        array; so do seats for which nothing was applied.
        """
        return Result(start.match_id, start.episode, tick, self._told(rows))

    def observe(self, start: EpisodeStart, tick: int, rows: Mapping[str, TickRow]) -> Observe:
        """The same for seats that others hold, for a server that wants to see what they do there."""
        return Observe(start.match_id, start.episode, tick, self._told(rows))

    def _told(self, rows: Mapping[str, TickRow]) -> tuple[Block, ...]:
        blocks = []
        for number, group in enumerate(self.groups):
            split: dict[tuple[bool, bool], list[str]] = {}
            for agent in group.agents:
                if agent in rows:
                    split.setdefault(rows[agent].shape, []).append(agent)
            blocks += [
                self._tell(number, agents, [rows[agent] for agent in agents]) for agents in split.values()
            ]
        return tuple(blocks)

    def _tell(self, group: int, agents: Sequence[str], rows: Sequence[TickRow]) -> Block:
        arrays: dict[str, tuple[NamedArray, ...]] = {
            "reward": (NamedArray((), np.array([row.reward for row in rows], np.float64)),),
            "terminated": (NamedArray((), np.array([row.terminated for row in rows], bool)),),
            "truncated": (NamedArray((), np.array([row.truncated for row in rows], bool)),),
        }
        has_observation, has_action = rows[0].shape
        if has_observation:
            arrays["observation"] = self._observations[group].stack([row.observation for row in rows])
        if has_action:
            arrays["action"] = self._actions[group].stack([row.action for row in rows])
        return Block(
            group=group, agents=tuple(agents), sources=tuple(row.source for row in rows), arrays=arrays
        )


class TickRow:
    """What one tick did to one seat."""

    __slots__ = ("action", "observation", "reward", "source", "terminated", "truncated")

    def __init__(self) -> None:
        self.action: Any = None
        self.source = ""
        self.observation: Any = None
        self.reward = 0.0
        self.terminated = self.truncated = False

    @property
    def shape(self) -> tuple[bool, bool]:
        """Whether it has an observation and an action."""
        return self.observation is not None, self.action is not None


def _stack_masks(masks: Sequence[NDArray[np.int8] | None]) -> NDArray[np.int8]:
    """All masks in one array; a seat that may do anything has ones."""
    size = next(len(mask) for mask in masks if mask is not None)
    return np.stack([np.ones(size, np.int8) if mask is None else np.asarray(mask, np.int8) for mask in masks])
