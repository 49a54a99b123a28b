"""Serves RLlib checkpoints as the RLModules they are, without starting Ray.

A checkpoint consists of pickles. They are read as data (:mod:`workers.backends.safe_pickle`): of the classes
they name only RLlib's own modules, catalogs and configurations are ever imported, and those that the user
vouches for with ``allow=module:Class`` (several joined by ``+``). From these a module is built with the
arguments that the checkpoint holds, and gets its weights.

One model may hold several modules. ``#name`` picks one; without it each agent is played by the module that
``agents`` in the description beside the checkpoint says, or else by the one that is called like the agent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from ray.rllib.core.distribution.torch.torch_distribution import (
    TorchCategorical,
    TorchDiagGaussian,
    TorchMultiCategorical,
    TorchSquashedGaussian,
)
from ray.rllib.core.rl_module.torch import TorchRLModule

from arena.errors import ControllerError, WireError
from arena.training.model_word import ModelWord
from arena.training.policy_file import PolicyFile, read_beside
from arena.wire.spaces import Plain, describe
from workers.backends.contract import Backend, LoadSettings
from workers.backends.network import NetworkBackend
from workers.backends.rllib_build import Vouched, build_module
from workers.backends.rllib_checkpoint import Checkpoint, Surroundings, read_checkpoint
from workers.backends.rllib_network import ModuleNetwork, Reading
from workers.backends.routed import RoutedBackend


@dataclass(frozen=True, slots=True)
class _Source:
    """What every module of one word is loaded with."""

    word: ModelWord
    settings: LoadSettings
    checkpoint: Checkpoint
    file: PolicyFile


def load(word: ModelWord, settings: LoadSettings) -> Backend:
    """The checkpoint that the word names. Raises :class:`ControllerError`, saying what would help."""
    torch.set_num_threads(settings.threads)
    checkpoint = read_checkpoint(word.path)
    file = read_beside(word.path.resolve(), str(word.options.get("pipeline", "")))
    source = _Source(word, settings, checkpoint, file)
    if word.module or len(checkpoint.modules) == 1:
        return _load_module(source, word.module or next(iter(checkpoint.modules)))
    players = _players(source)
    names = sorted(set(players.values()))
    return RoutedBackend({name: _load_module(source, name) for name in names}, players, name=file.name)


def _players(source: _Source) -> dict[str, str]:
    """Agent -> module, for a checkpoint of several."""
    modules, agents = source.checkpoint.modules, source.checkpoint.surroundings.agents
    written = source.file.spec.get("agents")
    if written is not None:
        if not isinstance(written, dict) or not all(name in modules for name in written.values()):
            raise ControllerError(
                f"agents of the description of {source.word.path} must map agents to {', '.join(modules)}"
            )
        return {str(agent): str(name) for agent, name in written.items()}
    alike = {name: name for name in modules if not agents or name in agents}
    if alike and set(agents) <= set(alike):
        return alike
    first = next(iter(modules))
    raise ControllerError(
        f"{source.word.path} holds the modules {', '.join(modules)}, and which of them plays whom was "
        "decided by a function, which is never read from a pickle; name one "
        f"(rllib:{source.word.target}#{first}), or "
        f'write {{"agents": {{"AGENT": "{first}", ...}}}} into {source.word.path.name}.arena.json beside it'
    )


def _load_module(source: _Source, name: str) -> NetworkBackend:
    vouched = Vouched.of(source.word)
    stored = source.checkpoint.pick(name)
    module = build_module(stored, vouched)
    try:
        module.to(source.settings.device)
    except (RuntimeError, AssertionError) as error:
        raise ControllerError(
            f"device {source.settings.device!r} cannot be used: {str(error).splitlines()[0]}"
        ) from error
    several = len(source.checkpoint.modules) > 1
    where = f"{source.word.path}#{name}" if several else str(source.word.path)
    try:
        network = ModuleNetwork(module, source.settings.device)
        mode = source.settings.mode or source.file.mode
        head = source.file.head or _head(network, module, source.checkpoint.surroundings, where, mode)
        file = _described(source, name if several else "", module, head)
        return NetworkBackend(
            network,
            file,
            backend="rllib",
            mode=source.settings.mode,
            label=type(module).__name__,
        )
    except (ValueError, TypeError, KeyError, RuntimeError) as error:
        raise ControllerError(f"{where} cannot be served: {type(error).__name__}: {error}") from error


# ---- what it says about itself ----------------------------------------------------------------------------


def _described(source: _Source, name: str, module: TorchRLModule, head: Mapping[str, Any]) -> PolicyFile:
    """The description: what is written beside the checkpoint, and what the checkpoint knows where it says
    nothing.
    """
    file, surroundings = source.file, source.checkpoint.surroundings
    changed = surroundings.observation_pieces
    if changed and "pipeline" not in file.spec:
        raise ControllerError(
            f"{source.word.path} was trained behind the connectors {', '.join(changed)}, which changed what "
            "it saw; say what they did as a pipeline: pipeline=FILE.json (docs/frameworks.md)"
        )
    observation, action = _raw_spaces(surroundings, name)
    if observation is None and "pipeline" not in file.spec:
        observation = _plain(module.observation_space)
    return replace(
        file,
        name=f"{file.name} {name}".strip() if "name" not in file.spec else file.name,
        module=name,
        observation=file.observation or observation,
        action=file.action or action or _plain(module.action_space),
        head=head,
    )


def _raw_spaces(surroundings: Surroundings, name: str) -> tuple[Plain | None, Plain | None]:
    """As the environment had them, if all agents had the same or one is called like the module."""
    agents = surroundings.agents
    known = [agents[name]] if name in agents else list(agents.values())
    pairs = [(_plain(observation), _plain(action)) for observation, action in known]
    return pairs[0] if pairs and all(pair == pairs[0] for pair in pairs) else (None, None)


def _plain(space: spaces.Space[Any] | None) -> Plain | None:
    try:
        return describe(space) if space is not None else None
    except WireError:
        return None


def _head(
    network: ModuleNetwork, module: TorchRLModule, surroundings: Surroundings, where: str, mode: str
) -> Mapping[str, Any]:
    """The head that turns its outputs into actions as RLlib does in this mode."""
    if surroundings.action_pieces:
        raise ControllerError(
            f"{where} was trained with the connectors {', '.join(surroundings.action_pieces)}, which changed "
            "its actions; serve it from a server of your own, or say what it plays as head in the description"
        )
    if network.reading is Reading.VALUES:
        return {"type": "values"}
    if network.reading is Reading.ACTIONS:
        return {"type": "action"}
    distribution = network.distribution
    if issubclass(distribution, TorchCategorical | TorchMultiCategorical):
        return {"type": "categorical"}
    if issubclass(distribution, TorchSquashedGaussian | TorchDiagGaussian):
        # RLlib 2.60 squashes what it draws, but not the mean, which it plays where it does not explore.
        squashes = issubclass(distribution, TorchSquashedGaussian) and mode == "sampled"
        return _gaussian(module.action_space, surroundings, where, squashes=squashes)
    raise ControllerError(
        f"{where} draws actions from {distribution.__name__}, which is not known here; known are categorical "
        "and normal distributions"
    )


def _gaussian(
    space: spaces.Space[Any], surroundings: Surroundings, where: str, *, squashes: bool
) -> Mapping[str, Any]:
    if not isinstance(space, spaces.Box) or np.dtype(space.dtype).kind != "f":
        raise ControllerError(f"{where} draws real numbers for the action space {space}")
    stretched = surroundings.normalize_actions and space.is_bounded()
    if squashes:
        if not stretched and not ((space.low == -1).all() and (space.high == 1).all()):
            raise ControllerError(f"{where} gives numbers from -1 to 1 for the action space {space}")
        return {"type": "gaussian", "bounds": "tanh"}
    return {"type": "gaussian", "bounds": "stretch" if stretched else "clip"}
