"""What a picture of our own games costs at a busy moment, in a window and in twelve tiles of a wall.

The moment is the busiest second of a few matches of players who push about; its ticks are drawn as a window
at 120 pictures a second would, each at two shares of the way. The reference is one surface of the window's
size that is filled and blitted.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pygame
import pytest

from scenes.views.style import ViewStyle
from tests.benchmarks.budget import hold, interleaved, tell

FRAME_MS = 1000 / 60
WINDOW, TILE, TILES = (1280, 720), (320, 180), 12
GAMES: Mapping[str, Mapping[str, Any]] = {
    "sumo": {"players": 8},
    "air_hockey": {"players_per_team": 2},
    "tanks": {"players": 6},
    "soccer": {"players_per_team": 4},
}
SECOND, TICKS, HELD, ROUNDS = 60, 900, 20, 4

Scene = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def _window() -> Iterator[None]:
    """Sprites are converted to the window's format, as in the app."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    pygame.init()
    pygame.display.set_mode(WINDOW)
    yield
    pygame.quit()


@cache
def busy_second(game: str) -> list[Scene]:
    """The scenes of the second in which most happened, of some matches of random pushes, each held for a
    third of a second.
    """
    env = import_module(f"arena.games.{game}").parallel_env(**GAMES[game])
    rng = np.random.default_rng(4)
    scenes: deque[Scene] = deque(maxlen=SECOND)
    found: tuple[float, list[Scene]] = (-1.0, [])
    env.reset(seed=0)
    pushes: dict[str, Any] = {}
    for tick in range(TICKS):
        if not env.agents:
            env.reset()
            scenes.clear()
        if tick % HELD == 0:
            space = env.action_space(env.possible_agents[0])
            drawn = rng.uniform(space.low, space.high, (len(env.possible_agents), *space.shape)).round()
            pushes = dict(zip(env.possible_agents, drawn.astype(np.float32), strict=True))
        env.step({agent: pushes[agent] for agent in env.agents})
        scenes.append(env.snapshot())
        first = scenes[0]["tick"]
        fresh = sum(event["power"] for event in scenes[-1]["events"] if event["tick"] >= first)
        if len(scenes) == SECOND and fresh > found[0]:
            found = fresh, list(scenes)
    return found[1]


def drawn_ms(view: Any, scenes: Sequence[Scene], size: tuple[int, int]) -> float:
    """Milliseconds of CPU a picture."""
    style = ViewStyle()
    began = time.thread_time()
    for scene in scenes:
        for alpha in (0.25, 0.75):
            view.draw(scene, size, alpha, style)
    return (time.thread_time() - began) / (2 * len(scenes)) * 1000


def plain_ms(size: tuple[int, int], pictures: int = 2 * SECOND) -> float:
    """Milliseconds of CPU to fill a picture of that size and to put it into the window."""
    window, surface = pygame.display.set_mode(WINDOW), pygame.Surface(size).convert()
    began = time.thread_time()
    for number in range(pictures):
        surface.fill((number, 0, 0))
        window.blit(surface, (0, 0))
    return (time.thread_time() - began) / pictures * 1000


@pytest.mark.bench
@pytest.mark.parametrize("game", GAMES)
def test_a_picture_for_the_window(game: str) -> None:
    scenes, view = busy_second(game), import_module(f"scenes.views.{game}")
    measured = interleaved(
        lambda: drawn_ms(view, scenes, WINDOW), lambda: plain_ms(WINDOW), rounds=ROUNDS, best=min
    )
    events = sum(event["tick"] >= scenes[0]["tick"] for event in scenes[-1]["events"])
    note = (
        f"{measured.ours:.2f} ms of CPU, {measured.ratio:.1f} times filling and blitting a plain surface; "
        f"{events} events in this second"
    )
    share = measured.ours / FRAME_MS * 100
    hold(f"picture, {game}, 1280x720 / frame", share, at_most=50, unit="%", note=note)


@pytest.mark.bench
@pytest.mark.parametrize("game", GAMES)
def test_twelve_tiles(game: str) -> None:
    scenes, view = busy_second(game), import_module(f"scenes.views.{game}")
    drawn_ms(view, scenes, TILE)
    best = min(drawn_ms(view, scenes, TILE) for _ in range(ROUNDS)) * TILES
    note = f"{best:.2f} ms of CPU for all twelve"
    share = best / FRAME_MS * 100
    hold(f"pictures, {game}, twelve of 320x180 / frame", share, at_most=100, unit="%", note=note)


@pytest.mark.bench
@pytest.mark.parametrize("game", GAMES)
def test_what_a_view_is_told(game: str) -> None:
    """The scene that is drawn: the game makes one a tick where somebody looks."""
    env = import_module(f"arena.games.{game}").parallel_env(**GAMES[game])
    env.reset(seed=0)
    still = {agent: np.zeros(env.action_space(agent).shape, np.float32) for agent in env.agents}
    for _ in range(SECOND):
        env.step(still)

    def once() -> float:
        began = time.thread_time()
        for _ in range(100):
            env.snapshot()
        return (time.thread_time() - began) * 1e4

    tell(f"scene, {game}", f"{min(once() for _ in range(ROUNDS)):.0f} us", "of CPU, once a tick")
