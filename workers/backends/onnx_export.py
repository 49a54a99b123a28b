"""Writes a policy file as an .onnx file that is served the same.

It needs PyTorch and the package ``onnx``; what it writes needs ONNX Runtime alone.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
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


class _Positional(Module):
    """The network with its inputs and outputs in a row, as ONNX has them."""

    def __init__(self, built: Built, inputs: int) -> None:
        super().__init__()
        self.built, self.inputs = built, inputs

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """Outputs, then state."""
        outputs, state = self.built(tensors[: self.inputs], tensors[self.inputs :])
        return (*outputs.values(), *state)


def export_onnx(source: Path | str, target: Path | str, module: str = "") -> None:
    """Write the policy of ``source`` (or its ``module``) to ``target``, with its description.

    Raises :class:`ControllerError` for a source that cannot be served.
    """
    source, target = Path(source), Path(target)
    opened = open_policy(source, module)
    assert opened.file.observation is not None
    pipeline = Pipeline.parse(opened.file.pipeline, opened.file.observation, tensors=opened.tensors)
    state = [torch.from_numpy(one).expand(2, *one.shape) for one in start_of(opened.architecture)]
    inputs = [torch.from_numpy(zeros) for zeros in pipeline.zeros(2)]
    ins = [f"input_{number}" for number in range(len(inputs))]
    outs = [*opened.architecture.outputs, *opened.architecture.constants]
    before, after = ([f"state_{number}_{end}" for number in range(len(state))] for end in ("in", "out"))
    names = [*ins, *before, *outs, *after]
    network = _Positional(Built(opened.architecture).eval(), len(inputs))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tracing, and of this exporter's age: the newer one takes seconds
        torch.onnx.export(
            network,
            (*inputs, *state),
            str(target),
            dynamo=False,
            opset_version=OPSET,
            input_names=[*ins, *before],
            output_names=[*outs, *after],
            dynamic_axes={name: {0: "rows"} for name in names},
        )
    memory = [{"input": i, "output": o} for i, o in zip(before, after, strict=True)]
    described = _description(opened) | {"inputs": ins, "outputs": {name: name for name in outs}}
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
