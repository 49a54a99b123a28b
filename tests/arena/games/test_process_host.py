"""A host in another process: the same results, pictures beside them, and no way to be stuck or orphaned."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.errors import GameError
from arena.games import catalog
from arena.games.local_host import LocalHost
from arena.games.process_host import ProcessHost
from tests.arena.games.playing import play, result_of

PATIENCE_S = 30.0
GATE = "tests.arena.games.envs:Gate"
CROWD = "tests.arena.games.envs:Crowd"
QUICK = ("butterfly/knights_archers_zombies-v11", "butterfly/cooperative_pong-v6", "sisl/multiwalker-v9",
         "mpe2/simple_tag-v3", "gymnasium/Taxi-v3")  # fmt: skip
REST = tuple(entry.id for entry in catalog.entries() if entry.view is None and entry.id not in QUICK)


def until(condition: Callable[[], Any]) -> Any:
    """Wait for what another process brings about."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)
    return found


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Callable[..., ProcessHost]]:
    """Hosts of the environment that waits for files, by the name of the gate: `step` or `render`."""
    opened: list[ProcessHost] = []

    def make(*gates: str) -> ProcessHost:
        options = {f"{name}_gate": str(tmp_path / name) for name in gates}
        opened.append(ProcessHost(catalog.get(GATE), options))
        return opened[-1]

    yield make
    for host in opened:
        host.close()


def same_as_local(name: str) -> None:
    entry = catalog.get(name)
    options = catalog.resolve_options(entry, {})
    ticks = 8 if "pistonball" in name else 60
    with closing(LocalHost(entry, options)) as here, closing(ProcessHost(entry, options)) as there:
        assert there.possible_agents == here.possible_agents
        assert there.paradigm == here.paradigm
        for agent in here.possible_agents:
            assert there.action_space(agent) == here.action_space(agent)
            assert there.observation_space(agent) == here.observation_space(agent)
            assert there.action_space(agent) is not there.action_space(agent)
        mine, theirs = play(here, ticks=ticks), play(there, ticks=ticks)
        assert (mine.ticks, mine.digest) == (theirs.ticks, theirs.digest)
        frame = until(there.frame)
        assert frame.pixels.shape[2] == 4
        assert frame.pixels[..., :3].std() > 1, "the picture is blank"
        assert there.unseen is None


@pytest.mark.parametrize("name", QUICK)
def test_equal_digests_here_and_there(name: str) -> None:
    same_as_local(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", REST)
def test_equal_digests_here_and_there_for_the_rest(name: str) -> None:
    same_as_local(name)


def test_a_slow_step_holds_nobody_up(gate: Callable[..., ProcessHost], tmp_path: Path) -> None:
    host = gate("step")
    woken = threading.Event()
    host.set_waker(woken.set)
    host.submit_reset(1)
    result_of(host, woken)
    host.submit_step({"player_0": 0})
    assert host.poll() is None
    assert host.poll() is None
    (tmp_path / "step").touch()
    assert result_of(host, woken).observations == {"player_0": 1}


def test_a_slow_picture_does_not_delay_a_result(gate: Callable[..., ProcessHost], tmp_path: Path) -> None:
    """The render after the first tick hangs: the tick's result is there all the same, the next after the
    picture.
    """
    host = gate("render")
    host.submit_reset(1)
    result_of(host)
    host.submit_step({"player_0": 0})
    assert result_of(host).observations == {"player_0": 1}
    (tmp_path / "render").touch()
    frame = until(lambda: (frame := host.frame()) and frame.pixels[0, 0, 0] == 1 and frame)
    assert host.frame() is frame


def test_frames_follow_the_picture_in_size() -> None:
    """The crowd's picture grows with each tick."""
    with closing(ProcessHost(catalog.get(CROWD), {})) as host:
        host.submit_reset(1)
        result_of(host)
        until(lambda: (frame := host.frame()) and frame.pixels.shape == (20, 30, 4))
        host.submit_step({"ann": 0, "bob": 0})
        result_of(host)
        frame = until(lambda: (frame := host.frame()) and frame.pixels.shape == (20, 31, 4) and frame)
        assert frame.pixels[0, 0, :3].tolist() == [1, 100, 200]


def test_what_an_environment_raises_comes_back_in_words(gate: Callable[..., ProcessHost]) -> None:
    host = gate()
    host.submit_reset(1)
    result_of(host)
    host.submit_step({"player_0": 2})
    with pytest.raises(GameError, match="Gate failed: RuntimeError: the physics exploded"):
        result_of(host)
    host.submit_reset(2)
    assert result_of(host).observations == {"player_0": 0}


def test_a_killed_process_is_an_error_that_says_so(gate: Callable[..., ProcessHost]) -> None:
    host = gate("step")
    woken = threading.Event()
    host.set_waker(woken.set)
    host.submit_reset(1)
    result_of(host, woken)
    host.submit_step({"player_0": 0})
    woken.clear()
    os.kill(host.pid, signal.SIGKILL)
    with pytest.raises(GameError, match=r"Gate died \(killed by signal 9\): hello from the environment"):
        result_of(host, woken)
    host.submit_step({"player_0": 0})
    with pytest.raises(GameError, match="died"):
        result_of(host, woken)


def test_a_factory_that_refuses_is_told_when_the_agents_are_asked_for() -> None:
    entry = catalog.get("kaz")
    with closing(ProcessHost(entry, {"obs_method": "smell"})) as host:
        with pytest.raises(GameError, match="cannot be made with obs_method=smell"):
            _ = host.possible_agents
        assert host.ready()


def test_nobody_waits_for_the_start_but_who_asks(gate: Callable[..., ProcessHost]) -> None:
    host = gate()
    host.submit_reset(1)
    assert result_of(host).due == ("player_0",)
    assert host.ready()
    assert host.label("player_0", 1) == "Action 1"
    assert (host.state(), host.position(), host.snapshot("all"), host.verdict()) == (None,) * 4
    with pytest.raises(GameError, match="has no agent 'nobody'; it has player_0"):
        host.action_space("nobody")


def test_closing_is_quick_even_in_the_middle_of_a_step(gate: Callable[..., ProcessHost]) -> None:
    host = gate("step")
    host.submit_reset(1)
    result_of(host)
    host.submit_step({"player_0": 0})
    host.close()
    host.close()
    assert not Path(f"/proc/{host.pid}/cwd").exists()
    with pytest.raises(GameError, match="is closed"):
        host.submit_reset(1)


def test_what_an_environment_started_ends_with_it_and_holds_up_no_close() -> None:
    host = ProcessHost(catalog.get("tests.arena.games.envs:Nursery"), {})
    host.submit_reset(1)
    pid = int(result_of(host).observations["player_0"])
    assert alive(pid)
    closing_thread = threading.Thread(target=host.close)
    closing_thread.start()
    closing_thread.join(PATIENCE_S)
    assert not closing_thread.is_alive()
    until(lambda: not alive(pid))


def test_the_process_ends_with_its_parent() -> None:
    program = (
        "import time\n"
        "from arena.games import catalog\n"
        "from arena.games.process_host import ProcessHost\n"
        f"host = ProcessHost(catalog.get({GATE!r}), {{}})\n"
        "print(host.possible_agents, host.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline().split()[-1])
        assert Path(f"/proc/{pid}").exists()
        parent.kill()
    until(lambda: not alive(pid))


def alive(pid: int) -> bool:
    """Whether it runs; a zombie whose parent died before it and that nobody collects does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_ring_that_was_given_up_before_it_was_opened_is_passed_over(
    gate: Callable[..., ProcessHost],
) -> None:
    """A picture that changes its size twice in a row: the first ring's file is gone when we hear of it."""
    host = gate()
    host.submit_reset(1)
    result_of(host)
    until(host.frame)
    with host._news:
        host._take(("frames", "/dev/shm/arena-frames-gone", 4, 4))
    assert host.frame() is None
    host.submit_step({"player_0": 0})
    assert result_of(host).observations == {"player_0": 1}
