"""The way a person plays: through which device, with which layout."""

from __future__ import annotations

from dataclasses import dataclass

from controllers.bindings import Layout
from controllers.inputs import Device


@dataclass(frozen=True, slots=True)
class Way:
    """What a target like ``pad0`` comes down to here and now."""

    backend: str
    """``keyboard/wasd``, ``pad/standard`` or ``pointer``."""
    device: Device | None
    """``None``: no device of its own (pointer)."""
    layout: Layout | None
