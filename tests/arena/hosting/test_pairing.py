from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from arena.hosting.pairing import PATIENCE_S, Queue

SEATS = ("white", "black")


def queue_of(*names: str) -> Queue[str]:
    queue = Queue[str]()
    for number, name in enumerate(names):
        queue.enter(name, float(number))
    return queue


def test_who_waits_longest_plays_first() -> None:
    queue = queue_of("a", "b", "c")
    assert queue.next_company(2, 9.0, others_playing=False) == ["a", "b"]
    queue.seat(["a", "b"], SEATS)
    assert queue.order == ["c"]
    assert queue.next_company(2, 9.0, others_playing=True) is None


def test_who_waits_already_keeps_the_place() -> None:
    queue = queue_of("a", "b")
    queue.enter("a", 99.0)
    assert queue.order == ["a", "b"]
    queue.leave("a")
    queue.enter("a", 99.0)
    assert queue.order == ["b", "a"]


def test_the_same_two_meet_again_only_where_there_is_no_other_company() -> None:
    queue = queue_of("a", "b", "c", "d")
    queue.seat(["a", "b"], SEATS)
    queue.enter("a", 10.0)
    queue.enter("b", 10.0)
    assert queue.order == ["c", "d", "a", "b"]
    queue.seat(["c", "d"], SEATS)
    assert queue.next_company(2, 10.0, others_playing=True) is None  # c or d may come
    assert queue.patience_ends() == 10.0 + PATIENCE_S
    queue.enter("c", 11.0)
    assert queue.next_company(2, 11.0, others_playing=True) == ["a", "c"]
    queue.leave("c")
    assert queue.next_company(2, 11.0, others_playing=False) == ["a", "b"]
    assert queue.next_company(2, 10.0 + PATIENCE_S, others_playing=True) == ["a", "b"]


def test_seats_are_swapped() -> None:
    queue = Queue[str]()
    sat = []
    for now in range(4):
        queue.enter("a", now)
        queue.enter("b", now)
        sat.append(queue.seat(["a", "b"], SEATS)["white"])
    assert Counter(sat) == {"a": 2, "b": 2}
    assert sat[0] != sat[1]


def test_who_left_for_good_is_forgotten() -> None:
    queue = queue_of("a", "b")
    queue.seat(["a", "b"], SEATS)
    for who in "ab":
        queue.leave(who, for_good=True)
        queue.enter(who, 5.0)
    assert queue.next_company(2, 5.0, others_playing=True) == ["a", "b"]
    assert "a" in queue
    assert len(queue) == 2


def test_many_seats_are_filled_without_trying_every_order() -> None:
    queue = queue_of(*map(str, range(12)))
    company = queue.next_company(12, 20.0, others_playing=False)
    assert company is not None
    seats = queue.seat(company, range(12))
    assert sorted(map(str, seats.values())) == sorted(map(str, range(12)))


@given(st.integers(2, 4), st.integers(2, 9), st.lists(st.integers(0, 30), max_size=40))
def test_everybody_plays_about_equally_often_and_nobody_is_in_two_places(
    size: int, players: int, plan: list[int]
) -> None:
    """Matches end in any order; whoever is free enters at once."""
    queue, now, running, played = Queue[int](), 0.0, list[list[int]](), Counter[int]()
    for who in range(players):
        queue.enter(who, now)
    for choice in [*plan, *range(20)]:
        now += 1.0
        while (company := queue.next_company(size, now, others_playing=bool(running))) is not None:
            assert len(set(company)) == size
            assert not {who for match in running for who in match} & set(company)
            queue.seat(company, range(size))
            running.append(company)
            played.update(company)
        if running:
            for freed in running.pop(choice % len(running)):
                queue.enter(freed, now)
    if players >= size:
        assert set(played) >= set(range(min(players, size)))
