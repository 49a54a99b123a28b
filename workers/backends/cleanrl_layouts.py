"""CleanRL's networks, recognised by the names and shapes of their weights and described as data.

CleanRL's scripts define their networks themselves and save a ``state_dict`` only. Those of the published
single-file scripts differ in names, so they can be told apart:

====================== ==================================== ===================== ============================
layout                 weights                              activation            scripts
====================== ==================================== ===================== ============================
``ppo``                ``actor.0``, ``actor.2``, ...        tanh                  ppo
``ppo_continuous``     ``actor_mean.0``, ``actor_logstd``   tanh                  ppo_, rpo_continuous_action
``ppo_atari``          ``network.0`` (conv), ``actor``      relu, x / 255         ppo_atari, ppo_atari_envpool
``ppo_atari_lstm``     the same and ``lstm``                relu, x / 255         ppo_atari_lstm
``ppo_pettingzoo``     the same with 6 channels in (H, W,   relu, 4 of them / 255 ppo_pettingzoo_ma_atari
                       C): 4 frames, an agent indicator
``dqn``                ``network.0``, ``network.2``, ...    relu                  dqn
``dqn_atari``          ``network.0`` (conv) to ``.9``       relu, x / 255         dqn_atari
``c51``, ``c51_atari`` the same and ``atoms``               relu                  c51, c51_atari
``sac``                ``fc1``, ``fc2``, ``fc_mean``,       relu                  sac_continuous_action
                       ``fc_logstd``, ``action_scale``
``sac_atari``          ``conv.0``, ``fc1``, ``fc_logits``   relu, x / 255         sac_atari
``td3``                ``fc1``, ``fc2``, ``fc_mu``,         relu                  td3, ddpg_continuous_action
                       ``action_scale``, ``action_bias``
``mlp``                one Sequential of linear layers      as the word says      anything else of that form
====================== ==================================== ===================== ============================

Critics are left out. Widths and depths are free, except those of the convolutions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Tensors = Mapping[str, Array]
Outputs = Mapping[str, Array]
Spec = dict[str, Any]
Finish = Callable[[dict[str, Array], str], Outputs]

_CRITICS = re.compile(r"(critic|value|vf|qf\d?|target)(\.|_|$)")
_CONVOLUTIONS = ((0, 8, 4), (2, 4, 2), (4, 3, 1))
"""Number in the Sequential, kernel and stride."""
_PIXELS: tuple[Spec, ...] = ({"step": "scale", "divide": 255.0},)
_LOG_STD_RANGE = (-5.0, 2.0)
"""Of SAC's squashed ``fc_logstd``."""


@dataclass(frozen=True, slots=True)
class CleanrlLayout:
    """How one of CleanRL's networks is computed."""

    name: str
    network: Spec
    """Its architecture, see :mod:`arena.training.architecture`."""
    head: Spec
    steps: tuple[Spec, ...] = ()
    """The beginning of its forward pass, as steps behind the pipeline."""
    flat: bool = True
    """Whether it takes a vector."""
    finish: Finish | None = field(default=None, repr=False)
    """The end of its forward pass: from outputs and the mode to what the head needs."""
    drawing_head: Spec | None = None
    """The head where actions are drawn, if it is another one."""

    def head_for(self, mode: str) -> Spec:
        """The head in this mode."""
        return self.drawing_head if self.drawing_head is not None and mode == "sampled" else self.head


def recognise(tensors: Tensors, activation: str = "") -> CleanrlLayout:
    """The layout of these weights; ``activation`` says which one a plain ``mlp`` has.

    Raises ``ValueError``, naming the weights, where it is none of the known.
    """
    for find in (_sac_atari, _sac_or_td3, _convolutional, _continuous, _mlp):
        found = find(tensors, activation)
        if found is not None:
            return found
    names = sorted(tensors)
    more = f" and {len(names) - 24} more" if len(names) > 24 else ""
    raise ValueError(
        f"its weights are those of no layout that is known: {', '.join(names[:24])}{more}; name the class of "
        "its network with net=module:Class"
    )


# ---- pieces -----------------------------------------------------------------------------------------------


def _linear(name: str) -> Spec:
    return {"layer": "linear", "of": name}


def _numbers(tensors: Tensors, prefix: str) -> list[int]:
    """The places of a Sequential that have weights."""
    found = (re.fullmatch(rf"{re.escape(prefix)}\.(\d+)\.weight", name) for name in tensors)
    return sorted(int(match[1]) for match in found if match)


def _stack(tensors: Tensors, prefix: str, activation: str) -> list[Spec] | None:
    """A Sequential of linear layers with one activation between each two; ``None`` where it is none."""
    numbers = _numbers(tensors, prefix)
    matrices = all(tensors[f"{prefix}.{number}.weight"].ndim == 2 for number in numbers)
    if not numbers or numbers != list(range(0, 2 * len(numbers), 2)) or not matrices:
        return None
    layers = [layer for number in numbers for layer in (_linear(f"{prefix}.{number}"), {"layer": activation})]
    return layers[:-1]


def _has_only(tensors: Tensors, *prefixes: str) -> bool:
    """Whether there is nothing else, critics aside."""
    return all(
        _CRITICS.match(name) or any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)
        for name in tensors
    )


def _convolutions(tensors: Tensors, prefix: str) -> list[Spec] | None:
    """The three convolutions that all of CleanRL's Atari networks begin with."""
    layers: list[Spec] = []
    for number, kernel, stride in _CONVOLUTIONS:
        name = f"{prefix}.{number}"
        weight = tensors.get(f"{name}.weight")
        if weight is None or weight.ndim != 4 or weight.shape[2:] != (kernel, kernel):
            return None
        layers += [{"layer": "conv2d", "of": name, "stride": stride}, {"layer": "relu"}]
    return [*layers, {"layer": "flatten"}]


# ---- layouts ----------------------------------------------------------------------------------------------


def _mlp(tensors: Tensors, activation: str) -> CleanrlLayout | None:
    """``ppo``, ``dqn``, ``c51``, or any one Sequential where the activation is said."""
    prefixes = {name.rpartition(".")[0].rpartition(".")[0] for name in tensors if not _CRITICS.match(name)}
    named = sorted(prefix for prefix in prefixes if prefix)
    if len(named) != 1 or not _has_only(tensors, named[0], "atoms"):
        return None
    prefix = named[0]
    known = {"actor": ("ppo", "tanh"), "network": ("dqn", "relu"), "q_network": ("dqn", "relu")}
    name, usual = known.get(prefix, ("mlp", ""))
    layers = _stack(tensors, prefix, activation or usual)
    if layers is None:
        return None
    if not activation and not usual:
        raise ValueError(
            f"its weights are those of a perceptron, {prefix}, but of no known script, so nothing says "
            "what lies between its layers; add activation=tanh or activation=relu"
        )
    if "atoms" in tensors:
        return _c51(tensors, "c51", layers)
    if name == "ppo":
        return CleanrlLayout("ppo", {"layers": layers, "outputs": {"logits": []}}, {"type": "categorical"})
    if name == "dqn":
        return CleanrlLayout("dqn", {"layers": layers, "outputs": {"values": []}}, {"type": "values"})
    # What the action space makes of them: logits of a Discrete, means of a Box.
    return CleanrlLayout("mlp", {"layers": layers, "outputs": {"logits": [], "mean": []}}, {})


def _continuous(tensors: Tensors, _activation: str) -> CleanrlLayout | None:
    if "actor_logstd" not in tensors or not _has_only(tensors, "actor_mean", "actor_logstd"):
        return None
    layers = _stack(tensors, "actor_mean", "tanh")
    if layers is None:
        return None
    network: Spec = {"layers": layers, "outputs": {"mean": []}, "constants": {"log_std": "actor_logstd"}}
    return CleanrlLayout("ppo_continuous", network, {"type": "gaussian"})


def _convolutional(tensors: Tensors, _activation: str) -> CleanrlLayout | None:
    begin = _convolutions(tensors, "network")
    if begin is None or "network.7.weight" not in tensors:
        return None
    layers = [*begin, _linear("network.7"), {"layer": "relu"}]
    if "network.9.weight" in tensors and _has_only(tensors, "network", "atoms"):
        layers.append(_linear("network.9"))
        if "atoms" in tensors:
            return _c51(tensors, "c51_atari", layers, _PIXELS, flat=False)
        network: Spec = {"layers": layers, "outputs": {"values": []}}
        return CleanrlLayout("dqn_atari", network, {"type": "values"}, _PIXELS, flat=False)
    if "actor.weight" not in tensors or not _has_only(tensors, "network", "actor", "lstm"):
        return None
    name, steps = "ppo_atari", _PIXELS
    if "lstm.weight_ih_l0" in tensors:
        name = "ppo_atari_lstm"
        layers.append({"layer": "lstm", "of": "lstm"})
    elif tensors["network.0.weight"].shape[1] == 6:
        name = "ppo_pettingzoo"
        steps = (
            {"step": "scale", "divide": [255.0] * 4 + [1.0] * 2},
            {"step": "transpose", "axes": [2, 0, 1]},
        )
    network = {"layers": layers, "outputs": {"logits": [_linear("actor")]}}
    return CleanrlLayout(name, network, {"type": "categorical"}, steps, flat=False)


def _c51(
    tensors: Tensors, name: str, layers: list[Spec], steps: tuple[Spec, ...] = (), *, flat: bool = True
) -> CleanrlLayout:
    """The value of an action is the mean of the distribution over the atoms that its logits give."""
    atoms = tensors["atoms"].astype(np.float32).ravel()

    def expect(outputs: dict[str, Array], _mode: str) -> Outputs:
        given = outputs["values"]
        logits = given.reshape(len(given), -1, len(atoms))
        weights = np.exp(logits - logits.max(axis=2, keepdims=True))
        weights /= weights.sum(axis=2, keepdims=True)
        return {"values": (weights * atoms).sum(axis=2)}

    network = {"layers": layers, "outputs": {"values": []}}
    return CleanrlLayout(name, network, {"type": "values"}, steps, flat, expect)


def _sac_atari(tensors: Tensors, _activation: str) -> CleanrlLayout | None:
    begin = _convolutions(tensors, "conv")
    if begin is None or not _has_only(tensors, "conv", "fc1", "fc_logits"):
        return None
    layers = [*begin, _linear("fc1"), {"layer": "relu"}]
    network = {"layers": layers, "outputs": {"logits": [_linear("fc_logits")]}}
    return CleanrlLayout("sac_atari", network, {"type": "categorical"}, _PIXELS, flat=False)


def _sac_or_td3(tensors: Tensors, _activation: str) -> CleanrlLayout | None:
    if not {"fc1.weight", "fc2.weight", "action_scale", "action_bias"} <= set(tensors):
        return None
    layers = [_linear("fc1"), {"layer": "relu"}, _linear("fc2"), {"layer": "relu"}]
    scale, bias = (
        tensors[name].astype(np.float32).reshape(1, -1) for name in ("action_scale", "action_bias")
    )
    common = ("fc1", "fc2", "action_scale", "action_bias")
    if "fc_mu.weight" in tensors and _has_only(tensors, *common, "fc_mu"):
        network: Spec = {"layers": layers, "outputs": {"mean": [_linear("fc_mu"), {"layer": "tanh"}]}}

        def stretch(outputs: dict[str, Array], _mode: str) -> Outputs:
            return {"mean": outputs["mean"] * scale + bias}

        return CleanrlLayout("td3", network, {"type": "gaussian"}, finish=stretch)
    if not _has_only(tensors, *common, "fc_mean", "fc_logstd"):
        return None
    outputs = {"mean": [_linear("fc_mean")], "log_std": [_linear("fc_logstd"), {"layer": "tanh"}]}
    network = {"layers": layers, "outputs": outputs}

    def squash(outputs: dict[str, Array], mode: str) -> Outputs:
        if mode != "sampled":
            return {"mean": np.tanh(outputs["mean"]) * scale + bias}
        low, high = _LOG_STD_RANGE
        log_std = low + (high - low) / 2 * (outputs["log_std"] + 1)
        return {"mean": outputs["mean"], "log_std": log_std.astype(np.float32)}

    drawing = {"type": "gaussian", "bounds": "tanh"}
    return CleanrlLayout("sac", network, {"type": "gaussian"}, finish=squash, drawing_head=drawing)
