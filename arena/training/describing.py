"""What can be known of a model before anything is loaded, and without any framework."""

from __future__ import annotations

from pathlib import Path

from arena.training.model_word import POLICY_FILE_SUFFIX, ModelWord, current
from arena.training.onnx_metadata import read_onnx_metadata
from arena.training.policy_file import (
    METADATA_KEY,
    PolicyFile,
    describe_policy,
    read_beside,
    read_policy_file,
)


def describe_model(word: ModelWord) -> PolicyFile | None:
    """The description of a policy file or an ONNX file; ``None`` for models that say later who they are.

    Raises :class:`arena.errors.ControllerError` for a file that is malformed or cannot be served.
    """
    path = current(word).path
    if path.suffix == POLICY_FILE_SUFFIX:
        return read_policy_file(path, word.module)
    if path.suffix == ".onnx":
        file = describe_onnx(path, word.module, str(word.options.get("pipeline", "")))
        return file if len(file.spec) > 1 else None
    return None


def describe_onnx(path: Path, module: str = "", written: str = "") -> PolicyFile:
    """What an ONNX file says about itself, else a JSON file beside it: ``written``, or the usual one.

    Of a file that nothing describes the description is empty. Raises
    :class:`arena.errors.ControllerError`.
    """
    metadata = read_onnx_metadata(path)
    if METADATA_KEY in metadata and not written:
        return describe_policy(path, metadata, module)
    return read_beside(path, written, module)
