"""One real window under Xvfb, with a real keyboard and mouse as far as X can tell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30


@pytest.fixture
def display(xvfb: str) -> Iterator[str]:
    """A fresh X server; gives its DISPLAY."""
    read, write = os.pipe()
    command = [xvfb, "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        yield f":{number}"
        server.terminate()


@pytest.fixture
def probe(display: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The probe on that server, its window ready."""
    environ = {name: value for name, value in os.environ.items() if name != "SDL_VIDEODRIVER"}
    environ |= {"DISPLAY": display, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "tests/scenes/probe.py"), str(tmp_path / "home")]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        said = line(process)
        while said.startswith("pygame"):
            said = line(process)
        assert said == "ready x11 960 600"
        yield process
        process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def do(display: str, *words: str) -> None:
    environ = {**os.environ, "DISPLAY": display}
    subprocess.run(["xdotool", *words], env=environ, check=True, timeout=PATIENCE_S)


def test_keys_and_clicks_arrive_and_a_termination_ends_in_order(
    display: str, probe: subprocess.Popen[str]
) -> None:
    # Without a window manager SDL takes the focus itself.
    do(display, "key", "w")
    assert [line(probe), line(probe)] == ["press keyboard w", "release w"]
    do(display, "keydown", "shift")
    assert line(probe) == "press keyboard left shift"
    do(display, "keyup", "shift")
    assert line(probe) == "release left shift"
    do(display, "mousemove", "100", "120", "click", "1")
    assert line(probe).startswith("click ")
    probe.terminate()
    assert [line(probe), line(probe)] == ["leave", "ended terminated"]
    assert probe.wait(PATIENCE_S) == 0
