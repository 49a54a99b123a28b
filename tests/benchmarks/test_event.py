"""One tick's event, encoded, journalled and published to another process, against a tick at 60 Hz."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from arena.bus import endpoints
from arena.bus.journal import Journal
from arena.ids import new_ulid
from tests.benchmarks.budget import report, tell

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


@pytest.mark.bench
def test_one_tick_of_eight_seats_costs_at_most_a_fifth_of_a_percent(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, new_ulid(), live=True)
    (endpoint,) = endpoints.streams()
    ticks = [a_tick(number) for number in range(EVENTS)]
    loop_s, process_s = [], []
    with subprocess.Popen([sys.executable, "-c", LISTENER, endpoint.publish]) as listener:
        assert journal.wait_for_subscribers(1, 60)
        for _ in range(ROUNDS):
            thread_began, process_began = time.thread_time(), time.process_time()
            for number, fields in enumerate(ticks):
                journal.emit("step", number * TICK_S, fields)
            loop_s.append((time.thread_time() - thread_began) / EVENTS)
            assert journal.flush(60)
            process_s.append((time.process_time() - process_began) / EVENTS)
        listener.kill()
    journal.close()
    tell("event of 8 seats, the tick thread's part", f"{min(loop_s) * 1e6:.1f} us of CPU")
    share = min(process_s) / TICK_S * 100
    note = f"({min(process_s) * 1e6:.1f} us of CPU, all threads)"
    name = "event: encode, journal, publish / tick at 60 Hz"
    assert report(name, share, 0.2, at_least=False, unit="%", note=note)
