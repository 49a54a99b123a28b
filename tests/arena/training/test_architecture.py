"""Networks as data: what is refused, before a framework sees it, and with which layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from arena.errors import ControllerError
from arena.training.architecture import LAYERS_MAX, parse_architecture
from arena.training.from_torch import layers_of
from arena.training.layers import LAYER_KEYS, needs_torch
from tests.stacks import requires_stack

TENSORS = {
    "a.weight": np.zeros((8, 6)),
    "a.bias": np.zeros(8),
    "b.weight": np.zeros((4, 8)),
    "c.weight": np.zeros((8, 3, 4, 4)),
    "n.weight": np.zeros(8),
    "bad.weight": np.zeros((8, 6)),
    "bad.bias": np.zeros(3),
    **{
        f"l.{name}": np.zeros(shape)
        for name, shape in {
            "weight_ih_l0": (20, 8),
            "weight_hh_l0": (20, 5),
            "bias_ih_l0": (20,),
            "bias_hh_l0": (20,),
        }.items()
    },
}
A, B, C = ({"layer": kind, "of": of} for kind, of in (("linear", "a"), ("linear", "b"), ("conv2d", "c")))


def architecture(*layers: Any, **more: Any) -> Any:
    return parse_architecture({"layers": list(layers), **more}, TENSORS, "logits")


def test_sizes_come_from_the_tensors():
    found = architecture(
        A, {"layer": "relu"}, {"layer": "lstm", "of": "l"}, outputs={"mean": [], "log_std": []}
    )
    assert found.explain([(6,)]) == ""
    assert found.label == "LSTM 5 MLP 8"
    assert [(layer.hidden, layer.depth) for layer in found.recurrent] == [(5, 1)]
    assert list(found.outputs) == ["mean", "log_std"]
    assert architecture(C, {"layer": "flatten"}, A).label == "CNN 8"
    assert architecture(A, outputs={"logits": [B]}).label == "MLP 8"


@pytest.mark.parametrize(
    ("layers", "shapes", "words"),
    [
        ([A, A], [(6,)], r"layer 2 \(linear\) has weight \(8, 6\) for 8 inputs"),
        ([A], [(6,), (6,)], "gives 2 arrays, but a network without branches takes one"),
        ([C], [(12, 10, 3)], r"needs \(3, height, width\), it gets \(12, 10, 3\); `transpose`"),
        ([C], [(3, 2, 9)], "is wider than its input"),
        ([A, {"layer": "residual", "layers": [B]}], [(6,)], "goes from 8 to 4, which cannot be added"),
        ([{"layer": "branches", "branches": [{"input": 1}]}], [(6,)], "takes input 1, the pipeline gives 1"),
        ([{"layer": "branches", "branches": [{}]}], [(3, 9, 9)], r"ends in \[3, 9, 9\], flatten it"),
        ([A, {"layer": "branches", "branches": [{}]}], [(6,)], "may only come first"),
        ([A, {"layer": "layernorm", "of": "n"}, A], [(6,)], "layer 3"),
    ],
)
def test_what_does_not_fit_together_is_explained(layers, shapes, words):
    with pytest.raises(ValueError, match=words):
        raise ValueError(architecture(*layers).explain(shapes))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ([], "not an object with a list of layers"),
        ({"layers": [], "loss": 1}, "unknown key 'loss'"),
        ({"layers": [{"layer": "eval"}]}, "layer 1 is 'eval', which is no layer; known: avg_pool2d"),
        ({"layers": ["relu"]}, "layer 1 is 'relu', which is no layer"),
        ({"layers": [{"layer": "linear", "to": 3}]}, r"layer 1 \(linear\) has no key 'to'; known: of"),
        (
            {"layers": [{"layer": "linear", "of": "z"}]},
            "needs the tensor 'z.weight', which is not in the file",
        ),
        ({"layers": [{"layer": "linear", "of": "bad"}]}, "do not fit together"),
        ({"layers": [{"layer": "conv2d", "of": "a"}]}, "do not fit together"),
        ({"layers": [{"layer": "gru", "of": "l"}]}, "for 5 hidden units"),
        ({"layers": [C | {"stride": 0}]}, "stride is 0, it must be one or two whole numbers from 1"),
        ({"layers": [C | {"padding": [1, 2, 3]}]}, r"padding is \[1, 2, 3\]"),
        ({"layers": [{"layer": "elu", "alpha": "x"}]}, "alpha is 'x', it must be a number"),
        ({"layers": [{"layer": "gelu", "approximate": 1}]}, "must be none or tanh"),
        ({"layers": [{"layer": "branches", "branches": []}]}, "branches must be a list of objects"),
        ({"layers": [{"layer": "branches", "branches": [{"input": -1}]}]}, "input -1 of a branch"),
        ({"layers": [{"layer": "relu"}] * (LAYERS_MAX + 1)}, "more than 1000 layers"),
        ({"layers": [], "constants": {"log_std": "s"}}, "the constant log_std needs the tensor 's'"),
        ({"layers": [], "outputs": {"mean": 3}}, "mean/layers must be a list"),
    ],
)
def test_a_network_that_cannot_be_built_is_refused(spec, words):
    with pytest.raises((ValueError, TypeError), match=words):
        parse_architecture(spec, TENSORS, "logits")


def test_residual_blocks_inside_each_other_have_an_end():
    spec: dict[str, Any] = {"layer": "relu"}
    for _ in range(40):
        spec = {"layer": "residual", "layers": [spec]}
    with pytest.raises(ValueError, match="nested at most 8 deep"):
        architecture(spec)


def test_plain_layers_need_no_framework():
    assert not needs_torch([A, {"layer": "residual", "layers": [B, {"layer": "tanh"}]}])
    assert needs_torch({"outputs": {"logits": [{"layer": "residual", "layers": [C]}]}})
    assert needs_torch([{"layer": ["odd"]}])
    assert {kind for kind in LAYER_KEYS if needs_torch([{"layer": kind}])} == {
        "conv2d", "embedding", "lstm", "gru", "max_pool2d", "avg_pool2d", "gelu",
    }  # fmt: skip


@requires_stack("torch")
def test_modules_of_pytorch_become_layers():
    from torch import nn

    module = nn.Sequential(
        nn.Conv2d(3, 8, (4, 3), stride=2, padding=(1, 0)),
        nn.LeakyReLU(0.2),
        nn.Sequential(nn.MaxPool2d(2), nn.Dropout(0.1)),
        nn.Flatten(),
        nn.LayerNorm(8, eps=1e-4),
        nn.Linear(8, 2),
    )
    assert layers_of(module, "actor") == [
        {
            "layer": "conv2d",
            "stride": [2, 2],
            "padding": [1, 0],
            "dilation": [1, 1],
            "groups": 1,
            "of": "actor.0",
        },
        {"layer": "leaky_relu", "slope": 0.2},
        {"layer": "max_pool2d", "kernel": 2, "stride": 2, "padding": 0},
        {"layer": "flatten"},
        {"layer": "layernorm", "epsilon": 1e-4, "of": "actor.4"},
        {"layer": "linear", "of": "actor.5"},
    ]
    for odd, words in (
        (nn.Sequential(nn.Softmax()), "Softmax at 0 has no layer"),
        (nn.Conv2d(1, 1, 1, padding="same"), "pads with"),
        (nn.MaxPool2d(2, ceil_mode=True), "rounds up"),
        (nn.Flatten(0), "Flatten at the root is from 0"),
    ):
        with pytest.raises(ControllerError, match=words):
            layers_of(odd)
