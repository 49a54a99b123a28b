"""Each step against what NumPy, Gymnasium and SuperSuit make of the same observations."""

from __future__ import annotations

import itertools
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import ControllerError
from arena.training.pipeline import Memory, Pipeline
from arena.wire.arrays import Layout
from arena.wire.spaces import describe
from tests.stacks import requires_stack

PICTURE = spaces.Box(0, 255, (12, 10, 3), np.uint8)
VECTOR = spaces.Box(-5, 5, (6,), np.float32)


def pipeline_for(space: spaces.Space[Any], *steps: dict[str, Any], **tensors: Any) -> Pipeline:
    return Pipeline.parse(list(steps), describe(space), tensors=tensors)


def through(pipeline: Pipeline, space: spaces.Space[Any], values: list[Any], agent: str = "a") -> list[Any]:
    """What one seat's observations become, one after the other."""
    memory, layout, results = Memory(), Layout(describe(space)), []
    for value in values:
        leaves = [array.data for array in layout.stack([value])]
        (result,) = pipeline.apply(leaves, [agent], [memory])
        assert result.shape == (1, *pipeline.parts[0].shape)
        assert result.dtype == pipeline.parts[0].dtype
        results.append(result[0].copy())
    return results


class Played(gymnasium.Env[Any, Any]):
    """Shows the given observations one after the other."""

    def __init__(self, space: spaces.Space[Any], values: list[Any]) -> None:
        self.observation_space, self.action_space = space, spaces.Discrete(2)
        self.values = values

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        self._next = iter(self.values)
        return next(self._next), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        return next(self._next), 0.0, False, False, {}


def seen(env: gymnasium.Env[Any, Any], count: int) -> list[Any]:
    """Copies of what an agent in ``env`` sees."""
    return [np.array(env.reset()[0])] + [np.array(env.step(0)[0]) for _ in range(count - 1)]


def pictures(count: int, seed: int = 0, space: spaces.Box = PICTURE) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, space.shape, dtype=np.uint8) for _ in range(count)]


def vectors(count: int, seed: int = 0) -> list[Any]:
    return list(np.random.default_rng(seed).uniform(-5, 5, (count, 6)).astype(np.float32))


# ---- arranging --------------------------------------------------------------------------------------------


def test_no_steps_change_nothing_but_the_type():
    board = spaces.Box(0, 1, (3, 3), np.int8)
    (result,) = through(pipeline_for(board), board, [np.eye(3, dtype=np.int8)])
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, np.eye(3))
    assert through(pipeline_for(PICTURE), PICTURE, pictures(1))[0].dtype == np.uint8


def test_leaves_are_selected_in_the_order_that_is_asked_for():
    space = spaces.Dict({"a": VECTOR, "b": spaces.Tuple([spaces.Discrete(3), VECTOR])})
    pipeline = pipeline_for(
        space, {"step": "select", "leaves": [["b", 1], "a", ["b", 0]]}, {"step": "flatten"}
    )
    one, two = vectors(2)
    (result,) = through(pipeline, space, [{"a": one, "b": (2, two)}])
    np.testing.assert_array_equal(result, np.concatenate([two, one, [2]]))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_one_hot_and_flatten_equal_gymnasiums_flatten(seed):
    space = spaces.Dict(
        {
            "a": spaces.Discrete(4, start=2),
            "b": spaces.Tuple([VECTOR, spaces.MultiBinary(3)]),
            "c": spaces.MultiDiscrete([2, 5, 3]),
        }
    )
    space.seed(seed)
    value = space.sample()
    pipeline = pipeline_for(space, {"step": "one_hot"}, {"step": "flatten"})
    np.testing.assert_allclose(
        through(pipeline, space, [value])[0], np.asarray(spaces.flatten(space, value)), rtol=1e-6
    )


def test_channels_move_and_short_observations_are_padded():
    (picture,) = pictures(1)
    pipeline = pipeline_for(
        PICTURE, {"step": "transpose", "axes": [2, 0, 1]}, {"step": "pad", "shape": [3, 14, 10]}
    )
    (result,) = through(pipeline, PICTURE, [picture])
    np.testing.assert_array_equal(result[:, :12], picture.transpose(2, 0, 1))
    assert not result[:, 12:].any()


# ---- numbers ----------------------------------------------------------------------------------------------


def test_normalising_equals_gymnasiums_with_the_same_statistics():
    inner = Played(VECTOR, vectors(100))
    env: Any = gymnasium.wrappers.NormalizeObservation(inner)
    seen(env, 50)
    env.update_running_mean = False
    mean, var = env.obs_rms.mean, env.obs_rms.var
    step = {"step": "normalise", "mean": "mean", "var": "var", "epsilon": env.epsilon}
    values = vectors(50, seed=1)
    inner.values = values
    expected = seen(env, 50)
    results = through(pipeline_for(VECTOR, step, mean=mean, var=var), VECTOR, values)
    np.testing.assert_array_equal(results, np.array(expected, np.float32))
    written = step | {"mean": mean.tolist(), "var": var.tolist(), "clip": 0.5}
    clipped = through(pipeline_for(VECTOR, written), VECTOR, values)
    np.testing.assert_allclose(clipped, np.clip(np.array(expected, np.float32), -0.5, 0.5), rtol=1e-6)


@requires_stack("supersuit")
def test_scaling_to_the_bounds_equals_supersuits():
    import supersuit

    space = spaces.Box(np.linspace(-5, -1, 6), np.linspace(1, 9, 6), dtype=np.float64)
    values = [np.random.default_rng(seed).uniform(space.low, space.high) for seed in range(20)]
    expected = seen(supersuit.normalize_obs_v0(Played(space, values), -1, 1), 20)
    width = (space.high - space.low).tolist()
    pipeline = pipeline_for(
        space,
        {"step": "scale", "plus": (-space.low).tolist()},
        {"step": "scale", "divide": width, "times": 2.0, "plus": -1.0},
    )
    np.testing.assert_allclose(through(pipeline, space, values), expected, atol=1e-5)


def test_dividing_pixels_equals_dividing_them_in_the_network():
    (picture,) = pictures(1)
    (result,) = through(pipeline_for(PICTURE, {"step": "scale", "divide": 255}), PICTURE, [picture])
    np.testing.assert_array_equal(result, picture.astype(np.float32) / np.float32(255))


def test_casting_cuts_off_what_is_behind_the_point():
    space = spaces.Box(0, 255, (3,), np.float64)
    (result,) = through(
        pipeline_for(space, {"step": "cast", "dtype": "uint8"}), space, [np.array([0.9, 1.2, 254.99])]
    )
    assert result.dtype == np.uint8
    assert result.tolist() == [0, 1, 254]


def test_a_number_outside_its_space_has_no_code():
    pipeline = pipeline_for(spaces.Discrete(3), {"step": "one_hot"})
    with pytest.raises(ValueError, match="outside its space"):
        pipeline.apply([np.array([3])], ["a"])


# ---- pictures ---------------------------------------------------------------------------------------------


@requires_stack("supersuit")
def test_grey_equals_supersuits():
    import supersuit

    values = pictures(20)
    expected = seen(supersuit.color_reduction_v0(Played(PICTURE, values), "full"), 20)
    results = through(pipeline_for(PICTURE, {"step": "grey"}), PICTURE, values)
    np.testing.assert_array_equal(results, expected)


def test_grey_with_other_weights_equals_gymnasiums():
    values = pictures(20)
    expected = seen(gymnasium.wrappers.GrayscaleObservation(Played(PICTURE, values), keep_dim=True), 20)
    step = {"step": "grey", "weights": [0.2125, 0.7154, 0.0721], "keep": True}
    difference = np.array(through(pipeline_for(PICTURE, step), PICTURE, values), int) - np.array(expected)
    assert abs(difference).max() <= 1  # float32 here, float64 there, both rounded down
    assert (difference != 0).mean() < 0.01


@requires_stack("supersuit")
@pytest.mark.parametrize(("height", "width"), [(6, 5), (12, 10), (7, 4), (18, 25)])
@pytest.mark.parametrize("method", ["nearest", "bilinear"])
def test_resizing_equals_supersuits_within_a_grey_level(height, width, method):
    import supersuit

    values = pictures(3)
    env = supersuit.resize_v1(Played(PICTURE, values), width, height, linear_interp=method == "bilinear")
    step = {"step": "resize", "size": [height, width], "method": f"supersuit_{method}"}
    results = np.array(through(pipeline_for(PICTURE, step), PICTURE, values), int)
    assert abs(results - seen(env, 3)).max() <= (method == "bilinear")


@requires_stack("torch")
@pytest.mark.parametrize(("height", "width"), [(6, 5), (12, 10), (7, 4), (18, 25)])
@pytest.mark.parametrize("method", ["nearest", "bilinear"])
def test_resizing_equals_pytorchs_interpolation(height, width, method):
    import torch

    space = spaces.Box(-1, 1, (12, 10, 2), np.float32)
    value = np.random.default_rng(3).uniform(-1, 1, (12, 10, 2)).astype(np.float32)
    planes = torch.from_numpy(value).permute(2, 0, 1)[None]
    expected = torch.nn.functional.interpolate(planes, size=(height, width), mode=method)
    step = {"step": "resize", "size": [height, width], "method": method}
    (result,) = through(pipeline_for(space, step), space, [value])
    np.testing.assert_allclose(result, expected[0].permute(1, 2, 0), atol=1e-5)


def test_the_area_average_weighs_pixels_by_how_much_is_covered():
    space = spaces.Box(0, 255, (5, 4), np.uint8)
    (picture,) = pictures(1, space=space)
    halves = through(
        pipeline_for(space, {"step": "resize", "size": [5, 2]}), space, [picture]
    )[0]  # fmt: skip
    np.testing.assert_array_equal(halves, np.rint(picture.reshape(5, 2, 2).mean(axis=2)))
    (narrow,) = through(pipeline_for(space, {"step": "resize", "size": [2, 4]}), space, [picture])
    rows = picture.astype(float)
    expected = [(rows[0] + rows[1] + rows[2] / 2) / 2.5, (rows[2] / 2 + rows[3] + rows[4]) / 2.5]
    np.testing.assert_allclose(narrow, expected, atol=0.51)


def test_a_rectangle_is_cut_out():
    (picture,) = pictures(1)
    step = {"step": "crop", "top": 2, "left": 3, "size": [4, 5]}
    (result,) = through(pipeline_for(PICTURE, step), PICTURE, [picture])
    np.testing.assert_array_equal(result, picture[2:6, 3:8])


# ---- history ----------------------------------------------------------------------------------------------


@requires_stack("supersuit")
@pytest.mark.parametrize("shape", [(6,), (4, 5), (4, 5, 3)])
@pytest.mark.parametrize("repeats", [False, True])
def test_stacks_equal_supersuits(shape, repeats):
    import supersuit

    space = spaces.Box(0, 255, shape, np.uint8)
    values = pictures(7, space=space)
    wrapper = supersuit.frame_stack_v2 if repeats else supersuit.frame_stack_v1
    expected = seen(wrapper(Played(space, values), 4), 7)
    step = {
        "step": "stack",
        "n": 4,
        "join": "stack" if len(shape) == 2 else "concat",
        "start": "repeat" if repeats else "zero",
    }
    np.testing.assert_array_equal(through(pipeline_for(space, step), space, values), expected)


@pytest.mark.parametrize(("padding", "start"), [("reset", "repeat"), ("zero", "zero")])
def test_stacks_equal_gymnasiums(padding, start):
    values = vectors(9)
    env: Any = gymnasium.wrappers.FrameStackObservation(Played(VECTOR, values), 4, padding_type=padding)
    step = {"step": "stack", "n": 4, "axis": 0, "join": "stack", "start": start}
    np.testing.assert_array_equal(through(pipeline_for(VECTOR, step), VECTOR, values), seen(env, 9))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=40), st.integers(1, 5))
def test_seats_in_one_batch_remember_for_themselves(order, n):
    """However the requests of three seats are mixed, each sees what it would see alone."""
    pipeline = pipeline_for(VECTOR, {"step": "stack", "n": n, "axis": 0}, {"step": "max", "n": 2})
    values: dict[str, list[Any]] = {agent: [] for agent in "abc"}
    memories = {agent: Memory() for agent in "abc"}
    results: dict[str, list[Any]] = {agent: [] for agent in "abc"}
    rng = np.random.default_rng(len(order))
    while order:
        batch = sorted(set(order[:3]))
        order = order[3:]
        rows = rng.uniform(-5, 5, (len(batch), 6)).astype(np.float32)
        (stacked,) = pipeline.apply([rows], batch, [memories[agent] for agent in batch])
        for agent, row, result in zip(batch, rows, stacked, strict=True):
            values[agent].append(row.copy())
            results[agent].append(result.copy())
        rows[:] = np.nan  # the batch's memory is not the pipeline's
    for agent in "abc":
        np.testing.assert_array_equal(results[agent], through(pipeline, VECTOR, values[agent], agent))


def test_the_largest_of_two_frames_is_kept():
    values = vectors(4)
    pipeline = pipeline_for(VECTOR, {"step": "max", "n": 2})
    expected = [values[0]] + [np.maximum(one, two) for one, two in itertools.pairwise(values)]
    np.testing.assert_array_equal(through(pipeline, VECTOR, values), expected)


# ---- agents -----------------------------------------------------------------------------------------------


@requires_stack("supersuit")
@pytest.mark.parametrize("shape", [(6,), (4, 5), (4, 5, 3)])
@pytest.mark.parametrize("by_type", [False, True])
def test_the_indicator_equals_supersuits(shape, by_type):
    from supersuit.utils import agent_indicator

    agents = ["archer_0", "archer_1", "knight_0", "knight_1"]
    space = spaces.Box(0, 255, shape, np.uint8)
    (value,) = pictures(1, space=space)
    codes = agent_indicator.get_indicator_map(agents, by_type)
    step = {"step": "agent_indicator", "agents": agents, "by": "type" if by_type else "agent", "value": 255}
    pipeline = pipeline_for(space, step)
    count = len(set(codes.values()))
    assert pipeline.parts[0].shape == agent_indicator.change_obs_space(space, count).shape
    for agent in agents:
        expected = agent_indicator.change_observation(value, space, (codes[agent], count))
        np.testing.assert_array_equal(through(pipeline, space, [value], agent)[0], expected)
    assert pipeline.misfit(agents) is None
    assert "does not know archer_9" in str(pipeline.misfit(["archer_9"]))


# ---- atari ------------------------------------------------------------------------------------------------


def test_steps_before_frame_skip_see_every_tick():
    space = spaces.Box(0, 255, (3,), np.uint8)
    values = pictures(3, space=space)
    pipeline = pipeline_for(
        space, {"step": "max", "n": 2}, {"step": "frame_skip", "n": 4}, {"step": "stack", "n": 2}
    )
    assert pipeline.skip == 4
    memory = Memory()
    watched = [pipeline.watch([value[None]], ["a"], [memory]) for value in values]
    first, third = (pipeline.prepare(watched[tick], ["a"], [memory])[0][0] for tick in (0, 2))
    np.testing.assert_array_equal(first, np.concatenate([np.zeros(3), values[0]]))
    np.testing.assert_array_equal(third, np.concatenate([values[0], np.maximum(values[1], values[2])]))


# ---- errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("space", "steps", "words"),
    [
        (VECTOR, "stack", "a pipeline is a list"),
        (VECTOR, ["stack"], "step 1 of the pipeline, None: there is no such step"),
        (VECTOR, [{"step": "blur"}], "'blur': there is no such step; known: agent_indicator, cast, crop"),
        (VECTOR, [{"step": "flatten"}, {"step": "stack", "n": 0}], "step 2 .* n is 0, .* from 1 to 64"),
        (VECTOR, [{"step": "stack", "n": 4, "size": 3}], "no key 'size'; known: n, axis"),
        (VECTOR, [{"step": "stack", "n": 2, "axis": 1}], "has no axis 1"),
        (spaces.Discrete(4), [{"step": "stack", "n": 2}], "join it with `stack`"),
        (VECTOR, [{"step": "stack", "n": 2, "start": "noise"}], "must be one of zero, repeat"),
        (VECTOR, [{"step": "grey"}], r"needs a picture of shape \(height, width, 3\)"),
        (PICTURE, [{"step": "grey", "weights": [1, 2]}], "three are needed"),
        (PICTURE, [{"step": "resize", "size": [84]}], "must list two whole numbers"),
        (PICTURE, [{"step": "resize", "size": [84, 84], "method": "best"}], "one of area, bilinear"),
        (PICTURE, [{"step": "crop", "top": 9, "size": [9, 9]}], "reaches beyond"),
        (PICTURE, [{"step": "transpose", "axes": [0, 1]}], "axes .* are not those of"),
        (VECTOR, [{"step": "normalise", "mean": "m", "std": 1}], "the tensor .m., which is not in the file"),
        (VECTOR, [{"step": "normalise", "mean": 0, "std": 1, "var": 1}], "either std or var"),
        (VECTOR, [{"step": "normalise", "mean": 0, "std": 0}], "above 0"),
        (VECTOR, [{"step": "normalise", "mean": [1, 2], "std": 1}], "mean has 2 numbers, the input has 6"),
        (VECTOR, [{"step": "scale", "plus": [1, 2]}], "'scale': plus has 2 numbers, the input has 6"),
        (VECTOR, [{"step": "scale"}], "needs divide, times or plus"),
        (VECTOR, [{"step": "scale", "divide": 0}], "cannot divide by 0"),
        (VECTOR, [{"step": "pad", "shape": [3]}], "cannot be padded"),
        (VECTOR, [{"step": "select", "leaves": ["x"]}], "there is no x at this step; there is the root"),
        (VECTOR, [{"step": "select"}], "'leaves' is missing"),
        (VECTOR, [{"step": "one_hot"}], "no Discrete or MultiDiscrete"),
        (VECTOR, [{"step": "agent_indicator", "agents": []}], "must list the names of all agents"),
        (PICTURE, [{"step": "agent_indicator", "agents": ["a"], "value": 256}], "256.0 does not fit into"),
        (VECTOR, [{"step": "frame_skip", "n": 2}, {"step": "frame_skip", "n": 3}], "one of it only"),
    ],
)  # fmt: skip
def test_a_pipeline_that_cannot_be_is_refused_with_the_step(space, steps, words):
    with pytest.raises(ControllerError, match=words):
        Pipeline.parse(steps, describe(space))
