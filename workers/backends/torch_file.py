"""Serves policy files with PyTorch: whatever :mod:`arena.training.architecture` can describe.

Weights come from safetensors and the network from data, so nothing in a file can run code.
"""

from __future__ import annotations

from pathlib import Path

import torch

from arena.errors import ControllerError
from arena.training.model_word import ModelWord
from workers.backends.contract import Backend, LoadSettings
from workers.backends.network import NetworkBackend
from workers.backends.opened import open_policy
from workers.backends.torch_net import TorchNetwork


class TorchBackend(NetworkBackend):
    """One network on one device, for all its seats.

    Raises :class:`ControllerError` for a file it cannot serve.
    """

    def __init__(self, path: Path, mode: str | None = None, module: str = "", device: str = "cpu") -> None:
        """``mode`` is ``deterministic`` or ``sampled``; ``None``: what the file says."""
        opened = open_policy(path, module)
        try:
            network = TorchNetwork(opened.architecture, device)
        except (ValueError, RuntimeError) as error:
            raise ControllerError(f"{path} cannot be served: {error}") from error
        super().__init__(
            network,
            opened.file,
            backend="torch" if device == "cpu" else f"torch on {device}",
            mode=mode,
            label=opened.architecture.label,
            tensors=opened.tensors,
        )


def load(word: ModelWord, settings: LoadSettings) -> Backend:
    """The policy file that the word names, on the device and with as many threads as asked for."""
    torch.set_num_threads(settings.threads)
    return TorchBackend(word.path, settings.mode, word.module, settings.device)
