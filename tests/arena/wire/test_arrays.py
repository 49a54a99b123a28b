from __future__ import annotations

import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.utils.env_checker import data_equivalence
from hypothesis import given, settings

from arena.errors import WireError
from arena.wire import limits
from arena.wire.arrays import Layout, NamedArray, form_of, frame
from arena.wire.spaces import describe
from tests.arena.wire.strategies import any_space


def layout(space):
    return Layout(describe(space))


@given(any_space)
@settings(max_examples=60, deadline=None)
def test_values_come_back_as_they_were(space):
    space.seed(3)
    values = [space.sample() for _ in range(3)]
    plan = layout(space)
    arrays = [
        NamedArray(array.path, form_of(array.data.dtype.name, list(array.data.shape)).view(frame(array.data)))
        for array in plan.stack(values)
    ]
    back = plan.unstack(plan.fit(arrays))
    assert len(back) == 3
    for value, again in zip(values, back, strict=True):
        assert space.contains(again)
        for ours, theirs in zip(plan.stack([value]), plan.stack([again]), strict=True):
            assert np.array_equal(ours.data, theirs.data)


def test_paths_and_types_are_as_documented():
    pair = spaces.Tuple([spaces.Discrete(3), spaces.MultiBinary(4)])
    space = spaces.Dict({"b": pair, "a": spaces.Box(0, 1, (2,))})
    plan = layout(space)
    assert [(leaf.path, leaf.dtype.name, leaf.shape) for leaf in plan.leaves] == [
        (("a",), "float32", (2,)),
        (("b", 0), "int64", ()),
        (("b", 1), "int8", (4,)),
    ]
    value = {"a": np.ones(2, np.float32), "b": (2, np.ones(4, np.int8))}
    assert data_equivalence(plan.unstack(plan.stack([value])), [value])


def test_a_discrete_action_is_an_int_with_its_start():
    plan = layout(spaces.Discrete(3, start=5))
    assert plan.unstack(plan.stack([6, np.int64(7)])) == [6, 7]
    assert type(plan.unstack(plan.stack([6]))[0]) is int


def test_unstacked_values_can_be_written_to():
    plan = layout(spaces.Box(0, 1, (2,)))
    received = [NamedArray((), form_of("float32", [1, 2]).view(np.zeros((1, 2), np.float32).tobytes()))]
    plan.unstack(plan.fit(received))[0][0] = 1.0


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((1, 3), np.float32), "shape"),
        (np.zeros((1, 2), bool), None),
        (np.zeros((1, 2), np.int64), None),
        (np.zeros((1, 2), np.float64), None),
        (np.full((1, 2), 1e300), None),
    ],
)
def test_what_fits_a_float_box(array, words):
    plan = layout(spaces.Box(0, 1, (2,)))
    if words is None:
        assert plan.fit([NamedArray((), array)])[0].data.dtype == np.float32
    else:
        with pytest.raises(WireError, match=words):
            plan.fit([NamedArray((), array)])


@pytest.mark.parametrize("array", [np.array([1.0]), np.array([2**63], np.uint64), np.array([[1]])])
def test_what_does_not_fit_a_discrete(array):
    with pytest.raises(WireError):
        layout(spaces.Discrete(3)).fit([NamedArray((), array)])


def test_leaves_must_be_those_of_the_space():
    plan = layout(spaces.Dict({"a": spaces.Discrete(2)}))
    with pytest.raises(WireError, match="missing"):
        plan.fit([])
    with pytest.raises(WireError, match="no b in this space; its arrays are a"):
        plan.fit([NamedArray(("a",), np.zeros(1, np.int64)), NamedArray(("b",), np.zeros(1, np.int64))])


@pytest.mark.parametrize("value", [{}, None, {"a": np.zeros(3)}, {"a": "x"}, {"a": [[1], [2, 3]]}])
def test_an_observation_that_breaks_its_space_is_named(value):
    with pytest.raises(WireError, match=r"of a value|a value has no"):
        layout(spaces.Dict({"a": spaces.Box(0, 1, (2,))})).stack([value])


@pytest.mark.parametrize(
    ("action", "fits"), [(2, True), (np.int8(2), True), (1.5, False), (1.0, False), ("a", False)]
)
def test_strict_stacking_changes_no_value(action, fits):
    plan = layout(spaces.Discrete(3))
    if fits:
        assert plan.unstack(plan.stack([action], strict=True)) == [action]
    else:
        with pytest.raises(WireError):
            plan.stack([action], strict=True)


@pytest.mark.parametrize(
    ("dtype", "shape", "size"),
    [
        ("V4000", [1], 4000),
        ("object", [1], 8),
        (">f4", [1], 4),
        ("datetime64[s]", [1], 8),
        ("int8", [-1], 4),
        ("int8", [1] * 6, 1),
        ("int8", [2.0], 2),
        ("int8", [True], 1),
        ("int8", [3], 4),
        ("int64", [3], 3),
        ("int8", [2**62, 4], 0),
        ("int8", [limits.ARRAY_BYTES, 2], 0),
        ("float64", [limits.ARRAY_BYTES], 0),
    ],
)
def test_a_lying_array_header_is_refused(dtype, shape, size):
    with pytest.raises(WireError):
        form_of(dtype, shape).view(bytes(size))


def test_a_received_array_cannot_change_the_frame():
    assert not form_of("int32", [1]).view(bytes(4)).flags.writeable


def test_arrays_in_any_memory_order_are_sent_in_c_order():
    array = np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3))
    assert np.array_equal(form_of("int16", [2, 3]).view(frame(array)), array)
    large = np.arange(100_000, dtype=np.float64)[::2].reshape(2, -1)
    assert np.array_equal(form_of("float64", list(large.shape)).view(frame(large)), large)
    assert bytes(frame(np.array([1], np.dtype(">i4")))) == b"\x01\0\0\0"
