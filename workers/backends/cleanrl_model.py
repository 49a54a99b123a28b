"""Serves what CleanRL's scripts save: the weights of a network that is defined elsewhere.

``torch.load`` reads them with ``weights_only=True``, so that nothing in the file is run. The network is one
of CleanRL's own, recognised by its weights (:mod:`workers.backends.cleanrl_layouts`), or the class that
``net=module:Class`` names: a ``torch.nn.Module`` whose ``forward(x)`` gives logits or Q values for a Discrete
action space, a mean or ``(mean, log_std)`` for a Box. Like CleanRL's, its constructor may take one argument
with ``single_observation_space`` and ``single_action_space``.

Such a file says nothing about the game. A description beside it (``NAME.cleanrl_model.arena.json``, or
``pipeline=FILE.json``) may; without one the network's widths are all that is compared, observations are
flattened where it takes vectors, and an ``action_mask`` among them is left out of what it sees.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import ControllerError
from arena.training.architecture import parse_architecture
from arena.training.model_word import ModelWord
from arena.training.pipeline import Pipeline
from arena.training.policy_file import PolicyFile, read_beside, with_mode
from arena.wire.arrays import Layout
from arena.wire.spaces import Plain, build
from controllers.simple import find_object
from workers.backends.cleanrl_layouts import CleanrlLayout, Finish, recognise
from workers.backends.contract import Backend, LoadSettings
from workers.backends.network import Network, NetworkBackend
from workers.backends.torch_net import TorchNetwork

Array = NDArray[Any]
_PLACES = ("model_weights", "model_state_dict", "state_dict", "agent", "actor", "policy", "model", "net")
"""Keys under which scripts put weights beside other things."""
_WRAPPERS = ("_orig_mod.", "module.")
"""What ``torch.compile`` and ``DistributedDataParallel`` put before names."""
_MASK = "action_mask"
_OBJECT_HELD = re.compile(r"GLOBAL ([\w.]+)")
"""In PyTorch's words on a file that is not weights alone: the class of what it holds."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def load(word: ModelWord, settings: LoadSettings) -> Backend:
    """The file that the word names. Raises :class:`ControllerError`."""
    torch.set_num_threads(settings.threads)
    path = word.path
    file = with_mode(read_beside(path, str(word.options.get("pipeline", "")), word.module), settings.mode)
    weights = read_weights(path)
    tensors = {name: _array(tensor) for name, tensor in weights.items()}
    try:
        if "net" in word.options:
            module = _make(str(word.options["net"]), file, tensors)
            return CleanrlBackend(OwnNetwork(module, weights, settings.device), file, tensors, None)
        layout = recognise(tensors, str(word.options.get("activation", "")))
        architecture = parse_architecture(layout.network, tensors, "logits")
        network: Network = TorchNetwork(architecture, settings.device)
    except (ValueError, TypeError, KeyError, RuntimeError) as error:
        raise ControllerError(f"{path} cannot be served: {error}") from error
    if layout.finish is not None:
        network = _Finished(network, layout.finish, file.mode)
    return CleanrlBackend(network, file, tensors, layout, label=f"{layout.name} {architecture.label}")


class CleanrlBackend(NetworkBackend):
    """A network with what is known about it."""

    def __init__(
        self,
        network: Network,
        file: PolicyFile,
        tensors: Mapping[str, Array],
        layout: CleanrlLayout | None,
        label: str = "PyTorch",
    ) -> None:
        """``layout``: of CleanRL's own networks."""
        self._layout = layout
        head = file.head or (layout.head_for(file.mode) if layout else {})
        super().__init__(
            network, replace(file, head=head), backend="torch", label=f"CleanRL {label}", tensors=tensors
        )

    def steps(self, observation: Plain) -> Sequence[Mapping[str, Any]]:
        """The description's pipeline, or what goes without saying; and how CleanRL's forward pass begins."""
        return steps_for(self.file, observation, self._layout)


def steps_for(file: PolicyFile, observation: Plain, layout: CleanrlLayout | None) -> list[Mapping[str, Any]]:
    """The steps before the network's first layer."""
    behind = list(layout.steps) if layout else []
    if "pipeline" in file.spec:
        return [*file.pipeline, *behind]
    leaves = [leaf.path for leaf in Layout(observation).leaves]
    seen = [path for path in leaves if path[-1:] != (_MASK,)]
    steps: list[Mapping[str, Any]] = []
    if 0 < len(seen) < len(leaves):
        steps.append({"step": "select", "leaves": [list(path) for path in seen]})
    if layout is not None and layout.flat:
        steps.append({"step": "flatten"})
    return [*steps, *behind]


# ---- weights ----------------------------------------------------------------------------------------------


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """The ``state_dict`` in a file, without running anything in it. Raises :class:`ControllerError`."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ControllerError(f"cannot read {path}: {error.strerror}") from error
    except Exception as error:
        raise ControllerError(f"{path} cannot be read as weights alone: {_why_unread(error)}") from error
    found = _weights_in(content)
    if found is None:
        raise ControllerError(f"{path} holds no weights by name: {_summary(content)}; save a state_dict()")
    return {_bare(name): tensor for name, tensor in found.items()}


def _why_unread(error: Exception) -> str:
    """What PyTorch says is advice to trust the file, coloured for terminals: said in words of ours."""
    said = str(error)
    held = _OBJECT_HELD.search(said)
    if held is not None:
        return (
            f"it holds a whole module or another object ({held[1]}), and loading one runs code in the file; "
            "save module.state_dict() instead"
        )
    if "TorchScript" in said:
        return "it is a TorchScript archive, which is code; save module.state_dict() instead"
    first = _COLOURS.sub("", said).strip().partition("\n")[0] or type(error).__name__
    plain = "".join(letter for letter in first if letter.isprintable())
    return f"{plain[:300]} - save agent.state_dict(), nothing else"


def _weights_in(content: Any) -> Mapping[str, torch.Tensor] | None:
    """A map from name to tensor; of several networks that were saved together, the first, or the actor."""
    if isinstance(content, Mapping):
        if content and all(isinstance(value, torch.Tensor) for value in content.values()):
            return content
        for place in _PLACES:
            found = _weights_in(content[place]) if place in content else None
            if found is not None:
                return found
    elif isinstance(content, list | tuple) and content:
        return _weights_in(content[0])
    return None


def _summary(content: Any) -> str:
    if isinstance(content, Mapping):
        return f"its keys are {', '.join(str(key) for key in list(content)[:16])}"
    return f"it is a {type(content).__name__}"


def _bare(name: str) -> str:
    for wrapper in _WRAPPERS:
        name = name.removeprefix(wrapper)
    return name


def _array(tensor: torch.Tensor) -> Array:
    array: Array = (tensor.float() if tensor.is_floating_point() else tensor).numpy()
    return array


# ---- networks ---------------------------------------------------------------------------------------------


class _Finished:
    """A network and what CleanRL's forward pass does behind its last layer."""

    def __init__(self, network: Network, finish: Finish, mode: str) -> None:
        self._network, self._finish, self._mode = network, finish, mode
        self.start = network.start

    def forward(
        self, inputs: Sequence[Array], memory: Sequence[Array]
    ) -> tuple[Mapping[str, Array], Sequence[Array]]:
        """As the network's."""
        outputs, after = self._network.forward(inputs, memory)
        return self._finish(dict(outputs), self._mode), after


class OwnNetwork:
    """A module of the user's. Raises ``ValueError`` for weights that do not fit it."""

    start: Sequence[Array] = ()

    def __init__(self, module: torch.nn.Module, weights: Mapping[str, torch.Tensor], device: str) -> None:
        """``weights`` must be all that ``module`` has, and no others."""
        try:
            module.load_state_dict(weights, strict=True)
            self._device = torch.device(device)
            self._module = module.to(self._device).eval().requires_grad_(requires_grad=False)
        except (RuntimeError, AssertionError) as error:
            raise ValueError(" ".join(str(error).split())[:400]) from error

    def forward(
        self, inputs: Sequence[Array], memory: Sequence[Array]
    ) -> tuple[Mapping[str, Array], Sequence[Array]]:
        """Whatever it gives, by the names that heads know."""
        with torch.inference_mode():
            given = self._module(*(torch.from_numpy(x.copy()).float().to(self._device) for x in inputs))
        if isinstance(given, Mapping):
            return {str(name): _numbers(value) for name, value in given.items()}, ()
        if isinstance(given, list | tuple):
            return dict(zip(("mean", "log_std"), map(_numbers, given), strict=False)), ()
        numbers = _numbers(given)
        return dict.fromkeys(("logits", "values", "mean"), numbers), ()


def _numbers(tensor: Any) -> Array:
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(f"its forward gives {type(tensor).__name__}, not tensors")
    array: Array = tensor.float().cpu().numpy()
    return array


def _make(target: str, file: PolicyFile, tensors: Mapping[str, Array]) -> torch.nn.Module:
    """An instance of the user's class. Raises :class:`ControllerError`."""
    found = find_object(target, "network class")
    if not (inspect.isclass(found) and issubclass(found, torch.nn.Module)):
        raise ControllerError(f"{target} is not a class that derives from torch.nn.Module")
    network_class: type[torch.nn.Module] = found
    if network_class.forward is torch.nn.Module.forward:
        raise ControllerError(
            f"{target} has no forward(self, x); give it one that returns logits, Q values or a mean"
        )
    needed = [
        parameter
        for parameter in inspect.signature(found).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if len(needed) > 1:
        raise ControllerError(
            f"{target} needs {', '.join(one.name for one in needed)}; let it take one argument, with "
            "single_observation_space and single_action_space, or none"
        )
    try:
        module: torch.nn.Module = found(*([_environments(target, file, tensors)] if needed else []))
    except ControllerError:
        raise
    except Exception as error:
        raise ControllerError(f"{target} cannot be made: {type(error).__name__}: {error}") from error
    return module


def _environments(target: str, file: PolicyFile, tensors: Mapping[str, Array]) -> SimpleNamespace:
    """What CleanRL's constructors ask of ``envs``: the spaces, with what comes out of the pipeline."""
    if file.observation is None or file.action is None:
        raise ControllerError(
            f"{target} is made with the spaces, which {file.path} does not hold; write observation and "
            f"action into {file.path.name}.arena.json beside it"
        )
    steps = steps_for(file, file.observation, None)
    (part, *_) = Pipeline.parse(steps, file.observation, tensors=tensors).parts
    low, high = (0, 255) if part.dtype == np.uint8 else (-np.inf, np.inf)
    observation = spaces.Box(low, high, part.shape, part.dtype.type)
    action = build(file.action)
    return SimpleNamespace(
        single_observation_space=observation,
        single_action_space=action,
        observation_space=observation,
        action_space=action,
        num_envs=1,
    )
