"""Views to a person: as many as the line carries."""

from __future__ import annotations

from collections import deque

from controllers.view_flow import FLIGHT_MAX, LOST_S, ViewFlow


def views_in(seconds: float, *, there_and_back_s: float, line_s: float = 0.0) -> tuple[int, float]:
    """How many views are sent when one is wanted each 1/30 s over a line where each takes ``line_s`` to send;
    and the age of the oldest that arrived.
    """
    flow, now, sent, oldest = ViewFlow(), 0.0, 0, 0.0
    under_way: deque[tuple[float, int, float]] = deque()
    free_at = 0.0
    while now < seconds:
        while under_way and under_way[0][0] <= now:
            at, number, begun = under_way.popleft()
            oldest = max(oldest, at - begun)
            flow.arrived(number, at)
        if flow.may_send(now):
            free_at = max(free_at, now) + line_s
            under_way.append((free_at + there_and_back_s, flow.sent(now), now))
            sent += 1
        now += 1 / 30
    return sent, oldest


def test_a_good_line_carries_them_all() -> None:
    sent, oldest = views_in(10, there_and_back_s=0.1)
    assert sent >= 290
    assert oldest < 0.15


def test_a_far_line_carries_them_all_too() -> None:
    assert views_in(10, there_and_back_s=0.18)[0] >= 280


def test_a_thin_line_carries_fewer_and_none_gets_old() -> None:
    sent, oldest = views_in(20, there_and_back_s=0.05, line_s=0.2)
    assert 60 <= sent <= 100
    assert oldest < 0.7


def test_a_line_that_never_answers_is_tried_again_now_and_then() -> None:
    flow = ViewFlow()
    while flow.may_send(0.0):
        flow.sent(0.0)
    assert not flow.may_send(LOST_S - 0.1)
    assert flow.may_send(LOST_S + 0.1)


def test_answers_that_nobody_asked_for_mean_nothing() -> None:
    flow = ViewFlow()
    for number in (-1, 0, 1, 7):
        flow.arrived(number, 5.0)
    assert flow.round_trip_s is None
    assert flow.allowed == 2


def test_no_more_than_a_few_are_ever_under_way() -> None:
    flow = ViewFlow()
    for _ in range(100):
        flow.arrived(flow.sent(0.0), 0.01)
    count = 0
    while flow.may_send(1.0):
        flow.sent(1.0)
        count += 1
    assert count == FLIGHT_MAX


def test_a_cut_forgets_what_was_under_way() -> None:
    flow = ViewFlow()
    while flow.may_send(0.0):
        flow.sent(0.0)
    flow.clear()
    assert flow.may_send(0.0)
