"""What tests of people share: a small game's entry, a hub with an injected clock, and a seated controller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.games.entry import CatalogEntry, Control, ControlScheme
from arena.match.controller import Decision, EpisodeStart, Notice, Request, Seat
from arena.match.kinds import BuildContext
from arena.match.rules import PaceMode
from arena.match.seating import parse_spec
from controllers.human import KIND, HumanController
from controllers.inputs import Device, InputHub

UP, DOWN, FIRE, STAY = 1, 2, 3, 0
PADDLES = ControlScheme(
    (
        Control("up", "Up", "up", action=UP),
        Control("down", "Down", "down", action=DOWN),
        Control("fire", "Fire", "primary", action=FIRE, edge=True),
    ),
    noop=STAY,
)
ARCADE = CatalogEntry(
    id="test/arcade",
    title="Arcade",
    summary="",
    paradigm="simultaneous",
    pace="realtime",
    hz=60,
    schemes={"*": PADDLES},
)
GRID = replace(ARCADE, id="test/grid", paradigm="sequential", pace="wait", hz=0)
BOARD = replace(ARCADE, id="test/board", paradigm="sequential", pace="wait", hz=0, schemes={}, pointer=True)

PAD = Device("pad:0", "pad", "Blue pad", "030000005e04")


class Clock:
    """Time that tests move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def context(
    hub: InputHub | None,
    entry: CatalogEntry = ARCADE,
    agents: tuple[str, ...] = ("left",),
    space: spaces.Space[Any] | None = None,
    pace: PaceMode | None = None,
) -> BuildContext:
    seats = tuple(Seat(agent, spaces.Box(0, 1), space or spaces.Discrete(4)) for agent in agents)
    resources = {"inputs": hub} if hub is not None else {}
    return BuildContext(entry, seats, pace or entry.pace, drawing=True, resources=resources)


def seated(hub: InputHub, text: str, where: BuildContext | None = None) -> HumanController:
    """Build and start the person that `text` names."""
    where = where or context(hub)
    controller = KIND.build(parse_spec(text), where)
    start(controller, where)
    return controller


def start(controller: HumanController, where: BuildContext, *, mid_episode: bool = False) -> None:
    seeds = {seat.agent: 1 for seat in where.seats}
    controller.reset(
        EpisodeStart("M", 0, where.entry, where.seats, seeds, mid_episode, lambda: None, lambda: 7.0)
    )


_ids = iter(range(1, 1_000_000))


def ask(controller: HumanController, agent: str = "left", legal: list[int] | None = None) -> int:
    """Send one request; gives its id."""
    number = next(_ids)
    mask = None if legal is None else np.array(legal, dtype=np.int8)
    controller.request([Request(agent, number, np.zeros(1), mask, 0)])
    return number


def actions(controller: HumanController) -> dict[str, Any]:
    """Poll; the actions decided."""
    return {item.agent: item.action for item in controller.poll() if isinstance(item, Decision)}


def play(controller: HumanController, agent: str = "left") -> Any:
    """One slot in real time: ask, poll, give the action."""
    ask(controller, agent)
    return actions(controller)[agent]


def notices(controller: HumanController) -> Mapping[str, str]:
    return {item.kind: item.message for item in controller.poll() if isinstance(item, Notice)}
