"""Serves .onnx files with ONNX Runtime: the least memory and the shortest decisions of all frameworks.

A file that carries a description (:mod:`arena.training.onnx_metadata`) says what its inputs and outputs are.
Of one that does not, they are inferred where there is no doubt, and it is refused with their names otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from arena.errors import ControllerError
from arena.training.describing import describe_onnx
from arena.training.model_word import ModelWord
from arena.wire.arrays import Layout
from arena.wire.spaces import Plain
from workers.backends.contract import Backend, LoadSettings
from workers.backends.heads import HEADS
from workers.backends.network import NetworkBackend

Array = NDArray[Any]
_TYPES: Mapping[str, type[np.generic]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(uint8)": np.uint8,
    "tensor(int8)": np.int8,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
}
_OTHER_HEADS = {"action": "action", "values": "values"}
"""What an only output of this name says of the head."""
_OUTPUTS = tuple(sorted({need for head in HEADS.values() for need in head.needs} | {"log_std"}))


@dataclass(frozen=True, slots=True)
class _Memory:
    """One recurrent state: where it goes in, where it comes out, and which of its axes counts the rows."""

    input: str
    output: str
    axis: int
    start: Array


class OnnxNetwork:
    """A session of ONNX Runtime, with names for what goes in and out."""

    def __init__(self, session: Any, spec: Mapping[str, Any]) -> None:
        """``spec`` may hold ``inputs``, ``outputs`` and ``memory``. Raises ``ValueError`` where names are in
        doubt.
        """
        self._session = session
        known = {node.name: node for node in session.get_inputs()}
        given = {node.name: node for node in session.get_outputs()}
        self._types = {name: _type_of(node) for name, node in known.items()}
        self._memory = [_memory(one, known, given) for one in spec.get("memory", [])]
        self.start = [memory.start for memory in self._memory]
        others = [name for name in known if name not in {memory.input for memory in self._memory}]
        self.inputs = [_known(name, known, "input") for name in spec.get("inputs", others)]
        if set(self.inputs) != set(others):
            raise ValueError(f"it needs the inputs {', '.join(others)}, its description says {self.inputs}")
        self.shapes = {name: known[name].shape for name in self.inputs}
        self._outputs = _outputs(spec, given, {memory.output for memory in self._memory})
        self._fetch = [*self._outputs.values(), *(memory.output for memory in self._memory)]
        self.outputs = list(self._outputs)
        self._one_by_one = any(shape and shape[0] == 1 for shape in self.shapes.values())

    def forward(
        self, inputs: Sequence[Array], memory: Sequence[Array]
    ) -> tuple[Mapping[str, Array], Sequence[Array]]:
        """Outputs by name and the new state. A file that was exported for one row runs once a row."""
        if len(inputs) != len(self.inputs):
            raise ValueError(
                f"its inputs are {', '.join(self.inputs)}, but the pipeline gives {len(inputs)} arrays"
            )
        rows = len(inputs[0])
        if not self._one_by_one or rows == 1:
            return self._run(inputs, memory)
        runs = [
            self._run([x[row : row + 1] for x in inputs], [x[row : row + 1] for x in memory])
            for row in range(rows)
        ]
        outputs = {name: np.concatenate([run[0][name] for run in runs]) for name in runs[0][0]}
        return outputs, [np.concatenate(states) for states in zip(*(run[1] for run in runs), strict=True)]

    def _run(self, inputs: Sequence[Array], memory: Sequence[Array]) -> tuple[dict[str, Array], list[Array]]:
        feeds = {
            name: x.astype(self._types[name], copy=False) for name, x in zip(self.inputs, inputs, strict=True)
        }
        for state, x in zip(self._memory, memory, strict=True):
            feeds[state.input] = np.ascontiguousarray(np.moveaxis(x, 0, state.axis))
        try:
            results = self._session.run(self._fetch, feeds)
        except Exception as error:  # the runtime's errors have no base of their own
            raise ValueError(str(error)) from error
        outputs = {
            name: _rows_first(result, len(inputs[0]))
            for name, result in zip(self._outputs, results, strict=False)
        }
        after = results[len(self._outputs) :]
        return outputs, [np.moveaxis(x, state.axis, 0) for state, x in zip(self._memory, after, strict=True)]


class OnnxBackend(NetworkBackend):
    """One session for all its seats. Raises :class:`ControllerError` for a file it cannot serve."""

    network: OnnxNetwork

    def __init__(self, path: Path, settings: LoadSettings, module: str = "", pipeline: str = "") -> None:
        """``pipeline`` is a JSON file that describes the policy, for files that do not do so themselves."""
        file = describe_onnx(path, module, pipeline)
        try:
            network = OnnxNetwork(_session(path, settings), file.spec)
        except (ValueError, TypeError, KeyError) as error:
            raise ControllerError(f"{path} cannot be served: {error}") from error
        self._infers = "pipeline" not in file.spec
        if not file.head and len(network.outputs) == 1 and network.outputs[0] in _OTHER_HEADS:
            file = replace(file, head={"type": _OTHER_HEADS[network.outputs[0]]})
        super().__init__(network, file, backend="onnxruntime", mode=settings.mode, label="ONNX")

    def steps(self, observation: Plain) -> Sequence[Mapping[str, Any]]:
        """The description's pipeline, or what the inputs' names and shapes leave no doubt of."""
        return _inferred(observation, self.network) if self._infers else self.file.pipeline


def load(word: ModelWord, settings: LoadSettings) -> Backend:
    """The .onnx file that the word names; ``pipeline=FILE.json`` describes it."""
    return OnnxBackend(word.path, settings, word.module, str(word.options.get("pipeline", "")))


def _session(path: Path, settings: LoadSettings) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = settings.threads, 1
    options.log_severity_level = 3
    provider = "CUDAExecutionProvider" if settings.device.startswith("cuda") else "CPUExecutionProvider"
    here = onnxruntime.get_available_providers()
    if provider not in here or settings.device.partition(":")[0] not in {"cpu", "cuda"}:
        raise ValueError(f"device {settings.device!r} cannot be used by this ONNX Runtime; it has {here}")
    try:
        # From bytes: a path would let the file name others beside it.
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=[provider])
    except Exception as error:  # the runtime's errors have no base of their own
        raise ValueError(f"ONNX Runtime says: {error}") from error


# ---- names ------------------------------------------------------------------------------------------------


def _type_of(node: Any) -> type[np.generic]:
    if node.type not in _TYPES:
        raise ValueError(f"its input {node.name} has the type {node.type}; known: {', '.join(_TYPES)}")
    return _TYPES[node.type]


def _known(name: Any, nodes: Mapping[str, Any], what: str) -> str:
    if name not in nodes:
        raise ValueError(f"it has no {what} {name!r}; it has {', '.join(nodes)}")
    return str(name)


def _memory(spec: Mapping[str, Any], inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> _Memory:
    name, axis = _known(spec["input"], inputs, "input"), int(spec.get("axis", 0))
    shape = list(inputs[name].shape)
    if not 0 <= axis < len(shape):
        raise ValueError(f"the state {name} has the shape {shape}, which has no axis {axis}")
    shape.pop(axis)
    if not all(isinstance(length, int) for length in shape):
        raise ValueError(f"the state {name} has the shape {inputs[name].shape}; only rows may vary")
    start = np.zeros(shape, _type_of(inputs[name]))
    return _Memory(name, _known(spec["output"], outputs, "output"), axis, start)


def _outputs(spec: Mapping[str, Any], nodes: Mapping[str, Any], states: set[str]) -> dict[str, str]:
    """What heads call an output -> what the file calls it."""
    if "outputs" in spec:
        return {name: _known(output, nodes, "output") for name, output in spec["outputs"].items()}
    others = [name for name in nodes if name not in states]
    named = {name: name for name in others if name in _OUTPUTS}
    if named:
        return named
    if len(others) == 1:
        is_action = nodes[others[0]].type in {"tensor(int64)", "tensor(int32)"}
        return {"action": others[0]} if is_action else {"logits": others[0], "mean": others[0]}
    raise ValueError(
        f"its outputs are {', '.join(others)}, and it does not say which is what: call them "
        f"{', '.join(_OUTPUTS)}, or describe them (docs/policies.md)"
    )


def _rows_first(result: Array, rows: int) -> Array:
    """An output of finished actions may lack every axis."""
    return result.reshape(rows) if result.ndim == 0 else result


def _inferred(observation: Plain, network: OnnxNetwork) -> list[Mapping[str, Any]]:
    """Which leaf goes into which input, flattened where the input is flat. Raises ``ValueError``."""
    leaves = {leaf.path: leaf for leaf in Layout(observation).leaves}
    chosen: list[tuple[str | int, ...]] = []
    for name in network.inputs:
        same = [path for path in leaves if name in {"/".join(map(str, path)), ".".join(map(str, path))}]
        rest = [path for path in leaves if path != ("action_mask",)]
        chosen += same or (rest if len(network.inputs) == 1 else [])
    if len(chosen) != len(network.inputs):
        known = ", ".join("/".join(map(str, path)) or "one array" for path in leaves)
        raise ValueError(
            f"its inputs are {', '.join(network.inputs)}, the observation has {known}; which goes where is "
            "not clear: describe it (docs/policies.md)"
        )
    steps: list[Mapping[str, Any]] = [{"step": "select", "leaves": [list(path) for path in chosen]}]
    if len(chosen) == 1 and len(network.shapes[network.inputs[0]]) == 2:
        steps.append({"step": "flatten"})
    return steps
