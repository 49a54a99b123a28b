"""Tanks as people see them, and as those see them who see little."""

from collections.abc import Mapping
from dataclasses import replace
from math import pi
from typing import Any

import pytest

from tests.scenes.views.physics_cases import (
    DRIVING,
    FIGHT,
    FOUR,
    LOOK,
    PAIRS,
    SIGHT,
    SIX,
    SURVIVED,
    TANKS_STYLE,
    picture,
    pixels,
)  # fmt: skip
from tests.scenes.views.physics_samples import event, spoken, tank, tanks

TOGETHER = tanks(
    event("explosion", 30, 2.0, 0.0, "tank_3"), event("explosion", 0, 8.0, -1.5, "tank_1"),
    event("explosion", 0, -9.0, 1.0, "tank_0"), agents=SIX, standing=[], over=True,
)  # fmt: skip


def light(snapshot: Mapping[str, Any], x: float, y: float) -> int:
    """How bright a place is, in metres, on a picture whose scale is known by its walls."""
    image = picture(snapshot, (1280, 720))
    scale = min(1280 * (1 - 0.06 * 720 / 1280) / 28.8, (720 * 0.915 - 0.03 * 720) / 16.8)
    top = 720 * 0.085 + (720 * 0.915 - 0.03 * 720) / 2
    return sum(image.get_at((round(640 + x * scale), round(top + y * scale)))[:3])


def test_what_nobody_looks_at_is_dark_and_walls_are_not() -> None:
    bright = tanks(hidden=("tank_1",), changed=(DRIVING,), standing=["tank_0"])
    inside, outside, wall = (-3.0, 0.8), (6.0, -5.0), (0.0, -1.0)
    assert light(SIGHT, *outside) < 0.7 * light(bright, *outside)
    assert light(SIGHT, *inside) == light(bright, *inside)
    assert light(SIGHT, *wall) == light(bright, *wall)


def test_who_is_out_looks_into_the_dark() -> None:
    out = tank(0, in_play=False, pose=(1000.0, 0.0, 0.0), health=0)
    blind = tanks(changed=(out,), hidden=("tank_1",))
    assert light(blind, 6.0, -5.0) < 0.7 * light(tanks(changed=(out,)), 6.0, -5.0)


def test_the_shells_that_others_have_left_are_their_own_affair() -> None:
    def seen(sight: Mapping[str, Any], ammo: int) -> bytes:
        return pixels(tanks(sight=sight, changed=(tank(1, ammo=ammo, reload=ammo / 5),)))

    assert seen({"tank_0": LOOK}, 1) == seen({"tank_0": LOOK}, 4)
    assert seen({"tank_1": LOOK}, 1) != seen({"tank_1": LOOK}, 4)
    assert seen({}, 1) != seen({}, 4)


def test_tanks_that_are_out_are_not_drawn() -> None:
    bodies = [figure for figure in FIGHT["bodies"] if figure["in_play"]]
    assert pixels(FIGHT | {"bodies": bodies}) == pixels(FIGHT)
    assert pixels(FIGHT | {"bodies": bodies[1:]}) != pixels(FIGHT)


def test_tracks_roll_while_a_tank_drives_and_motion_is_wanted() -> None:
    def at(tick: int, **changes: Any) -> dict[str, Any]:
        return tanks(changed=(tank(0, **changes),), tick=tick)

    assert pixels(at(600, vx=5.0)) != pixels(at(602, vx=5.0))
    assert pixels(at(600)) == pixels(at(602))
    calm = replace(TANKS_STYLE, animate=False)
    assert pixels(at(600, vx=5.0), style=calm) == pixels(at(602, vx=5.0), style=calm)


def test_a_hurt_tank_smokes() -> None:
    hurt = tanks(changed=(tank(0, health=1),))
    later = hurt | {"tick": 610}
    assert pixels(hurt) != pixels(tanks())
    assert pixels(hurt) != pixels(later)
    calm = replace(TANKS_STYLE, animate=False)
    assert pixels(hurt, style=calm) == pixels(later, style=calm)


def test_a_blast_burns_out() -> None:
    young, old, past = (tanks(event("explosion", ago, 3.0, 4.0, "tank_1")) for ago in (3, 40, 80))
    assert len({pixels(snapshot) for snapshot in (young, old, past)}) == 3
    assert pixels(past) == pixels(tanks())


def test_tanks_point_where_they_look() -> None:
    pictures = {pixels(tanks(changed=(tank(0, pose=(-9.0, 1.0, turn)),))) for turn in (0.0, 0.5, pi, -2.0)}
    assert len(pictures) == 4


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        (SURVIVED, "Ada wins"),
        (tanks(event("win", 0, 0, 0, "blue_1"), agents=FOUR, over=True), "Blue wins"),
        (tanks(over=True), "Draw"),
        (TOGETHER, "Draw: Tank 1 and Ada"),
        (tanks(flare_in_s=2.2), "Flare in 3"),
        (PAIRS, "Flare: walls hide nobody near"),
    ],
)  # fmt: skip
def test_what_matters_is_said(
    snapshot: Mapping[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = spoken(monkeypatch)
    pixels(tanks())
    assert words not in said
    pixels(snapshot)
    assert words in said
