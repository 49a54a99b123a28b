"""What pip is told about us agrees with what is here."""

import tomllib
from importlib.metadata import PackageNotFoundError, distribution, entry_points, version
from pathlib import Path

import pytest

from arena import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
GROUPS = ("console_scripts", "arena.games", "arena.controllers", "arena.views", "arena.workers")
PINS = [
    line.strip().split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
]


def test_the_installed_version_is_this_one() -> None:
    assert version("arena-seats") == __version__


@pytest.mark.parametrize("group", GROUPS)
def test_every_entry_point_loads(group: str) -> None:
    ours = [point for point in entry_points(group=group) if point.dist and point.dist.name == "arena-seats"]
    named = (
        PROJECT["scripts"] if group == "console_scripts" else PROJECT.get("entry-points", {}).get(group, {})
    )
    assert {point.name: point.value for point in ours} == named, (
        "run `make setup`: pyproject.toml has changed"
    )
    for point in ours:
        point.load()


def test_every_pinned_package_that_is_installed_has_the_pinned_version() -> None:
    wrong = []
    for name, pinned in PINS:
        try:
            found = distribution(name).version
        except PackageNotFoundError:
            continue  # an extra
        if found.partition("+")[0] != pinned:  # torch's builds add what they were built for
            wrong.append(f"{name} {found}, pinned {pinned}")
    assert not wrong


def test_no_line_of_the_constraints_is_a_range() -> None:
    lines = [line.strip() for line in (ROOT / "constraints.txt").read_text().splitlines()]
    assert all("==" in line for line in lines if line and not line.startswith("#"))


def test_the_core_has_neither_torch_nor_ray() -> None:
    assert not [line for line in PROJECT["dependencies"] if line.startswith(("torch", "ray"))]


def test_the_changelog_knows_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()
