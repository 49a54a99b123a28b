"""What a decision costs a policy server in processor time: seats that are asked together, and clients whose
requests are decided together.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from arena.home import ipc_endpoint
from tests.benchmarks.budget import hold, interleaved
from tests.benchmarks.policy_seats import Asking, Bare, Process, bare_seat, policy_file, process

HZ = 60
SEATS = 8
TICKS = 90
CLIENTS = 32
TURNS = 40
ROUNDS = 6
WIDTH = 64
"""Numbers in an observation."""


def paced_cpu_s(server: Process, asking: Sequence[Asking]) -> float:
    """The server's processor time a tick, where all ask at once, at 60 Hz."""
    began, spent = time.perf_counter(), server.cpu_s()
    for number in range(1, TICKS + 1):
        for seats in asking:
            seats.ask()
        for seats in asking:
            seats.decided()
        time.sleep(max(0.0, began + number / HZ - time.perf_counter()))
    return (server.cpu_s() - spent) / TICKS


def crowd_cpu_s(server: Process, crowd: Sequence[Bare]) -> float:
    """The server's processor time a request, where all of a crowd ask at once, again and again."""
    spent = server.cpu_s()
    for _ in range(TURNS):
        for client in crowd:
            client.socket.send_multipart(client.frames)
        for client in crowd:
            client.socket.recv_multipart()
    return (server.cpu_s() - spent) / TURNS / len(crowd)


@pytest.mark.bench
def test_seats_of_one_server_ask_together(tmp_path: Path) -> None:
    file = policy_file(tmp_path / "p.safetensors", WIDTH)
    with ExitStack() as stack:
        server = stack.enter_context(process("file", ipc_endpoint("server"), f"--file={file}"))
        together = stack.enter_context(closing(Asking(server.address, WIDTH, SEATS)))
        singles = [stack.enter_context(closing(Asking(server.address, WIDTH))) for _ in range(SEATS)]
        measured = interleaved(
            lambda: paced_cpu_s(server, singles),
            lambda: paced_cpu_s(server, [together]),
            rounds=ROUNDS,
            best=min,
        )
    note = f"{1e6 * measured.ours:.0f} against {1e6 * measured.reference:.0f} us of server CPU a tick"
    hold(f"{SEATS} single requests / {SEATS} seats together, 60 Hz", measured.ratio, at_least=1.5, note=note)


@pytest.mark.bench
def test_a_crowd_is_decided_together_and_one_client_never_waits(tmp_path: Path) -> None:
    file = policy_file(tmp_path / "p.safetensors", WIDTH)
    with ExitStack() as stack:
        batched = stack.enter_context(process("file", ipc_endpoint("batched"), f"--file={file}"))
        single = stack.enter_context(
            process("file", ipc_endpoint("single"), f"--file={file}", "--one-by-one")
        )
        crowds = [
            [
                stack.enter_context(closing(bare_seat(server.address, WIDTH, f"M{number}")))
                for number in range(CLIENTS)
            ]
            for server in (batched, single)
        ]
        cost = interleaved(
            lambda: crowd_cpu_s(single, crowds[1]),
            lambda: crowd_cpu_s(batched, crowds[0]),
            rounds=ROUNDS,
            best=min,
        )
        lone = interleaved(crowds[0][0].median_s, crowds[1][0].median_s, rounds=ROUNDS, best=min)
    note = f"p50 {1e6 * lone.ours:.0f} against {1e6 * lone.reference:.0f} us"
    hold("one client of a batching server / unbatched", lone.ratio, at_most=1.5, note=note)
    note = f"{1e6 * cost.ours:.0f} against {1e6 * cost.reference:.0f} us of server CPU a request"
    hold(f"{CLIENTS} clients, unbatched / batched", cost.ratio, at_least=1.8, note=note)
