"""The match runner at full speed, recording on, against a bare PettingZoo loop over the same validated actions."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pettingzoo
import pytest

from arena.games import catalog
from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.match.runner import run
from arena.match.seeds import env_seed
from arena.session import MatchSetup, Stage, open_session
from arena.waker import Waker
from tests.arena.match.fakes import ListSink
from tests.benchmarks.budget import interleaved, report

SEED = 5
ROUNDS = 7
GAMES = [
    ("classic/chess-v6", 1, 0.9),
    ("butterfly/knights_archers_zombies-v11", 1, 0.9),
    ("mpe2/simple_spread-v3", 20, 0.9),
    ("classic/tictactoe-v3", 60, 0.5),
    ("classic/connect_four-v3", 30, 0.5),
]


def play(game: str, episodes: int, sink: Any = None) -> tuple[float, int]:
    """Steps a CPU second of a whole recorded match, opening and closing left out; and its steps."""
    waker = Waker()
    setup = MatchSetup(
        game, ("*=random",), rules=RuleChoices(pace="fast", max_ticks=400), episodes=episodes, seed=SEED
    )
    with open_session(setup, Stage(time.perf_counter, waker.wake), arena_home(), sink=sink) as session:
        session.start()
        began = time.process_time()
        run(session.match, time.perf_counter, waker)
        spent = time.process_time() - began
        steps = sum(outcome.ticks for outcome in session.match.outcomes)
    waker.close()
    return steps / spent, steps


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
            rows = iter(actions)
            for agent in env.agent_iter():
                observation, _reward, terminated, truncated, _info = env.last()
                if terminated or truncated:
                    env.step(None)
                    continue
                row = next(rows, None)
                if row is None:
                    break
                action = row[agent]
                assert env.action_space(agent).contains(action)
                assert observation["action_mask"][action]
                env.step(action)
        steps += len(actions)
        spent += time.process_time() - began
    env.close()
    return steps / spent


@pytest.mark.bench
@pytest.mark.parametrize(("game", "episodes", "goal"), GAMES)
def test_runner(game: str, episodes: int, goal: float) -> None:
    actions = actions_of(game, episodes)
    measured = interleaved(
        lambda: play(game, episodes)[0], lambda: bare(game, actions), rounds=ROUNDS, best=max
    )
    note = f"{measured.ours:,.0f} against {measured.reference:,.0f} steps a CPU second"
    assert report(f"runner, fast, recording: {game}", measured.ratio, goal, at_least=True, note=note)
