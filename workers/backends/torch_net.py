"""Networks in PyTorch, built from data: a closed list of layers and tensors from a safetensors file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from arena.training.architecture import Architecture, Layer

Array = NDArray[Any]


class Module(nn.Module):  # type: ignore[misc]  # what torch says of its types is not looked at
    """Base of what is built here."""


class State:
    """Recurrent state on its way through a network: what the layers take, and what they leave."""

    def __init__(self, before: Sequence[Tensor]) -> None:
        self.before: Iterator[Tensor] = iter(before)
        self.after: list[Tensor] = []


class Stack(Module):
    """Layers after each other."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_module(layer) for layer in layers)

    def forward(self, x: Tensor, state: State) -> Tensor:
        """``x`` has the shape ``(rows, *x)``."""
        for layer in self.layers:
            x = layer(x, state) if isinstance(layer, _STATEFUL) else layer(x)
        return x


class Residual(Module):
    """What comes, plus what layers make of it."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        super().__init__()
        self.inner = Stack(layers)

    def forward(self, x: Tensor, state: State) -> Tensor:
        """``x + f(x)``."""
        sum_: Tensor = x + self.inner(x, state)
        return sum_


class Recurrent(Module):
    """One step of an LSTM or GRU. State has the shape ``(rows, depth, hidden)``."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        width = layer.tensors["weight_ih_l0"].shape[1]
        kind = nn.LSTM if layer.kind == "lstm" else nn.GRU
        self.cell = kind(width, layer.hidden, num_layers=layer.depth)
        _fill(self.cell, layer.tensors)
        self.count = 2 if layer.kind == "lstm" else 1

    def forward(self, x: Tensor, state: State) -> Tensor:
        """The top layer's output; every layer's state goes to ``state``."""
        before = [next(state.before).transpose(0, 1).contiguous() for _ in range(self.count)]
        y, after = self.cell(x[None], tuple(before) if self.count == 2 else before[0])
        state.after += [one.transpose(0, 1) for one in (after if self.count == 2 else (after,))]
        row: Tensor = y[0]
        return row


class Embedding(Module):
    """A vector for each whole number."""

    def __init__(self, weight: Array) -> None:
        super().__init__()
        self.table = nn.Embedding.from_pretrained(torch.from_numpy(weight))

    def forward(self, x: Tensor) -> Tensor:
        """Numbers come as floats."""
        vectors: Tensor = self.table(x.long())
        return vectors


_STATEFUL = (Residual, Recurrent)


class Built(Module):
    """A whole network, whose :meth:`forward` can also be exported."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        layers = architecture.layers
        has_branches = bool(layers) and layers[0].kind == "branches"
        branches = layers[0].branches if has_branches else ()
        self.numbers = [branch.input for branch in branches]
        self.branches = nn.ModuleList(Stack(branch.layers) for branch in branches)
        self.trunk = Stack(layers[1:] if has_branches else layers)
        # Not a ModuleDict: it takes no key such as ``values``, which is a method of its own.
        self.names = list(architecture.outputs)
        self.heads = nn.ModuleList(Stack(stack) for stack in architecture.outputs.values())
        for name, values in architecture.constants.items():
            self.register_buffer(f"constant_{name}", torch.from_numpy(values.reshape(1, -1)))
        self.constants = list(architecture.constants)

    def forward(
        self, inputs: Sequence[Tensor], memory: Sequence[Tensor]
    ) -> tuple[dict[str, Tensor], list[Tensor]]:
        """Outputs by name and the new state."""
        state = State(memory)
        floats = [x.float() for x in inputs]
        if self.numbers:
            both = zip(self.numbers, self.branches, strict=True)
            x = torch.cat([stack(floats[number], state) for number, stack in both], dim=1)
        elif len(floats) == 1:
            x = floats[0]
        else:
            raise ValueError(f"the network takes one array, the pipeline gives {len(floats)}")
        trunk = self.trunk(x, state)
        outputs = {name: stack(trunk, state) for name, stack in zip(self.names, self.heads, strict=True)}
        for name in self.constants:
            outputs[name] = getattr(self, f"constant_{name}").expand(trunk.shape[0], -1)
        return outputs, state.after


class TorchNetwork:
    """Computes an architecture on a device."""

    def __init__(self, architecture: Architecture, device: str = "cpu") -> None:
        """Raises ``ValueError`` for a device that is not here."""
        self._architecture = architecture
        try:
            self._device = torch.device(device)
            self.module = Built(architecture).to(self._device).eval().requires_grad_(requires_grad=False)
        except (RuntimeError, AssertionError) as error:
            raise ValueError(f"device {device!r} cannot be used: {str(error).splitlines()[0]}") from error
        self.start = start_of(architecture)

    def forward(
        self, inputs: Sequence[Array], memory: Sequence[Array]
    ) -> tuple[Mapping[str, Array], Sequence[Array]]:
        """Outputs by name and the new state, float32."""
        try:
            with torch.inference_mode():
                outputs, after = self.module(self._tensors(inputs), self._tensors(memory))
        except (RuntimeError, ValueError, IndexError) as error:
            wrong = self._architecture.explain([array.shape[1:] for array in inputs])
            raise ValueError(wrong or str(error)) from error
        return (
            {name: output.cpu().numpy() for name, output in outputs.items()},
            [state.cpu().numpy() for state in after],
        )

    def _tensors(self, arrays: Sequence[Array]) -> list[Tensor]:
        # PyTorch has no read-only tensors and warns of arrays that are.
        return [
            torch.from_numpy(array if array.flags.writeable else array.copy()).to(self._device)
            for array in arrays
        ]


def start_of(architecture: Architecture) -> list[Array]:
    """Zeros for one row of every recurrent layer's state, an LSTM's hidden state before its cell state."""
    return [
        np.zeros((layer.depth, layer.hidden), np.float32)
        for layer in architecture.recurrent
        for _ in range(2 if layer.kind == "lstm" else 1)
    ]


def _module(layer: Layer) -> nn.Module:
    kind, settings = layer.kind, layer.settings
    if kind in {"linear", "conv2d", "layernorm", "embedding"}:
        return _weighted(layer)
    if kind in {"lstm", "gru"}:
        return Recurrent(layer)
    if kind == "residual":
        return Residual(layer.layers)
    return _PLAIN[kind](*settings.values())


_PLAIN: Mapping[str, type[nn.Module]] = {
    "avg_pool2d": nn.AvgPool2d,
    "elu": nn.ELU,
    "flatten": nn.Flatten,
    "gelu": nn.GELU,
    "leaky_relu": nn.LeakyReLU,
    "max_pool2d": nn.MaxPool2d,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
}
"""Layers without tensors; their settings are the arguments, in this order."""


def _weighted(layer: Layer) -> nn.Module:
    weight, settings, has_bias = layer.tensors["weight"], dict(layer.settings), "bias" in layer.tensors
    if layer.kind == "embedding":
        return Embedding(weight)
    module: nn.Module
    if layer.kind == "linear":
        module = nn.Linear(weight.shape[1], weight.shape[0], bias=has_bias)
    elif layer.kind == "layernorm":
        module = nn.LayerNorm(weight.shape, settings["epsilon"], bias=has_bias)
    else:
        channels = weight.shape[1] * settings["groups"]
        module = nn.Conv2d(channels, weight.shape[0], weight.shape[2:], bias=has_bias, **settings)
    _fill(module, layer.tensors)
    return module


def _fill(module: nn.Module, tensors: Mapping[str, Array]) -> None:
    module.load_state_dict({name: torch.from_numpy(array) for name, array in tensors.items()})
