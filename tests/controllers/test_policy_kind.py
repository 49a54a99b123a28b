"""Seats that bring their own server: checked before the match, shared by equal words, restarted, pinned."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gymnasium import spaces

from arena.errors import ArenaError, MissingPartError, OptionError, SeatError, UnknownNameError
from arena.home import arena_home
from arena.match.controller import Descriptor
from arena.match.seating import parse_spec
from arena.training import model_word
from arena.training.contents import fingerprint
from arena.training.model_word import KINDS, ModelKind, ModelWord
from arena.wire.keys import KeyPair
from controllers.hosted import hosted
from controllers.policy import PolicyController
from controllers.policy_kind import KIND
from controllers.shared_server import ServerLease
from tests.wire_kit import PUSH, VECTOR, Driver, board, board_seats, context, save_policy
from tests.workers.test_models import policy


def built(text: str, seats: Any = None) -> PolicyController:
    spec, where = parse_spec(text), context(seats or board_seats())
    KIND.check(spec, where)
    return KIND.build(spec, where)


class Table:
    """Seats of one match, each with a controller of its own."""

    def __init__(self) -> None:
        self.drivers: list[Driver] = []

    def seat(self, text: str, agent: str = "player_1", match: str = "M1") -> Driver:
        seats = board_seats(agent)
        driver = Driver(built(text, seats), seats)
        self.drivers.append(driver)
        driver.reset(match_id=match)
        driver.ready()
        return driver

    def close(self) -> None:
        for driver in self.drivers:
            driver.close()


@pytest.fixture
def table() -> Iterator[Table]:
    made = Table()
    yield made
    made.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    policy(tmp_path / "pia.safetensors", best=3)
    return tmp_path / "pia.safetensors"


def server_of(driver: Driver) -> ServerLease:
    controller: Any = driver.controller
    lease: ServerLease = controller._server
    return lease


def choice(driver: Driver) -> int:
    return int(driver.answers({driver.seats[0].agent: board()})[0])


# ---- one server for equal words ---------------------------------------------------------------------------


def test_equal_words_share_a_process_and_others_do_not(
    table: Table, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    one, two = table.seat(f"policy:{path}"), table.seat("policy:pia.safetensors", "player_2", "M2")
    other = table.seat(f"policy:{path},mode=sampled", match="M3")
    assert server_of(one).pid == server_of(two).pid is not None
    assert server_of(other).pid != server_of(one).pid
    assert (choice(one), choice(two)) == (3, 3)
    pid = server_of(one).pid
    one.controller.close()
    assert server_of(two).pid == pid, "somebody still wants it"
    assert choice(two) == 3
    two.controller.close()
    two.controller.close()
    assert server_of(two).pid is None


def test_a_killed_process_is_started_once_for_all_its_seats(table: Table, path: Path) -> None:
    agents = ("player_1", "player_2")
    drivers = [table.seat(f"policy:{path}", agent, f"M of {agent}") for agent in agents]
    first = server_of(drivers[0]).pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    for driver in drivers:
        driver.until(lambda driver=driver: "restored" in driver.kinds())
        assert driver.kinds() == ["lost", "restarted", "restored"]
        assert choice(driver) == 3
    second = {server_of(driver).pid for driver in drivers}
    assert len(second) == 1
    assert first not in second
    os.kill(second.pop() or 0, signal.SIGKILL)
    for driver in drivers:
        driver.until(lambda driver=driver: "failed" in driver.kinds())
    assert server_of(drivers[0]).pid is None


def test_one_that_was_let_go_of_is_not_started_any_more() -> None:
    lease = ServerLease(["--model-json", "{}"])
    lease.close()
    lease.start(lambda: None)
    assert lease.pid is None


# ---- what is rated are the contents -----------------------------------------------------------------------


def test_a_checkpoint_that_changes_is_not_taken_and_not_taken_up_after_a_crash(
    table: Table, path: Path
) -> None:
    driver = table.seat(f"policy:{path}")
    assert driver.controller.descriptor.id == f"policy:pia@{fingerprint(ModelWord('', 'mlp', str(path)))}"
    policy(path, best=8)
    driver.until(lambda: any("goes on with what it was seated with" in n.message for n in driver.notices))
    driver.reset(episode=1)
    driver.ready()
    assert choice(driver) == 3
    os.kill(server_of(driver).pid or 0, signal.SIGKILL)
    driver.until(lambda: "failed" in driver.kinds())
    assert "not what it was when it was seated" in driver.notices[-1].message


def test_a_folder_that_is_followed_is_rated_as_a_place_and_takes_what_is_newer(
    table: Table, path: Path
) -> None:
    driver = table.seat(f"policy:{path.parent},follow=yes")
    assert driver.controller.descriptor.id == f"policy:mlp:{path.parent},follow=yes"
    assert choice(driver) == 3
    policy(path.with_name("zoe.safetensors"), best=8)
    driver.until(lambda: any("a newer policy" in notice.message for notice in driver.notices))
    driver.reset(episode=1)
    driver.ready()
    assert choice(driver) == 8


def test_one_file_under_two_modes_is_two_players(path: Path) -> None:
    endings = ("", ",mode=deterministic", ",mode=sampled")
    usual, same, other = (built(f"policy:{path}{ending}") for ending in endings)
    assert usual.descriptor.id == same.descriptor.id
    assert other.descriptor.id == usual.descriptor.id + ",mode=sampled"
    assert (usual.descriptor.deterministic, other.descriptor.deterministic) == (True, False)
    for controller in (usual, same, other):
        controller.close()


# ---- while it starts --------------------------------------------------------------------------------------


def test_progress_is_what_the_process_says_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sluggish.py").write_text(
        "import pathlib, time\n"
        "while not pathlib.Path('go').exists():\n"
        "    time.sleep(0.01)\n"
        "class Bot:\n"
        "    name = 'Slow but sure'\n"
        "    def reset(self, agents, seed): pass\n"
        "    def select_action(self, agent, observation, info): return 4\n"
    )
    monkeypatch.chdir(tmp_path)
    seats = board_seats("player_1")
    driver = Driver(built("policy:sluggish:Bot", seats), seats)
    driver.reset()
    try:
        driver.until(lambda: (driver.controller.readiness() or "").endswith(": loading the model"))
        assert driver.controller.readiness() == "its policy server is starting: loading the model"
        (tmp_path / "go").touch()
        driver.ready()
        assert choice(driver) == 4
        driver.poll()
        assert driver.controller.descriptor.name == "Slow but sure"
    finally:
        driver.close()


def test_marks_of_progress_are_not_taken_for_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_bot.py").write_text(
        "class Bot:\n    def __init__(self): raise SystemExit('no mood')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    seats = board_seats("player_1")
    driver = Driver(hosted("broken_bot:Bot", {}, context(seats)), seats)
    driver.reset()
    try:
        driver.until(lambda: "failed" in driver.kinds())
        assert "\x1e" not in driver.notices[-1].message
        assert "loading the model" not in driver.notices[-1].message
    finally:
        driver.close()


# ---- before the match -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("policy:", SeatError, "names no policy"),
        ("policy:FILE,model=x", OptionError, "model= goes with a server's address"),
        ("policy:FILE,key=x", OptionError, "key= goes with a server's address"),
        ("policy:FILE,net=a:B", UnknownNameError, "option of mlp models 'net'"),
        ("policy:FILE,mode=wild", OptionError, "mode='wild'"),
        ("policy:FILE#other", ArenaError, "other"),
        ("policy:VECTORS", SeatError, "was not made for classic/tictactoe-v3"),
        ("policy:no_such_module_here:Greedy", SeatError, "no module that can be found"),
        ("policy:ipc:///a/b,key=x", OptionError, "43"),
        ("policy:tcp://127.0.0.1:5,device=cuda", OptionError, "device= is not for an address"),
        ("policy:tcp://192.168.7.7:5555", SeatError, "add key=... as its server printed it"),
        ("policy:tcp://192.168.7.7:5555,key=short", OptionError, "43"),
    ],
)
def test_what_cannot_play_is_said_before_anything_starts(
    path: Path, text: str, error: type[ArenaError], said: str
) -> None:
    save_policy(path.with_name("vectors.safetensors"), VECTOR, PUSH)
    text = text.replace("FILE", str(path)).replace("VECTORS", str(path.with_name("vectors.safetensors")))
    with pytest.raises(error, match=said):
        KIND.check(parse_spec(text), context(board_seats()))


def test_a_missing_extra_is_named_before_the_match(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path.parent / "net.onnx").touch()
    lacking = ModelKind("onnx", "", suffixes=(".onnx",), packages=("no_such_package",), extra="onnx")
    monkeypatch.setattr(model_word, "KINDS", {**KINDS, "onnx": lacking})
    with pytest.raises(MissingPartError, match=r"pip install 'arena-seats\[onnx\]'"):
        KIND.check(parse_spec(f"policy:{path.parent}/net.onnx"), context(board_seats()))


def test_a_key_encrypts_with_a_pair_of_our_own() -> None:
    server = KeyPair.generate()
    controller = built(f"policy:tcp://192.168.7.7:5555,key={server.public},model=red")
    assert controller.descriptor.id == "policy:tcp://192.168.7.7:5555#red"
    assert (arena_home().keys_dir / "client.secret").is_file()
    controller.close()


def test_spaces_of_a_file_are_compared_with_every_seat(path: Path) -> None:
    spec = parse_spec(f"policy:{path}")
    KIND.check(spec, context(board_seats("player_1", "player_2")))
    seats = board_seats("player_1")
    other = type(seats[0])("player_2", seats[0].observation_space, spaces.Discrete(7))
    with pytest.raises(SeatError, match="player_2"):
        KIND.check(spec, context((*seats, other)))


def test_descriptors_say_what_is_known_before_the_server_speaks(path: Path) -> None:
    controller = built(f"policy:{path}")
    described: Descriptor = controller.descriptor
    assert (described.name, described.backend) == ("Pia", "zmq")
    controller.close()
    code = built("policy:callable:json:dumps")
    assert (code.descriptor.id, code.descriptor.policy) == ("policy:callable:json:dumps", "callable")
    code.close()
