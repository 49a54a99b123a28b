"""What a policy file says about itself: the JSON object in its metadata, under the key ``arena.policy``.

Safetensors files hold it beside their tensors, ONNX files in their ``metadata_props``; docs/policies.md
documents every key. Names, spaces and preprocessing are of use before anything is started, so nothing here
needs a framework.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import ArenaError, ControllerError, UnknownNameError, WireError
from arena.training.model_word import beside
from arena.training.pipeline import Pipeline
from arena.wire.messages import Group
from arena.wire.spaces import Plain, check, describe, difference

METADATA_KEY = "arena.policy"
MLP_KEY = "arena.mlp"
"""Of files from before there were other networks than perceptrons."""
FORMAT = 1
MODES = ("deterministic", "sampled")

KEYS = (
    "format", "name", "description", "label", "game", "observation", "action", "pipeline", "network", "head",
    "mode", "memory", "inputs", "outputs", "modules", "agents",
)  # fmt: skip
"""Of the JSON object. Others are refused, so that a slip of the pen is noticed."""

_MODULE_KEYS = tuple(key for key in KEYS if key not in {"format", "modules"})


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy's description, checked as far as that goes without its network."""

    path: Path
    name: str
    description: str = ""
    label: str = ""
    mode: str = MODES[0]
    observation: Plain | None = None
    """The raw space, before the pipeline; ``None``: not known, which only descriptions beside files of other
    formats may leave out.
    """
    action: Plain | None = None
    game: str = ""
    """The game it was trained in; for people."""
    pipeline: tuple[Mapping[str, Any], ...] = ()
    head: Mapping[str, Any] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)
    """The whole description."""
    module: str = ""
    """Which of several in the file."""

    def misfit(self, groups: Sequence[Group]) -> str | None:
        """Why it cannot play seats with these spaces; ``None`` if it can, as far as is known."""
        for group in groups:
            for kind, ours in (("observation", self.observation), ("action", self.action)):
                found = difference(getattr(group, kind), ours) if ours is not None else None
                if found:
                    return f"the {kind} space of {', '.join(group.agents)} does not fit: {found}"
        return None


def read_policy_file(path: Path, module: str = "") -> PolicyFile:
    """Read the description of a safetensors file.

    Raises :class:`ControllerError` where there is none or it is malformed.
    """
    return describe_policy(path, _metadata_of(path), module)


def describe_policy(path: Path, metadata: Mapping[str, str], module: str = "") -> PolicyFile:
    """The description that a file's metadata hold.

    Raises :class:`ControllerError` where they hold none, or it is malformed, and :class:`UnknownNameError`
    where it has no such ``module``.
    """
    try:
        if METADATA_KEY in metadata:
            return from_spec(path, json.loads(metadata[METADATA_KEY]), module)
        if MLP_KEY in metadata:
            return from_spec(path, translate(json.loads(metadata[MLP_KEY])), module)
    except (ValueError, TypeError, KeyError, RecursionError, WireError) as error:
        raise _unfit(path, error) from error
    raise ControllerError(
        f"{path} has no metadata {METADATA_KEY!r} that says how its network is built (docs/policies.md)"
    )


def from_spec(path: Path, spec: Any, module: str = "", *, spaces_needed: bool = True) -> PolicyFile:
    """A description from its JSON object, or from that of its ``module``.

    Raises :class:`ControllerError` where it is malformed.
    """
    try:
        return _described(path, _of_module(spec, module), module, spaces_needed=spaces_needed)
    except (ValueError, TypeError, KeyError, RecursionError, WireError) as error:
        raise _unfit(path, error) from error


def read_beside(path: Path, written: str = "", module: str = "") -> PolicyFile:
    """The description of a model of another format, from a JSON file that lies beside it.

    ``written`` is a path that the user gave; without one it is the model's with ``.arena.json`` behind, which
    may be missing. The file holds a description, of which every key may be left out, or just the list that
    is its pipeline. Raises :class:`ControllerError` where it cannot be read.
    """
    place = Path(written).expanduser() if written else beside(path)
    if not written and not place.is_file():
        return from_spec(path, {"format": FORMAT}, module, spaces_needed=False)
    try:
        spec = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ControllerError(f"{place} cannot be read as JSON: {error}") from error
    if isinstance(spec, list):
        spec = {"pipeline": spec}
    elif not isinstance(spec, dict):
        raise ControllerError(f"{place} holds neither a description nor a list of pipeline steps")
    return from_spec(path, {"format": FORMAT, **spec}, module, spaces_needed=False)


def _unfit(path: Path, error: Exception) -> ControllerError:
    said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return ControllerError(f"{path} is not a policy this Arena can serve: {said}")


def _of_module(spec: Any, module: str) -> Mapping[str, Any]:
    if not isinstance(spec, dict):
        raise TypeError("its description is not a JSON object")
    if spec["format"] != FORMAT:
        raise ValueError(f"its format is {spec['format']!r}, known is {FORMAT}")
    _check_keys(spec, KEYS)
    modules = spec.get("modules", {})
    if not isinstance(modules, dict) or not all(isinstance(inner, dict) for inner in modules.values()):
        raise TypeError("modules is not a map from name to description")
    common: dict[str, Any] = {key: value for key, value in spec.items() if key != "modules"}
    if not modules:
        if module:
            raise ValueError(f"it holds one policy, there is no #{module}")
        return common
    if not module and len(modules) > 1:
        raise ValueError(f"it holds {', '.join(modules)}; say which: FILE#{next(iter(modules))}")
    chosen = module or next(iter(modules))
    if chosen not in modules:
        raise UnknownNameError("module", chosen, modules)
    _check_keys(modules[chosen], _MODULE_KEYS)
    return {**common, **modules[chosen]}


def _check_keys(spec: Mapping[str, Any], known: Sequence[str]) -> None:
    for key in spec:
        if key not in known:
            raise ValueError(f"its description has the unknown key {key!r}; known: {', '.join(known)}")


def _described(path: Path, spec: Mapping[str, Any], module: str, *, spaces_needed: bool) -> PolicyFile:
    mode = spec.get("mode", MODES[0])
    if mode not in MODES:
        raise ValueError(f"its mode {mode!r} is not one of {', '.join(MODES)}")
    for name in ("observation", "action"):
        if name in spec or spaces_needed:
            check(spec[name])
    head, pipeline = spec.get("head", {}), spec.get("pipeline", [])
    if not isinstance(head, dict):
        raise TypeError("head is not a JSON object")
    if not isinstance(pipeline, list) or not all(isinstance(step, dict) for step in pipeline):
        raise TypeError("pipeline is not a list of JSON objects")
    return PolicyFile(
        path=path,
        name=str(spec.get("name") or path.stem)[:128],
        description=str(spec.get("description", ""))[:4096],
        label=str(spec.get("label", ""))[:128],
        mode=mode,
        observation=spec.get("observation"),
        action=spec.get("action"),
        game=str(spec.get("game", ""))[:128],
        pipeline=tuple(pipeline),
        head=head,
        spec=spec,
        module=module,
    )


def translate(old: Any) -> dict[str, Any]:
    """The description of an ``arena.mlp`` file in today's words."""
    if not isinstance(old, dict):
        raise TypeError(f"its metadata {MLP_KEY!r} is not a JSON object")
    pipeline: list[dict[str, Any]] = [{"step": "select", "leaves": old["inputs"]}, {"step": "flatten"}]
    if old.get("normalise"):
        pipeline.append({"step": "normalise", **old["normalise"]})
    layers: list[dict[str, Any]] = []
    for layer in old["layers"]:
        layers.append({"layer": "linear", "weight": layer["weight"], "bias": layer["bias"]})
        if layer.get("activation", "none") != "none":
            layers.append({"layer": layer["activation"]})
    network: dict[str, Any] = {"layers": layers}
    if "log_std" in old:
        network["constants"] = {"log_std": old["log_std"]}
    kept = ("format", "name", "description", "label", "game", "observation", "action", "mode")
    return {
        **{key: old[key] for key in kept if key in old},
        "pipeline": pipeline,
        "network": network,
    }


# ---- files ------------------------------------------------------------------------------------------------


def _metadata_of(path: Path) -> Mapping[str, str]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            return dict(file.metadata() or {})
    except (OSError, SafetensorError) as error:
        raise ControllerError(f"{path} cannot be read as a safetensors file: {error}") from error


def read_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """Every tensor of a safetensors file. Raises :class:`ControllerError`."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, TypeError) as error:
        raise ControllerError(f"{path} cannot be read as a safetensors file: {error}") from error


def save(
    path: Path | str,
    tensors: Mapping[str, Any],
    *,
    observation: spaces.Space[Any] | Plain,
    action: spaces.Space[Any] | Plain,
    network: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    **more: Any,
) -> None:
    """Write a policy file, all at once, so that a server which follows it never sees half of one.

    ``tensors`` are NumPy arrays or a PyTorch ``state_dict()``; ``network`` is the architecture, or just its
    list of layers; ``more`` are other keys of the description (``name``, ``pipeline``, ``head``, ...).
    Raises :class:`ControllerError` for a description that could not be read again, and ``OSError``.
    """
    path = Path(path)
    architecture = dict(network) if isinstance(network, Mapping) else {"layers": list(network)}
    spec = {
        "format": FORMAT,
        **more,
        "observation": _plain(observation),
        "action": _plain(action),
        "network": architecture,
    }
    arrays = {name: _array(tensor) for name, tensor in tensors.items()}
    try:
        text = json.dumps(spec, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ControllerError(f"the description of {path} cannot be written as JSON: {error}") from error
    described = from_spec(path, json.loads(text), next(iter(more.get("modules", {})), ""))
    assert described.observation is not None
    Pipeline.parse(described.pipeline, described.observation, tensors=arrays)
    _write(path, arrays, text)


def _write(path: Path, arrays: dict[str, NDArray[Any]], text: str) -> None:
    from safetensors.numpy import save_file

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        save_file(arrays, name, metadata={METADATA_KEY: text})
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _plain(space: spaces.Space[Any] | Plain) -> Plain:
    try:
        return describe(space) if isinstance(space, spaces.Space) else space
    except ArenaError as error:
        raise ControllerError(f"a policy file cannot hold this space: {error}") from error


def _array(tensor: Any) -> NDArray[Any]:
    """A tensor of either kind as a contiguous array; PyTorch itself need not be imported for that."""
    if hasattr(tensor, "detach"):
        tensor = tensor.detach().cpu().numpy()
    return np.ascontiguousarray(tensor)


def with_mode(file: PolicyFile, mode: str | None) -> PolicyFile:
    """The description with another mode. Raises :class:`ControllerError` for a mode that is none."""
    if mode is not None and mode not in MODES:
        raise ControllerError(f"mode {mode!r} is not one of {', '.join(MODES)}")
    return replace(file, mode=mode or file.mode)
