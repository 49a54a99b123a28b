"""Checkpoints of foreign frameworks, trained once a run of the tests, each in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arena.processes import module_command
from tests.e2e.headless.shell import environment

PATIENCE_S = 300.0
MASKED = "tests.training_kit.masked_module:MaskedModule"
"""What ``allow=`` must vouch for to serve the RLlib case ``masked``."""


@cache
def _rllib(folder: Path) -> Path:
    scratch = Path(tempfile.mkdtemp(prefix="rl"))  # Ray's sockets need short paths
    try:
        _run("tests.training_kit.rllib_training", folder, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


@cache
def _cleanrl(folder: Path) -> Path:
    model = folder / "ppo.cleanrl_model"
    _run("tests.training_kit.ppo_single_file", model)
    return model


def _run(module: str, *arguments: Path) -> None:
    done = subprocess.run(
        module_command(module, *map(str, arguments)),
        env=environment(HOME=str(arguments[0].parent), OMP_NUM_THREADS="1"),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]


def _folder(factory: pytest.TempPathFactory, name: str) -> Path:
    folder = factory.getbasetemp() / name
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def rllib_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one checkpoint a case, see :mod:`tests.training_kit.rllib_training`."""
    return _rllib(_folder(tmp_path_factory, "rllib"))


@pytest.fixture(scope="session")
def cleanrl_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ``.cleanrl_model`` for tic-tac-toe, see :mod:`tests.training_kit.ppo_single_file`."""
    return _cleanrl(_folder(tmp_path_factory, "cleanrl"))


def noted(path: Path) -> tuple[Mapping[str, Any], Any]:
    """Observations by leaf and the actions that the framework itself gave, from an ``.npz`` of a training."""
    with np.load(path) as file:
        seen = {name.removeprefix("seen_"): file[name] for name in file.files if name.startswith("seen_")}
        return seen, file["actions"]
