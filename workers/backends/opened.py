"""A policy file opened: its description, its tensors and the network they make up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from arena.errors import ControllerError
from arena.training.architecture import Architecture, parse_architecture
from arena.training.policy_file import PolicyFile, read_policy_file, read_tensors
from workers.backends.heads import head_for


@dataclass(frozen=True, slots=True)
class Opened:
    """What the backends of policy files begin with."""

    file: PolicyFile
    tensors: dict[str, NDArray[Any]]
    architecture: Architecture


def open_policy(path: Path, module: str = "") -> Opened:
    """Read all of a policy file. Raises :class:`ControllerError` for one that does not add up."""
    file, tensors = read_policy_file(path, module), read_tensors(path)
    assert file.action is not None
    try:
        output = head_for(file.action, file.head).needs[0]
        architecture = parse_architecture(file.spec.get("network"), tensors, output)
    except (KeyError, TypeError, ValueError) as error:
        said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ControllerError(f"{path} is not a policy this Arena can serve: {said}") from error
    return Opened(file, tensors, architecture)
