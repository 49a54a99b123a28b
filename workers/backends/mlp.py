"""Serves small networks from policy files with NumPy alone: linear layers and what goes between them.

:mod:`arena.training.policy_file` says what the files hold. Those with the key ``arena.mlp``, from before
there was more than perceptrons, are read too. Nothing in a file can run code.
"""

from __future__ import annotations

from pathlib import Path

from arena.errors import ControllerError
from arena.training.architecture import parse_architecture
from arena.training.model_word import ModelWord
from arena.training.policy_file import read_policy_file, read_tensors
from workers.backends.contract import Backend, LoadSettings
from workers.backends.heads import head_for
from workers.backends.network import NetworkBackend
from workers.backends.numpy_net import NumpyNetwork


class MlpBackend(NetworkBackend):
    """One network in memory for all its seats. Raises :class:`ControllerError` for a file it cannot serve."""

    def __init__(self, path: Path, mode: str | None = None, module: str = "") -> None:
        """``mode`` is ``deterministic`` or ``sampled``; ``None``: what the file says."""
        file, tensors = read_policy_file(path, module), read_tensors(path)
        assert file.action is not None
        try:
            output = head_for(file.action, file.head).needs[0]
            architecture = parse_architecture(file.spec.get("network"), tensors, output)
            network = NumpyNetwork(architecture)
        except (KeyError, TypeError, ValueError) as error:
            raise ControllerError(f"{path} is not a policy this Arena can serve: {error}") from error
        super().__init__(network, file, backend="numpy", mode=mode, label=architecture.label, tensors=tensors)


def load(word: ModelWord, settings: LoadSettings) -> Backend:
    """The policy file that the word names."""
    return MlpBackend(word.path, settings.mode, word.module)
