"""docs/policies.md names every key, layer, head and step, and its first example runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from gymnasium import spaces

from arena.training.layers import LAYER_KEYS
from arena.training.model_word import SIDE_CAR_SUFFIX
from arena.training.pipeline.pipeline import FRAME_SKIP
from arena.training.pipeline.step import Step
from arena.training.pipeline.steps import STEPS
from arena.training.policy_file import KEYS, METADATA_KEY, read_policy_file
from tests.stacks import requires_stack
from workers.backends.heads import HEADS

PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("|")
]


def row(name: str, columns: int) -> list[str]:
    """The cells of the row whose first cell names it, in a table of so many columns."""
    return next(cells for cells in ROWS if len(cells) == columns and name in re.findall(r"`(\w+)`", cells[0]))


@pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.name)
def test_every_step_has_its_row_with_its_keys(step: type[Step]) -> None:
    keys = re.findall(r"`(\w+)`", row(step.name, 3)[1])
    assert set(step.keys) - {"on"} <= set(keys)


def test_every_key_layer_and_head_is_named() -> None:
    assert row(FRAME_SKIP, 3)[1] == "`n`"
    for name in KEYS:
        assert f"`{name}`" in PAGE
    for layer, keys in LAYER_KEYS.items():
        assert all(f"`{key}`" in row(layer, 2)[1] for key in set(keys) - {"weight", "bias"})
    for name, head in HEADS.items():
        assert all(f"`{output}`" in row(name, 4)[2] for output in head.needs)
    assert METADATA_KEY in PAGE
    assert SIDE_CAR_SUFFIX in PAGE


@requires_stack("torch")
def test_the_first_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from torch import nn

    monkeypatch.chdir(tmp_path)
    example = PAGE.split("```python\n")[1].split("```")[0]
    given = {
        "actor": nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2)),
        "observation_space": spaces.Box(-1, 1, (4,)),
        "action_space": spaces.Discrete(2),
    }
    exec(example, given)
    assert read_policy_file(tmp_path / "pia.safetensors").name == "Pia"
