"""Pacing, counted: mean rates, alignment with a match's slots, misses."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.loop import FrameClock, Latency, drive

HZ = 60.0


def frames_of(clock: FrameClock, seconds: float, work_s: float = 0, overslept_s: float = 0) -> list[float]:
    """Run frames for so long; each sleeps to its deadline, a little too long, and works."""
    now, begun = clock.deadline, []
    end = now + seconds
    while now < end:
        now = max(now, clock.deadline) + overslept_s
        clock.begin(now)
        begun.append(now)
        now += work_s
    return begun


@pytest.mark.parametrize("fps", [60.0, 120.0])
@pytest.mark.parametrize("overslept_s", [0.0, 0.0005, 0.004])
def test_the_mean_rate_holds_however_late_each_sleep_ends(fps: float, overslept_s: float) -> None:
    clock = FrameClock(fps, 0.0)
    begun = frames_of(clock, 20.0, work_s=0.002, overslept_s=overslept_s)
    assert len(begun) == pytest.approx(20 * fps, abs=1)
    assert clock.missed == 0
    assert clock.fps == pytest.approx(fps, rel=1e-6)


def test_missed_frames_are_counted_and_not_made_up_for() -> None:
    clock = FrameClock(HZ, 0.0)
    clock.begin(0.0)
    assert clock.begin(5.5 / HZ) == 4
    assert not clock.due(5.6 / HZ), "no burst of frames afterwards"
    assert clock.deadline == pytest.approx(6 / HZ)
    assert (clock.frames, clock.missed) == (2, 4)


@given(st.floats(0, 1), st.sampled_from([15.0, 20.0, 30.0, 60.0]))
def test_frames_fall_together_with_slots_of_any_phase(phase: float, hz: float) -> None:
    clock = FrameClock(HZ, 0.0)
    slot, at, begun = phase / hz, 0.0, []
    slots = []
    while at < 3.0:
        clock.follow(slot)
        at = min(slot, clock.deadline)
        if at >= slot:
            slots.append(at)
            slot += 1 / hz
        if clock.due(at):
            clock.begin(at)
            begun.append(at)
    settled = [at for at in slots if at > 0.5]
    assert all(any(abs(at - frame) < 1e-9 for frame in begun) for at in settled), "a slot waits for its frame"
    assert len(begun) == pytest.approx(3 * HZ, abs=2)
    gaps = [b - a for a, b in itertools.pairwise(begun)]
    assert max(gaps) < 1.76 / HZ
    assert min(gaps) > 0.74 / HZ
    assert clock.missed == 0


def test_a_new_rate_holds_from_the_next_frame_on() -> None:
    clock = FrameClock(30.0, 0.0)
    clock.begin(0.0)
    clock.set_rate(120.0, 0.001)
    assert clock.deadline == pytest.approx(0.001 + 1 / 120)


def test_quantiles_of_latency() -> None:
    latency = Latency()
    assert latency.quantile_ms(0.5) is None
    for ms in range(1, 101):
        latency.add(ms / 1000)
    assert latency.quantile_ms(0.5) == pytest.approx(51)
    assert latency.quantile_ms(0.99) == pytest.approx(100)


class Busy:
    """A match with work for so many ticks, each of which takes a while."""

    def __init__(self, ticks: int) -> None:
        self.left, self.now = ticks, 0.0

    def tick(self, now: float) -> bool:
        self.now += 0.001
        if self.left:
            self.left -= 1
            return True
        return False


@pytest.mark.parametrize(
    ("ticks", "result", "left"), [(0, (False, False), 0), (3, (True, False), 0), (50, (True, True), 42)]
)
def test_a_match_is_driven_until_it_rests_or_the_time_is_up(
    ticks: int, result: tuple[bool, bool], left: int
) -> None:
    match = Busy(ticks)
    assert drive(match, lambda: match.now, budget_s=0.0075) == result
    assert match.left == left
