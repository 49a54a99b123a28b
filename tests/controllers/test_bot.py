"""Scripts and bots as kinds: what is refused before the match, and in which process they run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gymnasium import spaces

from arena.errors import ArenaError, OptionError, SeatError, UnknownNameError
from arena.match.controller import Controller
from arena.match.kinds import BuildContext, ControllerKind, ControllerSpec
from arena.match.rules import PaceMode
from controllers.bot import KIND as BOT
from controllers.inline import InlineController
from controllers.policy import PolicyController
from controllers.script import KIND as SCRIPT
from tests.controllers.helpers import Driver, entry, seat

MODULE = """
from arena.match.controller import SimpleController

class Greedy(SimpleController):
    '''Takes the highest legal action.

    More words.'''
    name = "The greedy one"
    def __init__(self, depth: int = 1, eager: bool = False):
        if depth > 9:
            raise ValueError("too deep")
        self.depth = depth
    def select_action(self, agent, observation, info):
        return int(info["action_mask"].nonzero()[0][-1]) + (self.depth - 1)

class Quick(Greedy):
    inline = True

class Stranger:
    def select_action(self, agent, observation, info):
        return 0

class Idle(SimpleController):
    pass

LIMIT = 3
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder with bots, which is where Arena is started."""
    (tmp_path / "my_bots.py").write_text(MODULE)
    (tmp_path / "broken.py").write_text("1 / 0\n")
    (tmp_path / "program.py").write_text("raise SystemExit('this is a program')\n")
    (tmp_path / "needy.py").write_text("import no_such_library\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    yield
    for name in ("my_bots", "broken", "program", "needy"):
        sys.modules.pop(name, None)


def context(
    pace: PaceMode = "fast", *, game: str = "classic/tictactoe-v3", drawing: bool = False
) -> BuildContext:
    return BuildContext(entry(game), (seat("player_1", spaces.Discrete(9)),), pace, drawing)


def bot(target: str, **options: str) -> ControllerSpec:
    return ControllerSpec(f"bot:{target}", "bot", target, options)


def script(target: str) -> ControllerSpec:
    return ControllerSpec(f"script:{target}", "script", target)


def build(kind: ControllerKind, spec: ControllerSpec, where: BuildContext) -> Controller:
    kind.check(spec, where)
    return kind.build(spec, where)


def test_a_bot_is_found_in_the_current_folder_and_described() -> None:
    controller = build(BOT, bot("my_bots:Greedy", depth="2"), context())
    assert isinstance(controller, InlineController)
    described = controller.descriptor
    assert (described.id, described.name) == ("bot:my_bots:Greedy,depth=2", "The greedy one (depth=2)")
    assert described.description == "Takes the highest legal action."
    driver = Driver(controller, [seat("player_1")], entry())
    driver.start()
    assert driver.ask("player_1", [1, 1, 0]) == 2


@pytest.mark.parametrize(
    ("spec", "error", "said"),
    [
        (bot("my_bots"), SeatError, "not like module:Class"),
        (bot("my_bost:Greedy"), SeatError, "no module 'my_bost'; start Arena in the folder"),
        (bot("my_bots:Gredy"), UnknownNameError, "did you mean 'Greedy'"),
        (bot("my_bots:LIMIT"), SeatError, "is no bot: derive a class"),
        (bot("my_bots:Stranger"), SeatError, "is no bot: derive a class"),
        (bot("my_bots:Idle"), SeatError, "give it select_action"),
        (bot("broken:Greedy"), SeatError, "importing it raised ZeroDivisionError"),
        (bot("program:Greedy"), SeatError, "importing it raised SystemExit: this is a program"),
        (bot("needy:Greedy"), SeatError, "needs 'no_such_library', which is not installed"),
        (bot("my_bots:Greedy", width="3"), OptionError, r"'width'; it takes \(depth"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_bot_is_said_before_the_match(
    spec: ControllerSpec, error: type[ArenaError], said: str
) -> None:
    with pytest.raises(error, match=said):
        BOT.check(spec, context())


def test_a_constructor_that_raises_is_a_seat_error() -> None:
    with pytest.raises(SeatError, match="cannot be made: ValueError: too deep"):
        BOT.build(bot("my_bots:Greedy", depth="10"), context())


@pytest.mark.parametrize(
    ("kind", "spec", "pace", "inside", "identity"),
    [
        (BOT, bot("my_bots:Greedy"), "fast", True, "bot:my_bots:Greedy"),
        (BOT, bot("my_bots:Greedy"), "wait", False, "bot:my_bots:Greedy"),
        (BOT, bot("my_bots:Quick"), "realtime", True, "bot:my_bots:Quick"),
        (SCRIPT, script("perfect"), "realtime", True, "script:tictactoe/perfect@"),
    ],
)
def test_only_quick_bots_run_in_the_loop_when_somebody_waits(
    kind: ControllerKind, spec: ControllerSpec, pace: PaceMode, inside: bool, identity: str
) -> None:
    controller = build(kind, spec, context(pace, drawing=True))
    assert isinstance(controller, InlineController if inside else PolicyController)
    assert controller.descriptor.id.startswith(identity)
    controller.close()


def test_slow_scripts_go_to_a_child_that_plays_the_same() -> None:
    moves = [3, 3, 2]
    answers = []
    for pace in ("fast", "wait"):
        seats = (seat("player_1", spaces.Discrete(7)),)
        where = BuildContext(entry("classic/connect_four-v3"), seats, pace, drawing=True)
        controller = build(SCRIPT, script("connect_four/club"), where)
        assert isinstance(controller, InlineController) is (pace == "fast")
        driver = Driver(controller, seats, entry("classic/connect_four-v3"))
        driver.start()
        driver.be_ready()
        answers.append(int(driver.ask("player_1", [1] * 7, observation=[0.5], position={"moves": moves})))
        controller.close()
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("target", "game", "said"),
    [
        ("chess/club", "classic/tictactoe-v3", "does not play classic/tictactoe-v3; .*perfect"),
        ("grandmaster", "classic/chess-v6", "names no script; scripts for this game: script:chess/novice"),
        ("", "classic/chess-v6", "names no script"),
        ("club", "classic/go-v5", "there are no scripts for classic/go-v5"),
    ],
)  # fmt: skip
def test_a_script_that_does_not_fit_names_those_that_do(target: str, game: str, said: str) -> None:
    with pytest.raises(SeatError, match=said):
        SCRIPT.check(script(target), context(game=game))


def test_a_level_alone_is_enough_and_the_version_is_in_the_id() -> None:
    controller = build(SCRIPT, script("club"), context(game="classic/connect_four-v3"))
    identity, _, version = controller.descriptor.id.partition("@")
    assert identity == "script:connect_four/club"
    assert len(version) == 8
    assert controller.descriptor.name == "Connect four club"
