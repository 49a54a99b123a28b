"""What the benchmarks of policy servers share: servers as processes, a seat that asks, and its bare twin."""

from __future__ import annotations

import contextlib
import itertools
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import zmq
from gymnasium import spaces

from arena.match.controller import Decision, Request, Seat
from arena.match.kinds import BuildContext
from arena.match.seating import SeatGroup, build, parse_spec
from arena.training.policy_file import save
from arena.wire.arrays import Layout
from arena.wire.codec import encode
from arena.wire.messages import Act, Block, Group, Hello, Reset
from arena.wire.spaces import describe
from tests.wire_kit import PAIR, PATIENCE_S, Driver

REPOSITORY = Path(__file__).parents[2]
ACTIONS: spaces.Discrete = spaces.Discrete(18)
CALLS = 300


def vector(width: int) -> spaces.Box:
    """Observations of ``4 * width`` bytes."""
    return spaces.Box(-1, 1, (width,), np.float32)


class Process(NamedTuple):
    """A server that runs."""

    pid: int
    address: str

    def cpu_s(self) -> float:
        """Processor time of all its threads so far, in seconds (on Linux another's clock has a number)."""
        return time.clock_gettime((~self.pid << 3) | 2)


@contextlib.contextmanager
def process(what: str, address: str, *arguments: str) -> Iterator[Process]:
    """One of :mod:`tests.benchmarks.policy_process`; killed at the end."""
    command = [sys.executable, "-m", "tests.benchmarks.policy_process", what, address, *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    ) as running:
        assert running.stdout is not None
        try:
            yield Process(running.pid, running.stdout.readline().strip())
        finally:
            running.kill()


class Asking:
    """A seat of a match that asks a policy server, one decision after another."""

    def __init__(self, word: str, width: int, seats: int = 1) -> None:
        agents = [f"agent_{number}" for number in range(seats)]
        self.seats = tuple(Seat(agent, vector(width), ACTIONS) for agent in agents)
        spec = SeatGroup(tuple(agents), parse_spec(f"policy:{word}"))
        self.driver = Driver(build(spec, BuildContext(PAIR, self.seats, "wait")), self.seats, PAIR)
        self.driver.reset()
        self.driver.ready()
        self._observation = np.zeros(width, np.float32)
        self._number = 0

    def tick(self) -> tuple[float, float]:
        """Ask once for all seats, as one message: seconds until the decisions are polled, and until they were
        stamped, which is what a match counts.
        """
        began = time.monotonic()
        self.ask()
        decided = self.decided()
        return time.monotonic() - began, decided[-1].decided_at - began

    def ask(self) -> None:
        """Ask for all seats."""
        self._number += 1
        first = self._number * len(self.seats)
        self.driver.controller.request(
            [
                Request(seat.agent, first + row, self._observation, None, self._number)
                for row, seat in enumerate(self.seats)
            ]
        )

    def decided(self) -> list[Decision]:
        """Wait for the decisions, as a match does."""
        found: list[Decision] = []
        while len(found) < len(self.seats):
            found += [item for item in self.driver.controller.poll() if isinstance(item, Decision)]
            if len(found) < len(self.seats):
                self.driver.waker.wait(PATIENCE_S)
        return found

    def medians_s(self, calls: int = CALLS) -> tuple[float, float]:
        """The medians of both over some calls."""
        handed, stamped = zip(*(self.tick() for _ in range(calls)), strict=True)
        return statistics.median(handed), statistics.median(stamped)

    def median_s(self) -> float:
        """The median time until decisions are polled."""
        return self.medians_s()[0]

    def close(self) -> None:
        """Leave."""
        self.driver.close()


class Bare:
    """A plain DEALER with one message to send: to an echo, or a request that a session is open for."""

    def __init__(self, address: str, frames: Sequence[Any]) -> None:
        self.frames = frames
        self.socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.set(zmq.LINGER, 0)
        self.socket.set(zmq.RCVTIMEO, int(1000 * PATIENCE_S))
        self.socket.connect(address)

    def call(self, frames: Sequence[Any]) -> list[bytes]:
        """Send and wait for the answer."""
        self.socket.send_multipart(frames)
        return self.socket.recv_multipart()

    def median_s(self, calls: int = CALLS) -> float:
        """The median time of a call."""
        spans = []
        for _ in range(calls):
            began = time.monotonic()
            self.call(self.frames)
            spans.append(time.monotonic() - began)
        return statistics.median(spans)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def bare_seat(address: str, width: int, match: str = "M1") -> Bare:
    """A plain DEALER whose message is a seat's request, with the session opened for it."""
    observation, action = vector(width), ACTIONS
    hello = Hello(match, PAIR.id, "simultaneous", (Group(("a",), describe(observation), describe(action)),))
    rows = Layout(describe(observation)).stack([np.zeros(width, np.float32)])
    block = Block(0, ("a",), (1,), arrays={"observation": rows})
    seat = Bare(address, encode(Act(match, 0, 1, (block,))))
    seat.call(encode(hello))
    seat.call(encode(Reset(match, 0, {"a": 1})))
    return seat


def policy_file(path: Path, width: int) -> Path:
    """A policy file for :func:`vector` and :data:`ACTIONS`: two hidden layers of 64, as most are."""
    rng, sizes = np.random.default_rng(5), (width, 64, 64, int(ACTIONS.n))
    tensors: dict[str, Any] = {}
    layers: list[dict[str, Any]] = []
    for number, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        weights = rng.normal(size=(outputs, inputs)) / np.sqrt(inputs)
        tensors[f"{number}.weight"] = weights.astype(np.float32)
        tensors[f"{number}.bias"] = np.zeros(outputs, np.float32)
        layers += [{"layer": "linear", "of": str(number)}, {"layer": "tanh"}]
    save(path, tensors, observation=vector(width), action=ACTIONS, network=layers[:-1])
    return path
