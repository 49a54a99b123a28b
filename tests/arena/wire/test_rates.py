from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.wire.rates import Allowance, Bucket


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_a_bucket_begins_full_and_fills_with_time():
    clock = Clock()
    bucket = Bucket(2, 4, clock)
    assert [bucket.take() for _ in range(5)] == [True] * 4 + [False]
    clock.now += 0.5
    assert [bucket.take(), bucket.take()] == [True, False]
    clock.now += 100
    assert [bucket.take() for _ in range(5)] == [True] * 4 + [False]


def test_what_is_put_in_never_goes_over_the_brim():
    bucket = Bucket(1, 4, Clock())
    bucket.add(100)
    assert not bucket.take(5)
    assert bucket.take(4)


@given(st.lists(st.tuples(st.floats(0, 2), st.integers(1, 5)), max_size=40))
def test_no_more_is_taken_than_the_burst_and_the_rate_allow(steps):
    clock = Clock()
    bucket, taken = Bucket(3, 7, clock), 0
    for wait_s, amount in steps:
        clock.now += wait_s
        taken += amount * bucket.take(amount)
    assert taken <= 7 + 3 * (clock.now - 1000) + 1e-6


@pytest.mark.parametrize("frames", [[b"x"] * 3, [b"xx", b"x"]])
def test_an_allowance_counts_messages_and_all_their_bytes(frames):
    allowance = Allowance(Clock(), messages_per_s=1, messages_burst=100, bytes_per_s=1, bytes_burst=10)
    assert [allowance.over(frames) for _ in range(3)] == [None] * 3
    assert "without being asked" in (allowance.over(frames) or "")
    allowance.asked(1)
    assert allowance.over(frames) is None


def test_messages_run_out_before_bytes_do():
    allowance = Allowance(Clock(), messages_per_s=1, messages_burst=2, bytes_per_s=1, bytes_burst=1000)
    assert [allowance.over([b"x"]) is None for _ in range(3)] == [True, True, False]
