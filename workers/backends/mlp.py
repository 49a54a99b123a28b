"""Serves a multi-layer perceptron from one safetensors file, computed with NumPy alone.

The file's metadata holds the key ``arena.mlp``, a JSON object::

    {"format": 1, "name": "Pia", "description": "...", "label": "PPO 2x64",
     "game": "classic/tictactoe-v3",
     "observation": {...}, "action": {...},              spaces as in docs/protocol.md
     "inputs": [["observation"]],                         leaves that are flattened and joined, in this order
     "normalise": {"mean": "obs.mean", "std": "obs.std", "clip": 10.0},       optional; names of tensors
     "layers": [{"weight": "0.weight", "bias": "0.bias", "activation": "tanh"}, ...],
     "mode": "deterministic",                             or "sampled"
     "log_std": "log_std"}                                optional tensor: a Box policy that can be sampled

A weight has the shape ``(out, in)``, as PyTorch saves it; activations are ``tanh``, ``relu`` and ``none``.
For a Discrete action space the last layer gives one logit an action: the largest legal one is taken, or one
is drawn from their softmax. For a Box it gives the mean, clipped to the bounds; sampled adds ``exp(log_std)``
times a standard normal. Nothing in the file can run code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from arena.errors import ControllerError, WireError
from arena.training.model_word import ModelWord
from arena.wire.arrays import Layout
from arena.wire.messages import Group, Hello, Policy, Refusal
from arena.wire.policy_file import MODES, read_policy_file
from arena.wire.spaces import build
from workers.backends.contract import Backend, Batch, LoadSettings, RefusedError

Floats = NDArray[np.float32]

_ACTIVATIONS: Mapping[str, Callable[[Floats], Floats]] = {
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, np.float32(0)),
    "none": lambda x: x,
}


class MlpBackend(Backend):
    """One network in memory for all its seats. Raises :class:`ControllerError` for a file it cannot serve."""

    def __init__(self, path: Path, mode: str | None = None) -> None:
        """``mode`` is ``deterministic`` or ``sampled``; ``None``: what the file says."""
        self._file = read_policy_file(path)
        try:
            self._prepare(self._file.spec, _read_tensors(path))
        except (KeyError, TypeError, ValueError, WireError) as error:
            raise ControllerError(f"{path} is not a policy this Arena can serve: {error}") from error
        self.mode = mode or self._file.mode
        if self.mode not in MODES:
            raise ControllerError(f"mode {self.mode!r} is not one of {', '.join(MODES)}")
        if self.mode == "sampled" and not self._discrete and self._log_std is None:
            raise ControllerError(f"{path} has no log_std, so its actions cannot be sampled")
        sizes = "x".join(str(len(bias)) for _, bias, _ in self._layers[:-1])
        self.policy = Policy(
            id=f"policy:{path.stem}",
            name=self._file.name,
            description=self._file.description,
            label=self._file.label or f"MLP {sizes}".strip(),
            backend="numpy",
            deterministic=self.mode == "deterministic",
        )

    def _prepare(self, spec: Mapping[str, Any], tensors: Mapping[str, Floats]) -> None:
        self._layout, action = Layout(self._file.observation), build(self._file.action)
        self._discrete = isinstance(action, spaces.Discrete)
        if not isinstance(action, spaces.Discrete | spaces.Box):
            raise TypeError(f"its action space is {self._file.action['type']}, known are discrete and box")
        self._action = action
        paths = [leaf.path for leaf in self._layout.leaves]
        self._inputs = [paths.index(tuple(path)) for path in spec["inputs"]]
        self._layers = [
            (tensors[layer["weight"]], tensors[layer["bias"]], _ACTIVATIONS[layer.get("activation", "none")])
            for layer in spec["layers"]
        ]
        scaling = spec.get("normalise")
        self._mean, self._std, self._clip = None, None, np.inf
        if scaling:
            self._mean, self._std = tensors[scaling["mean"]].ravel(), tensors[scaling["std"]].ravel()
            self._clip = float(scaling.get("clip", np.inf))
        self._log_std = tensors[spec["log_std"]].ravel() if "log_std" in spec else None
        self._check_sizes()

    def _check_sizes(self) -> None:
        """Follow the widths from the observation to the action."""
        width = sum(int(np.prod(self._layout.leaves[number].shape)) for number in self._inputs)
        if self._mean is not None and self._std is not None and {len(self._mean), len(self._std)} != {width}:
            raise ValueError(
                f"normalise has {len(self._mean)} and {len(self._std)} numbers, the input has {width}"
            )
        for number, (weight, bias, _) in enumerate(self._layers):
            if weight.ndim != 2 or weight.shape[1] != width or bias.shape != weight.shape[:1]:
                raise ValueError(
                    f"layer {number} has weight {weight.shape} and bias {bias.shape} for {width} inputs"
                )
            width = len(bias)
        wanted = (
            int(self._action.n)
            if isinstance(self._action, spaces.Discrete)
            else int(np.prod(self._action.shape))
        )
        if not self._layers or width != wanted:
            raise ValueError(f"the last layer gives {width} numbers, the action space needs {wanted}")

    def accept(self, hello: Hello) -> tuple[Group, ...]:
        """Only groups with exactly the spaces it was trained with."""
        if hello.options.get("mode", self.mode) != self.mode:
            raise RefusedError(
                Refusal.UNSUPPORTED, f"this server decides {self.mode}, not {hello.options['mode']}"
            )
        misfit = self._file.misfit(hello.groups)
        if misfit:
            raise RefusedError(Refusal.SPACES, misfit)
        return tuple(Group(g.agents, self._file.observation, self._file.action) for g in hello.groups)

    def decide(self, batch: Batch) -> Sequence[Any]:
        """One forward pass for all rows."""
        outputs = self.forward([batch.arrays[number].data for number in self._inputs])
        if self._discrete:
            return self._choose(batch, outputs)
        return self._place(batch, outputs)

    def forward(self, inputs: Sequence[NDArray[Any]]) -> Floats:
        """The last layer's outputs, shape ``(rows, out)``, for leaves of shape ``(rows, *leaf)``."""
        rows = len(inputs[0])
        x: Floats = np.concatenate([leaf.reshape(rows, -1) for leaf in inputs], axis=1, dtype=np.float32)
        if self._mean is not None and self._std is not None:
            x = np.clip((x - self._mean) / self._std, -self._clip, self._clip).astype(np.float32)
        for weight, bias, activation in self._layers:
            x = activation(x @ weight.T + bias)
        return x

    def _choose(self, batch: Batch, logits: Floats) -> list[int]:
        if batch.legal is not None:
            if batch.legal.shape != logits.shape:
                raise WireError(f"masks of shape {batch.legal.shape} for {logits.shape[1]} actions")
            logits = np.where(batch.legal != 0, logits, -np.inf).astype(np.float32)
        if self.mode == "sampled":
            # Gumbel-max: the argmax of logits plus Gumbel noise is a draw from their softmax.
            noise = [seat.rng.gumbel(size=logits.shape[1]) for seat in batch.seats]
            logits = logits + np.array(noise, np.float32)
        assert isinstance(self._action, spaces.Discrete)
        return [int(choice) + int(self._action.start) for choice in logits.argmax(axis=1)]

    def _place(self, batch: Batch, means: Floats) -> list[Any]:
        assert isinstance(self._action, spaces.Box)
        if self.mode == "sampled" and self._log_std is not None:
            noise = np.array([seat.rng.standard_normal(means.shape[1]) for seat in batch.seats], np.float32)
            means = (means + np.exp(self._log_std) * noise).astype(np.float32)
        shaped = means.reshape(-1, *self._action.shape)
        return list(np.clip(shaped, self._action.low, self._action.high).astype(self._action.dtype))


def _read_tensors(path: Path) -> dict[str, Floats]:
    try:
        with safe_open(path, framework="np") as file:
            return {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, TypeError) as error:
        raise ControllerError(f"{path} cannot be read as a safetensors file: {error}") from error


def load(word: ModelWord, settings: LoadSettings) -> Backend:
    """The policy file that the word names."""
    return MlpBackend(word.path, settings.mode)
