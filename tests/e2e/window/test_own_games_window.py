"""Our own games by two people: on one keyboard, and with two pads, which also push by halves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from arena.games import catalog
from tests.e2e.window.person import Person, Seen, sitting_down

GAMES = {
    "sumo": ("wrestler_0", "wrestler_1"),
    "air_hockey": ("red_0", "blue_0"),
    "tanks": ("tank_0", "tank_1"),
    "soccer": ("red_0", "blue_0"),
}


def pushes(seen: Seen, agent: str) -> list[float]:
    """What the seat applied last, component by component."""
    return [float(part) for part in seen["applied"][agent].strip("[]").split()]


def pushed(game: str, agent: str, slot: str, share: float = 1.0) -> tuple[int, float]:
    """The component that a slot of ``agent`` pushes, and how far."""
    scheme = catalog.get(game).scheme(agent)
    assert scheme is not None
    assert isinstance(scheme.noop, tuple)
    control = next(control for control in scheme.controls if control.slot == slot)
    assert control.axis is not None
    return control.axis, share * control.value


def doing(agent: str, axis: int, value: float, near: float = 0.05) -> Callable[[Seen], bool]:
    def seen(now: Seen) -> bool:
        return bool(
            now["screen"] == "match"
            and now["applied"][agent] != "None"
            and abs(pushes(now, agent)[axis] - value) < near
        )

    return seen


def both(first: Callable[[Seen], bool], second: Callable[[Seen], bool]) -> Callable[[Seen], bool]:
    return lambda seen: first(seen) and second(seen)


def under_way(person: Person) -> None:
    person.until(lambda seen: seen["screen"] == "match" and seen["phase"] == "playing" and not seen["paused"])


@pytest.mark.parametrize("game", GAMES)
def test_two_on_one_keyboard(game: str, xvfb: str, tmp_path: Path) -> None:
    left, right = GAMES[game]
    seats = (f"{left}=human:keyboard/wasd,name=Ada", f"{right}=human:keyboard/arrows,name=Bo", "*=noop")
    with sitting_down(xvfb, tmp_path, game, *seats) as person:
        under_way(person)
        up, down = pushed(game, left, "up"), pushed(game, right, "down")
        person.x("keydown", "w", "keydown", "Down")
        person.until(both(doing(left, *up), doing(right, *down)))
        person.x("keyup", "w", "keyup", "Down")
        person.until(both(doing(left, up[0], 0.0), doing(right, down[0], 0.0)))


@pytest.mark.parametrize("game", GAMES)
def test_two_pads_push_by_halves_too(game: str, xvfb: str, tmp_path: Path) -> None:
    left, right = GAMES[game]
    seats = (f"{left}=human:pad0", f"{right}=human:pad1", "*=noop")
    with sitting_down(xvfb, tmp_path, game, *seats, "--pads", "2") as person:
        under_way(person)
        whole, half = pushed(game, left, "right"), pushed(game, right, "left", 0.5)
        person.pad("0 press dpright")
        person.pad("1 move leftx -18000")
        person.until(both(doing(left, *whole), doing(right, *half, near=0.2)))
        person.pad("0 release dpright")
        person.until(doing(left, whole[0], 0.0))
