"""Serves small networks from policy files with NumPy alone: linear layers and what goes between them.

:mod:`arena.training.policy_file` says what the files hold. Those with the key ``arena.mlp``, from before
there was more than perceptrons, are read too. Nothing in a file can run code.
"""

from __future__ import annotations

from pathlib import Path

from arena.errors import ControllerError
from arena.training.model_word import ModelWord
from workers.backends.contract import Backend, LoadSettings
from workers.backends.network import NetworkBackend
from workers.backends.numpy_net import NumpyNetwork
from workers.backends.opened import open_policy


class MlpBackend(NetworkBackend):
    """One network in memory for all its seats. Raises :class:`ControllerError` for a file it cannot serve."""

    def __init__(self, path: Path, mode: str | None = None, module: str = "") -> None:
        """``mode`` is ``deterministic`` or ``sampled``; ``None``: what the file says."""
        opened = open_policy(path, module)
        try:
            network = NumpyNetwork(opened.architecture)
        except ValueError as error:
            raise ControllerError(f"{path} is not served by NumPy: {error}") from error
        super().__init__(
            network,
            opened.file,
            backend="numpy",
            mode=mode,
            label=opened.architecture.label,
            tensors=opened.tensors,
        )


def load(word: ModelWord, settings: LoadSettings) -> Backend:
    """The policy file that the word names."""
    return MlpBackend(word.path, settings.mode, word.module)
