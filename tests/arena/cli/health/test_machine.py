"""What the doctor finds out about engines, screen, sound, home and disk."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from arena.cli.health import machine
from arena.cli.health.check import install_command


@pytest.fixture
def bin_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole path, so that no engine of this machine is found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    found = shutil.which
    monkeypatch.setattr("shutil.which", lambda name, path=None: found(name, path=str(folder)))
    return folder


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_real_stockfish(stockfish: str) -> None:
    check = machine.stockfish()
    assert check.status == "ok"
    assert check.detail.startswith("Stockfish")
    assert check.detail.endswith(stockfish)


def test_real_gnugo(gnugo: str) -> None:
    check = machine.gnugo()
    assert check.status == "ok"
    assert check.detail.startswith("GNU Go 3")


def test_a_missing_engine_is_a_note_with_the_command(bin_dir: Path) -> None:
    check = machine.stockfish()
    assert check.status == "note"
    assert check.fix == install_command("stockfish", "stockfish")


def test_an_engine_that_is_something_else_is_a_failure(bin_dir: Path) -> None:
    program(bin_dir, "stockfish", "echo not an engine; exit 3")
    check = machine.stockfish()
    assert check.status == "fail"
    assert "exit code 3" in check.detail


def test_an_engine_that_hangs_is_a_failure(bin_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bin_dir, "gnugo", "exec sleep 60")
    monkeypatch.setattr(machine, "ENGINE_TIMEOUT_S", 0.1)
    check = machine.gnugo()
    assert check.status == "fail"
    assert "timed out" in check.detail


def test_debians_folder_of_games_is_looked_in(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr("shutil.which", lambda name, path: seen.append(path))
    assert machine.find_program("gnugo") is None
    assert seen[0].endswith("/usr/games")


@pytest.mark.parametrize(
    ("platform", "apt", "uid", "command"),
    [
        ("darwin", None, 501, "brew install gnu-go"),
        ("linux", "/usr/bin/apt-get", 0, "apt-get install gnugo"),
        ("linux", "/usr/bin/apt-get", 1000, "sudo apt-get install gnugo"),
        ("linux", None, 1000, "install gnugo with your package manager"),
    ],
)
def test_install_command(
    monkeypatch: pytest.MonkeyPatch, platform: str, apt: str | None, uid: int, command: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("shutil.which", lambda name: apt)
    monkeypatch.setattr("os.geteuid", lambda: uid)
    assert install_command("gnugo", "gnu-go") == command


def test_no_screen_is_a_note_and_dummy_sound_works() -> None:
    display, audio = machine.screen_and_sound()  # tests run with SDL's dummy drivers
    assert display.status == "note"
    assert "no window can open" in display.detail
    assert audio.status == "ok"
    assert audio.detail.startswith("dummy")


def test_a_screen_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":64999")
    display, _ = machine.screen_and_sound()
    assert display.status == "note"
    assert "SDL cannot open it" in display.detail


def test_no_sound_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "nonsense")
    _, audio = machine.screen_and_sound()
    assert audio.status == "note"
    assert "Arena plays in silence" in audio.detail


def test_an_sdl_that_does_not_start_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_SDL_PROBE", "raise SystemExit(1)")
    (check,) = machine.screen_and_sound()
    assert check.status == "fail"


def test_the_home_is_opened_and_written_to(tmp_path: Path) -> None:
    check = machine.home(tmp_path / "x")
    assert (check.status, check.detail) == ("ok", str(tmp_path / "x"))
    assert not [entry for entry in (tmp_path / "x").iterdir() if entry.name.startswith(".")]


def test_a_folder_that_is_no_home_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    check = machine.home(tmp_path)
    assert check.status == "fail"
    assert "thesis.tex" in check.detail


def test_sockets_have_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert machine.runtime().status == "ok"
    (tmp_path / "arena").touch()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert machine.runtime().status == "fail"


@pytest.mark.parametrize(("free", "status"), [(2**40, "ok"), (500 * 2**20, "note"), (2**20, "fail")])
def test_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, status: str) -> None:
    usage = namedtuple("usage", "free")  # noqa: PYI024 - stands for shutil's
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(free))
    check = machine.disk(tmp_path / "not" / "there" / "yet")
    assert check.status == status
    assert str(tmp_path) in check.detail
