"""Writes one module of an RLlib checkpoint as an .onnx file that plays the same.

What it writes needs neither Ray nor PyTorch, starts in a tenth of the time and holds no pickle.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arena.errors import ControllerError
from arena.training.model_word import parse_model_word
from arena.training.pipeline import Pipeline
from arena.training.policy_file import FORMAT
from workers.backends.contract import LoadSettings
from workers.backends.network import NetworkBackend
from workers.backends.onnx_export import write_onnx
from workers.backends.rllib_module import load
from workers.backends.rllib_network import ModuleNetwork


def export_rllib(word: str, target: Path | str) -> None:
    """Write the module that ``word`` names, such as ``runs/checkpoint_10#main,allow=nets:Masked``, to
    ``target``.

    Raises :class:`arena.errors.ArenaError` where it could not be served either, :class:`ControllerError` for
    several modules at once, or for one whose spaces are known to nobody.
    """
    parsed = parse_model_word(word)
    backend = load(parsed, LoadSettings())
    if not isinstance(backend, NetworkBackend) or not isinstance(backend.network, ModuleNetwork):
        raise ControllerError(f"{word} stands for several modules; name one of them: {parsed.target}#MODULE")
    file, network = backend.file, backend.network
    if file.observation is None or file.action is None:
        raise ControllerError(
            f"{word}: nothing says which spaces it plays with; write observation and action into the "
            "description beside it"
        )
    described: dict[str, Any] = {
        "format": FORMAT,
        "name": file.name,
        "description": file.description,
        "label": file.label or backend.policy.label,
        "game": file.game,
        "mode": file.mode,
        "observation": file.observation,
        "action": file.action,
        "pipeline": [dict(step) for step in file.pipeline],
        "head": dict(file.head),
    }
    inputs = Pipeline.parse(file.pipeline, file.observation).zeros(2)
    try:
        write_onnx(Path(target), network.module, network.compute, inputs, network.start, described)
    except Exception as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ControllerError(f"{word} cannot be written as ONNX: {said[:300]}; serve it as it is") from error
