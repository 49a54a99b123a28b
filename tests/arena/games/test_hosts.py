"""Every catalog game in this process: legal play, equal digests, taking back, and errors in words."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest

from arena.errors import GameError
from arena.games import catalog
from arena.games.contract import StepResult
from arena.games.digest import Digest
from arena.games.hosts import make_host
from arena.games.local_host import LocalHost
from arena.games.process_host import ProcessHost
from tests.arena.games.playing import play, result_of

TICKS = {
    "butterfly/pistonball-v6": 8,
    "sisl/pursuit-v5": 30,
    "classic/chess-v6": 60,
    "butterfly/cooperative_pong-v6": 40,
}
"""The slow ones are cut short; the others play to the end, or 250 ticks."""


def local(name: str, **options: Any) -> LocalHost:
    entry = catalog.get(name)
    return LocalHost(entry, catalog.resolve_options(entry, options))


@pytest.mark.parametrize("name", catalog.ids())
def test_random_legal_play_is_legal_and_repeats_after_other_episodes(name: str) -> None:
    """The second time it follows episodes of other lengths: nothing of them may survive the reset."""
    ticks = TICKS.get(name, 250)
    with closing(local(name)) as host:
        first = play(host, ticks=ticks)
        play(host, ticks=7, seed=11)
        again = play(host, ticks=ticks)
        other = play(host, ticks=ticks, seed=12)
    assert first.digest == again.digest
    assert first.digest != other.digest
    assert first.ticks == ticks or first.last.due == first.last.alive == ()
    assert first.ticks > 0


def test_the_leak_of_kaz_is_real() -> None:
    """Its spawn timer runs on over `reset`. When this fails, the quirk can go."""
    with closing(local("kaz", spawn_delay="20")) as host:
        first = play(host, ticks=60)
        play(host, ticks=7)
        host._adapter._before_reset = None  # type: ignore[union-attr]
        assert play(host, ticks=60).digest != first.digest


def test_two_sizes_of_go_do_not_mix() -> None:
    """The rules keep the size in module globals, set by the newest board."""
    with closing(local("go")) as alone:
        expected = play(alone, ticks=60).digest
    with closing(local("go")) as small, closing(local("go", board_size="13")) as large:
        small.submit_reset(3)
        result_of(small)
        play(large, ticks=40)
        assert play(small, ticks=60).digest == expected


def test_a_fresh_game_is_made_anew_for_each_episode() -> None:
    with closing(LocalHost(catalog.get("Acrobot-v1"), {})) as host:
        first = play(host, ticks=5)
        env = host.env
        assert play(host, ticks=5).digest == first.digest
        assert host.env is not env


@pytest.mark.parametrize("name", ["chess", "tictactoe", "connect_four", "go"])
def test_taking_back_leads_to_the_same_position_and_on_from_there(name: str) -> None:
    with closing(local(name)) as host:
        straight = play(host, ticks=5)
        host.submit_reset(3)
        result = result_of(host)
        for actions in straight.actions[:4]:
            result = step(host, actions)
        position = host.position()
        step(host, straight.actions[4])
        assert host.position() != position
        host.submit_undo(1)
        assert fingerprint(result_of(host)) == fingerprint(result)
        assert host.position() == position
        host.submit_undo(3)
        assert result_of(host).due == (host.possible_agents[1],)
        for actions in straight.actions[1:]:
            result = step(host, actions)
        assert fingerprint(result) == fingerprint(straight.last)


def step(host: LocalHost, actions: Mapping[str, Any]) -> StepResult:
    host.submit_step(actions)
    return result_of(host)


def fingerprint(result: StepResult) -> str:
    digest = Digest()
    digest.update(result)
    return digest.hex()


def test_taking_back_what_cannot_be() -> None:
    with closing(local("chess")) as host:
        play(host, ticks=3)
        for steps in (0, 4):
            host.submit_undo(steps)
            with pytest.raises(GameError, match=f"cannot go back {steps} steps; 3 were made"):
                host.poll()
    with closing(local("rps")) as host:
        play(host, ticks=3)
        host.submit_undo(1)
        with pytest.raises(GameError, match="takes nothing back"):
            host.poll()


def test_inspectors_answer_through_the_host() -> None:
    with closing(local("chess")) as host:
        assert host.position() is None
        host.submit_reset(1)
        result = result_of(host)
        assert host.state().fen().startswith("rnbqkbnr/")
        assert host.verdict() is None
        snapshot = host.snapshot("all")
        assert snapshot is not None
        mask = result.legal["player_0"]
        assert mask is not None
        assert {host.label("player_0", action) for action in mask.nonzero()[0]} >= {"e4", "Nf3"}
    with closing(local("CartPole")) as host:
        assert (host.state(), host.position(), host.snapshot("all"), host.frame(), host.verdict()) == (
            None,
        ) * 5
        assert host.label("player_0", 1) == "Push right"
        assert host.label("player_0", 7) == "7"


def test_what_an_environment_raises_names_game_error_and_place() -> None:
    with closing(LocalHost(catalog.get("tests.arena.games.envs:Gate"), {})) as host:
        host.submit_reset(1)
        result_of(host)
        host.submit_step({"player_0": 2})
        with pytest.raises(
            GameError, match=r"envs:Gate failed: RuntimeError: the physics exploded \(envs.py:\d+\)"
        ):
            host.poll()
        assert host.poll() is None


def test_a_factory_that_refuses_is_told_with_its_options() -> None:
    entry = catalog.get("hanabi")
    with pytest.raises(GameError, match="hanabi-v5 cannot be made with players=5, colors=2: ValueError"):
        LocalHost(entry, catalog.resolve_options(entry, {"players": "5", "colors": "2"}))


def test_a_closed_host_says_so() -> None:
    host = local("tictactoe")
    host.close()
    host.close()
    host.submit_reset(1)
    with pytest.raises(GameError, match="tictactoe-v3 is closed"):
        host.poll()


@pytest.mark.parametrize(("name", "frames", "kind"), [
    ("chess", True, LocalHost),
    ("chess", False, LocalHost),
    ("kaz", False, LocalHost),
    ("CartPole", True, ProcessHost),
    ("tests.arena.games.envs:Scripted", True, LocalHost),
])  # fmt: skip
def test_who_shows_its_own_frames_gets_a_process(name: str, frames: bool, kind: type) -> None:
    with closing(make_host(catalog.get(name), {}, frames=frames)) as host:
        assert type(host) is kind
        assert host.possible_agents
