"""Frames at 60 Hz: the window's clock and sleep, against a bare sleep to absolute deadlines.

``pygame.time.Clock.tick`` runs beside them: it counts in whole milliseconds, so its 60 Hz are 62.5.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pygame
import pytest

from arena.waker import Waker
from scenes.loop import FrameClock
from tests.benchmarks.budget import hold, tell

HZ = 60
PERIOD_S = 1 / HZ
FRAMES = 120
ROUNDS = 5

Run = tuple[float, list[float]]
"""Mean rate in Hz, and by how many seconds each frame began after its deadline."""


def bare() -> Run:
    """Sleep until each multiple of the period."""
    began = time.perf_counter()
    late: list[float] = []
    for number in range(1, FRAMES + 1):
        deadline = began + number * PERIOD_S
        time.sleep(max(0.0, deadline - time.perf_counter()))
        late.append(time.perf_counter() - deadline)
    return FRAMES / (time.perf_counter() - began), late


def ours() -> Run:
    """What the app does: a :class:`FrameClock`, and sleep in the waker."""
    waker = Waker()
    began = time.perf_counter()
    frames = FrameClock(HZ, began + PERIOD_S)
    late: list[float] = []
    while frames.frames < FRAMES:
        now = time.perf_counter()
        waker.wait(frames.deadline - now)
        now = time.perf_counter()
        if frames.due(now):
            late.append(now - frames.deadline)
            frames.begin(now)
    waker.close()
    return FRAMES / (time.perf_counter() - began), late


def ticked() -> Run:
    """``Clock.tick``, which has no deadlines; errors are those of the intervals."""
    clock = pygame.time.Clock()
    clock.tick(HZ)
    began = last = time.perf_counter()
    errors: list[float] = []
    for _ in range(FRAMES):
        clock.tick(HZ)
        now = time.perf_counter()
        errors.append(abs(now - last - PERIOD_S))
        last = now
    return FRAMES / (last - began), errors


@pytest.mark.bench
def test_sixty_frames_a_second_are_sixty() -> None:
    runs: dict[Callable[[], Run], list[Run]] = {bare: [], ours: [], ticked: []}
    for _ in range(ROUNDS):
        for side, found in runs.items():
            found.append(side())
    rate = {side: statistics.median(run[0] for run in found) for side, found in runs.items()}
    p50_ms = {side: 1000 * min(statistics.median(run[1]) for run in found) for side, found in runs.items()}
    p99_ms = sorted(error for run in runs[ours] for error in run[1])[int(0.99 * FRAMES * ROUNDS)] * 1000
    tell("frame pacing: p99 of the error", f"{p99_ms:.3f} ms")
    tell("frame pacing: Clock.tick beside it", f"{rate[ticked]:.2f} Hz", f"p50 error {p50_ms[ticked]:.3f} ms")
    hold(
        "frame pacing: p50 error / bare sleep",
        p50_ms[ours] / p50_ms[bare],
        at_most=2.0,
        note=f"{p50_ms[ours]:.3f} ms against {p50_ms[bare]:.3f} ms",
    )
    hold(
        "frame pacing: mean rate off 60 Hz",
        abs(rate[ours] - HZ),
        at_most=0.1,
        unit="Hz",
        note=f"{rate[ours]:.2f} Hz, median of {ROUNDS} runs",
    )
