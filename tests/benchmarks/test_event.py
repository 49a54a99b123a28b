"""One tick's event, encoded, journalled and published to other processes, against a tick at 60 Hz."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from arena.bus import endpoints
from arena.bus.journal import Journal
from arena.ids import new_ulid
from tests.benchmarks.budget import hold, tell

TICK_S = 1 / 60
EVENTS = 2000
ROUNDS = 7
SEATS = 8

LISTENER = """
import sys, zmq
socket = zmq.Context().socket(zmq.SUB)
socket.connect(sys.argv[1])
socket.subscribe(b"")
while True:
    socket.recv_multipart()
"""


def a_tick(number: int) -> dict[str, object]:
    agents = [f"player_{seat}" for seat in range(SEATS)]
    return {
        "tick": number,
        "actions": {agent: (number + seat) % 6 for seat, agent in enumerate(agents)},
        "sources": dict.fromkeys(agents, "decided"),
        "rewards": {agents[number % SEATS]: 1.0},
    }


def cost_s(folder: Path, subscribers: int) -> tuple[float, float]:
    """CPU seconds an event: of the tick's thread, and of the whole process."""
    ticks = [a_tick(number) for number in range(EVENTS)]
    loop_s, process_s = [], []
    with ExitStack() as stack:
        journal = stack.enter_context(Journal.open(folder, new_ulid(), live=True))
        (endpoint,) = endpoints.streams()
        for _ in range(subscribers):
            listener = subprocess.Popen([sys.executable, "-c", LISTENER, endpoint.publish])
            stack.enter_context(listener)
            stack.callback(listener.kill)
        assert journal.wait_for_subscribers(subscribers, 60)
        for _ in range(ROUNDS):
            thread_began, process_began = time.thread_time(), time.process_time()
            for number, fields in enumerate(ticks):
                journal.emit("step", number * TICK_S, fields)
            loop_s.append((time.thread_time() - thread_began) / EVENTS)
            assert journal.flush(60)
            process_s.append((time.process_time() - process_began) / EVENTS)
    return min(loop_s), min(process_s)


@pytest.mark.bench
@pytest.mark.parametrize("subscribers", [0, 1, 4])
def test_one_tick_of_eight_seats_costs_at_most_a_fifth_of_a_percent(
    tmp_path: Path, subscribers: int
) -> None:
    loop_s, process_s = cost_s(tmp_path, subscribers)
    tell(f"event, {subscribers} subscribers: tick thread alone", f"{loop_s * 1e6:.1f} us")
    hold(
        f"event, {subscribers} subscribers / tick at 60 Hz",
        process_s / TICK_S * 100,
        at_most=0.2,
        unit="%",
        note=f"{process_s * 1e6:.1f} us of CPU in all threads: encode, journal, publish; {SEATS} seats",
    )
