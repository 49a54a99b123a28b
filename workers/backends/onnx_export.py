"""Writes a policy file as an .onnx file that is served the same.

It needs PyTorch and the package ``onnx``; what it writes needs ONNX Runtime alone.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from arena.training.onnx_metadata import write_onnx_metadata
from arena.training.pipeline import Pipeline
from workers.backends.opened import Opened, open_policy
from workers.backends.torch_net import Built, Module, start_of

OPSET = 17


Compute = Callable[[Sequence[Tensor], Sequence[Tensor]], tuple[Mapping[str, Tensor], Sequence[Tensor]]]
"""Outputs by name and new state, for inputs and state."""


class _Positional(Module):
    """A network with its inputs and outputs in a row, as ONNX has them."""

    def __init__(self, network: torch.nn.Module, compute: Compute, inputs: int) -> None:
        super().__init__()
        self.network, self.compute, self.inputs = network, compute, inputs

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """Outputs, then state."""
        outputs, state = self.compute(tensors[: self.inputs], tensors[self.inputs :])
        return (*outputs.values(), *state)


def export_onnx(source: Path | str, target: Path | str, module: str = "") -> None:
    """Write the policy of ``source`` (or its ``module``) to ``target``, with its description.

    Raises :class:`ControllerError` for a source that cannot be served.
    """
    source, target = Path(source), Path(target)
    opened = open_policy(source, module)
    assert opened.file.observation is not None
    pipeline = Pipeline.parse(opened.file.pipeline, opened.file.observation, tensors=opened.tensors)
    built = Built(opened.architecture).eval()
    start = start_of(opened.architecture)
    write_onnx(target, built, built.__call__, pipeline.zeros(2), start, _description(opened))


def write_onnx(
    target: Path,
    network: torch.nn.Module,
    compute: Compute,
    inputs: Sequence[NDArray[Any]],
    start: Sequence[NDArray[Any]],
    description: Mapping[str, Any],
) -> None:
    """Trace ``compute``, which uses the weights of ``network``, and write what it does to ``target``.

    ``inputs`` have two rows, ``start`` is one row's recurrent state; ``description`` says the rest of what a
    policy file would.
    """
    state = [torch.from_numpy(one).expand(2, *one.shape) for one in start]
    given = [torch.from_numpy(x) for x in inputs]
    with torch.inference_mode():
        outs = list(compute(given, state)[0])
    ins = [f"input_{number}" for number in range(len(given))]
    before, after = ([f"state_{number}_{end}" for number in range(len(state))] for end in ("in", "out"))
    names = [*ins, *before, *outs, *after]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tracing, and of this exporter's age: the newer one takes seconds
        torch.onnx.export(
            _Positional(network, compute, len(given)),
            (*given, *state),
            str(target),
            dynamo=False,
            opset_version=OPSET,
            input_names=[*ins, *before],
            output_names=[*outs, *after],
            dynamic_axes={name: {0: "rows"} for name in names},
        )
    memory = [{"input": i, "output": o} for i, o in zip(before, after, strict=True)]
    described = {**description, "inputs": ins, "outputs": {name: name for name in outs}}
    write_onnx_metadata(target, json.dumps(described | ({"memory": memory} if memory else {})))


def _description(opened: Opened) -> dict[str, Any]:
    """Without the network, and with the numbers of the pipeline written out."""
    kept = {key: value for key, value in opened.file.spec.items() if key != "network"}
    steps = [_written_out(step, opened.tensors) for step in opened.file.pipeline]
    return kept | {"pipeline": steps, "label": opened.file.label or opened.architecture.label}


def _written_out(step: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    named = {"mean", "std", "var", "divide", "times", "plus", "weights"}
    return {
        key: tensors[value].tolist() if key in named and isinstance(value, str) else value
        for key, value in step.items()
    }
