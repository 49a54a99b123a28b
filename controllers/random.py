"""The ``random`` kind: plays a legal action, all alike, from a seed.

PettingZoo shares space objects between agents, so sampling from them makes seats depend on each other; and
``Discrete.sample(mask)`` checks its mask at length. Discrete actions are therefore drawn here from a
generator of the seat's own; every other space is sampled by a copy of the seat's own.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import SeatError
from arena.match.controller import (
    BaseController,
    Controller,
    Decision,
    Descriptor,
    EpisodeStart,
    Request,
    Seat,
)
from arena.match.kinds import BuildContext, ControllerSpec, Option

Sampler = Callable[[NDArray[np.int8] | None], Any]
"""Mask (int8, shape ``(n,)``, or ``None``) to action; ``None`` where the mask allows nothing."""

DESCRIPTOR = Descriptor(
    id="random",
    name="Random",
    description="Plays any legal action, all equally likely.",
    policy="uniform",
    backend="inline",
    deterministic=True,
)


def discrete_sampler(space: spaces.Discrete[Any], seed: int) -> Sampler:
    """Draw uniformly from what the mask allows, or from the whole space where there is none."""
    draw = random.Random(seed).randrange
    start, size = int(space.start), int(space.n)

    def sample(mask: NDArray[np.int8] | None) -> int | None:
        if mask is None:
            return start + draw(size)
        legal = mask.nonzero()[0]
        return start + int(legal[draw(len(legal))]) if len(legal) else None

    return sample


def space_sampler(space: spaces.Space[Any], seed: int) -> Sampler:
    """Draw from any other space with a seeded copy; only Discrete actions have masks."""
    own = copy.deepcopy(space)
    own.seed(seed)
    return lambda _mask: own.sample()


class RandomController(BaseController):
    """Uniform over the legal actions of each seat; equal seeds give equal play, seat by seat."""

    descriptor = DESCRIPTOR

    def __init__(self) -> None:
        self._samplers: dict[str, Sampler] = {}
        self._clock: Callable[[], float] = float
        self._answers: list[Decision] = []

    def reset(self, start: EpisodeStart) -> None:
        """Seed one sampler a seat."""
        self._clock = start.clock
        self._answers = []
        self._samplers = {seat.agent: self._sampler(seat, start.seeds[seat.agent]) for seat in start.seats}

    @staticmethod
    def _sampler(seat: Seat, seed: int) -> Sampler:
        if isinstance(seat.action_space, spaces.Discrete):
            return discrete_sampler(seat.action_space, seed)
        return space_sampler(seat.action_space, seed)

    def request(self, batch: Sequence[Request]) -> None:
        """Draw at once."""
        now = self._clock()
        for row in batch:
            self._answers.append(
                Decision(row.agent, row.request_id, self._samplers[row.agent](row.legal), now)
            )

    def poll(self) -> Sequence[Decision]:
        """The actions just drawn."""
        answers, self._answers = self._answers, []
        return answers

    def cancel(self, request_ids: Sequence[int]) -> None:
        """Forget draws that nobody fetched."""
        self._answers = [answer for answer in self._answers if answer.request_id not in request_ids]


class RandomKind:
    """``random``."""

    name = "random"
    summary = "plays any legal action, all equally likely"
    options: tuple[Option, ...] = ()
    free_options = False

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """Fits every game; takes no target."""
        if spec.target:
            raise SeatError(f"{spec.text!r}: random takes nothing after it; write just random")

    def build(self, spec: ControllerSpec, context: BuildContext) -> Controller:
        """A controller for any number of seats."""
        return RandomController()


KIND = RandomKind()
