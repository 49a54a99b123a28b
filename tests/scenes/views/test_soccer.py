"""Soccer as people see it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pygame
import pytest

from scenes.views import load, shapes, soccer_figures
from scenes.views.style import NOTHING, ViewStyle
from tests.scenes.views.golden import assert_golden
from tests.scenes.views.physics_samples import body, event, frame

TILE, PANE = (320, 180), (560, 400)
PITCH = {
    "width": 32.0, "height": 18.0, "goal": 5.6, "goal_depth": 2.0, "centre_radius": 3.0, "corner_radius": 3.0,
}  # fmt: skip
PLACES = {
    "red_0": (-4.6, 1.6), "red_1": (-10.5, -1.6), "red_2": (-7.0, -5.0), "red_3": (-7.0, 5.0),
    "blue_0": (4.2, -2.0), "blue_1": (10.5, 1.6), "blue_2": (7.0, 5.0), "blue_3": (7.0, -5.0),
}  # fmt: skip
NAMES = {"red_0": "Ada", "blue_0": "soccer/club"}
STYLE = ViewStyle(names=NAMES, orientation="red_0")


def player(agent: str, **more: Any) -> dict[str, Any]:
    x, y = more.pop("at", PLACES[agent])
    kept = {"number": int(agent[-1]) + 1, "boost": 1.0, "boosting": False, "thrust": [0.0, 0.0]}
    return body("player", agent, agent.partition("_")[0], 0.9, (x, y, 0.0), **(kept | more))


def ball(x: float = 0.0, y: float = 0.0, **more: Any) -> dict[str, Any]:
    return body("ball", "", "", 0.5, (x, y, 0.3), **({"spin": 0.0, "ticks": 14} | more))


def soccer(*events: dict[str, Any], per_team: int = 2, **more: Any) -> dict[str, Any]:
    agents = [f"{team}_{number}" for team in ("red", "blue") for number in range(per_team)]
    changed = {figure["agent"]: figure for figure in more.pop("changed", ())}
    figures = [changed.get(agent) or player(agent) for agent in agents]
    return frame(
        "soccer", agents, *events, pitch=PITCH, bodies=[*figures, more.pop("ball", ball())],
        **{"goals": {"red": 1, "blue": 2}, "target": 3, "kickoff_in_s": 0.0, "golden": False} | more,
    )  # fmt: skip


RUNNING = player("red_0", vx=6.0, vy=1.0, ticks=14, boost=0.4, boosting=True, thrust=[1.0, 0.2])
PUSHING = player("blue_0", vx=-3.0, thrust=[-0.8, 0.6], boost=0.8)
PLAY = soccer(
    event("boost", 6, -5.2, 1.5, "red_0", 0.8), event("hit", 4, 0.6, 0.4, "blue_0", 0.7),
    changed=(RUNNING, PUSHING), ball=ball(3.0, 0.8, vx=16.0, vy=4.0, spin=22.0),
)  # fmt: skip
KICK_OFF = soccer(kickoff_in_s=0.6, per_team=3)
GOAL = soccer(event("goal", 20, 16.9, 1.2, "red_0"), ball=ball(17.0, 1.3))
GOLDEN = soccer(per_team=4, golden=True, left_s=8.0)
END = soccer(event("goal", 0, -16.9, 1.2, "blue_0"), over=True, goals={"red": 1, "blue": 3})

CASES: dict[str, tuple[Mapping[str, Any], float]] = {
    "soccer_play": (PLAY, 0.5),
    "soccer_kick_off": (KICK_OFF, 1.0),
    "soccer_goal": (GOAL, 0.5),
    "soccer_golden": (GOLDEN, 1.0),
    "soccer_end": (END, 1.0),
}


def pixels(
    snapshot: Mapping[str, Any], size: tuple[int, int] = PANE, alpha: float = 1.0, style: ViewStyle = STYLE
) -> bytes:
    return load("soccer").draw(snapshot, size, alpha, style).get_buffer().raw


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that are drawn."""
    words: list[str] = []
    text = shapes.text

    def told(line: str, *rest: Any) -> pygame.Surface:
        words.append(line)
        return text(line, *rest)

    monkeypatch.setattr(shapes, "text", told)
    return words


@pytest.mark.parametrize("size", [TILE, PANE], ids=["tile", "pane"])
@pytest.mark.parametrize("case", CASES)
def test_looks_as_it_was_approved(case: str, size: tuple[int, int]) -> None:
    snapshot, alpha = CASES[case]
    image = load("soccer").draw(snapshot, size, alpha, STYLE)
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
        assert load("soccer").draw(snapshot, size, alpha, STYLE).get_size() == size


def test_environments_draw_without_alpha_and_style() -> None:
    plain = load("soccer").draw(PLAY, TILE)  # type: ignore[call-arg]  # View asks for all four
    assert plain.get_buffer().raw == pixels(PLAY, TILE, style=ViewStyle())


def test_a_pointer_means_nothing() -> None:
    view = load("soccer")
    assert view.pick(PLAY, PANE, (200, 200), (), STYLE) == NOTHING
    assert view.spots(PLAY, PANE, (), STYLE) == []


def test_bodies_move_between_ticks() -> None:
    quiet = {**PLAY, "events": []}
    assert len({pixels(quiet, alpha=alpha) for alpha in (0.0, 0.3, 0.6, 1.0)}) == 4


def test_only_the_wish_for_it_shakes_the_picture() -> None:
    goal = soccer(event("goal", 5, 16.9, 1.2, "red_0"))
    assert pixels(goal) != pixels(goal, style=replace(STYLE, shake=False))
    calm = replace(STYLE, animate=False)
    assert pixels(goal, style=calm) == pixels(goal, style=replace(calm, shake=False))


def test_a_match_that_is_over_stands_in_its_place() -> None:
    shaken = soccer(event("goal", 3, 16.9, 1.2, "red_0"), over=True)
    assert pixels(shaken) == pixels(shaken, style=replace(STYLE, shake=False))


def test_flames_flicker_unless_motion_is_not_wanted() -> None:
    quiet = {**PLAY, "events": []}
    later = {**quiet, "tick": quiet["tick"] + soccer_figures.FLAME_KINDS}
    assert pixels(quiet) != pixels(later)
    calm = replace(STYLE, animate=False)
    assert pixels(quiet, style=calm) == pixels(later, style=calm)


def test_an_empty_tank_and_a_push_can_be_seen_but_not_on_tiles() -> None:
    for changed in ({"boost": 0.3}, {"thrust": [0.0, 1.0]}):
        busy = soccer(changed=(player("red_1", **changed),))
        assert pixels(busy) != pixels(soccer())
        assert pixels(busy, TILE) == pixels(soccer(), TILE)


def test_players_of_a_team_differ_by_their_number() -> None:
    assert pixels(soccer(changed=(player("red_1", number=4),))) != pixels(soccer())


def test_an_arrow_points_at_who_sits_here() -> None:
    pictures = {
        pixels(soccer(), style=replace(STYLE, orientation=agent)) for agent in ("red_0", "blue_1", None)
    }
    assert len(pictures) == 3


def test_the_ball_turns_as_it_rolls_and_is_itself_again_after_a_turn() -> None:
    def drawn(way: tuple[float, float]) -> bytes:
        surface = shapes.blank((60, 60), (0, 0, 0))
        soccer_figures.stamp_ball(surface, (30.0, 30.0), 20.0, way)
        return surface.get_buffer().raw

    every = soccer_figures.PATCH_EVERY
    assert drawn((0.1, 0.1)) != drawn((0.1 + every / 2, 0.1)) != drawn((0.1, 0.1 + every / 2))
    assert drawn((0.1, 0.1)) == drawn((0.1 + every, 0.1 - 3 * every))


def test_the_ball_lies_where_it_is() -> None:
    image = load("soccer").draw(soccer(ball=ball(5.0, 6.0, ticks=1)), (1280, 720), 1.0, STYLE)
    empty = soccer()
    empty["bodies"] = empty["bodies"][:-1]
    without = load("soccer").draw(empty, (1280, 720), 1.0, STYLE)
    apart = pygame.mask.from_threshold(image, (0, 0, 0), (1, 1, 1, 255), without)
    apart.invert()
    (changed,) = [rect for rect in apart.get_bounding_rects() if rect.width > 5]
    scale = changed.width / 1.3
    assert changed.centerx - 640 == pytest.approx(5.0 * scale, rel=0.2)


@pytest.mark.parametrize(
    ("x", "scorer", "detail"),
    [
        (16.9, "red_0", "Ada"),
        (-16.9, "blue_1", "Blue 2"),
        (-16.9, "red_0", "Ada (own goal)"),
        (16.9, "", "Red"),
    ],
)
def test_a_goal_is_shouted_with_who_did_it(x: float, scorer: str, detail: str, said: list[str]) -> None:
    pixels(soccer(event("goal", 15, x, 0.0, scorer)))
    assert detail in said[said.index("GOAL") :]
    said.clear()
    pixels(soccer(event("goal", 85, x, 0.0, scorer)))
    assert "GOAL" not in said


def test_kick_off_is_counted_down(said: list[str]) -> None:
    pixels(soccer(kickoff_in_s=1.6, goals={"red": 0, "blue": 0}))
    assert "2" in said


def test_the_golden_goal_is_told_in_place_of_the_target(said: list[str]) -> None:
    pixels(GOLDEN)
    assert "Golden goal" in said
    assert "First to 3" not in said
    said.clear()
    pixels(PLAY)
    assert "First to 3" in said
    assert "Golden goal" not in said


def test_the_end_is_said_and_the_last_goal_no_more(said: list[str]) -> None:
    pixels(END)
    assert "Blue wins" in said
    assert "GOAL" not in said
