"""A function of one's own gets whole batches in the form of the space, and pays only for itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ArenaError
from arena.training.model_word import parse_model_word
from arena.wire.codec import decode, encode
from arena.wire.messages import Act, Block, Refused, Reset
from tests.workers.backends.kit import FIVE, VECTOR, batch_of, hello_for, seats_for, vectors
from workers.backends.contract import LoadSettings
from workers.backends.load import load
from workers.desk import Desk

KIT = "tests.training_kit.functions"


def loaded(word: str) -> Any:
    return load(parse_model_word(f"callable:{KIT}:{word}"), LoadSettings())


def test_it_decides_for_all_rows_at_once() -> None:
    rows, seats = vectors(9), seats_for(VECTOR, FIVE, *"abcdefghi")
    given = loaded("threshold").decide(batch_of(seats, rows))
    assert given == [2 + int(row.sum() > 0) for row in rows]
    assert set(given) == {2, 3}


def test_options_are_its_arguments() -> None:
    rows, seats = vectors(3), seats_for(VECTOR, FIVE, *"abc")
    assert loaded("threshold,limit=100,low=4").decide(batch_of(seats, rows)) == [4, 4, 4]


def test_masks_come_beside() -> None:
    seats = seats_for(VECTOR, FIVE, "a", "b")
    masks = [[0, 0, 1, 1, 0], [0, 1, 0, 0, 0]]
    assert loaded("first_legal").decide(batch_of(seats, vectors(2), masks)) == [2, 1]


def test_observations_have_the_form_of_the_space() -> None:
    board = spaces.Box(0, 9, (2, 2), np.int8)
    space = spaces.Dict(board=board, extra=spaces.Tuple((spaces.Discrete(9), spaces.Discrete(2))))
    seats = seats_for(space, FIVE, "a", "b")
    rows = [{"board": np.full((2, 2), n, np.int8), "extra": (5 - n, 0)} for n in (0, 1)]
    assert loaded("nested").decide(batch_of(seats, rows)) == [5, 8]


def test_memory_belongs_to_a_seat_and_its_episode() -> None:
    backend = loaded("Counter,start=3")
    assert (backend.policy.name, backend.policy.deterministic) == ("Conny", True)
    assert backend.policy.description == "Counts what each seat was asked."
    first, second = seats_for(VECTOR, FIVE, "a", "b")
    assert backend.decide(batch_of([first], vectors(1))) == [3]
    assert backend.decide(batch_of([second, first], vectors(2))) == [3, 4]
    first.memory = None
    assert backend.decide(batch_of([first, second], vectors(2))) == [3, 4]


def test_draws_do_not_depend_on_who_else_is_served() -> None:
    backend, count = loaded("draws"), 20
    alone = [backend.decide(batch_of(seats_for(VECTOR, FIVE, "a")[:1], vectors(1)))[0] for _ in range(2)]
    assert alone[0] == alone[1]
    seats = seats_for(VECTOR, FIVE, "a", "b")
    one = [backend.decide(batch_of(seats[:1], vectors(1)))[0] for _ in range(count)]
    seats = seats_for(VECTOR, FIVE, "a", "b")
    both = [backend.decide(batch_of(seats, vectors(2)))[0] for _ in range(count)]
    assert one == both


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("broken", "broken raised RuntimeError: out of paper"),
        ("too_many", "too_many raised ValueError: it gave 2 actions for 1 rows"),
    ],
)
def test_what_goes_wrong_ends_its_own_session(word: str, said: str) -> None:
    desk, backend = Desk(loaded(word)), loaded(word)
    assert backend.policy.label == f"{KIT}:{word}"
    desk.handle("peer", encode(hello_for(VECTOR, FIVE, "a")))
    desk.handle("peer", encode(Reset("M", 0, {"a": 1})))
    (array,) = seats_for(VECTOR, FIVE, "a")[0].session.observations[0].stack(vectors(1))
    block = Block(0, ("a",), (1,), arrays={"observation": (array,)})
    desk.handle("peer", encode(Act("M", 0, 0, (block,))))
    ((_, frames),) = desk.flush()
    answer = decode(frames)
    assert isinstance(answer, Refused)
    assert answer.message == said


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("nobody", "nobody"),
        ("NOT_A_FUNCTION", "is int; name a function"),
        ("threshold,limits=3", "unexpected keyword argument 'limits'; it takes"),
        ("Counter,stop=3", "unexpected keyword argument 'stop'"),
        ("Mute", "has no __call__"),
        ("Moody", "cannot be made: RuntimeError: not today"),
    ],
)
def test_what_cannot_decide_is_refused(word: str, said: str) -> None:
    with pytest.raises(ArenaError, match=said):
        loaded(word)


def test_a_tensor_will_do() -> None:
    class Tensor:
        def detach(self) -> Tensor:
            return self

        def cpu(self) -> Tensor:
            return self

        def numpy(self) -> Any:
            return np.array([3, 4])

    from workers.backends.function import FunctionBackend

    backend = FunctionBackend(f"{KIT}:first_legal", {})
    backend._function = lambda batch: Tensor()
    assert backend.decide(batch_of(seats_for(VECTOR, FIVE, "a", "b"), vectors(2))) == [3, 4]
