"""Hypothesis strategies: any space that can cross the wire."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from hypothesis import strategies as st

shapes = st.lists(st.integers(1, 4), max_size=3).map(tuple)


@st.composite
def boxes(draw):
    dtype = draw(st.sampled_from([np.uint8, np.int8, np.int32, np.int64, np.float32, np.float64]))
    shape = draw(shapes)
    if draw(st.booleans()):
        if np.issubdtype(dtype, np.floating):
            return spaces.Box(-np.inf, draw(st.sampled_from([np.inf, 7.5])), shape, dtype)
        return spaces.Box(0, 100, shape, dtype)
    low = np.arange(np.prod(shape), dtype=np.int64).reshape(shape).astype(dtype)
    return spaces.Box(low, low + dtype(3), shape, dtype)


@st.composite
def multi_discretes(draw):
    nvec = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    start = draw(st.lists(st.integers(-3, 3), min_size=len(nvec), max_size=len(nvec)))
    return spaces.MultiDiscrete(nvec, start=start)


leaves: st.SearchStrategy[Any] = (
    boxes()
    | multi_discretes()
    | st.builds(lambda n, start: spaces.Discrete(n, start=start), st.integers(1, 500), st.integers(-5, 5))
    | st.builds(spaces.MultiBinary, shapes.filter(bool))
)
keys = st.text("abcxyz_0/", min_size=1, max_size=4)
any_space = st.recursive(
    leaves,
    lambda inner: (
        st.dictionaries(keys, inner, min_size=1, max_size=3).map(spaces.Dict)
        | st.lists(inner, min_size=1, max_size=3).map(spaces.Tuple)
    ),
    max_leaves=5,
)
