"""What the core weighs on disk, installed from its wheel into an environment of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.budget import hold
from tools.wheel_test import CORE_MB_MAX, build, install, size_mb

HEAVY = {"torch", "ray", "tensorflow", "jax"}
"""Trainers belong to extras."""


@pytest.mark.bench
def test_the_core_is_light(tmp_path: Path) -> None:
    environment = tmp_path / "bare"
    install(build(tmp_path / "dist"), environment)
    installed = {
        path.name.partition("-")[0].lower() for path in environment.rglob("*.dist-info") if path.is_dir()
    }
    assert not installed & HEAVY
    hold(
        "core install",
        size_mb(environment),
        at_most=CORE_MB_MAX,
        unit="MB",
        note=f"{len(installed)} distributions, no torch, no ray",
    )
