"""Plays a host with seeded random legal actions."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arena.games.actions import ActionChecker, from_plain, to_plain
from arena.games.contract import Host, StepResult
from arena.games.digest import Digest

ANSWER_TIMEOUT_S = 60.0


@dataclass
class Played:
    """What became of it."""

    ticks: int
    digest: str
    last: StepResult
    actions: list[Mapping[str, Any]]


def result_of(host: Host, woken: threading.Event | None = None) -> StepResult:
    """Wait for the result that is under way, by the host's own waker."""
    if woken is None:
        woken = threading.Event()
        host.set_waker(woken.set)
    while (result := host.poll()) is None:
        assert woken.wait(ANSWER_TIMEOUT_S), "the host never answered"
        woken.clear()
    return result


def play(host: Host, *, ticks: int, seed: int = 3) -> Played:
    """One episode, or its first `ticks`; every action goes through the checker and its plain form, as in a
    match.
    """
    woken = threading.Event()
    host.set_waker(woken.set)
    digest = Digest()
    host.submit_reset(seed)
    result = result_of(host, woken)
    digest.update(result)
    spaces = {agent: host.action_space(agent) for agent in host.possible_agents}
    checkers = {agent: ActionChecker(space) for agent, space in spaces.items()}
    for number, space in enumerate(spaces.values()):
        space.seed(seed + number)
    actions: list[Mapping[str, Any]] = []
    while result.due and len(actions) < ticks:
        chosen = {}
        for agent in result.due:
            space, mask = spaces[agent], result.legal[agent]
            checked = checkers[agent].check(space.sample() if mask is None else space.sample(mask), mask)
            assert checked.problem is None
            assert not checked.clipped
            chosen[agent] = from_plain(space, to_plain(checked.action))
        actions.append(chosen)
        host.submit_step(chosen)
        result = result_of(host, woken)
        digest.update(result)
    return Played(len(actions), digest.hex(), result, actions)
