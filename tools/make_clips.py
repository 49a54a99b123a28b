"""Short clips of our own games for the docs: ``python -m tools.make_clips [GAME ...]`` writes docs/images.

Scripts play; seeds are fixed, so that the same versions give the same files.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

import pygame

from arena.games.physics.game import HZ
from scenes.views import load
from scenes.views.style import ViewStyle
from tools.png_files import moving
from tools.scripted import Scripted

SIZE = (480, 270)
SHARPNESS = 2
"""Frames are drawn this much too large and shrunk."""
FRAMES_PER_S = 15
LENGTH_S = 5.0
OUT = Path(__file__).parents[1] / "docs" / "images"


@dataclass(frozen=True)
class Clip:
    """Which moments of a game."""

    after_s: float
    level: str = "club"
    seed: int = 7
    options: Mapping[str, object] = field(default_factory=dict)


CLIPS = {
    "sumo": Clip(2.0, seed=3, options={"players": 4}),
    "air_hockey": Clip(4.0),
    "tanks": Clip(4.0, options={"players": 4}),
    "soccer": Clip(4.0, options={"players_per_team": 3}),
}


def main() -> None:
    """Make all clips, or those of the games named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("games", nargs="*", help="sumo, air_hockey, ...; all by default")
    pygame.init()
    for name in parser.parse_args().games or CLIPS:
        path = OUT / f"clip_{name}.png"
        path.write_bytes(moving(frames(name, CLIPS[name]), FRAMES_PER_S))
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")


def frames(name: str, clip: Clip) -> list[pygame.Surface]:
    """What the view draws, moment by moment."""
    game, view = Scripted(name, clip.level, clip.seed, **clip.options), load(name)
    style = ViewStyle(names=game.names, shake=False)
    game.step(round(clip.after_s * HZ))
    taken = []
    for _ in range(round(LENGTH_S * FRAMES_PER_S)):
        game.step(round(HZ / FRAMES_PER_S))
        large = view.draw(game.env.snapshot(), (SIZE[0] * SHARPNESS, SIZE[1] * SHARPNESS), 1.0, style)
        taken.append(pygame.transform.smoothscale(large, SIZE))
    return taken


if __name__ == "__main__":
    main()
