"""What every test gets: SDL without a screen, a home and a runtime folder of its own, and a guard against
leaks.

Programs that a machine may lack are asked for with the fixtures `stockfish`, `gnugo`, `xvfb` and `node`.
Where one is missing its test is skipped, unless ARENA_REQUIRE_ENGINES, ARENA_REQUIRE_XVFB or
ARENA_REQUIRE_NODE is set, as in CI: then it fails.
"""

from __future__ import annotations

import os

# Before any test module can import pygame; tests that need a real window start a process under Xvfb.
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
# Two cores are shared by many processes: a BLAS that spins on both costs every other one dearly.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import hypothesis
import pytest

from tests.leaks import Leaks

if TYPE_CHECKING:
    from tests.virtual_pad import VirtualPad

os.environ["PATH"] += os.pathsep + "/usr/games"  # Debian puts games where root's PATH does not look


# No deadline: the machines are noisy. A build gives the same verdict each time; people's runs look for new
# examples.
hypothesis.settings.register_profile("people", deadline=None)
hypothesis.settings.register_profile("build", deadline=None, derandomize=True)
hypothesis.settings.load_profile("build" if os.environ.get("CI") else "people")


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves behind a thread, a child process or an open ZeroMQ socket.

    Whatever fixtures of a wider scope hold is theirs. `@pytest.mark.keeps("why")` lets a test off.
    """
    leaks = Leaks()
    yield
    found = leaks.found()
    if found and request.node.get_closest_marker("keeps") is None:
        pytest.fail(f"left behind: {'; '.join(found)}")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the test its own home and runtime folder, so that it neither sees nor touches the developer's."""
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ARENA_DEBUG", raising=False)
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")  # a test module that imports PettingZoo has set it to dsp
    # Not below tmp_path: a socket's path may have 107 bytes, and pytest's folders are named after the test.
    runtime = tempfile.mkdtemp(prefix="ar")
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    yield
    shutil.rmtree(runtime, ignore_errors=True)


def require(program: str, switch: str, setup: str = "setup-dev") -> str:
    """Give the path of `program`, else skip the test, or fail it where the variable `switch` is set."""
    path = shutil.which(program)
    if path is None:
        lack(f"{program} is not installed; `make {setup}` installs it", switch)
    return path


def lack(sentence: str, switch: str) -> NoReturn:
    """Skip the test for the reason `sentence`, or fail it where the variable `switch` is set."""
    if os.environ.get(switch, "") not in {"", "0"}:
        pytest.fail(f"{sentence} (and {switch} forbids to skip)")
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def stockfish() -> str:
    """Path of Stockfish."""
    return require("stockfish", "ARENA_REQUIRE_ENGINES")


@pytest.fixture(scope="session")
def gnugo() -> str:
    """Path of GNU Go."""
    return require("gnugo", "ARENA_REQUIRE_ENGINES")


@pytest.fixture(scope="session")
def xvfb() -> str:
    """Path of Xvfb; xdotool is there too."""
    require("xdotool", "ARENA_REQUIRE_XVFB")
    return require("Xvfb", "ARENA_REQUIRE_XVFB")


@pytest.fixture(scope="session")
def node() -> str:
    """Path of Node.js; npm is there too."""
    require("npm", "ARENA_REQUIRE_NODE", "setup-all")
    return require("node", "ARENA_REQUIRE_NODE", "setup-all")


@pytest.fixture
def virtual_pad() -> Iterator[VirtualPad]:
    """One SDL gamepad without hardware, plugged in; pygame's video and controllers are initialised."""
    import pygame
    from pygame._sdl2 import controller

    from tests.virtual_pad import VirtualPad

    pygame.init()
    controller.init()
    pad = VirtualPad("Arena test pad")
    yield pad
    pad.unplug()
    controller.quit()
    pygame.quit()
