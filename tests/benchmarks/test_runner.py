"""The match runner at full speed, recording on, against a bare PettingZoo loop over the same validated
actions.

The bare loop is the one of PettingZoo's documentation, with its actions checked against space and mask. CPU
seconds of the whole process are counted, from the first reset until record and league are on disk, so the
threads that write them count as ours. Opening a match, which happens once however long it is, does not, and
each round makes enough steps that what closing it costs is lost in them.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pettingzoo
import pytest

from arena.bus.events import EventSink
from arena.games import catalog
from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.match.runner import run
from arena.match.seeds import env_seed
from arena.session import MatchSetup, Stage, open_session
from arena.waker import Waker
from tests.arena.match.fakes import ListSink
from tests.benchmarks.budget import hold, interleaved, tell

SEED = 5
GAMES = [  # game, episodes a round, rounds, goal
    ("classic/chess-v6", 1, 9, 0.9),
    ("butterfly/knights_archers_zombies-v11", 2, 9, 0.9),
    ("mpe2/simple_spread-v3", 20, 15, 0.9),
    ("classic/tictactoe-v3", 150, 30, 0.5),
    ("classic/connect_four-v3", 60, 25, 0.5),
]


def play(
    game: str, episodes: int, sink: EventSink | None = None, pace: str = "fast"
) -> tuple[float, tuple[str, ...]]:
    """Steps a CPU second of a recorded match, and the digest of each episode."""
    waker = Waker()
    setup = MatchSetup(
        game, ("*=random",), rules=RuleChoices(pace=pace, max_ticks=400), episodes=episodes, seed=SEED
    )
    with open_session(setup, Stage(time.perf_counter, waker.wake), arena_home(), sink=sink) as session:
        session.start()
        began = time.process_time()
        run(session.match, time.perf_counter, waker)
        outcomes = session.match.outcomes
    spent = time.process_time() - began
    waker.close()
    steps = sum(outcome.ticks for outcome in outcomes)
    return steps / spent, tuple(outcome.digest for outcome in outcomes)


def actions_of(game: str, episodes: int) -> list[list[dict[str, Any]]]:
    """The actions that our runner applied, by episode."""
    sink = ListSink()
    play(game, episodes, sink)
    found: list[list[dict[str, Any]]] = []
    for event in sink.events:
        if event["kind"] == "reset":
            found.append([])
        elif event["kind"] == "step":
            found[-1].append(event["actions"])
    return found


def make(game: str) -> Any:
    """The environment a user would make, with our catalog's options."""
    options = dict(catalog.get(game).options)
    if game.startswith("mpe2/"):
        from mpe2 import simple_spread_v3

        return simple_spread_v3.parallel_env(**options)
    kind = "parallel" if game in pettingzoo.parallel_registry else "aec"
    return pettingzoo.make(kind, game, render_mode=catalog.get(game).render_mode, **options)


def bare(game: str, episodes: list[list[dict[str, Any]]]) -> float:
    """Steps a CPU second of the loop people write: check the action, step."""
    env = make(game)
    parallel = hasattr(env, "parallel_env") or not hasattr(env, "agent_iter")
    steps, spent = 0, 0.0
    for number, actions in enumerate(episodes):
        began = time.process_time()
        env.reset(seed=env_seed(SEED, number))
        if parallel:
            for row in actions:
                for agent, action in row.items():
                    assert env.action_space(agent).contains(np.int64(action))
                env.step({agent: row[agent] for agent in env.agents})
        else:
            moves = iter(actions)
            for agent in env.agent_iter():
                observation, _reward, terminated, truncated, _info = env.last()
                if terminated or truncated:
                    env.step(None)
                    continue
                move = next(moves, None)
                if move is None:
                    break
                action = move[agent]
                assert env.action_space(agent).contains(action)
                assert observation["action_mask"][action]
                env.step(action)
        steps += len(actions)
        spent += time.process_time() - began
    env.close()
    return steps / spent


@pytest.mark.bench
@pytest.mark.parametrize(("game", "episodes", "rounds", "goal"), GAMES)
def test_runner(game: str, episodes: int, rounds: int, goal: float) -> None:
    actions = actions_of(game, episodes)
    seen: set[tuple[str, ...]] = set()

    def ours() -> float:
        rate, digests = play(game, episodes)
        seen.add(digests)
        return rate

    measured = interleaved(ours, lambda: bare(game, actions), rounds=rounds, best=max)
    assert len(seen) == 1, f"{game}: the same seeds and actions gave {len(seen)} different results"
    note = f"{measured.ours:,.0f} against {measured.reference:,.0f} steps a CPU second"
    hold(f"runner, fast, recording: {game}", measured.ratio, at_least=goal, note=note)


@pytest.mark.bench
@pytest.mark.parametrize("game", ["classic/chess-v6", "mpe2/simple_spread-v3"])
def test_every_pace_has_the_same_result(game: str) -> None:
    fast, wait = (play(game, 2, pace=pace)[1] for pace in ("fast", "wait"))
    assert fast == wait
    tell(f"same result, fast and wait: {game}", "equal", f"digest {fast[-1][:16]}")
