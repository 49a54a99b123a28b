"""From both interfaces to step results: dead agents, joiners, copies, and contracts that are broken."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pettingzoo.utils import BaseParallelWrapper, BaseWrapper
from pettingzoo.utils.conversions import aec_to_parallel, turn_based_aec_to_parallel
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from arena.errors import GameError
from arena.games.adapter import Adapter, adapt
from arena.games.adapter_parallel import ParallelAdapter
from arena.games.books import books_of
from arena.games.contract import StepResult
from arena.games.digest import Digest
from arena.games.entry import CatalogEntry
from arena.games.vector.copies import make_env
from tests.arena.games.envs import NAMES, Crowd, Deserter, Scripted, Vanishing, reward

ENTRY = CatalogEntry(id="test:env", title="Test", summary="", paradigm="sequential", pace="wait")
GUESTS = CatalogEntry(
    id="test:env", title="Test", summary="", paradigm="simultaneous", pace="wait", agent_patterns=("guest_*",)
)

ends = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(NAMES), st.sampled_from(["t", "x", "tx"])), max_size=6
)


def run(adapter: Adapter, ticks: int = 14) -> list[StepResult]:
    results = [adapter.reset(1)]
    while results[-1].due and len(results) <= ticks:
        results.append(adapter.step(dict.fromkeys(results[-1].due, 1)))
    return results


@given(st.integers(1, 4), ends, st.booleans())
def test_aec_agents_end_once_with_a_last_look_and_only_the_living_move(
    count: int, ends: list[tuple[int, str, str]], lazy: bool
) -> None:
    env = Scripted(count, ends, lazy=lazy)
    alive = set(env.possible_agents)
    for tick, result in enumerate(run(adapt(env, ENTRY))):
        if tick:
            assert result.acted in {(agent,) for agent in alive}
            assert result.rewards == {agent: reward(tick, agent) for agent in alive}
        expected = {
            agent: "".join(sorted({c for t, a, how in ends if (t, a) == (tick, agent) for c in how}))
            for agent in alive
        }
        assert result.terminated == {agent: "t" in how for agent, how in expected.items() if how}
        assert result.truncated == {agent: "x" in how for agent, how in expected.items() if how}
        alive -= result.terminated.keys()
        assert set(result.alive) == alive
        assert len(result.due) == bool(alive)
        assert set(result.due) <= alive
        assert set(result.observations) == {*result.due, *result.terminated} == set(result.infos)
        for agent, seen in result.observations.items():
            assert seen.tolist() == [tick, NAMES.index(agent)]


@given(st.integers(1, 4), ends)
def test_when_the_dead_are_buried_makes_no_difference(count: int, ends: list[tuple[int, str, str]]) -> None:
    assert digests(Scripted(count, ends, lazy=False)) == digests(Scripted(count, ends, lazy=True))


def digests(env: Any) -> str:
    digest = Digest()
    for result in run(adapt(env, ENTRY)):
        digest.update(result)
    return digest.hex()


def test_results_keep_what_they_held() -> None:
    """The environment shows one array per agent, and one info, for the whole episode."""
    results = run(adapt(Scripted(2), ENTRY), ticks=4)
    assert [result.observations[result.due[0]][0] for result in results] == [0, 1, 2, 3, 4]
    assert [result.infos[result.due[0]]["tick"] for result in results] == [0, 1, 2, 3, 4]


def test_an_episode_can_be_started_again() -> None:
    adapter = adapt(Scripted(3, [(2, "ann", "t"), (4, "bob", "x")]), ENTRY)
    first, second = run(adapter), run(adapter)
    assert [result.alive for result in first] == [result.alive for result in second]


def test_an_agent_that_vanishes_from_the_books_breaks_the_contract() -> None:
    adapter = adapt(Deserter(3), ENTRY)
    with pytest.raises(GameError, match="bob left without being terminated"):
        run(adapter)


def test_parallel_agents_join_and_leave() -> None:
    results = run(adapt(Crowd(), GUESTS))
    assert [result.alive for result in results] == [
        ("ann", "bob"),
        ("ann", "bob"),
        ("ann", "bob", "guest_1"),
        ("ann", "guest_1"),
        ("ann", "guest_1"),
        (),
    ]
    assert results[3].terminated == {"bob": True}
    assert results[3].observations.keys() == {"ann", "bob", "guest_1"}
    assert results[5].truncated == {"ann": True, "guest_1": True}
    assert results[5].due == ()
    assert results[3].acted == ("ann", "bob", "guest_1")
    assert results[4].rewards == {"ann": 0.5, "guest_1": 0.5}


def test_masks_and_arrays_of_a_parallel_game_are_ours() -> None:
    results = run(adapt(Crowd(), GUESTS))
    assert [result.observations["ann"]["board"][0] for result in results] == [0, 1, 2, 3, 4, 5]
    mask = results[0].legal["ann"]
    assert mask is not None
    assert mask.tolist() == [1, 0, 1, 1]
    assert results[5].legal == {}


def test_who_has_no_seat_cannot_join() -> None:
    with pytest.raises(GameError, match=r"'stranger' joined.*allows guest_\* to join"):
        run(adapt(Crowd(guest="stranger"), GUESTS))
    with pytest.raises(GameError, match="allows nobody to join"):
        run(adapt(Crowd(), ENTRY))


def test_a_parallel_agent_must_not_vanish() -> None:
    with pytest.raises(GameError, match="bob left without being terminated"):
        run(adapt(Vanishing(), GUESTS))


def test_spaces_are_copies() -> None:
    """PettingZoo hands the same object to several agents; seeding one would seed all."""
    adapter = adapt(Scripted(2), ENTRY)
    space = Scripted.action_space(adapter.env, "ann")
    adapter.env.action_space = lambda _agent: space
    ours, theirs = adapter.action_space("ann"), adapter.action_space("bob")
    assert ours == theirs == space
    assert len({id(ours), id(theirs), id(space)}) == 3


def test_a_gymnasium_game_has_one_agent() -> None:
    adapter = adapt(gymnasium.make("CartPole-v1"), ENTRY)
    assert adapter.paradigm == "simultaneous"
    assert adapter.possible_agents == ("player_0",)
    results = run(adapter, ticks=600)
    assert results[0].due == ("player_0",)
    assert results[-1].terminated == {"player_0": True}
    assert results[-1].truncated == {"player_0": False}
    assert results[-1].observations["player_0"].shape == (4,)


def test_a_mask_in_info_counts_only_where_the_catalog_says_so() -> None:
    """Taxi's marks moves that change nothing; they are legal all the same."""
    env = gymnasium.make("Taxi-v3")
    assert adapt(env, ENTRY).reset(1).legal == {"player_0": None}
    entry = CatalogEntry(
        id="x", title="", summary="", paradigm="simultaneous", pace="wait", mask_in_info=True
    )
    mask = adapt(env, entry).reset(1).legal["player_0"]
    assert mask is not None
    assert mask.shape == (6,)
    assert mask.dtype == np.int8


def test_a_converted_game_is_stepped_as_the_converter_would() -> None:
    """Same observations, rewards and ends as `aec_to_parallel` gives, which observes twice and is slow."""
    from pettingzoo.butterfly import knights_archers_zombies_v11

    def actions(result: StepResult, rng: np.random.Generator) -> dict[str, int]:
        return {agent: int(rng.integers(6)) for agent in result.due}

    quick = adapt(knights_archers_zombies_v11.parallel_env(spawn_delay=2), ENTRY)
    slow = ParallelAdapter(knights_archers_zombies_v11.parallel_env(spawn_delay=2), ENTRY)
    slow._step = slow.env.step
    assert quick._step != quick.env.step  # type: ignore[attr-defined]
    digests = []
    for adapter in (quick, slow):
        digest, rng, result = Digest(), np.random.default_rng(5), adapter.reset(7)
        ended = 0
        while result.due:
            result = adapter.step(actions(result, rng))
            digest.update(result)
            ended += len(result.terminated)
        digests.append(digest.hex())
        assert ended == 4
    assert digests[0] == digests[1]


def test_books_are_read_past_wrappers_that_keep_none() -> None:
    env = Scripted(2)
    assert books_of(OrderEnforcingWrapper(env)) is env

    class Doubled(BaseWrapper[str, Any, Any]):  # type: ignore[misc]
        @property
        def rewards(self) -> dict[str, float]:
            return {agent: 2 * reward for agent, reward in self.env.rewards.items()}

    wrapped = OrderEnforcingWrapper(Doubled(env))
    assert type(books_of(wrapped)) is Doubled
    results = run(adapt(wrapped, ENTRY), ticks=1)
    assert results[1].rewards == {agent: 2 * reward(1, agent) for agent in ("ann", "bob")}


def test_a_turn_based_game_dressed_as_parallel_is_refused_in_words() -> None:
    env = Scripted(2, [(3, "ann", "t")])
    env.metadata = {**env.metadata, "is_parallelizable": True}  # type: ignore[dict-item]
    adapter = adapt(aec_to_parallel(env), ENTRY)
    adapter.reset(1)
    adapter.step({"ann": 1, "bob": 1})
    with pytest.raises(GameError, match="in a parallel game all move in turn"):
        adapter.step({"ann": 1, "bob": 1})


def test_what_is_no_environment_is_refused() -> None:
    with pytest.raises(GameError, match=r"makes a builtins\.dict"):
        adapt({}, ENTRY)


def test_other_parallel_wrappers_are_stepped_by_themselves() -> None:
    adapter = adapt(turn_based_aec_to_parallel(Scripted(2)), ENTRY)
    assert adapter._step == adapter.env.step  # type: ignore[attr-defined]


def test_a_wrapper_hears_of_skipped_ticks_too() -> None:
    """Only a bare environment of ours skips by itself; around it somebody may count, stack or repeat."""
    heard: list[dict[str, Any]] = []

    class Counting(BaseParallelWrapper[str, Any, Any]):  # type: ignore[misc]
        def step(self, actions: dict[str, Any]) -> Any:
            heard.append(actions)
            return self.env.step(actions)

    bare, wrapped = (adapt(env, ENTRY) for env in (make_env("sumo", {}), Counting(make_env("sumo", {}))))
    push = np.array([0.5, -1, 0], np.float32)
    for adapter in (bare, wrapped):
        result = adapter.reset(4)
        for _ in range(9):
            result = adapter.skip(dict.fromkeys(result.due, push))
            assert result.acted == result.alive == result.due == tuple(result.legal)
            assert set(result.legal.values()) == {None}
    assert len(heard) == 9
    assert bare.raw.save_state() == wrapped.raw.save_state()


def test_a_skipped_tick_leaves_out_whoever_is_out() -> None:
    env = make_env("sumo", {"players": 3})
    adapter = adapt(env, ENTRY)
    adapter.reset(4)
    env.game.world.state[1, :2] = 50.0
    ahead = np.array([0, 0, 0], np.float32)
    result = adapter.skip(dict.fromkeys(env.agents, ahead))
    assert result.alive == result.due == ("wrestler_0", "wrestler_2")
    env.game.world.state[2, :2] = 50.0
    assert adapter.skip(dict.fromkeys(result.due, ahead)).alive == ()
    assert env.game.over
    env.arena_skip({})
    assert env.game.world.ticks == 2
