from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import pytest
from gymnasium import spaces

from arena.errors import (
    ArenaError,
    ControllerError,
    MissingPartError,
    OptionError,
    SeatError,
    UnknownNameError,
)
from arena.match.kinds import BuildContext, ControllerSpec
from controllers import programs, uci_kind
from controllers.uci_engine import probe
from controllers.uci_kind import STOCKFISH, UCI
from tests.controllers.helpers import entry, seat

PLAYER = Path(__file__).parent.parent / "players" / "engines" / "uci_player.py"
CONTEXT = BuildContext(entry("classic/chess-v6"), (seat("player_0", spaces.Discrete(4672)),), "wait")


def stockfish_spec(**options: str) -> ControllerSpec:
    return ControllerSpec("stockfish", "stockfish", "", options)


def player_spec(fault: str = "", **options: str) -> ControllerSpec:
    return ControllerSpec("uci:player", "uci", sys.executable, {"args": f"-P {PLAYER} {fault}", **options})


@pytest.mark.parametrize(
    ("options", "deterministic"),
    [
        ({"nodes": "1000"}, True),
        ({"depth": "5", "hash": "32", "draws": "never"}, True),
        ({}, False),
        ({"movetime": "10"}, False),
        ({"nodes": "1000", "movetime": "10"}, False),
        ({"nodes": "1000", "threads": "2"}, False),
        ({"nodes": "1000", "skill": "3"}, False),
        ({"nodes": "1000", "elo": "1500"}, False),
        ({"nodes": "1000", "UCI_LimitStrength": "true"}, False),
        ({"nodes": "1000", "clock": "always"}, False),
    ],
)
def test_repeatable_only_at_fixed_nodes_or_depth(
    stockfish: str, options: dict[str, str], deterministic: bool
) -> None:
    STOCKFISH.check(stockfish_spec(**options), CONTEXT)
    assert STOCKFISH.build(stockfish_spec(**options), CONTEXT).descriptor.deterministic is deterministic


def test_the_descriptor_names_the_player_not_the_path(stockfish: str) -> None:
    described = STOCKFISH.build(stockfish_spec(nodes="10", elo="1500", path=stockfish), CONTEXT).descriptor
    assert (described.id, described.name) == ("stockfish:elo=1500,nodes=10", "Stockfish (elo=1500, nodes=10)")
    assert STOCKFISH.build(stockfish_spec(), CONTEXT).descriptor.id == "stockfish"
    other = UCI.build(ControllerSpec("", "uci", stockfish, {"depth": "3"}), CONTEXT).descriptor
    assert (other.id, other.name) == ("uci:stockfish,depth=3", "stockfish (depth=3)")
    one, two = (UCI.build(player_spec(fault), CONTEXT).descriptor for fault in ("", "die"))
    assert one.id != two.id  # two engines run by one interpreter are two players
    assert one.name == two.name == Path(sys.executable).name


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"elo": "900"}, OptionError, "UCI_Elo=900 is not a whole number at least 1350"),
        ({"skill": "21"}, OptionError, "Skill Level=21 is not a whole number at least 0 and at most 20"),
        ({"nods": "5"}, UnknownNameError, "unknown engine option 'nods'"),
        ({"Use_NNUE": "perhaps"}, OptionError, "is not true or false"),
        ({"nodes": "0"}, OptionError, "nodes=0 is not a whole number of at least 1"),
        ({"draws": "maybe"}, OptionError, "one of score, always, never"),
        ({"args": "'"}, OptionError, "cannot be split"),
    ],
)
def test_wrong_options_are_refused_before_the_match(
    stockfish: str, options: dict[str, str], error: type[ArenaError], said: str
) -> None:
    with pytest.raises(error, match=said):
        STOCKFISH.check(stockfish_spec(**options), CONTEXT)


def test_only_chess() -> None:
    context = BuildContext(entry("classic/go-v5"), (seat("black_0"),), "wait")
    with pytest.raises(SeatError, match="plays chess, not classic/go-v5"):
        STOCKFISH.check(stockfish_spec(), context)


def test_targets() -> None:
    with pytest.raises(SeatError, match="write uci:lc0 to run another engine"):
        STOCKFISH.check(ControllerSpec("stockfish:lc0", "stockfish", "lc0"), CONTEXT)
    with pytest.raises(SeatError, match="names no engine"):
        UCI.check(ControllerSpec("uci", "uci"), CONTEXT)


def test_a_missing_engine_comes_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_ALSO_IN", ())
    with pytest.raises(MissingPartError, match=r"'stockfish' is not installed; `.*install stockfish`"):
        STOCKFISH.check(stockfish_spec(), CONTEXT)
    with pytest.raises(SeatError, match="does not exist"):
        UCI.check(ControllerSpec("", "uci", str(tmp_path / "engine")), CONTEXT)
    with pytest.raises(SeatError, match="is a folder"):
        UCI.check(ControllerSpec("", "uci", str(tmp_path)), CONTEXT)
    (tmp_path / "plain").touch()
    with pytest.raises(SeatError, match="not executable"):
        UCI.check(ControllerSpec("", "uci", str(tmp_path / "plain")), CONTEXT)


def test_any_engine_is_asked_what_it_is_and_has() -> None:
    UCI.check(player_spec(Style="solid"), CONTEXT)
    with pytest.raises(UnknownNameError, match="unknown engine option 'UCI_LimitStrength'"):
        UCI.check(player_spec(elo="1500"), CONTEXT)
    with pytest.raises(ControllerError, match=r"ended with exit code 1 .*is it a UCI engine"):
        UCI.check(player_spec("die-at-start"), CONTEXT)


def test_a_program_that_says_nothing_is_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uci_kind, "probe", partial(probe, timeout_s=0.3))
    with pytest.raises(ControllerError, match=r"did not answer `uci` within 0.3 s"):
        UCI.check(player_spec("no-uciok"), CONTEXT)
