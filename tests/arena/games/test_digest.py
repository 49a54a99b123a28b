"""The running fingerprint: what it sees, and what it must not depend on."""

import hashlib
import struct
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from arena.errors import GameError
from arena.games.contract import StepResult
from arena.games.digest import Digest

RESULT = StepResult(
    acted=("a",),
    observations={"a": {"x": np.arange(6.0).reshape(2, 3), "y": (np.int8(1), 2)}, "b": np.zeros(3, bool)},
    rewards={"a": 1.0, "b": -1.0},
    terminated={"b": True},
    truncated={"b": False},
    infos={"a": {"time": 1}},
    alive=("a",),
    due=("a",),
)


def digest(*results: StepResult) -> str:
    running = Digest()
    for result in results:
        running.update(result)
    return running.hex()


@pytest.mark.parametrize(
    "change",
    [
        {"observations": RESULT.observations | {"b": np.array([0, 0, 1], bool)}},
        {"observations": RESULT.observations | {"b": np.zeros(3, np.uint8)}},
        {"observations": RESULT.observations | {"b": np.zeros((3, 1), bool)}},
        {"observations": {"a": RESULT.observations["a"]}},
        {"observations": {"a": RESULT.observations["b"], "b": RESULT.observations["a"]}},
        {
            "observations": RESULT.observations
            | {"a": {"x": RESULT.observations["a"]["x"], "y": (np.int8(1), 3)}}
        },
        {"rewards": {"a": 1.0, "b": -1.0000001}},
        {"terminated": {"b": False}, "truncated": {"b": True}},
        {"terminated": {"b": True}, "truncated": {"b": True}},
        {"terminated": {}, "truncated": {}},
    ],
)
def test_every_difference_shows(change: dict[str, Any]) -> None:
    assert digest(replace(RESULT, **change)) != digest(RESULT)


@pytest.mark.parametrize(
    "change",
    [
        {"infos": {"a": {"time": 2}}},
        {"observations": dict(reversed(RESULT.observations.items()))},
        {
            "observations": RESULT.observations
            | {"a": {"y": (1, np.int64(2)), "x": np.arange(6.0).reshape(2, 3)}}
        },
        {
            "observations": RESULT.observations
            | {"a": {"x": np.asfortranarray(np.arange(6.0).reshape(2, 3)), "y": (1, 2)}}
        },
        {
            "observations": RESULT.observations
            | {"a": {"x": np.arange(6.0, dtype=">f8").reshape(2, 3), "y": (1, 2)}}
        },
    ],
)
def test_order_layout_and_infos_do_not_show(change: dict[str, Any]) -> None:
    assert digest(replace(RESULT, **change)) == digest(RESULT)


def test_order_in_time_shows() -> None:
    other = replace(RESULT, rewards={})
    assert digest(RESULT, other) != digest(other, RESULT)


def test_a_copy_goes_its_own_way() -> None:
    running = Digest()
    running.update(RESULT)
    branch = running.copy()
    branch.update(RESULT)
    assert running.hex() == digest(RESULT)
    assert branch.hex() == digest(RESULT, RESULT)


def test_another_process_comes_to_the_same() -> None:
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "from tests.arena.games.test_digest import RESULT, digest\n"
        "print(digest(RESULT, RESULT))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "1234"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == digest(RESULT, RESULT)


def test_an_observation_of_objects_is_refused() -> None:
    with pytest.raises(GameError, match="no digest"):
        digest(replace(RESULT, observations={"a": object()}))


@pytest.mark.parametrize("size", [3, 5000], ids=["joined", "hashed where it lies"])
@pytest.mark.parametrize("step", [1, 2])
def test_its_bytes_are_those_of_the_format(size: int, step: int) -> None:
    seen = np.arange(size * step, dtype=">f4")[::step]
    only: dict[str, Any] = {
        "observations": {"ab": seen},
        "rewards": {"ab": 0.5},
        "terminated": {"ab": True},
        "truncated": {},
    }
    name = b"\x02\x00ab"
    told = b"o" + name + f"<f4({size},)".encode() + seen.astype("<f4").tobytes()
    told += b"r" + name + struct.pack("<d", 0.5) + b"e" + name + b"\x01"
    expected = hashlib.blake2b(told, digest_size=16, person=b"arena-digest").hexdigest()
    assert digest(replace(RESULT, **only)) == expected
