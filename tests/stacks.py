"""Which training stacks are here: Arena's extras, which a machine may lack.

A test that needs one is skipped where it is missing, unless ARENA_REQUIRE_STACKS is set, as in CI: then it
runs, and fails.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

_MODULES = {
    "torch": ("torch",),
    "onnx": ("onnxruntime", "onnx"),
    "rllib": ("ray.rllib", "torch"),
    "supersuit": ("supersuit",),
    "serve": ("ray.serve", "starlette"),
}


def requires_stack(*names: str) -> pytest.MarkDecorator:
    """A mark for tests that need the stacks ``names``: torch, onnx, rllib, supersuit, serve."""
    lacking = sorted({module for name in names for module in _MODULES[name] if not _is_here(module)})
    forced = os.environ.get("ARENA_REQUIRE_STACKS", "") not in {"", "0"}
    reason = f"{', '.join(lacking)} not installed; `make setup-all` installs the stacks"
    return pytest.mark.skipif(bool(lacking) and not forced, reason=reason)


def _is_here(module: str) -> bool:
    """Whether it can be found, without importing anything heavy: of a dotted name the top package counts."""
    return find_spec(module.partition(".")[0]) is not None
