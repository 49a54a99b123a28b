"""Tanks as people see them, and as those see them who see little."""

from collections.abc import Mapping
from dataclasses import replace
from math import pi
from typing import Any

import pygame
import pytest

from scenes.views import load, shapes
from scenes.views.style import NOTHING, ViewStyle
from tests.scenes.views.golden import assert_golden
from tests.scenes.views.physics_samples import body, event, frame

TILE, PANE = (320, 180), (560, 400)
WALLS = [[-0.5, -3.6, 0.5, 3.6], [-6.0, -8.0, -5.0, -2.0], [5.0, 2.0, 6.0, 8.0]]
POSES = [
    (-9.0, 1.0, 0.2),
    (8.0, -1.5, 2.8),
    (-3.0, 5.5, -0.6),
    (2.6, -5.0, 1.9),
    (9.5, 5.0, pi),
    (-9.5, -5.0, 0.9),
]
NAMES = {"tank_0": "Ada", "red_0": "Ada"}
STYLE = ViewStyle(names=NAMES, orientation="tank_0")
LOOK = [[-9.0, 1.0], [-1.0, -2.0], [-1.0, 4.0]]
"""What the first tank sees: a wedge."""


def tank(index: int, agent: str = "", **more: Any) -> dict[str, Any]:
    agent = agent or f"tank_{index}"
    team = "" if agent.startswith("tank") else agent.partition("_")[0]
    kept = {"health": 2, "ammo": 5, "reload": 1.0, "visible": True}
    return body("tank", agent, team, 0.8, more.pop("pose", POSES[index]), **(kept | more))


def shell(x: float, y: float, agent: str = "tank_0") -> dict[str, Any]:
    return body("shell", agent, "", 0.12, (x, y, 0.0), vx=14.0, vy=5.0, ticks=10, bounces=0)


def tanks(
    *events: dict[str, Any], agents: tuple[str, ...] = ("tank_0", "tank_1"), **more: Any
) -> dict[str, Any]:
    changed = {figure["agent"]: figure for figure in more.pop("changed", ())}
    figures = [changed.get(agent) or tank(index, agent) for index, agent in enumerate(agents)]
    hidden = more.pop("hidden", ())
    shown = [figure for figure in figures if figure["agent"] not in hidden]
    standing = [figure["agent"] for figure in figures if figure["in_play"]]
    return frame(
        "tanks", list(agents), *events, bodies=[*shown, *more.pop("shells", ())],
        **{
            "arena": {"width": 28.0, "height": 16.0, "walls": WALLS, "layout": "gates"},
            "sight": {}, "standing": standing, "flare": 0.0, "flare_in_s": 20.0,
        } | more,
    )  # fmt: skip


SIX = tuple(f"tank_{index}" for index in range(6))
FOUR = ("red_0", "red_1", "blue_0", "blue_1")
DRIVING = tank(0, vx=5.6, vy=1.2, ammo=3, reload=0.4)
FIGHT = tanks(
    event("shot", 4, -7.8, 1.3, "tank_0"), event("bounce", 7, -1.2, 5.4, "tank_2", 0.5),
    event("hit", 6, 8.4, -1.4, "tank_1"), event("explosion", 18, 3.0, 4.0, "tank_3"),
    agents=SIX, shells=(shell(-6.8, 1.5), shell(3.0, 2.0, "tank_2")),
    changed=(DRIVING, tank(1, health=1), tank(3, pose=(1150.0, 0.0, 0.0), in_play=False, health=0)),
)  # fmt: skip
SIGHT = tanks(sight={"tank_0": LOOK}, hidden=("tank_1",), changed=(DRIVING,), shells=(shell(-5.0, 1.5),))
TEAMS = tanks(agents=FOUR, flare=6.0, flare_in_s=0.0, left_s=14.0)
END = tanks(
    event("explosion", 0, 8.0, -1.5, "tank_1"), event("win", 0, -9.0, 1.0, "tank_0"), over=True,
    changed=(tank(1, in_play=False, health=0, pose=(1050.0, 0.0, 0.0)),),
)  # fmt: skip

CASES: dict[str, tuple[Mapping[str, Any], float]] = {
    "tanks_fight": (FIGHT, 0.5),
    "tanks_sight": (SIGHT, 1.0),
    "tanks_teams": (TEAMS, 1.0),
    "tanks_end": (END, 1.0),
}


def pixels(
    snapshot: Mapping[str, Any], size: tuple[int, int] = PANE, alpha: float = 1.0, style: ViewStyle = STYLE
) -> bytes:
    return load("tanks").draw(snapshot, size, alpha, style).get_buffer().raw


def light(snapshot: Mapping[str, Any], x: float, y: float) -> int:
    """How bright a place is, in metres, on a picture whose scale is known by its walls."""
    image = load("tanks").draw(snapshot, (1280, 720), 1.0, STYLE)
    scale = min(1280 * (1 - 0.06 * 720 / 1280) / 28.8, (720 * 0.915 - 0.03 * 720) / 16.8)
    top = 720 * 0.085 + (720 * 0.915 - 0.03 * 720) / 2
    return sum(image.get_at((round(640 + x * scale), round(top + y * scale)))[:3])


@pytest.mark.parametrize("size", [TILE, PANE], ids=["tile", "pane"])
@pytest.mark.parametrize("case", CASES)
def test_looks_as_it_was_approved(case: str, size: tuple[int, int]) -> None:
    snapshot, alpha = CASES[case]
    image = load("tanks").draw(snapshot, size, alpha, STYLE)
    assert image.get_size() == size
    assert_golden(image, f"{case}_{size[0]}x{size[1]}")


def test_a_picture_depends_on_nothing_that_was_drawn_before() -> None:
    first = {case: pixels(snapshot, alpha=alpha) for case, (snapshot, alpha) in CASES.items()}
    for case, (snapshot, alpha) in reversed(CASES.items()):
        pixels(snapshot, (331, 203), alpha)
        assert pixels(snapshot, alpha=alpha) == first[case]


@pytest.mark.parametrize("size", [(1, 1), (16, 40), (96, 96), (900, 90), (90, 900)])
def test_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    for snapshot, alpha in CASES.values():
        assert load("tanks").draw(snapshot, size, alpha, STYLE).get_size() == size


def test_environments_draw_without_alpha_and_style() -> None:
    plain = load("tanks").draw(FIGHT, TILE)  # type: ignore[call-arg]  # View asks for all four
    assert plain.get_buffer().raw == pixels(FIGHT, TILE, style=ViewStyle())


def test_a_pointer_means_nothing() -> None:
    view = load("tanks")
    assert view.pick(FIGHT, PANE, (200, 200), (), STYLE) == NOTHING
    assert view.spots(FIGHT, PANE, (), STYLE) == []


def test_bodies_move_between_ticks() -> None:
    quiet = {**FIGHT, "events": []}
    assert len({pixels(quiet, alpha=alpha) for alpha in (0.0, 0.3, 0.6, 1.0)}) == 4


def test_only_the_wish_for_it_shakes_the_picture() -> None:
    blast = tanks(event("explosion", 5, 3.0, 4.0, "tank_1"))
    assert pixels(blast) != pixels(blast, style=replace(STYLE, shake=False))
    calm = replace(STYLE, animate=False)
    assert pixels(blast, style=calm) == pixels(blast, style=replace(calm, shake=False))


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
    calm = replace(STYLE, animate=False)
    assert pixels(at(600, vx=5.0), style=calm) == pixels(at(602, vx=5.0), style=calm)


def test_a_hurt_tank_smokes() -> None:
    hurt = tanks(changed=(tank(0, health=1),))
    later = hurt | {"tick": 610}
    assert pixels(hurt) != pixels(tanks())
    assert pixels(hurt) != pixels(later)
    calm = replace(STYLE, animate=False)
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
        (END, "Ada wins"),
        (tanks(event("win", 0, 0, 0, "blue_1"), agents=FOUR, over=True), "Blue wins"),
        (tanks(over=True), "Draw"),
        (tanks(flare_in_s=2.2), "Flare in 3"),
        (TEAMS, "Flare: walls hide nobody near"),
    ],
)  # fmt: skip
def test_what_matters_is_said(
    snapshot: Mapping[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    text = shapes.text

    def told(line: str, *rest: Any) -> pygame.Surface:
        said.append(line)
        return text(line, *rest)

    monkeypatch.setattr(shapes, "text", told)
    pixels(tanks())
    assert words not in said
    pixels(snapshot)
    assert words in said
