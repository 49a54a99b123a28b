"""What every trained policy gets from the server: masks, modes, memory, and no answer that is no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ControllerError
from arena.training.policy_file import PolicyFile, from_spec
from arena.wire.messages import Refusal
from arena.wire.spaces import describe
from tests.workers.backends.kit import FIVE, VECTOR, batch_of, hello_for, seats_for, vector_policy, vectors
from workers.backends.contract import Crash, RefusedError
from workers.backends.mlp import MlpBackend
from workers.backends.network import NetworkBackend


class Counting:
    """Adds what it sees to its state; its logits say how often it was asked, and what came last."""

    start: Sequence[Any] = (np.zeros((1,), np.float32),)

    def __init__(self) -> None:
        self.rows: list[int] = []

    def forward(
        self, inputs: Sequence[Any], memory: Sequence[Any]
    ) -> tuple[Mapping[str, Any], Sequence[Any]]:
        self.rows.append(len(inputs[0]))
        total = memory[0] + inputs[0][:, :1]
        return {"logits": -abs(np.arange(5)[None] - total)}, [total]


class Giving:
    """Gives the same outputs for every row."""

    start: Sequence[Any] = ()

    def __init__(self, **outputs: Any) -> None:
        self.outputs = outputs

    def forward(
        self, inputs: Sequence[Any], memory: Sequence[Any]
    ) -> tuple[Mapping[str, Any], Sequence[Any]]:
        rows = len(inputs[0])
        return {name: np.array([row] * rows, np.float32) for name, row in self.outputs.items()}, ()


def file_for(action: spaces.Space[Any] | None, observation: Any = VECTOR, **more: Any) -> PolicyFile:
    spec = {"format": 1, **more}
    if action is not None:
        spec |= {"observation": describe(observation), "action": describe(action)}
    return from_spec(Path("p.bin"), spec, spaces_needed=False)


def backend_for(
    network: Any, action: spaces.Space[Any] = FIVE, mode: str | None = None, **more: Any
) -> NetworkBackend:
    return NetworkBackend(network, file_for(action, **more), backend="test", mode=mode)


def one(
    backend: NetworkBackend, action: spaces.Space[Any] = FIVE, legal: Any = None, draws: int = 1
) -> list[Any]:
    """Answers to some equal requests of one seat."""
    (seat,) = seats_for(VECTOR, action, "a")
    masks = None if legal is None else [legal]
    batch = batch_of([seat], [np.zeros(6, np.float32)], masks)
    return [backend.decide(batch)[0] for _ in range(draws)]


def step(value: float) -> Any:
    return np.full(6, value, np.float32)


# ---- memory -----------------------------------------------------------------------------------------------


def test_recurrent_state_belongs_to_a_seat_and_goes_with_the_episode():
    backend = backend_for(Counting())
    first, second = seats_for(VECTOR, FIVE, "a", "b")
    assert backend.decide(batch_of([first], [step(1)])) == [3]
    assert backend.decide(batch_of([second, first], [step(4), step(1)])) == [6, 4]
    assert backend.decide(batch_of([first, second], [step(1), step(0)])) == [5, 6]
    (again,) = seats_for(VECTOR, FIVE, "a")
    assert backend.decide(batch_of([again, second], [step(0), step(-1)])) == [2, 5]


def test_a_decision_stands_for_as_many_ticks_as_frames_are_skipped():
    network = Counting()
    backend = backend_for(network, pipeline=[{"step": "frame_skip", "n": 3}])
    first, second = seats_for(VECTOR, FIVE, "a", "b")
    del network.rows[:]
    assert [backend.decide(batch_of([first], [step(1)], ticks=[tick]))[0] for tick in range(5)] == [
        3,
        3,
        3,
        4,
        4,
    ]
    assert network.rows == [1, 1]
    assert backend.decide(batch_of([first, second], [step(1), step(0)], ticks=[5, 5])) == [4, 2]
    assert backend.decide(batch_of([first, second], [step(1), step(0)], ticks=[6, 6])) == [5, 2]
    assert network.rows == [1, 1, 1, 1]


def test_a_held_action_that_became_illegal_is_decided_anew():
    backend = backend_for(Counting(), pipeline=[{"step": "frame_skip", "n": 10}])
    (seat,) = seats_for(VECTOR, FIVE, "a")
    everything, not_three = [1] * 5, [1, 0, 1, 1, 1]
    assert backend.decide(batch_of([seat], [step(1)], [everything], [0])) == [3]
    assert backend.decide(batch_of([seat], [step(0)], [everything], [1])) == [3]
    assert backend.decide(batch_of([seat], [step(0)], [not_three], [2])) == [2]
    assert backend.decide(batch_of([seat], [step(0)], [everything], [3])) == [2]


def test_held_components_and_bits_are_decided_anew_when_they_became_illegal():
    for space, outputs, held, illegal, instead in (
        (spaces.MultiDiscrete([2, 3], start=[0, 10]), [0, 1, 5, 4, 3], [1, 10], [1, 1, 0, 1, 1], [1, 11]),
        (spaces.MultiBinary(3), [1, -1, 1], [1, 0, 1], [1, 1, 0], [1, 0, 0]),
    ):
        backend = backend_for(Giving(logits=outputs), space, pipeline=[{"step": "frame_skip", "n": 9}])
        (seat,) = seats_for(VECTOR, space, "a")
        masks = ([1] * len(outputs), [1] * len(outputs), illegal)
        answers = [
            backend.decide(batch_of([seat], [step(1)], [mask], [tick]))[0].tolist()
            for tick, mask in enumerate(masks)
        ]
        assert answers == [held, held, instead]


def test_a_seat_that_asks_twice_in_one_batch_is_answered_in_turn():
    backend = backend_for(Counting())
    first, second = seats_for(VECTOR, FIVE, "a", "b")
    asked = batch_of([first, first, second, first], [step(1), step(1), step(0), step(2)])
    assert backend.decide(asked) == [3, 4, 2, 6]
    skipping = backend_for(Counting(), pipeline=[{"step": "frame_skip", "n": 2}])
    (seat,) = seats_for(VECTOR, FIVE, "a")
    assert skipping.decide(batch_of([seat] * 3, [step(1)] * 3, ticks=[0, 1, 2])) == [3, 3, 4]


def test_what_was_kept_is_put_back(tmp_path):
    network, steps = Counting(), [{"step": "stack", "n": 2}, {"step": "frame_skip", "n": 2}]
    backend = backend_for(network, pipeline=steps, mode="sampled")
    old, new = seats_for(VECTOR, FIVE, "a", "b")
    backend.decide(batch_of([old], [step(1)], ticks=[0]))

    def state() -> Any:
        kept = [(seat.memory, seat.rng.bit_generator.state) for seat in (old, new)]
        pipeline = [np.array(frames[0]).tolist() for frames in old.memory.pipeline.steps.values()]
        return [(memory is None, draws) for memory, draws in kept], pipeline, old.memory.network[0].tolist()

    before = state()
    batch = batch_of([old, new, old], [step(2), step(3), step(2)], ticks=[2, 2, 4])
    put_back = backend.keep(batch)
    first = backend.decide(batch)
    assert state() != before
    put_back()
    assert state() == before
    assert backend.decide(batch) == first


def test_a_stack_is_each_seats_own(tmp_path):
    """The same answers in one batch with others as alone."""
    path = tmp_path / "p.safetensors"
    steps = [{"step": "stack", "n": 3, "axis": 0, "join": "stack"}, {"step": "max", "n": 2}]
    take_one = {"step": "crop", "size": [1, 6], "top": 1}
    vector_policy(path, pipeline=[*steps, take_one, {"step": "flatten"}])
    backend, values = MlpBackend(path), [vectors(20, seed) for seed in range(3)]
    together = seats_for(VECTOR, FIVE, "a", "b", "c")
    mixed = [backend.decide(batch_of(together, [rows[tick] for rows in values])) for tick in range(20)]
    for number, rows in enumerate(values):
        (alone,) = seats_for(VECTOR, FIVE, "x")
        assert [backend.decide(batch_of([alone], [row]))[0] for row in rows] == [row[number] for row in mixed]
    assert len({action for row in mixed for action in row}) > 1


# ---- choosing ---------------------------------------------------------------------------------------------


def test_the_best_legal_action_is_taken_and_none_where_nothing_is_legal():
    backend = backend_for(Giving(logits=[0, 4, 1, 3, 2]))
    assert one(backend) == [3]
    assert one(backend, legal=[1, 0, 1, 1, 1]) == [5]
    assert one(backend, legal=[0] * 5) == [None]
    hopeless = backend_for(Giving(logits=[0, -np.inf, -np.inf, 1, 2]))
    assert one(hopeless, legal=[0, 0, 1, 0, 0]) == [4]


def test_draws_follow_the_softmax_and_the_seat_alone(tmp_path):
    path = tmp_path / "p.safetensors"
    vector_policy(path)
    backend, rows = MlpBackend(path, "sampled"), vectors(50)
    alone = seats_for(VECTOR, FIVE, "a")
    single = [backend.decide(batch_of(alone, [row]))[0] for row in rows]
    crowd = seats_for(VECTOR, FIVE, "a", "b", "c")
    masks = [[1] * 5] * 3
    crowded = [backend.decide(batch_of(crowd, [row, row, row], masks)) for row in rows]
    assert [answers[0] for answers in crowded] == single
    assert [answers[1] for answers in crowded] != single


def test_values_explore_as_often_as_they_are_told():
    backend = backend_for(
        Giving(values=[0, 4, 1, 3, 2]), mode="sampled", head={"type": "values", "epsilon": 0.5}
    )
    draws = one(backend, legal=[1, 0, 1, 1, 0], draws=4000)
    counts = np.bincount(np.array(draws) - 2, minlength=5) / len(draws)
    np.testing.assert_allclose(counts, [1 / 6, 0, 1 / 6, 2 / 3, 0], atol=0.03)
    greedy = backend_for(Giving(values=[0, 4, 1, 3, 2]), head={"type": "values"})
    assert one(greedy) == [3]


def test_components_of_a_multi_discrete_are_chosen_each():
    space = spaces.MultiDiscrete([2, 3], start=[0, 10])
    backend = backend_for(Giving(logits=[0, 1, 5, 4, 3]), space)
    (action,) = one(backend, space)
    assert action.tolist() == [1, 10]
    assert space.contains(action)
    (action,) = one(backend, space, legal=[1, 0, 0, 1, 1])
    assert action.tolist() == [0, 11]
    assert one(backend, space, legal=[0, 0, 1, 1, 1]) == [None]
    hopeless = backend_for(Giving(logits=[3, -np.inf, 5, -np.inf, -np.inf]), space)
    (action,) = one(hopeless, space, legal=[0, 1, 0, 0, 1])
    assert action.tolist() == [1, 12]


def test_bits_are_drawn_by_their_odds():
    space = spaces.MultiBinary(3)
    (action,) = one(backend_for(Giving(logits=[1, -1, 2]), space), space, legal=[1, 1, 0])
    assert action.tolist() == [1, 0, 0]
    assert space.contains(action)
    draws = one(backend_for(Giving(logits=[1, -1, 0]), space, "sampled"), space, draws=3000)
    np.testing.assert_allclose(np.mean(draws, axis=0), 1 / (1 + np.exp([-1, 1, 0])), atol=0.04)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [("clip", [-1, 2, 6]), ("stretch", [-1, 6, 6]), ("tanh", [2 + 4 * np.tanh(x) for x in (-9, 2, 7)])],
)
def test_means_come_to_the_bounds(bounds, expected):
    space = spaces.Box(-2 if bounds == "tanh" else -1, 6, (3,), np.float32)
    backend = backend_for(Giving(mean=[-9, 2, 7]), space, head={"type": "gaussian", "bounds": bounds})
    (action,) = one(backend, space)
    np.testing.assert_allclose(action, expected, rtol=1e-6)
    assert action.dtype == np.float32


def test_draws_in_a_box_spread_as_the_network_says():
    space = spaces.Box(-100, 100, (2,), np.float32)
    backend = backend_for(Giving(mean=[3, -3], log_std=[0, 1]), space, "sampled")
    draws = np.array(one(backend, space, draws=3000))
    np.testing.assert_allclose(draws.mean(axis=0), [3, -3], atol=0.2)
    np.testing.assert_allclose(draws.std(axis=0), [1, np.e], rtol=0.06)
    whole = spaces.Box(-3, 3, (2,), np.int16)
    (action,) = one(backend_for(Giving(mean=[1.6, -9]), whole), whole)
    assert (action.tolist(), action.dtype) == ([2, -3], np.int16)


def test_a_network_that_decides_itself_is_only_checked():
    backend = backend_for(Giving(action=[4]), head={"type": "action"})
    assert one(backend) == [4]
    assert one(backend, legal=[1, 1, 0, 1, 1]) == [None]


def test_components_and_bits_that_a_network_decides_are_checked_too():
    several = spaces.MultiDiscrete([2, 3], start=[0, 10])
    backend = backend_for(Giving(action=[1, 11]), several, head={"type": "action"})
    ((action,), refused) = (one(backend, several, legal=mask) for mask in ([0, 1, 0, 1, 0], [1, 0, 1, 1, 1]))
    assert action.tolist() == [1, 11]
    assert refused == [None]
    outside = backend_for(Giving(action=[1, 14]), several, head={"type": "action"})
    assert one(outside, several, legal=[1] * 5) == [None]
    bits: spaces.MultiBinary = spaces.MultiBinary(3)
    backend = backend_for(Giving(action=[1, 0, 1]), bits, head={"type": "action"})
    ((action,), refused) = (one(backend, bits, legal=mask) for mask in ([1, 0, 1], [1, 1, 0]))
    assert action.tolist() == [1, 0, 1]
    assert refused == [None]


# ---- what is no number ------------------------------------------------------------------------------------


class Rotten(Giving):
    """NaN for rows that begin with a negative number."""

    def forward(
        self, inputs: Sequence[Any], memory: Sequence[Any]
    ) -> tuple[Mapping[str, Any], Sequence[Any]]:
        outputs, state = super().forward(inputs, memory)
        for output in outputs.values():
            output[inputs[0][:, 0] < 0, 1] = np.nan
        return outputs, state


@pytest.mark.parametrize("mode", ["deterministic", "sampled"])
@pytest.mark.parametrize(
    ("space", "outputs", "what"),
    [
        (FIVE, {"logits": [1, 2, 3, 4, 5]}, "1 of 5 logits are NaN"),
        (PUSH := spaces.Box(-1, 1, (2,), np.float32), {"mean": [0, 0], "log_std": [0, 0]}, "are NaN"),
        (spaces.MultiBinary(2), {"logits": [0, 0]}, "1 of 2 logits are NaN"),
    ],
)
def test_nan_crashes_its_own_seat_and_says_where(space, outputs, what, mode):
    backend = backend_for(Rotten(**outputs), space, mode)
    seats = seats_for(VECTOR, space, "well", "ill")
    well, ill = backend.decide(batch_of(seats, [step(1), step(-1)], ticks=[7, 7]))
    assert space.contains(well if isinstance(well, int) else np.asarray(well))
    assert isinstance(ill, Crash)
    assert what in ill.message
    assert "for ill at tick 7" in ill.message


def test_infinite_logits_are_numbers():
    assert one(backend_for(Giving(logits=[np.inf, -np.inf, 0, 0, 0]))) == [2]


# ---- what fits --------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_refused_at_hello(tmp_path):
    path = tmp_path / "p.safetensors"
    vector_policy(path)
    backend = MlpBackend(path)
    groups = backend.accept(hello_for(VECTOR, FIVE, "x", "y"))
    assert groups[0].agents == ("x", "y")
    for hello, reason in (
        (hello_for(VECTOR, spaces.Discrete(5)), Refusal.SPACES),
        (hello_for(spaces.Box(-1, 5, (6,), np.float32), FIVE), Refusal.SPACES),
        (hello_for(VECTOR, FIVE, mode="sampled"), Refusal.UNSUPPORTED),
    ):
        with pytest.raises(RefusedError) as caught:
            backend.accept(hello)
        assert caught.value.reason is reason


def test_agents_that_the_indicator_does_not_know_are_refused():
    backend = backend_for(
        Giving(logits=[0] * 5), pipeline=[{"step": "agent_indicator", "agents": ["a", "b"]}]
    )
    backend.accept(hello_for(VECTOR, FIVE, "a", "b"))
    with pytest.raises(RefusedError, match="does not know c") as caught:
        backend.accept(hello_for(VECTOR, FIVE, "a", "c"))
    assert caught.value.reason is Refusal.AGENTS


def test_unknown_spaces_are_tried_with_the_network():
    backend = NetworkBackend(Giving(logits=[0, 1, 0, 0, 0]), file_for(None), backend="test")
    assert backend.accept(hello_for(VECTOR, FIVE)) == ()
    assert one(backend) == [3]
    with pytest.raises(RefusedError, match="gives 5 numbers, the action space needs 4"):
        backend.accept(hello_for(VECTOR, spaces.Discrete(4)))


@pytest.mark.parametrize(
    ("action", "outputs", "more", "words"),
    [
        (FIVE, {"mean": [0]}, {}, "gives mean, but a categorical head needs 'logits'"),
        (FIVE, {"logits": [0]}, {}, "gives 1 numbers, the action space needs 5"),
        (FIVE, {"logits": [0] * 5}, {"head": {"type": "oracle"}}, "head 'oracle' is not one of"),
        (FIVE, {"mean": [0]}, {"head": {"type": "gaussian"}}, "needs a Box"),
        (FIVE, {"logits": [0] * 5}, {"head": {"epsilon": 1}}, "has no option 'epsilon'"),
        (FIVE, {"values": [0] * 5}, {"head": {"type": "values", "epsilon": 2}}, "not from 0 to 1"),
        (PUSH, {"mean": [0, 0]}, {"mode": "sampled"}, "no log_std"),
        (PUSH, {"mean": [0, 0], "log_std": [0]}, {}, "log_std has 1 numbers for 2 means"),
        (PUSH, {"mean": [0, 0]}, {"head": {"bounds": "bend"}}, "'bend' of the head is not one of"),
        (spaces.Box(-np.inf, 1, (1,)), {"mean": [0]}, {"head": {"bounds": "tanh"}}, "finite bounds"),
        (FIVE, {"action": [0]}, {"head": {"type": "action"}, "mode": "sampled"}, "cannot be sampled"),
        (spaces.Tuple([FIVE]), {"logits": [0] * 5}, {}, "its action space is tuple of 1"),
        (FIVE, {"logits": [0] * 5}, {"pipeline": [{"step": "grey"}]}, "step 1 of the pipeline, 'grey'"),
        (FIVE, {"logits": [0] * 5}, {"mode": "wild"}, "mode 'wild' is not one of"),
    ],
)
def test_a_policy_that_does_not_add_up_is_refused(action, outputs, more, words):
    with pytest.raises(ControllerError, match=words):
        backend_for(Giving(**outputs), action, **more)
