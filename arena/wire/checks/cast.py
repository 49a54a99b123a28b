"""What the other end is asked to play: the seats of a game, and positions that really occur in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import GameError
from arena.games import catalog, hosts
from arena.games.actions import ActionChecker
from arena.games.contract import Host, StepResult
from arena.games.entry import CatalogEntry
from arena.match.controller import EpisodeStart, Request, Seat
from arena.match.seeds import derive
from arena.wire.arrays import Layout
from arena.wire.messages import Group
from arena.wire.seats import Seats
from arena.wire.spaces import build

Batch = tuple[Request, ...]
"""What is due in one tick; the request ids are given when it is asked."""

SEED = 20_260_101
_RESETS_MAX = 1000


@dataclass(frozen=True)
class Cast:
    """Seats of one game, all to be played by the other end, and ticks of it."""

    entry: CatalogEntry
    seats: tuple[Seat, ...]
    batches: tuple[Batch, ...]
    wire: Seats = field(init=False)
    checkers: dict[str, ActionChecker] = field(init=False)
    layouts: tuple[Layout, ...] = field(init=False)
    """Of the action spaces of :attr:`wire`'s groups."""

    def __post_init__(self) -> None:
        wire = Seats(self.seats)
        object.__setattr__(self, "wire", wire)
        object.__setattr__(
            self, "checkers", {seat.agent: ActionChecker(seat.action_space) for seat in self.seats}
        )
        object.__setattr__(self, "layouts", tuple(Layout(group.action) for group in wire.groups))

    @property
    def widest(self) -> Batch:
        """The batch with the most seats."""
        return max(self.batches, key=len)

    def start(self, match: str, episode: int, *, seed: int = SEED, mid_episode: bool = False) -> EpisodeStart:
        """The beginning of an episode; equal seeds give every seat equal seeds."""
        seeds = {seat.agent: derive(seed, "seat", seat.agent, episode) for seat in self.seats}
        return EpisodeStart(
            match, episode, self.entry, self.seats, seeds, mid_episode, wake=_nobody, clock=lambda: 0.0
        )


def _nobody() -> None:
    """Nobody waits to be woken."""


def played(entry: CatalogEntry, positions: int) -> Cast:
    """``entry`` with about ``positions`` decisions of games in which every seat plays at random.

    Raises :class:`arena.errors.GameError` or :class:`arena.errors.SeatError` for a game that cannot be
    made or cannot cross the wire.
    """
    with closing(hosts.make_host(entry, catalog.resolve_options(entry, {}), frames=False)) as host:
        seats = tuple(
            Seat(agent, host.observation_space(agent), host.action_space(agent))
            for agent in host.possible_agents
        )
        batches: list[Batch] = []
        for batch in _ticks(host):
            batches.append(batch)
            if sum(map(len, batches)) >= positions:
                break
    return Cast(entry, seats, tuple(batches))


def _ticks(host: Host) -> Iterator[Batch]:
    """What is due in each tick of games played at random."""
    dice = np.random.default_rng(SEED)
    spaces = {agent: host.action_space(agent) for agent in host.possible_agents}
    for number, agent in enumerate(spaces):
        spaces[agent].seed(SEED + number)
    for _ in range(_RESETS_MAX):
        host.submit_reset(int(dice.integers(2**31)))
        step, tick = _result(host), 0
        while step.due:
            yield tuple(
                Request(agent, 0, step.observations[agent], step.legal.get(agent), tick) for agent in step.due
            )
            host.submit_step({agent: _random(spaces[agent], step.legal.get(agent)) for agent in step.due})
            step, tick = _result(host), tick + 1
    raise GameError(f"{_RESETS_MAX} games of {host.game_id} had hardly a decision in them")


def _result(host: Host) -> StepResult:
    result = host.poll()
    assert result is not None, "a host of this process has its result at once"
    return result


def _random(space: Any, legal: NDArray[np.int8] | None) -> Any:
    return space.sample() if legal is None else space.sample(legal)


def imagined(entry: CatalogEntry, groups: Sequence[Group], positions: int) -> Cast:
    """Positions drawn from the spaces themselves, for a policy that was made for a game we do not have."""
    seats = tuple(
        Seat(agent, build(group.observation), build(group.action))
        for group in groups
        for agent in group.agents
    )
    dice = np.random.default_rng(SEED)
    for number, seat in enumerate(seats):
        seat.observation_space.seed(SEED + number)
    entry = replace(entry, title="A game of its spaces", pace="wait")
    ticks = range(max(1, positions // len(seats)))
    batches = [tuple(_imagine(seat, tick, dice) for seat in seats) for tick in ticks]
    return Cast(entry, seats, tuple(batches))


def _imagine(seat: Seat, tick: int, dice: np.random.Generator) -> Request:
    """One request; where the observation holds a mask, the mask is one that could be."""
    observation, legal = seat.observation_space.sample(), None
    if isinstance(observation, dict) and "action_mask" in observation:
        mask = observation["action_mask"]
        legal = dice.integers(0, 2, mask.size).astype(np.int8)
        legal[dice.integers(mask.size)] = 1
        observation["action_mask"] = legal.reshape(mask.shape).astype(mask.dtype)
    return Request(seat.agent, 0, observation, legal, tick)
