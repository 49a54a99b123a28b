"""docs/serving.md names every kind of model, every option and every figure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from arena.training.model_word import COMMON, KINDS, ModelKind
from workers.desk import Desk
from workers.models import Model
from workers.telemetry import Telemetry

PAGE = (Path(__file__).parents[2] / "docs" / "serving.md").read_text(encoding="utf-8")
LINES = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if "|" in line]
ROWS = {cells[0]: cells for cells in LINES if cells}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_has_its_row(kind: ModelKind) -> None:
    _, target, needs, options = ROWS[f"`{kind.name}`"]
    assert all(f"`{suffix}`" in target for suffix in kind.suffixes)
    assert (f"arena-seats[{kind.extra}]" in needs) == bool(kind.extra)
    if not kind.is_code:
        assert tuple(re.findall(r"`(\w+)`", options)) == kind.options


def test_every_common_option_is_named() -> None:
    assert all(f"`{name}`" in PAGE for name in COMMON)


def test_every_figure_is_named() -> None:
    from workers.backends.contract import Backend

    desk = Desk(Model.of(Backend()))
    desk.figures.batch(3, 0.001)
    telemetry, told = Telemetry("ipc:///somewhere", desk.models), dict[str, set[str]]()
    telemetry._publisher.close()
    telemetry._emit = lambda kind, **fields: told.update({kind: set(fields)})  # type: ignore[method-assign]
    telemetry.tell(desk, 5)
    named = set(re.findall(r"`(\w+)`", ROWS["`figures`"][1]))
    assert told["figures"] <= named
