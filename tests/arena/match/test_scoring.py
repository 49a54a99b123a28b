"""From rewards to ranks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arena.games.contract import StepResult
from arena.match.scoring import Ledger, ranks, scores
from tests.arena.match.fakes import entry

FIGURES = st.dictionaries(st.sampled_from("abcdef"), st.floats(-100, 100), min_size=2)


def result(rewards: dict[str, float], ended: tuple[str, ...] = ()) -> StepResult:
    return StepResult(tuple(rewards), {}, rewards, dict.fromkeys(ended, True), {}, {}, (), ())


def test_each_game_says_what_counts() -> None:
    ledger = Ledger(("a", "b"))
    ledger.add(result({"a": 5.0, "b": 0.0}), 1)
    ledger.add(result({"a": -1.0, "b": 1.0}, ended=("a",)), 2)
    assert scores(entry(scoring="return"), ledger, 2) == {"a": 4.0, "b": 1.0}
    assert scores(entry(scoring="final_reward"), ledger, 2) == {"a": -1.0, "b": 1.0}
    assert scores(entry(scoring="survival"), ledger, 2) == {"a": 2.0, "b": 3.0}


def test_ties_share_a_rank_and_leave_a_gap() -> None:
    assert ranks(entry(), {"a": 1.0, "b": 1.0 + 1e-12, "c": 0.0}, ()) == {"a": 1, "b": 1, "c": 3}


def test_who_forfeits_is_below_everyone_whatever_the_score() -> None:
    assert ranks(entry(), {"a": 100.0, "b": -5.0}, ["a"]) == {"a": 2, "b": 1}
    assert ranks(entry(), {"a": 100.0, "b": -5.0, "c": -9.0}, ["a"]) == {"a": 3, "b": 1, "c": 2}
    assert ranks(entry(), {"a": 1.0, "b": 9.0, "c": 5.0}, ["a", "b"]) == {"a": 2, "b": 2, "c": 1}


def test_a_team_falls_with_its_forfeiter() -> None:
    game = entry(teams={"red": ("a", "b"), "blue": ("c",)})
    assert ranks(game, {"a": 9.0, "b": 9.0, "c": 0.0}, ["b"]) == {"a": 2, "b": 2, "c": 1}


def test_an_agreed_draw_levels_everyone() -> None:
    assert ranks(entry(), {"a": 3.0, "b": 0.0}, (), level=True) == {"a": 1, "b": 1}


@given(FIGURES)
def test_ranks_order_exactly_as_scores_do(figures: dict[str, float]) -> None:
    found = ranks(entry(), figures, ())
    for one, score in figures.items():
        for other, other_score in figures.items():
            if score > other_score + 1e-9:
                assert found[one] < found[other]
    assert min(found.values()) == 1


@given(FIGURES, st.data())
def test_forfeiters_are_never_above_others(figures: dict[str, float], data: st.DataObject) -> None:
    lost = data.draw(st.sets(st.sampled_from(sorted(figures)), max_size=len(figures) - 1))
    found = ranks(entry(), figures, sorted(lost))
    if lost:
        assert max(found[agent] for agent in figures if agent not in lost) < min(
            found[agent] for agent in lost
        )
