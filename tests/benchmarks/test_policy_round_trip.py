"""From asking a policy seat to its decision: against a bare echo of the same bytes, encrypted, and against
Ray.

Times are medians of some hundred calls, and the best of several rounds counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from arena.home import ipc_endpoint
from arena.wire.keys import KeyPair
from tests.benchmarks.budget import Measured, hold, interleaved, tell
from tests.benchmarks.policy_seats import REPOSITORY, Asking, Bare, bare_seat, policy_file, process
from tests.benchmarks.ray_reference import CALLS, Decider
from tests.stacks import requires_stack

WIDE, NARROW = 84 * 84, 25
"""Numbers in an observation: 28,224 bytes, a small picture, and 100 bytes."""
ROUNDS = 15
PORT = "tcp://127.0.0.1:*"
RAY_ROUNDS = 8


def _us(measured: Measured) -> str:
    return f"{1e6 * measured.ours:.0f} against {1e6 * measured.reference:.0f} us"


@pytest.mark.bench
def test_round_trip_against_an_echo() -> None:
    stamped: list[float] = []
    with ExitStack() as stack:
        server = stack.enter_context(process("constant", ipc_endpoint("ours")))
        reference = stack.enter_context(process("echo", ipc_endpoint("echo")))
        seat = stack.enter_context(closing(Asking(server.address, WIDE)))
        plain = stack.enter_context(closing(bare_seat(server.address, WIDE)))
        echo = stack.enter_context(closing(Bare(reference.address, plain.frames)))

        def ours() -> float:
            handed_s, stamped_s = seat.medians_s()
            stamped.append(stamped_s)
            return handed_s

        measured = interleaved(ours, echo.median_s, rounds=ROUNDS, best=min)
        half = interleaved(plain.median_s, echo.median_s, rounds=ROUNDS, best=min)
    tell("policy round trip, 28 KB: a plain client of our server", f"{half.ratio:.3f} x", _us(half))
    best_s = min(stamped)
    tell(
        "policy round trip, 28 KB: until the answer is stamped",
        f"{best_s / measured.reference:.3f} x",
        f"{1e6 * best_s:.0f} us; this is what a match counts",
    )
    hold("policy round trip, 28 KB / bare echo", measured.ratio, at_most=1.3, note=_us(measured))


@pytest.mark.bench
@pytest.mark.parametrize(("width", "size"), [(NARROW, "100 B"), (WIDE, "28 KB")])
def test_encryption(width: int, size: str) -> None:
    keys = KeyPair.generate()
    pair = f"{keys.public}:{keys.secret}"
    with ExitStack() as stack:
        locked = stack.enter_context(process("constant", PORT, f"--keys={pair}"))
        server = stack.enter_context(process("constant", PORT))
        armed = stack.enter_context(closing(Asking(f"{locked.address},key={keys.public}", width)))
        plain = stack.enter_context(closing(Asking(server.address, width)))
        measured = interleaved(armed.median_s, plain.median_s, rounds=ROUNDS, best=min)
    tell(f"policy round trip, {size}: encrypted / plain TCP", f"{measured.ratio:.3f} x", _us(measured))


@pytest.mark.bench
@requires_stack("serve")
def test_round_trip_against_ray(tmp_path: Path) -> None:
    path = policy_file(tmp_path / "p.safetensors", WIDE)
    with ExitStack() as stack:
        rounds = stack.enter_context(_ray(path))
        server = stack.enter_context(process("file", ipc_endpoint("ours"), f"--file={path}"))
        seat = stack.enter_context(closing(Asking(server.address, WIDE)))
        actor, serve = (
            interleaved(seat.median_s, partial(rounds, which), rounds=RAY_ROUNDS, best=min)
            for which in ("actor", "serve")
        )
    tell("Ray Serve handle / policy round trip, 28 KB", f"{1 / serve.ratio:.1f} x", _us(serve))
    network_s = _network_alone_s(path)
    tell(
        "Ray actor / policy round trip, 28 KB: less the network",
        f"{(actor.reference - network_s) / (actor.ours - network_s):.1f} x",
        f"both compute {1e6 * network_s:.0f} us of it, more where it is not in the cache",
    )
    hold("Ray actor / policy round trip, 28 KB", 1 / actor.ratio, at_least=5, note=_us(actor))


def _network_alone_s(path: Path) -> float:
    """The median time of what both sides do for the answer itself, called again and again in one process."""
    decider, observation = Decider(str(path)), np.zeros(WIDE, np.float32)
    spans = []
    for _ in range(CALLS):
        began = time.perf_counter()
        decider.decide(observation)
        spans.append(time.perf_counter() - began)
    return statistics.median(spans)


@contextmanager
def _ray(path: Path) -> Iterator[Callable[[str], float]]:
    command = [sys.executable, "-m", "tests.benchmarks.ray_reference", str(path), str(WIDE), "serve"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "RAY_USAGE_STATS_ENABLED": "0"}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=REPOSITORY,
        env=environment,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"

        def one(which: str) -> float:
            assert running.stdin is not None
            assert running.stdout is not None
            running.stdin.write(f"{which}\n")
            running.stdin.flush()
            return float(running.stdout.readline())

        try:
            yield one
        finally:
            running.stdin.close()
