"""Real time by two people: on one keyboard, and with two pads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from arena.games import catalog
from tests.e2e.window.person import Person, Seen, sitting_down

GAMES = {
    "knights_archers_zombies": ("archer_0", "knight_0"),
    "cooperative_pong": ("paddle_0", "paddle_1"),
}


def actions_of(game: str, agent: str) -> tuple[str, dict[str, str]]:
    """The no-op of ``agent`` and its actions by slot, as the window tells them."""
    scheme = catalog.get(game).scheme(agent)
    assert scheme is not None
    return str(scheme.noop), {control.slot: str(control.action) for control in scheme.controls}


def applies(agent: str, action: str) -> Callable[[Seen], bool]:
    def seen(now: Seen) -> bool:
        return bool(now["screen"] == "match" and now["applied"][agent] == action)

    return seen


def under_way(person: Person) -> None:
    person.until(lambda seen: seen["screen"] == "match" and seen["phase"] == "playing" and not seen["paused"])


@pytest.mark.parametrize("game", GAMES)
def test_two_on_one_keyboard(game: str, xvfb: str, tmp_path: Path) -> None:
    left, right = GAMES[game]
    seats = (f"{left}=human:keyboard/wasd,name=Ada", f"{right}=human:keyboard/arrows,name=Bo", "*=random")
    with sitting_down(xvfb, tmp_path, game, *seats) as person:
        under_way(person)
        still, does = actions_of(game, left)
        person.x("keydown", "w")
        person.until(lambda seen: applies(left, does["up"])(seen) and applies(right, still)(seen))
        person.x("keydown", "Down")
        person.until(lambda seen: applies(left, does["up"])(seen) and applies(right, does["down"])(seen))
        person.x("keyup", "w", "keyup", "Down")
        person.until(lambda seen: applies(left, still)(seen) and applies(right, still)(seen))
        leave(person)


@pytest.mark.parametrize("game", GAMES)
def test_two_pads_and_one_pulled_out(game: str, xvfb: str, tmp_path: Path) -> None:
    left, right = GAMES[game]
    seats = (f"{left}=human:pad0", f"{right}=human:pad1", "*=random")
    with sitting_down(xvfb, tmp_path, game, *seats, "--pads", "2") as person:
        under_way(person)
        still, does = actions_of(game, left)
        person.pad("0 press dpup")
        person.until(lambda seen: applies(left, does["up"])(seen) and applies(right, still)(seen))
        person.pad("1 move lefty 32767")
        person.until(lambda seen: applies(left, does["up"])(seen) and applies(right, does["down"])(seen))
        person.pad("0 release dpup")
        person.until(applies(left, still))
        person.pad("1 unplug")
        person.until(lambda seen: seen["paused"])
        person.press("Menu")
        person.press("Leave")
        person.press("Leave")
        person.until(lambda seen: seen["screen"] == "opening")


def leave(person: Person) -> None:
    person.x("key", "Escape")
    person.until(lambda seen: seen["paused"])
    person.press("Leave")
    person.until(lambda seen: "Play on" in seen["buttons"])
    person.press("Leave")
    person.until(lambda seen: seen["screen"] == "opening")
