"""From modules of PyTorch to layers as data, for trainers that write policy files.

PyTorch itself is not imported here: modules are known by the names of their classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arena.errors import ControllerError

_NAMED: Mapping[str, str] = {
    "Linear": "linear",
    "Conv2d": "conv2d",
    "LayerNorm": "layernorm",
    "MaxPool2d": "max_pool2d",
    "AvgPool2d": "avg_pool2d",
    "Flatten": "flatten",
    "ReLU": "relu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "SiLU": "silu",
    "ELU": "elu",
    "GELU": "gelu",
    "LeakyReLU": "leaky_relu",
}
"""Class of torch.nn -> layer."""


def layers_of(module: Any, prefix: str = "") -> list[dict[str, Any]]:
    """The layers of an ``nn.Sequential`` (or of one module), for ``network=`` of
    :func:`arena.training.policy_file.save`.

    ``prefix`` is the module's own name in the ``state_dict`` that is saved, such as ``actor``. Dropout and
    Identity do nothing when a policy plays and are left out. Raises :class:`ControllerError` for a module
    that has no layer here.
    """
    kind = type(module).__name__
    if kind == "Sequential":
        inner = [layers_of(child, f"{prefix}.{name}".lstrip(".")) for name, child in module.named_children()]
        return [layer for layers in inner for layer in layers]
    if kind in {"Dropout", "Identity"}:
        return []
    if kind not in _NAMED:
        raise ControllerError(
            f"{kind} at {prefix or 'the root'} has no layer in policy files; known are Sequential, "
            f"{', '.join(_NAMED)}; export the network to ONNX instead (docs/policies.md)"
        )
    layer: dict[str, Any] = {"layer": _NAMED[kind]}
    if kind in _SETTINGS:
        layer |= _SETTINGS[kind](module, prefix or "the root")
    if kind in {"Linear", "Conv2d", "LayerNorm"}:
        layer["of"] = prefix
    return [layer]


def _conv(module: Any, where: str) -> dict[str, Any]:
    if module.padding_mode != "zeros" or isinstance(module.padding, str):
        raise ControllerError(f"Conv2d at {where} pads with {module.padding_mode!r}, {module.padding!r}")
    return {
        "stride": list(module.stride),
        "padding": list(module.padding),
        "dilation": list(module.dilation),
        "groups": module.groups,
    }


def _pool(module: Any, where: str) -> dict[str, Any]:
    if (
        module.ceil_mode
        or getattr(module, "dilation", 1) != 1
        or not getattr(module, "count_include_pad", True)
    ):
        raise ControllerError(f"the pooling at {where} rounds up, dilates or leaves out the padding")
    return {"kernel": module.kernel_size, "stride": module.stride, "padding": module.padding}


def _flatten(module: Any, where: str) -> dict[str, Any]:
    if (module.start_dim, module.end_dim) != (1, -1):
        raise ControllerError(
            f"Flatten at {where} is from {module.start_dim} to {module.end_dim}, not 1 to -1"
        )
    return {}


_SETTINGS: Mapping[str, Callable[[Any, str], dict[str, Any]]] = {
    "Conv2d": _conv,
    "MaxPool2d": _pool,
    "AvgPool2d": _pool,
    "Flatten": _flatten,
    "LayerNorm": lambda module, _where: {"epsilon": module.eps},
    "ELU": lambda module, _where: {"alpha": module.alpha},
    "GELU": lambda module, _where: {"approximate": module.approximate},
    "LeakyReLU": lambda module, _where: {"slope": module.negative_slope},
}
