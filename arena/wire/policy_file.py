"""What a policy file says about itself: the description in the metadata of a safetensors file.

The tensors are the business of whoever serves the policy (``workers/backends/mlp.py`` documents the whole
format); name and spaces are of use before anything is started.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.errors import ControllerError, WireError
from arena.wire.messages import Group
from arena.wire.spaces import Plain, check, difference

METADATA_KEY = "arena.mlp"
FORMAT = 1
MODES = ("deterministic", "sampled")


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy file's description, checked as far as that goes without its tensors."""

    path: Path
    name: str
    description: str
    label: str
    mode: str
    observation: Plain
    action: Plain
    spec: Mapping[str, Any]
    """The whole description."""

    def misfit(self, groups: Sequence[Group]) -> str | None:
        """Why it cannot play seats with these spaces; ``None`` if it can."""
        for group in groups:
            for kind, ours in (("observation", self.observation), ("action", self.action)):
                found = difference(getattr(group, kind), ours)
                if found:
                    return f"the {kind} space of {', '.join(group.agents)} does not fit: {found}"
        return None


def read_policy_file(path: Path) -> PolicyFile:
    """Read the description. Raises :class:`ControllerError` where there is none or it is malformed."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise ControllerError(f"{path} cannot be read as a safetensors file: {error}") from error
    if METADATA_KEY not in metadata:
        raise ControllerError(
            f"{path} has no metadata {METADATA_KEY!r} that says how its network is built (docs/protocol.md)"
        )
    try:
        return _described(path, json.loads(metadata[METADATA_KEY]))
    except (ValueError, TypeError, KeyError, WireError) as error:
        raise ControllerError(f"{path} is not a policy this Arena can serve: {error}") from error


def _described(path: Path, spec: Any) -> PolicyFile:
    if not isinstance(spec, dict):
        raise TypeError(f"its metadata {METADATA_KEY!r} is not a JSON object")
    if spec["format"] != FORMAT:
        raise ValueError(f"its format is {spec['format']!r}, known is {FORMAT}")
    mode = spec.get("mode", MODES[0])
    if mode not in MODES:
        raise ValueError(f"its mode {mode!r} is not one of {', '.join(MODES)}")
    for name in ("observation", "action"):
        check(spec[name])
    return PolicyFile(
        path=path,
        name=str(spec.get("name") or path.stem)[:128],
        description=str(spec.get("description", ""))[:4096],
        label=str(spec.get("label", ""))[:128],
        mode=mode,
        observation=spec["observation"],
        action=spec["action"],
        spec=spec,
    )


def fingerprint(path: Path) -> str:
    """Eight hex digits of the file's contents, which tell two policies of one name apart."""
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=4).hexdigest()
    except OSError as error:
        raise ControllerError(f"cannot read {path}: {error.strerror}") from error
