"""An RLModule as a network: observations put back into its space's form, outputs taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from ray.rllib.core.columns import Columns
from ray.rllib.core.distribution.torch.torch_distribution import TorchDiagGaussian, TorchSquashedGaussian
from ray.rllib.core.rl_module.apis.q_net_api import QNetAPI
from ray.rllib.core.rl_module.torch import TorchRLModule
from ray.rllib.utils.numpy import MAX_LOG_NN_OUTPUT, MIN_LOG_NN_OUTPUT

from arena.wire.arrays import Layout
from arena.wire.spaces import describe, show

Array = NDArray[Any]
Tree = Any
"""Nested maps of tensors."""
_INTEGERS = {name: getattr(torch, name) for name in ("bool", "uint8", "int8", "int16", "int32", "int64")}
"""What RLlib does not turn into float32."""


class Reading(Enum):
    """What a module's outputs are."""

    DISTRIBUTION = "inputs of an action distribution"
    VALUES = "a value for each action"
    ACTIONS = "actions"


class ModuleNetwork:
    """One module on one device. Raises :class:`arena.errors.WireError` for a space without a fixed shape."""

    def __init__(self, module: TorchRLModule, device: str) -> None:
        """``module`` is on ``device`` already. Raises ``ValueError`` for outputs that cannot be read."""
        self.module, self._device = module, torch.device(device)
        self._leaves = Layout(describe(module.observation_space)).leaves
        initial = module.get_initial_state() if module.is_stateful() else {}
        self._state_paths = [path for path, _ in _walk(initial)]
        self.start: Sequence[Array] = [
            np.asarray(torch.as_tensor(value).cpu(), np.float32) for _, value in _walk(initial)
        ]
        self.reading = self._find_reading()
        """What its outputs are."""
        self.distribution: type = type(None)
        """RLlib's class, where they are a distribution's inputs."""
        if self.reading is Reading.DISTRIBUTION:
            self.distribution = module.get_inference_action_dist_cls()
        self._is_normal = issubclass(self.distribution, TorchDiagGaussian | TorchSquashedGaussian)

    def _find_reading(self) -> Reading:
        """By what it gives for nothing but zeros."""
        zeros = [torch.zeros((1, *leaf.shape), device=self._device) for leaf in self._leaves]
        with torch.inference_mode():
            state = [self._tensor(state[None]) for state in self.start]
            given = self.module.forward_inference(self._batch(zeros, state))
        if Columns.ACTION_DIST_INPUTS in given:
            return Reading.DISTRIBUTION
        if isinstance(self.module, QNetAPI):
            return Reading.VALUES
        if Columns.ACTIONS in given:
            return Reading.ACTIONS
        raise ValueError(f"its module gives {', '.join(given)}, but no {Columns.ACTION_DIST_INPUTS}")

    def forward(
        self, inputs: Sequence[Array], memory: Sequence[Array]
    ) -> tuple[Mapping[str, Array], Sequence[Array]]:
        """Outputs by name and the new state. Raises ``ValueError`` for inputs of other shapes."""
        self._check(inputs)
        with torch.inference_mode():
            outputs, after = self.compute([*map(self._tensor, inputs)], [*map(self._tensor, memory)])
        return (
            {name: output.cpu().numpy() for name, output in outputs.items()},
            [state.cpu().numpy() for state in after],
        )

    def compute(
        self, inputs: Sequence[torch.Tensor], memory: Sequence[torch.Tensor]
    ) -> tuple[dict[str, torch.Tensor], list[torch.Tensor]]:
        """The same for tensors, traceable."""
        outputs = self._ask(self._batch(inputs, memory))
        after = []
        if self._state_paths:
            found = dict(_walk(outputs[Columns.STATE_OUT]))
            after = [found[path].float() for path in self._state_paths]
        return self._named(outputs), after

    def _batch(self, inputs: Sequence[torch.Tensor], memory: Sequence[torch.Tensor]) -> dict[str, Any]:
        """What RLlib's env runner would make of it: whole numbers are whole, real ones float32."""
        tensors = [
            x.to(_INTEGERS[leaf.dtype.name]) if leaf.dtype.name in _INTEGERS else x.float()
            for x, leaf in zip(inputs, self._leaves, strict=True)
        ]
        batch: dict[str, Any] = {Columns.OBS: _nest([leaf.path for leaf in self._leaves], tensors)}
        if self._state_paths:
            batch[Columns.STATE_IN] = _nest(self._state_paths, memory)
            batch[Columns.OBS] = _map(batch[Columns.OBS], lambda x: x[:, None])  # one step of time
        return batch

    def _ask(self, batch: dict[str, Any]) -> Mapping[str, Any]:
        if self.reading is Reading.VALUES:
            given: Mapping[str, Any] = self.module.compute_q_values(batch)
        else:
            given = self.module.forward_inference(batch)
        return given

    def _named(self, outputs: Mapping[str, Any]) -> dict[str, torch.Tensor]:
        if self.reading is Reading.VALUES:
            return {"values": self._now(outputs["qf_preds"])}
        if self.reading is Reading.ACTIONS:
            return {"action": self._now(outputs[Columns.ACTIONS])}
        given = self._now(outputs[Columns.ACTION_DIST_INPUTS])
        if not self._is_normal:
            return {"logits": given}
        mean, log_std = given.chunk(2, dim=-1)
        if issubclass(self.distribution, TorchSquashedGaussian):
            log_std = log_std.clamp(MIN_LOG_NN_OUTPUT, MAX_LOG_NN_OUTPUT)
        return {"mean": mean, "log_std": log_std}

    def _now(self, tensor: torch.Tensor) -> torch.Tensor:
        """Without the axis of time."""
        return (tensor[:, -1] if self._state_paths else tensor).float()

    def _check(self, inputs: Sequence[Array]) -> None:
        if len(inputs) != len(self._leaves):
            raise ValueError(f"its module takes {len(self._leaves)} arrays, the pipeline gives {len(inputs)}")
        for leaf, array in zip(self._leaves, inputs, strict=True):
            if array.shape[1:] != leaf.shape:
                raise ValueError(
                    f"its module takes {show(leaf.path)} of shape {list(leaf.shape)}, the pipeline gives "
                    f"{list(array.shape[1:])}"
                )

    def _tensor(self, array: Array) -> torch.Tensor:
        return torch.from_numpy(array if array.flags.writeable else array.copy()).to(self._device)


def _walk(tree: Tree, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """The leaves of nested maps, in the order of their keys."""
    if isinstance(tree, Mapping):
        return [leaf for key in sorted(tree) for leaf in _walk(tree[key], (*path, key))]
    return [(path, tree)]


def _nest(paths: Sequence[tuple[Any, ...]], values: Sequence[Any]) -> Tree:
    """Maps within maps; a place counted by numbers from 0 becomes a tuple."""
    if len(paths) == 1 and not paths[0]:
        return values[0]
    tree: dict[Any, Any] = {}
    for path, value in zip(paths, values, strict=True):
        inner = tree
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        inner[path[-1]] = value
    return _with_tuples(tree)


def _with_tuples(tree: Tree) -> Tree:
    if not isinstance(tree, dict):
        return tree
    inner = {key: _with_tuples(value) for key, value in tree.items()}
    return tuple(inner.values()) if all(isinstance(key, int) for key in inner) else inner


def _map(tree: Tree, function: Any) -> Tree:
    if isinstance(tree, dict):
        return {key: _map(value, function) for key, value in tree.items()}
    if isinstance(tree, tuple):
        return tuple(_map(value, function) for value in tree)
    return function(tree)
