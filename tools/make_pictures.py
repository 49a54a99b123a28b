"""Draw the pictures of the game picker: ``python -m tools.make_pictures [GAME ...]`` writes assets/pictures.

Games with a view of ours are drawn from a position after some moves, all others from their own frame after
some random steps. Seeds are fixed, so that the same versions give the same files. Pictures are 320 by 200
pixels in at most 64 colours, to keep them small.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

import numpy as np
import pygame
from numpy.typing import NDArray

from arena.games import catalog
from arena.games.chess_actions import move_to_action
from arena.games.contract import StepResult
from arena.games.entry import CatalogEntry
from arena.games.go_actions import vertex_to_action
from arena.games.local_host import LocalHost
from scenes.views import load
from scenes.views.style import ViewStyle
from tools.png_files import still
from tools.scripted import Scripted

SIZE = (320, 200)
SHARPNESS = 3
"""Pictures are drawn this much too large and shrunk."""
OUT = Path(__file__).parents[1] / "assets" / "pictures"

RUY_LOPEZ = "e4 e5 Nf3 Nc6 Bb5 a6 Ba4 Nf6 O-O Be7 Re1 b5 Bb3 d6 c3 O-O"
GO_FIGHT = "E5 C7 G7 C3 G3 E3 C5 E7 D6 F6 G5 D7 F7 D3 F4 C6"


@dataclass(frozen=True)
class Shot:
    """How a game is caught: how many steps, from which seed, and the part of a view that is shown."""

    steps: int = 40
    seed: int = 7
    down: float = 0.5
    """Which part of a picture that is too high: 0 the top, 1 the bottom."""
    zoom: float = 1.0
    whole: bool = False
    """Show all of it, with bars at the sides."""
    actions: tuple[int, ...] = ()
    """Actions instead of random ones."""


SHOTS = {
    "sumo": Shot(steps=150, zoom=1.35, down=0.75),
    "air_hockey": Shot(steps=200, zoom=1.12, down=0.9),
    "tanks": Shot(steps=330, zoom=1.12, down=0.9),
    "soccer": Shot(steps=240, zoom=1.03, down=0.9),
    "chess": Shot(down=1.0),
    "go": Shot(down=0.52),
    "connect_four": Shot(down=0.95, actions=(3, 3, 2, 4, 4, 2, 3, 1, 5, 5, 4, 2)),
    "tictactoe": Shot(whole=True, actions=(4, 0, 2, 6, 3)),
    "texas_holdem": Shot(actions=(0, 3, 3, 3), seed=11, down=0.84),
    "texas_holdem_no_limit": Shot(actions=(1, 1, 2, 1, 1), seed=5, down=0.84),
    "leduc_holdem": Shot(actions=(0, 3, 3), seed=4, down=0.9),
    "hanabi": Shot(steps=22, seed=3, down=0.0),
    "rps": Shot(steps=6, down=0.05),
    "knights_archers_zombies": Shot(steps=140, down=1.0, zoom=1.9),
    "cooperative_pong": Shot(steps=25, whole=True),
    "pistonball": Shot(steps=30, down=0.9),
    "multiwalker": Shot(steps=12),
    "LunarLander": Shot(steps=45, down=0.7),
    "CartPole": Shot(steps=12, down=0.75),
}


def main() -> None:
    """Draw all pictures, or those of the games named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("games", nargs="*", help="catalog ids; all by default")
    wanted = parser.parse_args().games
    pygame.init()
    OUT.mkdir(exist_ok=True)
    for entry in [catalog.get(game) for game in wanted] or catalog.entries():
        path = OUT / Path(entry.picture).name
        path.write_bytes(still(take(entry)))
        print(f"{path.name}: {path.stat().st_size / 1024:.1f} KB")


def take(entry: CatalogEntry) -> pygame.Surface:
    """The picture of one game at its final size."""
    shot = SHOTS.get(catalog.short_name(entry), Shot())
    if entry.family == "arena":
        return cut(played(catalog.short_name(entry), shot), shot)
    host = LocalHost(entry, entry.options)
    host.submit_reset(shot.seed)
    play(host, entry, shot)
    image = view(host, entry) if entry.view else frame(host, entry)
    host.close()
    return cut(image, replace(shot, whole=True) if entry.family == "mpe2" else shot)


def played(name: str, shot: Shot) -> pygame.Surface:
    """One of our own games, in the middle of what its scripts play."""
    crowd: dict[str, dict[str, Any]] = {"sumo": {"players": 5}, "tanks": {"players": 4}}
    game = Scripted(name, seed=shot.seed, **crowd.get(name, {}))
    game.step(shot.steps)
    size = (SIZE[0] * SHARPNESS, SIZE[1] * SHARPNESS)
    return load(name).draw(game.env.snapshot(), size, 1.0, ViewStyle(shake=False))


def play(host: LocalHost, entry: CatalogEntry, shot: Shot) -> None:
    """Step ``host`` to the moment of the picture."""
    result, rng = host.poll(), np.random.default_rng(shot.seed)
    scripted = script(entry, shot)
    for step in range(len(scripted) if scripted else shot.steps):
        if result is None or not result.due:
            break
        if scripted:
            actions: dict[str, Any] = {result.due[0]: next_scripted(host, entry, scripted[step])}
        else:
            actions = {agent: chosen(host, result, agent, rng) for agent in result.due}
            if entry.view == "hanabi":
                actions = {result.due[0]: foreseen(host, result)}
        host.submit_step(actions)
        following = host.poll()
        if following is not None and not following.alive and not scripted:
            break  # the frame after the end may be empty; the state is still that of the last step
        result = following


def script(entry: CatalogEntry, shot: Shot) -> list[Any]:
    """The moves to play, if they are given."""
    return {"chess": RUY_LOPEZ.split(), "go": GO_FIGHT.split()}.get(entry.view or "", list(shot.actions))


def next_scripted(host: LocalHost, entry: CatalogEntry, move: Any) -> int:
    """The action of a scripted move: SAN, a vertex, or the action itself."""
    if entry.view == "chess":
        return move_to_action(host.state(), host.state().parse_san(move))
    return vertex_to_action(move, host.state().size) if entry.view == "go" else int(move)


def chosen(host: LocalHost, result: StepResult, agent: str, rng: np.random.Generator) -> Any:
    """A random legal action."""
    mask = result.legal.get(agent)
    if mask is not None:
        return int(rng.choice(np.flatnonzero(mask)))
    space = host.action_space(agent)
    space.seed(int(rng.integers(2**31)))
    return space.sample()


def foreseen(host: LocalHost, result: StepResult) -> int:
    """A Hanabi move by somebody who sees every card: play what fits, else give a hint, else discard."""
    table = host.snapshot("all") or {}
    hand = table["hands"][table["agents"].index(result.due[0])]
    mask = result.legal[result.due[0]]
    legal = [] if mask is None else np.flatnonzero(mask).tolist()
    for place, card in enumerate(card["card"] for card in hand):
        if int(card[1]) == table["fireworks"][card[0]] + 1:
            return int(table["hand_size"] + place)
    hints = [action for action in legal if action >= 2 * table["hand_size"]]
    return int(hints[table["deck"] % len(hints)]) if hints else 0


def view(host: LocalHost, entry: CatalogEntry) -> pygame.Surface:
    """What the game's view draws for its first agent."""
    names = {agent: f"Player {index + 1}" for index, agent in enumerate(host.possible_agents)}
    agent, side = host.possible_agents[0], SIZE[0] * SHARPNESS
    style = ViewStyle(orientation=agent, names=names)
    return load(entry.view or "").draw(host.snapshot([agent]) or {}, (side, side), 1.0, style)


def frame(host: LocalHost, entry: CatalogEntry) -> pygame.Surface:
    """The environment's own picture; the particles of mpe2 lie far apart on white and are cut out."""
    with host.guard:
        pixels = np.asarray(host.env.render())
    image = pygame.surfarray.make_surface(np.swapaxes(pixels, 0, 1))
    return image.subsurface(busy_part(pixels)) if entry.family == "mpe2" else image


def busy_part(pixels: NDArray[np.uint8]) -> pygame.Rect:
    """The part that holds all discs, with a margin."""
    marked = (pixels != pixels[0, 0]).any(axis=2)
    solid = marked[:-4, :-4] & marked[4:, 4:] & marked[4:, :-4] & marked[:-4, 4:]  # discs, but not letters
    ys, xs = np.nonzero(solid)
    height, width = pixels.shape[:2]
    whole = pygame.Rect(0, 0, width, height)
    busy = pygame.Rect(int(xs.min()), int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1)
    busy = busy.inflate(width // 10, height // 10)
    return busy.clip(whole)


def cut(image: pygame.Surface, shot: Shot) -> pygame.Surface:
    """Scale ``image`` so that it covers the picture, or lies wholly in it, and cut off the rest."""
    factors = SIZE[0] / image.get_width(), SIZE[1] / image.get_height()
    factor = min(factors) if shot.whole else max(factors) * shot.zoom
    scaled = (round(image.get_width() * factor), round(image.get_height() * factor))
    covering = pygame.transform.smoothscale(image.convert(32), scaled)
    result = pygame.Surface(SIZE, 0, 32)
    result.fill(covering.get_at((0, 0)))
    result.blit(covering, ((SIZE[0] - scaled[0]) // 2, round((SIZE[1] - scaled[1]) * shot.down)))
    return result


if __name__ == "__main__":
    main()
