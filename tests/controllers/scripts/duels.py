"""Scripts against each other, straight on the rules: no environment, no match, so that many can be played."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from arena.games.air_hockey.game import AirHockey
from arena.games.physics.game import Game
from arena.games.soccer.game import Soccer
from arena.games.sumo.game import Sumo
from arena.games.tanks.game import Tanks
from controllers.scripts.air_hockey import AirHockeyScript
from controllers.scripts.physics import PhysicsScript
from controllers.scripts.soccer import Soccer as SoccerScript
from controllers.scripts.sumo import SumoWrestler
from controllers.scripts.tanks import Tanks as TanksScript

GAMES: Mapping[str, Callable[..., Game]] = {
    "sumo": Sumo, "air_hockey": AirHockey, "tanks": Tanks, "soccer": Soccer,
}  # fmt: skip
SCRIPTS: Mapping[str, Callable[..., PhysicsScript]] = {
    "sumo": SumoWrestler, "air_hockey": AirHockeyScript, "tanks": TanksScript, "soccer": SoccerScript,
}  # fmt: skip


def duel(
    game: Game, players: Sequence[str], seed: int, *, ticks: int = 100_000, discrete: bool = False
) -> Game:
    """Play ``game`` to its end, or so many ticks. ``players``: one a seat, or one a team: a level, ``noop``
    or ``random``.
    """
    each = len(game.agents) // len(players)
    seats = [player for player in players for _ in range(each)]
    controls, chance = game.controls, np.random.default_rng(seed)
    low, high = np.array([(axis.low, axis.high) for axis in controls.axes]).T
    scripts = {}
    for number, player in enumerate(seats):
        if player not in ("noop", "random"):
            scripts[number] = SCRIPTS[game.name](player, discrete=discrete)
            scripts[number].reset([game.agents[number]], 100 * seed + number)
    game.reset(np.random.default_rng(seed))
    pushes = np.zeros((len(seats), len(controls.axes)))
    while not game.over and game.world.ticks < ticks:
        seen = game.observe()
        for number in np.flatnonzero(game.alive).tolist():
            if number in scripts:
                action = scripts[number].select_action(game.agents[number], seen[number], {})
                pushes[number] = controls.listed[action] if discrete else action
            elif seats[number] == "random":
                pushes[number] = chance.choice(controls.listed) if discrete else chance.uniform(low, high)
        game.tick(controls.clipped(pushes))
    return game


def lead(game: Game) -> float:
    """What the first half of the seats has over the other half, by the game's own scores."""
    scores = list(game.scores().values())
    half = len(scores) // 2
    return sum(scores[:half]) - sum(scores[half:])


def points(name: str, first: str, second: str, seeds: range, **options: Any) -> float:
    """Points of ``first`` a match, seats swapped every time; a draw is half of one."""
    discrete = options.pop("discrete", False)
    total = 0.0
    for seed in seeds:
        swapped = seed % 2 == 1
        players = (second, first) if swapped else (first, second)
        game = duel(GAMES[name](**options), players, seed // 2, discrete=discrete)
        total += (1.0 + np.sign(-lead(game) if swapped else lead(game))) / 2
    return total / len(seeds)
