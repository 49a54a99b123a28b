"""The doctor makes every game in a process of its own, and outlives those that it breaks on."""

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from arena.cli.health import games

STAND_IN = """
import os, sys, time
for game in sys.argv[1:]:
    if game == "crash": os.abort()
    if game == "quit": sys.exit()
    if game == "hang": time.sleep(60)
    print("a library says hello")
    answer = '"error": "no such game"' if game == "bad" else '"title": "Good", "agents": 2'
    print('{"game": "%s", %s}' % (game, answer), flush=True)
"""


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that answers for games by their names, instead of making them."""
    monkeypatch.setattr(games, "module_command", lambda module, *ids: [sys.executable, "-c", STAND_IN, *ids])


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("breaker", ["crash", "quit"])
def test_a_game_that_takes_the_process_down_is_named_and_the_rest_goes_on(breaker: str) -> None:
    found = list(games.made(["good1", "bad", breaker, "good2", breaker]))
    assert [check.name for check in found] == ["good1", "bad", breaker, "good2", breaker]
    assert [check.status for check in found] == ["ok", "fail", "fail", "ok", "fail"]
    assert found[0].detail == "Good, 2 seats"
    assert "no such game" in found[1].detail
    assert "the process died" in found[2].detail


@pytest.mark.usefixtures("stand_in")
def test_a_game_that_hangs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(games, "GAME_TIMEOUT_S", 0.3)
    (check,) = games.made(["hang"])
    assert check.status == "fail"
    assert "was silent" in check.detail


def test_a_real_game_is_made_and_a_wrong_one_is_not() -> None:
    right, wrong = games.made(["classic/tictactoe-v3", "classic/nonsense-v1"])
    assert (right.status, right.name) == ("ok", "classic/tictactoe-v3")
    assert right.detail.endswith("2 seats")
    assert wrong.status == "fail"
    assert "nonsense" in wrong.detail


def test_atari_names_the_next_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(games, "find_spec", lambda name: None)
    assert "[atari]" in games.atari().fix
    here = ModuleSpec("multi_agent_ale_py", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(games, "find_spec", lambda name: here)
    assert games.atari().fix == "AutoROM --accept-license"
    (tmp_path / "roms").mkdir()
    (tmp_path / "roms" / "pong.bin").touch()
    assert (games.atari().status, games.atari().detail) == ("ok", "ROMs: 1")
