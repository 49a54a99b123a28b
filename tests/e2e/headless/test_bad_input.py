"""Whatever cannot be played is refused before it starts: one sentence, exit code 2, nothing left behind."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from arena.cli.main import main
from arena.errors import ArenaError
from arena.match.choices import RuleChoices
from arena.session import MatchSetup, Stage, open_session
from controllers.bindings import BindingBook
from controllers.inputs import InputHub
from tests.e2e.headless.shell import arena, records

XO = "tictactoe"
ALL = "*=random"

# what is typed after `arena match`, and what the sentence must hold: the value, and what would be right
REFUSED: Sequence[tuple[str, tuple[str, ...]]] = [
    # games
    ("nope *=random", ("unknown game 'nope'", "chess")),
    ("tictacto *=random", ("'tictacto'", "did you mean 'tictactoe'")),
    ("gymnasium/Nope-v3 *=random", ("'gymnasium/Nope-v3'", "CartPole")),
    ("no_such.module:factory *=random", ("no_such.module:factory", "PYTHONPATH")),
    ("os:getcwd *=random", ("os:getcwd", "ParallelEnv")),
    ("os:nothing_here *=random", ("nothing_here",)),
    # seats
    (XO, ("player_1, player_2", "*=random")),
    (f"{XO} random", ("'random'", "agent=controller", "player_1")),
    (f"{XO} player_1=", ("'player_1='", "agent=controller")),
    (f"{XO} player_1=random", ("player_2", "*=random")),
    (f"{XO} player_9=random {ALL}", ("'player_9'", "player_1, player_2")),
    (f"{XO} knight_*=random {ALL}", ("'knight_*'", "player_1, player_2")),
    (f"{XO} player_1=random player_1=script {ALL}", ("'player_1'", "twice", "'script'")),
    (f"{XO} [player_1,player_7]=random {ALL}", ("'player_7'", "player_1, player_2")),
    (f"{XO} team:red=random {ALL}", ("team 'red'",)),
    # controllers
    (f"{XO} *=rndom", ("'rndom'", "did you mean 'random'")),
    (f"{XO} *=:", ("empty", "random")),
    (f"{XO} *=random:speed=3", ("option of random 'speed'",)),
    (f"{XO} *=script:nonsense", ("'script:nonsense'", "perfect")),
    (f"{XO} *=script:perfect,oops", ("'oops'", "key=value")),
    ("go *=script:chess/alphabeta", ("script:chess/alphabeta", "classic/go-v5")),
    (f"{XO} *=human", ("human", "arena play")),
    (f"{XO} *=human:keyboard", ("human:keyboard", "arena play")),
    (f"{XO} *=bot:no.such.module:Bot", ("'no.such.module'", "PYTHONPATH")),
    (f"{XO} *=bot:os:path", ("os:path", "SimpleController")),
    (f"{XO} *=policy:tcp://nowhere", ("'tcp://nowhere'", "tcp://127.0.0.1:5555")),
    (f"{XO} *=policy:/no/such/file", ("'/no/such/file' does not exist", ".safetensors, .onnx", "tcp://HOST:PORT")),
    ("chess *=uci:no-such-engine", ("'no-such-engine'", "name its path")),
    ("go *=gtp:no-such-engine", ("'no-such-engine'", "name its path")),
    # rules
    ("chess *=random --clock 5:3", ("'5:3'", "5+3")),
    ("chess *=random --clock 0+3", ("'0+3'", "30s+1")),
    ("chess *=random --clock nan+1", ("'nan+1'", "5+3")),
    (f"{XO} {ALL} --pace sometimes", ("'sometimes'", "realtime, wait, fast")),
    (f"{XO} {ALL} --pace realtime", ("classic/tictactoe-v3", "pace wait")),
    ("kaz *=random --pace realtime --clock 5+3", ("no clocks", "'wait'")),
    ("sumo *=random --clock 5+3", ("'5+3'", "Sumo has no clocks", "move limit")),
    ("kaz *=random --pace realtime --hz 0", ("got 0", "above 0")),
    ("kaz *=random --pace realtime --hz=-5", ("got -5", "above 0")),
    ("kaz *=random --pace realtime --hz 1e9", ("1e+09", "at most 1000")),
    ("kaz *=random --pace realtime --hz nan", ("got nan", "at most 1000")),
    ("kaz *=random --hz 30", ("30 Hz", "real time")),
    ("kaz *=random --pace realtime --on-late random", ("'random'", "repeat(N), noop, forfeit(N)")),
    ("kaz *=random --pace realtime --late-answer maybe", ("'maybe'", "apply, drop")),
    ("kaz *=random --pace realtime --on-illegal retry", ("'retry'", "forfeit, noop")),
    (f"{XO} {ALL} --on-illegal shrug", ("'shrug'", "forfeit, noop, retry")),
    ("kaz *=random --pace realtime --delay archer_9=3", ("'archer_9=3'", "archer_0")),
    ("kaz *=random --pace realtime --delay archer_0=-1", ("'archer_0=-1'", "agent=ticks")),
    ("kaz *=random --delay 3", ("real time",)),
    (f"{XO} {ALL} --move-limit 0", ("got 0", "above 0 s")),
    (f"{XO} {ALL} --move-limit nan", ("got nan", "above 0 s")),
    (f"{XO} {ALL} --ready-timeout=-1", ("got -1", "above 0 s")),
    (f"{XO} {ALL} --ready-timeout inf", ("got inf", "finite")),
    (f"{XO} {ALL} --max-ticks=-3", ("got -3", "at least 1")),
    # environment options, seed, episodes
    ("pistonball *=random --env n_piston=8", ("'n_piston'", "did you mean 'n_pistons'")),
    ("pistonball *=random --env n_pistons=eight", ("n_pistons=eight", "from 4 to 40")),
    ("pistonball *=random --env n_pistons=-8", ("n_pistons=-8", "from 4 to 40")),
    ("pistonball *=random --env n_pistons", ("'n_pistons'", "NAME=VALUE")),
    (f"{XO} {ALL} --seed=-1", ("got -1", "0 to 2**63 - 1")),
    (f"{XO} {ALL} --seed 9999999999999999999999", ("0 to 2**63 - 1",)),
    (f"{XO} {ALL} --episodes 0", ("got 0", "from 1 to 1000000")),
]

ENGINE_REFUSED: Sequence[tuple[str, tuple[str, ...]]] = [
    ("connect_four *=stockfish", ("'stockfish'", "classic/connect_four-v3", "classic/chess-v6")),
    ("chess *=stockfish:skill=99", ("Skill Level=99", "at most 20")),
    ("chess *=stockfish:skil=9", ("'skil'", "did you mean 'skill'")),
    ("chess *=stockfish:elo=1", ("UCI_Elo=1", "at least 1350")),
    ("chess *=stockfish:Hash=abc", ("Hash=abc", "whole number")),
    ("chess *=stockfish:nodes=0", ("nodes=0", "at least 1")),
    ("chess *=stockfish:other", ("'stockfish:other'", "uci:other")),
]


def refused(line: str, words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["match", *line.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("arena: ")
    assert err.count("\n") == 1, "one sentence"
    for word in words:
        assert word in err
    assert left_behind() == []


def left_behind() -> list[Path]:
    """Records and announcements; threads and processes are watched by the fixture `no_leaks`."""
    bus = Path(os.environ["XDG_RUNTIME_DIR"]) / "arena" / "bus"
    return [*records(), *bus.glob("*")]


@pytest.mark.parametrize(("line", "words"), REFUSED, ids=[line for line, _ in REFUSED])
def test_what_cannot_be_played_is_refused(
    line: str, words: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    refused(line, words, capsys)


@pytest.mark.parametrize(("line", "words"), ENGINE_REFUSED, ids=[line for line, _ in ENGINE_REFUSED])
def test_what_an_engine_cannot_do_is_refused(
    line: str, words: Sequence[str], stockfish: str, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(line, words, capsys)


OTHERS: Sequence[tuple[str, tuple[str, ...]]] = [
    ("nonsense", ("unknown command 'nonsense'", "match")),
    ("games show nope", ("unknown game 'nope'", "chess")),
    ("controllers show nope", ("unknown controller 'nope'", "random")),
    ("history --limit 0", ("got 0", "at least 1")),
    ("record show nope", ("unknown record 'nope'", "arena history")),
    ("record verify {junk}", ("{junk}", "not an Arena record")),
    ("record pgn {junk}", ("{junk}", "not an Arena record")),
    ("bus tail --broker nonsense", ("'nonsense'", "tcp://HOST:PORT")),
    ("recorder --once --out {junk}", ("{junk}", "--out")),
    ("--home {junk} history", ("{junk}", "--home")),
]


@pytest.mark.parametrize(("line", "words"), OTHERS, ids=[line for line, _ in OTHERS])
def test_other_commands_refuse_in_the_same_way(
    line: str, words: Sequence[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    junk = tmp_path / "junk"
    junk.write_text("this is no record\n")
    assert main([word.format(junk=junk) for word in line.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("arena: ")
    assert err.count("\n") == 1
    for word in words:
        assert word.format(junk=junk) in err
    assert left_behind() == []


@pytest.mark.parametrize("option", ["--seed", "--episodes", "--hz", "--move-limit"])
def test_a_number_that_is_none_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["match", XO, ALL, option, "many"])
    assert ended.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert option in last
    assert "'many'" in last
    assert left_behind() == []


def test_the_terminal_sees_the_same_sentence_and_no_traceback() -> None:
    ran = arena("match", "chess", "player_0=random")
    assert (ran.code, ran.out) == (2, "")
    assert re.fullmatch(r"arena: nobody decides for player_1; .*\n", ran.err)
    assert records() == []


def seat_at_a_window(game: str, hub: InputHub, *seats: str) -> None:
    stage = Stage(time.perf_counter, lambda: None, drawing=True, resources={"inputs": hub})
    with open_session(MatchSetup(game, seats, rules=RuleChoices()), stage, None):
        pass


@pytest.mark.parametrize(
    ("game", "seats", "words"),
    [
        ("kaz", ("archer_0=human:keyboard/arrows",), ("keyboard/arrows", "no key", "settings")),
        ("kaz", ("archer_0=human:keyboard/nothing",), ("'nothing'", "arrows, full, ijkl, wasd")),
        ("kaz", ("archer_0=human:joystick",), ("'joystick'", "human:pad0")),
        ("kaz", ("archer_0=human:pad0",), ("pad0",)),
        ("kaz", ("[archer_0,archer_1]=human:keyboard",), ("archer_0, archer_1", "one seat")),
        ("kaz", ("archer_0=human:keyboard/wasd", "archer_1=human:keyboard/wasd"), ("archer_0",)),
        ("multiwalker", ("walker_0=human:pointer",), ("human:pointer", "human:keyboard")),
    ],
)
def test_a_person_whose_keys_or_device_do_not_do_is_refused(
    game: str, seats: tuple[str, ...], words: Sequence[str]
) -> None:
    book = BindingBook()
    book.rebind("keyboard/arrows", "primary", [])
    with pytest.raises(ArenaError) as refusal:
        seat_at_a_window(game, InputHub(book), *seats, ALL)
    for word in words:
        assert word in str(refusal.value)
