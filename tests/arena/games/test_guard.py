"""Environments cannot touch our window, sound, pads and events."""

import os
import threading
from collections.abc import Iterator
from contextlib import closing

import pygame
import pytest

from arena.games import catalog
from arena.games.guard import Guard, sdl_variables_kept
from arena.games.local_host import LocalHost
from tests.arena.games.playing import play
from tests.virtual_pad import VirtualPad

SIZE = (321, 200)
MARK = pygame.USEREVENT + 7


@pytest.fixture
def window(virtual_pad: VirtualPad) -> Iterator[VirtualPad]:
    """A window with sound, fonts, an open pad, and one event waiting."""
    pygame.init()
    pygame.display.set_mode(SIZE)
    pygame.display.set_caption("ours")
    pygame.mixer.init()
    pygame.event.clear()
    pygame.event.post(pygame.event.Event(MARK))
    yield virtual_pad
    pygame.quit()


def assert_ours(pad: VirtualPad) -> None:
    """Everything is as the fixture left it."""
    surface = pygame.display.get_surface()
    assert surface is not None
    assert surface.get_size() == SIZE
    assert pygame.display.get_caption()[0] == "ours"
    assert pygame.mixer.get_init() is not None
    assert pygame.font.get_init()
    assert pygame.joystick.get_init()
    pad.press("a")
    pygame.event.pump()
    kinds = {event.type for event in pygame.event.get()}
    assert MARK in kinds
    assert pygame.CONTROLLERBUTTONDOWN in kinds or pygame.JOYBUTTONDOWN in kinds
    pad.release("a")


def test_the_worst_environment_does_no_harm(window: VirtualPad) -> None:
    entry = catalog.get("tests.arena.games.envs:Vandal")
    with closing(LocalHost(entry, {})) as host:
        play(host, ticks=1)
    assert_ours(window)


def test_all_games_one_after_the_other_do_no_harm(window: VirtualPad) -> None:
    for entry in catalog.entries():
        with closing(LocalHost(entry, catalog.resolve_options(entry, {}))) as host:
            play(host, ticks=2)
    assert_ours(window)


def test_pygame_is_ours_again_when_the_last_host_closes() -> None:
    originals = pygame.quit, pygame.event.get, pygame.display.set_mode
    first, second = Guard(), Guard()
    first.hold()
    second.hold()
    first.release()
    first.release()
    assert pygame.quit is not originals[0]
    second.release()
    assert (pygame.quit, pygame.event.get, pygame.display.set_mode) == originals


def test_only_the_thread_of_the_environment_is_held_back(window: VirtualPad) -> None:
    guard = Guard()
    guard.hold()
    inside, done = threading.Event(), threading.Event()

    def environment() -> None:
        with guard:
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=environment)
    thread.start()
    assert inside.wait(10)
    assert [event.type for event in pygame.event.get()] == [MARK]
    with guard:
        pygame.quit()
    assert pygame.display.get_surface() is not None
    done.set()
    thread.join()
    guard.release()


def test_a_guarded_call_that_fails_leaves_nothing_guarded(window: VirtualPad) -> None:
    guard = Guard()
    guard.hold()
    with pytest.raises(RuntimeError), guard:
        raise RuntimeError
    assert [event.type for event in pygame.event.get()] == [MARK]
    guard.release()


def test_sdl_variables_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "alsa")
    monkeypatch.delenv("SDL_PROBE", raising=False)
    with sdl_variables_kept():
        os.environ["SDL_AUDIODRIVER"] = "dsp"
        os.environ["SDL_PROBE"] = "1"
    assert os.environ["SDL_AUDIODRIVER"] == "alsa"
    assert "SDL_PROBE" not in os.environ
