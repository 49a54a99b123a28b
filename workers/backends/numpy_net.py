"""Networks of linear layers in NumPy: quicker than any framework for what is small, nothing to install."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.training.architecture import Architecture, Layer

Array = NDArray[Any]
Function = Callable[[Array], Array]
ZERO, ONE = np.float32(0), np.float32(1)


def _sigmoid(x: Array) -> Array:
    return ONE / (ONE + np.exp(-x))


class NumpyNetwork:
    """Computes an architecture for which :func:`arena.training.architecture.needs_torch` says no."""

    start: Sequence[Array] = ()

    def __init__(self, architecture: Architecture) -> None:
        """Raises ``ValueError`` for a layer that only PyTorch computes."""
        self._architecture = architecture
        layers = architecture.layers
        self._branches: list[tuple[int, Function]] = []
        if layers and layers[0].kind == "branches":
            self._branches = [(branch.input, _chain(branch.layers)) for branch in layers[0].branches]
            layers = layers[1:]
        self._trunk = _chain(layers)
        self._outputs = [(name, _chain(stack)) for name, stack in architecture.outputs.items()]
        self._constants = {name: array.reshape(1, -1) for name, array in architecture.constants.items()}

    def forward(
        self, inputs: Sequence[Array], memory: Sequence[Array]
    ) -> tuple[Mapping[str, Array], Sequence[Array]]:
        """Outputs by name, float32."""
        try:
            x = self._joined(inputs)
            trunk = self._trunk(x)
            outputs = {name: function(trunk) for name, function in self._outputs}
        except (ValueError, IndexError) as error:
            raise ValueError(
                self._architecture.explain([array.shape[1:] for array in inputs]) or str(error)
            ) from error
        for name, array in self._constants.items():
            outputs[name] = array if len(x) == 1 else array.repeat(len(x), axis=0)
        return outputs, ()

    def _joined(self, inputs: Sequence[Array]) -> Array:
        floats = [x if x.dtype == np.float32 else x.astype(np.float32) for x in inputs]
        if self._branches:
            return np.concatenate([function(floats[index]) for index, function in self._branches], axis=1)
        if len(floats) != 1:
            raise ValueError(f"the network takes one array, the pipeline gives {len(floats)}")
        return floats[0]


def _chain(layers: Sequence[Layer]) -> Function:
    functions = [_function(layer) for layer in layers]
    if len(functions) == 1:
        return functions[0]

    def run(x: Array) -> Array:
        for function in functions:
            x = function(x)
        return x

    return run


def _function(layer: Layer) -> Function:
    if layer.kind in _PLAIN:
        return _PLAIN[layer.kind]
    if layer.kind in _MADE:
        return _MADE[layer.kind](layer)
    raise ValueError(f"{layer.where} ({layer.kind}) is not computed with NumPy; serve it as torch:FILE")


def _linear(layer: Layer) -> Function:
    weight, bias = layer.tensors["weight"].T, layer.tensors.get("bias")
    if bias is None:
        return lambda x: x @ weight
    return lambda x: x @ weight + bias


def _layernorm(layer: Layer) -> Function:
    weight, bias = layer.tensors["weight"], layer.tensors.get("bias", ZERO)
    axes = tuple(range(-weight.ndim, 0))
    epsilon = np.float32(layer.settings["epsilon"])

    def run(x: Array) -> Array:
        centred = x - x.mean(axis=axes, keepdims=True)
        variance = np.square(centred).mean(axis=axes, keepdims=True)
        scaled: Array = centred / np.sqrt(variance + epsilon) * weight + bias
        return scaled

    return run


def _elu(layer: Layer) -> Function:
    alpha = np.float32(layer.settings["alpha"])
    return lambda x: np.where(x > ZERO, x, alpha * np.expm1(np.minimum(x, ZERO)))


def _leaky_relu(layer: Layer) -> Function:
    slope = np.float32(layer.settings["slope"])
    return lambda x: np.where(x > ZERO, x, slope * x)


def _residual(layer: Layer) -> Function:
    inner = _chain(layer.layers)
    return lambda x: x + inner(x)


_PLAIN: Mapping[str, Function] = {
    "flatten": lambda x: x.reshape(len(x), -1),
    "relu": lambda x: np.maximum(x, ZERO),
    "sigmoid": _sigmoid,
    "silu": lambda x: x * _sigmoid(x),
    "tanh": np.tanh,
}
_MADE: Mapping[str, Callable[[Layer], Function]] = {
    "elu": _elu,
    "layernorm": _layernorm,
    "leaky_relu": _leaky_relu,
    "linear": _linear,
    "residual": _residual,
}
