"""How a network is built, as data: a closed list of layers over named tensors. Nothing in it can run code.

::

    {"layers": [{"layer": "conv2d", "of": "network.0", "stride": 4}, {"layer": "relu"}, {"layer": "flatten"},
                {"layer": "linear", "of": "network.3"}, {"layer": "relu"}],
     "outputs": {"logits": [{"layer": "linear", "of": "actor"}]},
     "constants": {}}

``of`` is the prefix of a layer's tensors (``network.0.weight``, ``network.0.bias``), as a PyTorch
``state_dict`` names them; sizes come from the tensors. ``layers`` is the trunk; each output has layers of its
own on top of it. Without ``outputs`` the trunk gives the one output that the head needs. ``constants`` are
outputs that are tensors, such as ``log_std``.

Here the data is checked and the tensors are found; :mod:`workers.backends` computes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.training.layers import LAYER_KEYS, RECURRENT, WEIGHTED

Array = NDArray[Any]
DEPTH_MAX = 8
LAYERS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Branch:
    """Layers over some of the inputs."""

    input: int
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """A checked layer with its tensors."""

    kind: str
    where: str
    """For people: ``layer 3``, ``logits/layer 1``."""
    tensors: Mapping[str, Array] = field(default_factory=dict)
    """``weight`` and ``bias``, or those of recurrent layers by PyTorch's names."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()
    """Of a residual block."""
    branches: tuple[Branch, ...] = ()

    @property
    def depth(self) -> int:
        """Layers on top of each other of a recurrent one."""
        return sum(name.startswith("weight_hh") for name in self.tensors)

    @property
    def hidden(self) -> int:
        """Width of the state of a recurrent one."""
        return int(self.tensors["weight_hh_l0"].shape[1])


@dataclass(frozen=True, slots=True)
class Architecture:
    """A whole network."""

    layers: tuple[Layer, ...]
    outputs: Mapping[str, tuple[Layer, ...]]
    constants: Mapping[str, Array]

    @property
    def recurrent(self) -> list[Layer]:
        """The recurrent layers, in the order in which they are computed."""
        stacks = [self.layers, *self.outputs.values()]
        return [layer for stack in stacks for layer in _walk(stack) if layer.kind in RECURRENT]

    @property
    def label(self) -> str:
        """The network in a few words: ``CNN 32x64x64 MLP 512``."""
        trunk = list(_walk(self.layers))
        wide = {"CNN": "conv2d", "LSTM": "lstm", "GRU": "gru", "MLP": "linear"}
        sizes = {
            name: [str(layer.hidden if kind in RECURRENT else len(layer.tensors["weight"]))
                   for layer in trunk if layer.kind == kind]
            for name, kind in wide.items()
        }  # fmt: skip
        sized = [layer.kind for layer in trunk if layer.kind in wide.values()]
        if not any(self.outputs.values()) and sized[-1:] == ["linear"]:
            sizes["MLP"].pop()  # that one makes the output
        return " ".join(f"{name} {'x'.join(found)}" for name, found in sizes.items() if found) or "MLP"

    def explain(self, shapes: Sequence[tuple[int, ...]]) -> str:
        """What is wrong with inputs of these shapes (without rows); empty where nothing is."""
        try:
            given = _through(self.layers, list(shapes))
            for layers in self.outputs.values():
                _through(layers, [given])
        except ValueError as error:
            return str(error)
        return ""


def parse_architecture(spec: Any, tensors: Mapping[str, Array], output: str) -> Architecture:
    """Check an architecture and find its tensors; ``output`` is what the trunk gives without ``outputs``.

    Raises ``ValueError`` or ``TypeError``, naming the layer.
    """
    if not isinstance(spec, Mapping) or not isinstance(spec.get("layers"), list):
        raise TypeError("its network is not an object with a list of layers")
    unknown = sorted(set(spec) - {"layers", "outputs", "constants"})
    if unknown:
        raise ValueError(f"its network has the unknown key {unknown[0]!r}; known: layers, outputs, constants")
    reader = _Reader(tensors)
    outputs = spec.get("outputs", {output: []})
    constants = spec.get("constants", {})
    if not isinstance(outputs, Mapping) or not isinstance(constants, Mapping):
        raise TypeError("outputs and constants of its network are maps by name")
    return Architecture(
        reader.layers(spec["layers"], ""),
        {name: reader.layers(layers, f"{name}/") for name, layers in outputs.items()},
        {name: reader.tensor(tensor, f"the constant {name}") for name, tensor in constants.items()},
    )


class _Reader:
    """Reads layers against the tensors of a file."""

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        self._tensors = tensors
        self._count = 0

    def tensor(self, name: Any, whose: str) -> Array:
        """The tensor that a layer names, as float32."""
        if name not in self._tensors:
            known = ", ".join(sorted(self._tensors)[:20]) or "none"
            raise ValueError(f"{whose} needs the tensor {name!r}, which is not in the file; it has {known}")
        return np.ascontiguousarray(self._tensors[name], np.float32)

    def layers(self, given: Any, where: str, depth: int = 0) -> tuple[Layer, ...]:
        """A list of layers; ``where`` is its place in the network."""
        if not isinstance(given, list) or depth > DEPTH_MAX:
            raise ValueError(f"{where}layers must be a list, nested at most {DEPTH_MAX} deep")
        self._count += len(given)
        if self._count > LAYERS_MAX:
            raise ValueError(f"its network has more than {LAYERS_MAX} layers")
        return tuple(self._layer(one, f"{where}layer {index + 1}", depth) for index, one in enumerate(given))

    def _layer(self, given: Any, where: str, depth: int) -> Layer:
        kind = str(given.get("layer")) if isinstance(given, Mapping) else ""
        if kind not in LAYER_KEYS:
            known = ", ".join(sorted(LAYER_KEYS))
            raise ValueError(f"{where} is {str(kind or given)[:80]!r}, which is no layer; known: {known}")
        unknown = sorted(set(given) - {"layer", *LAYER_KEYS[kind]})
        if unknown:
            known = ", ".join(LAYER_KEYS[kind]) or "none"
            raise ValueError(f"{where} ({kind}) has no key {unknown[0]!r}; known: {known}")
        if kind in WEIGHTED:
            return self._weighted(kind, given, where)
        if kind in RECURRENT:
            return self._recurrent(kind, given, where)
        if kind == "residual":
            return Layer(kind, where, layers=self.layers(given["layers"], f"{where}/", depth + 1))
        if kind == "branches":
            return Layer(kind, where, branches=self._branches(given, where, depth))
        return Layer(kind, where, settings=_settings(kind, given, where))

    def _weighted(self, kind: str, given: Mapping[str, Any], where: str) -> Layer:
        whose, prefix = f"{where} ({kind})", given.get("of")
        weight = self.tensor(given.get("weight", f"{prefix}.weight"), whose)
        found = {"weight": weight}
        bias = given.get("bias", f"{prefix}.bias")
        if kind != "embedding" and ("bias" in given or bias in self._tensors):
            found["bias"] = self.tensor(bias, whose)
        axes = WEIGHTED[kind]
        wanted = weight.shape if kind == "layernorm" else weight.shape[:1]
        if (axes and weight.ndim != axes) or ("bias" in found and found["bias"].shape != wanted):
            shapes = " and ".join(f"{name} {array.shape}" for name, array in found.items())
            raise ValueError(f"{whose} has {shapes}, which do not fit together")
        return Layer(kind, where, found, _settings(kind, given, where))

    def _recurrent(self, kind: str, given: Mapping[str, Any], where: str) -> Layer:
        prefix, found = given.get("of"), {}
        for depth in range(DEPTH_MAX):
            names = [f"{what}_l{depth}" for what in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
            if depth and f"{prefix}.{names[0]}" not in self._tensors:
                break
            found.update({name: self.tensor(f"{prefix}.{name}", f"{where} ({kind})") for name in names})
        hidden = found["weight_hh_l0"].shape[-1]
        for name, array in found.items():
            if len(array) != RECURRENT[kind] * hidden or array.ndim != (2 if "weight" in name else 1):
                raise ValueError(f"{where} ({kind}) has {name} {array.shape} for {hidden} hidden units")
        return Layer(kind, where, found)

    def _branches(self, given: Mapping[str, Any], where: str, depth: int) -> tuple[Branch, ...]:
        if not isinstance(given["branches"], list) or not given["branches"]:
            raise ValueError(f"{where}: branches must be a list of objects with input and layers")
        branches = []
        for index, one in enumerate(given["branches"]):
            number = one.get("input", index)
            if not isinstance(number, int) or isinstance(number, bool) or number < 0:
                raise ValueError(f"{where}: input {number!r} of a branch is not the number of an input")
            layers = self.layers(one.get("layers", []), f"{where}/branch {index + 1}/", depth + 1)
            branches.append(Branch(number, layers))
        return tuple(branches)


# In the order of PyTorch's arguments.
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "conv2d": {"stride": 1, "padding": 0, "dilation": 1, "groups": 1},
    "max_pool2d": {"kernel": 2, "stride": None, "padding": 0},
    "avg_pool2d": {"kernel": 2, "stride": None, "padding": 0},
    "layernorm": {"epsilon": 1e-5},
    "elu": {"alpha": 1.0},
    "leaky_relu": {"slope": 0.01},
    "gelu": {"approximate": "none"},
}


def _settings(kind: str, given: Mapping[str, Any], where: str) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for key, default in _DEFAULTS.get(kind, {}).items():
        value = given.get(key, default)
        if key in {"kernel", "stride", "padding", "dilation"}:
            value = _two(settings["kernel"] if value is None else value, key, where)
        elif key == "groups":
            value = _two(value, key, where)[0]
        elif key == "approximate":
            if value not in {"none", "tanh"}:
                raise ValueError(f"{where}: approximate is {value!r}, it must be none or tanh")
        elif not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            raise ValueError(f"{where}: {key} is {value!r}, it must be a number")
        settings[key] = value
    return settings


def _two(value: Any, key: str, where: str) -> tuple[int, int]:
    """Down and across."""
    both = tuple(value) if isinstance(value, list | tuple) else (value, value)
    low = 0 if key == "padding" else 1
    if len(both) != 2 or not all(type(item) is int and low <= item <= 1024 for item in both):
        raise ValueError(f"{where}: {key} is {value!r}, it must be one or two whole numbers from {low}")
    return both[0], both[1]


def _walk(layers: Sequence[Layer]) -> Iterator[Layer]:
    for layer in layers:
        yield layer
        yield from _walk(layer.layers)
        for branch in layer.branches:
            yield from _walk(branch.layers)


# ---- shapes -----------------------------------------------------------------------------------------------


def _through(layers: Sequence[Layer], shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape that comes out; ``ValueError`` names the layer that does not fit."""
    if layers and layers[0].kind == "branches":
        widths = []
        for branch in layers[0].branches:
            if branch.input >= len(shapes):
                raise ValueError(
                    f"{layers[0].where} takes input {branch.input}, the pipeline gives {len(shapes)}"
                )
            shape = _through(branch.layers, [shapes[branch.input]])
            if len(shape) != 1:
                raise ValueError(f"{layers[0].where}: a branch ends in {list(shape)}, flatten it")
            widths.append(shape[0])
        return _through(layers[1:], [(sum(widths),)])
    if len(shapes) != 1:
        raise ValueError(
            f"the pipeline gives {len(shapes)} arrays, but a network without branches takes one: "
            "flatten joins them"
        )
    shape = shapes[0]
    for layer in layers:
        shape = _after(layer, shape)
    return shape


def _after(layer: Layer, shape: tuple[int, ...]) -> tuple[int, ...]:
    where = f"{layer.where} ({layer.kind})"
    match layer.kind:
        case "linear" | "lstm" | "gru":
            return _multiplied(layer, shape, where)
        case "conv2d" | "max_pool2d" | "avg_pool2d":
            return _windowed(layer, shape, where)
        case "layernorm":
            weight = layer.tensors["weight"]
            if shape[len(shape) - weight.ndim :] != weight.shape:
                raise ValueError(f"{where} has weight {weight.shape} for {_show(shape)} inputs")
        case "flatten":
            return (math.prod(shape),)
        case "embedding":
            return (*shape, layer.tensors["weight"].shape[1])
        case "residual":
            inner = _through(layer.layers, [shape])
            if inner != shape:
                raise ValueError(f"{where} goes from {_show(shape)} to {_show(inner)}, which cannot be added")
        case "branches":
            raise ValueError(f"{where} may only come first")
    return shape


def _multiplied(layer: Layer, shape: tuple[int, ...], where: str) -> tuple[int, ...]:
    weight = layer.tensors["weight" if layer.kind == "linear" else "weight_ih_l0"]
    if not shape or shape[-1] != weight.shape[1] or (layer.kind != "linear" and len(shape) != 1):
        raise ValueError(f"{where} has weight {weight.shape} for {_show(shape)} inputs")
    return (*shape[:-1], len(weight) if layer.kind == "linear" else layer.hidden)


def _windowed(layer: Layer, shape: tuple[int, ...], where: str) -> tuple[int, ...]:
    settings = layer.settings
    kernel = layer.tensors["weight"].shape[2:] if layer.kind == "conv2d" else settings["kernel"]
    channels = layer.tensors["weight"].shape[1] * settings["groups"] if layer.kind == "conv2d" else None
    if len(shape) != 3 or (channels is not None and shape[0] != channels):
        wanted = f"({channels or 'channels'}, height, width)"
        raise ValueError(
            f"{where} needs {wanted}, it gets {_show(shape)}; `transpose` moves channels to the front"
        )
    sizes = []
    for axis in (0, 1):
        reach = settings.get("dilation", (1, 1))[axis] * (kernel[axis] - 1) + 1
        size = (shape[axis + 1] + 2 * settings["padding"][axis] - reach) // settings["stride"][axis] + 1
        if size < 1:
            raise ValueError(f"{where} is wider than its input {_show(shape)}")
        sizes.append(size)
    return (len(layer.tensors["weight"]) if channels is not None else shape[0], *sizes)


def _show(shape: Sequence[int]) -> str:
    return str(shape[0]) if len(shape) == 1 else f"({', '.join(map(str, shape))})"
