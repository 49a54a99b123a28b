"""What the doctor finds out about Python, packages, pygame's editions and our own names."""

import re
import sys
import tomllib
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path

import pytest

from arena.cli.health import installation
from arena.cli.health.check import Check

ROOT = Path(__file__).parents[4]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9_.-]+", requirement)
    assert found, requirement
    return found[0].lower()


def without(monkeypatch: pytest.MonkeyPatch, distribution: str) -> None:
    def version(name: str) -> str:
        if name == distribution:
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(installation, "version", version)


def test_every_dependency_is_looked_at() -> None:
    assert {name_of(line) for line in PROJECT["dependencies"]} <= set(installation.CORE)


def test_every_extra_is_looked_at() -> None:
    extras = set(PROJECT["optional-dependencies"]) - {"atari"}  # games.py looks for Atari's ROMs too
    extras -= {"dev", "stacks", "bench"}  # for who works on Arena: others need none of them
    assert set(installation.EXTRAS) == extras
    for extra, (distribution, _) in installation.EXTRAS.items():
        assert distribution in {name_of(line) for line in PROJECT["optional-dependencies"][extra]}


def test_every_package_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lines if "==" in line}
    wanted = set(installation.CORE) | {name for name, _ in installation.EXTRAS.values()}
    wanted |= {name_of(line) for line in PROJECT["optional-dependencies"]["dev"]}
    assert wanted <= pinned


def test_this_python_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert installation.python().status == "ok"
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    old = installation.python()
    assert old.status == "fail"
    assert "3.10.4; 3.11 or newer is needed" in old.detail


def test_a_missing_package_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "pymunk")
    missing = installation.package("pymunk", {})
    assert (missing.status, missing.detail) == ("fail", "not installed")
    assert "pip install" in missing.fix


def test_a_broken_package_is_not_called_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "pymunk")
    assert installation.package("msgpack", {"error": "ImportError('x')"}).status == "fail"
    assert installation.package("msgpack", {"file": "y"}).status == "ok"


def test_a_missing_extra_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "torch")
    note = installation.optional("torch", "torch", "train")
    assert note.status == "note"
    assert "[torch]" in note.fix


def test_modules_are_imported_one_by_one_past_any_that_fails_or_crashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fine.py").write_text("print('chatter')\n")
    (tmp_path / "broken.py").write_text("raise ImportError('no such symbol')\n")
    (tmp_path / "crash.py").write_text("import os; os.abort()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = installation.import_all(["broken", "crash", "fine"])
    assert set(found) == {"broken", "fine"}
    assert "no such symbol" in found["broken"]["error"]
    assert found["fine"]["file"] == str(tmp_path / "fine.py")


@pytest.fixture
def pygame_ce_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "pygame")


@pytest.mark.usefixtures("pygame_ce_alone")
def test_pygame_ce_alone_is_fine() -> None:
    check = installation.pygame_edition({"file": "x", "ce": True, "sdl": [2, 32, 10]})
    assert (check.status, check.detail) == ("ok", "pygame-ce alone, with SDL 2.32.10")


@pytest.mark.usefixtures("pygame_ce_alone")
def test_the_other_pygame_is_noticed_by_its_files() -> None:
    assert installation.pygame_edition({"file": "x", "ce": False, "sdl": [2, 0, 0]}).status == "fail"


def test_two_pygames_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "version", lambda name: "2.6.1")
    check = installation.pygame_edition({"file": "x", "ce": True, "sdl": [2, 32, 10]})
    assert check.status == "fail"
    assert "pygame 2.6.1 is installed beside pygame-ce" in check.detail
    assert "uninstall --yes pygame pygame-ce" in check.fix


def test_our_names_mean_our_files() -> None:
    found = {check.name: check.status for check in installation.rooms()}
    assert found == dict.fromkeys(installation.ROOMS, "ok")


def test_a_name_that_means_something_else_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stray = ModuleSpec("workers", None, origin=str(tmp_path / "workers.py"))
    monkeypatch.setattr(
        installation, "find_spec", lambda name: stray if name == "workers" else find_spec(name)
    )
    checks = {check.name: check for check in installation.rooms()}
    assert checks["workers"].status == "fail"
    assert str(tmp_path / "workers.py") in checks["workers"].fix
    assert checks["arena"].status == "ok"


def test_a_name_that_is_missing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda name: None)
    assert {check.status for check in installation.rooms()} == {"fail"}


def test_the_whole_look() -> None:
    found = list(installation.checks())
    assert not [check for check in found if check.status == "fail"]
    assert all(isinstance(check, Check) for check in found)
    assert {"python", "packages", "names", "extras"} == {check.topic for check in found}
