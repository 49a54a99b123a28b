"""Soccer as people see it."""

from dataclasses import replace

import pygame
import pytest

from scenes.views import load, shapes, soccer_figures
from tests.scenes.views.physics_cases import GOLDEN, PLAY, SOCCER_STYLE, TILE, WON, pixels
from tests.scenes.views.physics_samples import ball, event, player, soccer, spoken


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return spoken(monkeypatch)


def test_a_match_that_is_over_stands_in_its_place() -> None:
    shaken = soccer(event("goal", 3, 16.9, 1.2, "red_0"), over=True)
    assert pixels(shaken) == pixels(shaken, style=replace(SOCCER_STYLE, shake=False))


def test_flames_flicker_unless_motion_is_not_wanted() -> None:
    quiet = {**PLAY, "events": []}
    later = {**quiet, "tick": quiet["tick"] + soccer_figures.FLAME_KINDS}
    assert pixels(quiet) != pixels(later)
    calm = replace(SOCCER_STYLE, animate=False)
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
        pixels(soccer(), style=replace(SOCCER_STYLE, orientation=agent))
        for agent in ("red_0", "blue_1", None)
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
    image = load("soccer").draw(soccer(ball=ball(5.0, 6.0, ticks=1)), (1280, 720), 1.0, SOCCER_STYLE)
    empty = soccer()
    empty["bodies"] = empty["bodies"][:-1]
    without = load("soccer").draw(empty, (1280, 720), 1.0, SOCCER_STYLE)
    apart = pygame.mask.from_threshold(image, (0, 0, 0), (1, 1, 1, 255), without)
    apart.invert()
    (changed,) = [rect for rect in apart.get_bounding_rects() if rect.width > 5]
    scale = changed.width / 1.3
    assert changed.centerx - 640 == pytest.approx(5.0 * scale, rel=0.2)


@pytest.mark.parametrize(
    ("x", "scorer", "detail"),
    [
        (16.9, "red_0", "Ada"),
        (-16.9, "blue_1", "Blue 1"),
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
    pixels(WON)
    assert "Blue wins" in said
    assert "GOAL" not in said
