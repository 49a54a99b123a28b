"""Minutes of matches while their policy servers are killed and restarted at random.

Nothing leaks, and no result is lost or stored twice.

ARENA_SOAK_S says for how many seconds (default 600), ARENA_SOAK_SEED which dice.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from gymnasium import spaces

from arena.home import arena_home, ipc_endpoint
from arena.league import queries
from arena.league.store import Store
from arena.match.choices import RuleChoices
from arena.processes import module_command
from arena.session import MatchSetup, Session, Stage, league_thread, open_session
from arena.waker import Waker
from tests import leaks
from tests.e2e.headless.shell import verified
from tests.leaks import children
from tests.wire_kit import save_policy

WARM_ROUNDS = 3
"""Rounds until caches are filled and modules imported."""
RSS_ROUNDS = 12
"""Fewer rounds than this say nothing about memory."""
RSS_GROWTH_BYTES = 32 * 2**20
OBJECTS_GROWTH = 3000
"""From the first quarter of the rounds to the last. What Python holds tells of the smallest leak; the size of
the process also grows with the gaps that allocators leave, by about 20 MiB in ten minutes.
"""
VERIFIED = 25
Told = tuple[tuple[str, int], ...]
"""Of one match: reason and ticks of each episode."""
ROUND_PATIENCE_S = 120.0


@dataclass
class Weather:
    """Kills servers and starts them again, as it likes."""

    dice: random.Random
    endpoints: tuple[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)
    kills: int = 0
    own_kills: int = 0
    own_due: float = 0.0

    def start(self, endpoint: str) -> None:
        self.running[endpoint] = subprocess.Popen(
            module_command("tests.players.servers.server", endpoint, "--wants", "result"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        self.due[endpoint] = time.monotonic() + self.dice.expovariate(1 / 3)

    def kill(self, endpoint: str) -> None:
        process = self.running.pop(endpoint)
        process.kill()
        process.wait()
        self.kills += 1
        self.due[endpoint] = time.monotonic() + self.dice.uniform(0.05, 1.0)

    def change(self) -> None:
        """Do what is due: kill who runs, start who does not; now and then one that a seat started itself."""
        now = time.monotonic()
        for endpoint in self.endpoints:
            if now >= self.due.get(endpoint, 0.0):
                (self.kill if endpoint in self.running else self.start)(endpoint)
        if now >= self.own_due:
            self.own_due = now + self.dice.expovariate(1 / 2)
            self.kill_own()

    def kill_own(self) -> None:
        """Kill a server that a seat has started."""
        own = sorted(children() - {process.pid for process in self.running.values()})
        if own:
            with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(self.dice.choice(own), 9)
                self.own_kills += 1

    def clear(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()
        self.running.clear()


@dataclass(frozen=True)
class Held:
    """What this process holds between two rounds."""

    descriptors: int
    threads: int
    sockets: int
    children: int
    objects: int
    rss_bytes: int


def held(weather: Weather) -> Held:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Held(
        sum(1 for _ in Path("/proc/self/fd").iterdir()),
        sum(1 for _ in Path("/proc/self/task").iterdir()),
        sum(not socket.closed for socket in leaks._sockets),
        len(children()) - len(weather.running),
        len(gc.get_objects()),
        pages * os.sysconf("SC_PAGE_SIZE"),
    )


def setups(first: str, second: str, file: Path, seed: int) -> list[MatchSetup]:
    """What one round plays, all at once."""
    tag = {f"adversary_{number}": f"policy:{where}" for number, where in enumerate((first, second, first))}
    return [
        MatchSetup(
            "simple_tag",
            (*(f"{agent}={word}" for agent, word in tag.items()), "agent_0=random"),
            options={"max_cycles": "1000"},
            rules=RuleChoices(pace="realtime", hz=60, max_ticks=180, ready_timeout_s=60),
            seed=seed,
        ),
        MatchSetup(
            "simple_spread",
            (f"*=policy:{second}",),
            options={"max_cycles": "1000"},
            rules=RuleChoices(
                pace="realtime", hz=30, max_ticks=75, on_late="forfeit(20)", ready_timeout_s=60
            ),
            episodes=2,
            seed=seed,
        ),
        MatchSetup(
            "tictactoe",
            (f"player_1=policy:{first}", f"player_2=policy:{second}"),
            rules=RuleChoices(pace="wait", move_limit_s=3.0, ready_timeout_s=60.0),
            episodes=8,
            seed=seed,
        ),
        MatchSetup(
            "simple_spread",
            (f"agent_0=policy:{file}", "*=random"),
            options={"max_cycles": "1000"},
            rules=RuleChoices(pace="realtime", hz=30, max_ticks=60, ready_timeout_s=60),
            episodes=2,
            seed=seed,
        ),
    ]


def play_round(sessions: list[Session], weather: Weather, waker: Waker) -> None:
    """All matches to their ends, in one loop."""
    until = time.monotonic() + ROUND_PATIENCE_S
    for session in sessions:
        session.start()
    while any(not session.match.finished for session in sessions):
        weather.change()
        busy = [session.match.tick(time.perf_counter()) for session in sessions if not session.match.finished]
        if not any(busy):
            waker.wait(0.002)
        assert time.monotonic() < until, [session.match.phase for session in sessions]


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_servers_that_come_and_go_leave_nothing_behind(tmp_path):
    seconds = float(os.environ.get("ARENA_SOAK_S") or 600)
    dice = random.Random(int(os.environ.get("ARENA_SOAK_SEED") or 1))
    file = tmp_path / "p.safetensors"
    save_policy(file, spaces.Box(-np.inf, np.inf, (18,), np.float32), spaces.Discrete(5))
    weather = Weather(dice, (ipc_endpoint("soak-1"), ipc_endpoint("soak-2")))
    home, waker = arena_home(), Waker()
    league = league_thread(home)
    told: dict[str, Told] = {}
    records: list[Path] = []
    samples: list[Held] = []
    try:
        until = time.monotonic() + seconds
        while time.monotonic() < until or len(samples) <= WARM_ROUNDS:
            stage = Stage(time.perf_counter, waker.wake)
            sessions = [
                open_session(setup, stage, home, league=league)
                for setup in setups(*weather.endpoints, file, dice.randrange(2**31))
            ]
            try:
                play_round(sessions, weather, waker)
            finally:
                for session in sessions:
                    session.close()
            for session in sessions:
                told[session.match.plan.match_id] = tuple(
                    (str(outcome.reason), outcome.ticks) for outcome in session.match.outcomes
                )
                assert session.record_path is not None
                records.append(session.record_path)
            samples.append(held(weather))
    finally:
        weather.clear()
        league.close()
        waker.close()
    report = f"{len(samples)} rounds, {weather.kills} kills and {weather.own_kills} of own servers"
    sizes = " ".join(str(sample.rss_bytes >> 20) for sample in samples)
    print(f"{report}; {samples[-1]}; MiB after each round: {sizes}")
    assert weather.kills > len(samples) / 2
    assert_nothing_grew(samples[WARM_ROUNDS:])
    assert_stored_once(told)
    assert all(one["ok"] for one in verified(dice.sample(records, min(VERIFIED, len(records)))))


def assert_nothing_grew(samples: list[Held]) -> None:
    """The last quarter of the rounds holds no more than the first."""
    quarter = max(1, len(samples) // 4)

    def middles(name: str) -> list[float]:
        parts = samples[:quarter], samples[-quarter:]
        return [median(getattr(sample, name) for sample in part) for part in parts]

    for name in ("descriptors", "threads", "sockets", "children"):
        first, last = middles(name)
        assert last <= first, f"{name}: {first} at first, {last} at last"
    first, last = middles("objects")
    assert last - first < OBJECTS_GROWTH, f"{first} objects of Python's at first, {last} at last"
    if len(samples) >= RSS_ROUNDS:
        first, last = middles("rss_bytes")
        assert last - first < RSS_GROWTH_BYTES, f"memory grew from {first} to {last} bytes"


def assert_stored_once(told: dict[str, Told]) -> None:
    """The league has every match, with the very outcomes that the matches told, and nothing else."""
    store = Store.open(arena_home())
    try:
        stored = queries.history(store, limit=10 * len(told))
        assert sorted(line.id for line in stored) == sorted(told)
        for match_id, outcomes in told.items():
            assert outcomes
            _, kept = queries.match(store, match_id)
            assert [one["episode"] for one in kept] == list(range(len(outcomes)))
            assert tuple((one["reason"], one["ticks"]) for one in kept) == outcomes
    finally:
        store.close()
