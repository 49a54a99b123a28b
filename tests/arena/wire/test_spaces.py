from __future__ import annotations

import json

import msgpack
import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import WireError
from arena.wire.spaces import build, check, describe, difference
from tests.arena.wire.strategies import any_space

CHESS = spaces.Dict(
    {
        "observation": spaces.Box(0, 1, (8, 8, 111), np.int8),
        "action_mask": spaces.Box(0, 1, (4672,), np.int8),
    }
)


@given(any_space)
@settings(max_examples=60, deadline=None)
def test_a_space_survives_the_wire_and_json(space):
    plain = describe(space)
    assert build(msgpack.unpackb(msgpack.packb(plain))) == space
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert difference(plain, describe(build(plain))) is None


@pytest.mark.parametrize(
    "space",
    [
        spaces.Text(5),
        spaces.Sequence(spaces.Discrete(2)),
        spaces.OneOf([spaces.Discrete(2), spaces.Discrete(3)]),
        spaces.Graph(spaces.Discrete(2), None),
        spaces.Dict({"note": spaces.Text(3)}),
    ],
    ids=lambda space: type(space).__name__,
)
def test_a_space_without_a_fixed_shape_is_refused(space):
    with pytest.raises(WireError, match="no fixed shape"):
        describe(space)


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        (spaces.Discrete(9), "the root is dict of 2 in the game, but discrete(9) in the policy"),
        (spaces.Dict({"observation": CHESS["observation"]}), "the game has action_mask, the policy has not"),
        (
            spaces.Dict({"observation": CHESS["observation"], "action_mask": spaces.Discrete(9)}),
            "action_mask is box(4672) int8 from 0 to 1 in the game, but discrete(9) in the policy",
        ),
    ],
)
def test_a_difference_is_told_in_words(theirs, words):
    assert difference(describe(CHESS), describe(theirs)) == words


def test_bounds_are_compared_too():
    one = spaces.Box(np.array([0, 1], np.float32), np.array([5, 6], np.float32))
    two = spaces.Box(np.array([0, 1], np.float32), np.array([5, 7], np.float32))
    assert difference(describe(one), describe(one)) is None
    words = "the root is box(2) float32 in both, but the bounds differ"
    assert difference(describe(one), describe(two)) == words


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        (None, "must be a map"),
        ({"type": "text"}, "type 'text'"),
        ({"type": "box", "dtype": "object", "shape": [1], "low": 0, "high": 1}, "'dtype'"),
        ({"type": "box", "dtype": "int8", "shape": [-1], "low": 0, "high": 1}, "'shape'"),
        ({"type": "box", "dtype": "int8", "shape": [True], "low": 0, "high": 1}, "'shape'"),
        ({"type": "box", "dtype": "int8", "shape": [10**9], "low": 0, "high": 1}, "'shape'"),
        ({"type": "box", "dtype": "int8", "shape": [2**20, 2**20], "low": 0, "high": 1}, "numbers, at most"),
        ({"type": "box", "dtype": "int8", "shape": [2], "low": 0, "high": 300}, "'high'"),
        ({"type": "box", "dtype": "int8", "shape": [2], "low": "AAAA", "high": 3}, "'low'"),
        ({"type": "box", "dtype": "int8", "shape": [2], "low": 0}, "'high'"),
        ({"type": "discrete", "n": 0, "start": 0}, "n=0"),
        ({"type": "discrete", "n": 2**62, "start": 2**62}, "must be whole"),
        ({"type": "multi_discrete", "shape": [2], "nvec": [2], "start": [0, 0]}, "'nvec'"),
        ({"type": "dict", "spaces": []}, "needs 'spaces'"),
        ({"type": "tuple", "spaces": {}}, "needs 'spaces'"),
        ({"type": "tuple", "spaces": [{"type": "discrete", "n": 2, "start": 0}] * 65}, "flattens to 65"),
    ],
)
def test_a_malformed_space_is_refused(plain, words):
    with pytest.raises(WireError, match=words):
        check(plain)


def test_a_space_too_deep_is_refused():
    plain = {"type": "discrete", "n": 2, "start": 0}
    for _ in range(9):
        plain = {"type": "tuple", "spaces": [plain]}
    with pytest.raises(WireError, match="deeper"):
        check(plain)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=3), st.lists))
def test_nonsense_is_refused(plain):
    with pytest.raises(WireError):
        check({"type": "box", "dtype": plain, "shape": plain, "low": plain, "high": plain})
