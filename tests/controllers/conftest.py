"""What the tests of seats behind a policy server share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gymnasium import spaces

from tests.controllers.policies import Drivers, Liar, Play
from tests.wire_kit import BOARD, save_policy


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    path = tmp_path / "pia.safetensors"
    save_policy(path, BOARD, spaces.Discrete(9))
    return path


@pytest.fixture
def play() -> Iterator[Play]:
    """A function that seats a controller and resets it; all are closed at the end."""
    drivers = Drivers()
    yield drivers.play
    drivers.close()


@pytest.fixture
def liar() -> Iterator[Liar]:
    liar = Liar()
    yield liar
    liar.socket.close()
