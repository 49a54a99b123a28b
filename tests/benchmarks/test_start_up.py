"""How long it takes until something is there: ``arena --help``, and the first frame of the home screen."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.benchmarks.budget import hold, interleaved

ROUNDS = 7

HELP = [sys.executable, "-m", "arena", "--help"]
NOTHING = [sys.executable, "-c", "print('done')"]
HOME_SCREEN = """
from arena.home import arena_home
from scenes.app import App
from scenes.screens.home import HomeScreen

class First(HomeScreen):
    def shown(self, now):
        super().shown(now)
        print("shown", flush=True)
        self.app.quit()

with App(arena_home()) as app:
    app.run(First(app))
"""
BARE_WINDOW = """
import pygame
pygame.init()
pygame.display.set_mode((1280, 720)).fill((13, 16, 23))
pygame.display.flip()
print("shown", flush=True)
"""


def first_word_s(command: list[str]) -> float:
    """Seconds from starting a process to the first line it says; it must end well."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        taken_s = time.perf_counter() - began
        process.stdout.read()
    assert process.returncode == 0
    return taken_s


def started(command: list[str]) -> Callable[[], float]:
    return lambda: first_word_s(command)


@pytest.mark.bench
def test_help_is_there_at_once() -> None:
    found = interleaved(started(HELP), started(NOTHING), rounds=ROUNDS, best=min)
    note = f"a bare interpreter takes {found.reference:.3f} s"
    hold("start-up: arena --help", found.ours, at_most=0.4, unit="s", note=note)


@pytest.mark.bench
def test_the_first_frame_is_there_soon() -> None:
    found = interleaved(
        started([sys.executable, "-c", HOME_SCREEN]),
        started([sys.executable, "-c", BARE_WINDOW]),
        rounds=ROUNDS,
        best=min,
    )
    note = f"a bare pygame window takes {found.reference:.3f} s"
    hold("start-up: first frame of the home screen", found.ours, at_most=2.0, unit="s", note=note)
