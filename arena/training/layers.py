"""The names of all layers that a network may be built of, and which of them need PyTorch.

Nothing here needs NumPy, so that a file's kind can be told before anything is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WEIGHTED: Mapping[str, int] = {"linear": 2, "conv2d": 4, "layernorm": 0, "embedding": 2}
"""Layers with a weight (and mostly a bias) -> axes of the weight, 0: any."""
RECURRENT: Mapping[str, int] = {"lstm": 4, "gru": 3}
"""Recurrent layers -> gates."""
ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu", "gelu", "silu", "leaky_relu")
LAYER_KEYS: Mapping[str, tuple[str, ...]] = {
    "linear": ("of", "weight", "bias"),
    "conv2d": ("of", "weight", "bias", "stride", "padding", "dilation", "groups"),
    "layernorm": ("of", "weight", "bias", "epsilon"),
    "embedding": ("of", "weight"),
    "lstm": ("of",),
    "gru": ("of",),
    "max_pool2d": ("kernel", "stride", "padding"),
    "avg_pool2d": ("kernel", "stride", "padding"),
    "flatten": (),
    "relu": (),
    "tanh": (),
    "sigmoid": (),
    "silu": (),
    "elu": ("alpha",),
    "leaky_relu": ("slope",),
    "gelu": ("approximate",),
    "residual": ("layers",),
    "branches": ("branches",),
}
"""Every layer and the keys of its object beside ``layer``."""

_NUMPY = {"linear", "layernorm", "flatten", "residual", "branches", *ACTIVATIONS} - {"gelu"}
"""What is computed without PyTorch."""


def needs_torch(network: Any) -> bool:
    """Whether an architecture, checked or not, has layers that NumPy does not compute here."""
    if isinstance(network, Mapping):
        kind = network.get("layer")
        return (kind is not None and str(kind) not in _NUMPY) or any(map(needs_torch, network.values()))
    return isinstance(network, list | tuple) and any(map(needs_torch, network))
