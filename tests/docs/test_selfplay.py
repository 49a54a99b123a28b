"""The trainer of docs/examples trains, and what it trained takes a seat and wins."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from arena.games.registration import GAMES
from arena.processes import module_command
from arena.training.policy_file import read_policy_file
from tests.stacks import requires_stack

DOCS = Path(__file__).parents[2] / "docs"


def trained(folder: Path, game: str, minutes: float) -> Path:
    path = folder / "pia.safetensors"
    trainer = [sys.executable, str(DOCS / "examples" / "selfplay.py"), game, str(minutes), str(path)]
    subprocess.run(trainer, check=True, timeout=60 * minutes + 120)
    return path


def ladder(game: str, *players: str, matches: int) -> dict[str, Any]:
    """What the second player made of the first."""
    words = ["ladder", game, "--env", "actions=discrete", *players, "--matches", str(matches), "--json"]
    done = subprocess.run(module_command("arena", *words), capture_output=True, check=False, timeout=300)
    assert done.returncode in {0, 1}, done.stderr  # 1: the two were not told apart
    (duel,) = json.loads(done.stdout)
    return duel


@requires_stack("torch")
@pytest.mark.parametrize("game", GAMES)
def test_it_trains_on_every_game(tmp_path, game):
    file = read_policy_file(trained(tmp_path, game, 0.01))
    assert file.game == f"arena/{game}-v0"


@requires_stack("torch")
def test_what_it_saves_takes_a_seat(tmp_path):
    path = trained(tmp_path, "sumo", 0.01)
    told = ladder("sumo", "noop", f"policy:{path}", matches=2)
    assert told["wins"] + told["draws"] + told["losses"] == 2
    assert told["spoiled"] == {}


@pytest.mark.slow
@pytest.mark.timeout(600)
@requires_stack("torch")
def test_it_learns_to_beat_who_plays_by_chance(tmp_path):
    path = trained(tmp_path, "sumo", 4)
    assert ladder("sumo", "random", f"policy:{path}", matches=40)["score"] > 0.9


def test_the_page_shows_it():
    assert "(examples/selfplay.py)" in (DOCS / "own_games.md").read_text(encoding="utf-8")
