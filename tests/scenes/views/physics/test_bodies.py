from math import pi

import pytest

from scenes.views import shapes
from scenes.views.physics import bodies
from scenes.views.physics.colours import MARKS, colour_of, mark_of
from scenes.views.physics.field import fit
from scenes.views.style import ViewStyle
from tests.scenes.views import physics_samples as samples

FIELD = fit((640, 400), (-8, -5, 8, 5))


def moving(*trail, **more):
    return {"trail": [list(pose) for pose in trail], "radius": 0.5, **more}


def test_a_body_is_between_its_last_two_places() -> None:
    body = moving((9, 9, 9), (1.0, 2.0, 0.0), (2.0, 4.0, 0.4))
    assert bodies.pose(body, 0.0) == pytest.approx((1.0, 2.0, 0.0))
    assert bodies.pose(body, 0.25) == pytest.approx((1.25, 2.5, 0.1))
    assert bodies.pose(body, 1.0) == (2.0, 4.0, 0.4)
    assert bodies.pose(body, 31.0) == (2.0, 4.0, 0.4)
    assert bodies.pose(moving((1.0, 2.0, 3.0)), 0.5) == (1.0, 2.0, 3.0)


def test_angles_turn_the_short_way() -> None:
    body = moving((0, 0, pi - 0.1), (0, 0, -pi + 0.1))
    assert bodies.pose(body, 0.5)[2] == pytest.approx(-pi)


def trail_of(*places: float) -> int:
    """How many pixels a trail through these x covers."""
    surface = shapes.blank(FIELD.size, (0, 0, 0))
    bodies.draw_trail(surface, FIELD, moving(*((x, 0.0, 0.0) for x in places)), 1.0, (255, 255, 255))
    view = surface.get_buffer().raw
    return sum(byte > 0 for byte in view[0::4])


def test_only_what_is_quick_has_a_trail() -> None:
    assert trail_of(*(0.01 * step for step in range(14))) == 0
    assert trail_of(0.0, 0.0) == 0
    short, long = (trail_of(*(step * x for x in range(14))) for step in (0.15, 0.3))
    assert 0 < short < long


def test_bodies_out_of_play_are_left_out() -> None:
    snapshot = samples.sumo(players=4, out=(2,))
    playing = [body["agent"] for body in bodies.in_play(snapshot, "wrestler")]
    assert playing == ["wrestler_0", "wrestler_1", "wrestler_3"]
    assert list(bodies.in_play(snapshot, "puck")) == []


def test_people_read_names_or_the_numbers_of_the_seats() -> None:
    snapshot, style = samples.sumo(), ViewStyle(names={"wrestler_0": "Ada"})
    assert bodies.label(snapshot, "wrestler_0", style) == "Ada"
    assert bodies.label(snapshot, "wrestler_1", style) == "Wrestler 1"
    assert bodies.label(snapshot, "referee", style) == "Referee"


def test_names_stay_on_the_picture() -> None:
    surface = shapes.blank(FIELD.size, (0, 0, 0))
    bodies.draw_name(surface, FIELD, (320, 399), 30.0, "Ada", (255, 255, 255))
    assert max(surface.get_buffer().raw[0::4]) == 255


def test_a_seat_is_not_named_below_a_body() -> None:
    def drawn(name: str) -> bytes:
        surface = shapes.blank((640, 400), (0, 0, 0))
        bodies.draw_name(surface, FIELD, (320, 200), 30.0, name, (255, 255, 255))
        return surface.get_buffer().raw

    assert drawn("Sumo master · Wrestler 2") == drawn("Sumo master") != drawn("Sumo club")


def test_teams_and_wrestlers_differ_in_colour_and_in_mark() -> None:
    style = ViewStyle()
    teams, eight = samples.sumo(players=4, teams=True), samples.sumo(players=8)
    for agents, snapshot, kinds in ((("red_0", "blue_0"), teams, 2), (eight["agents"], eight, 8)):
        assert len({mark_of(snapshot, agent) for agent in agents}) == kinds
        assert len({colour_of(snapshot, agent, style) for agent in agents}) == kinds
    assert mark_of(teams, "red_0") == mark_of(teams, "red_1")
    assert {mark_of(eight, agent) for agent in eight["agents"]} == set(MARKS)
    assert colour_of(eight, "", style) == style.palette.text


@pytest.mark.parametrize("share", [0.0, 0.4, 0.9])
def test_a_gauge_fills_clockwise_from_the_top(share: float) -> None:
    surface = shapes.blank((80, 80), (0, 0, 0))
    bodies.draw_gauge(surface, (40, 40), 30, share, (0, 255, 0))
    lit = sum(byte > 128 for byte in surface.get_buffer().raw[1::4])
    full = shapes.blank((80, 80), (0, 0, 0))
    bodies.draw_gauge(full, (40, 40), 30, 0.97, (0, 255, 0))
    whole = sum(byte > 128 for byte in full.get_buffer().raw[1::4])
    assert lit / (whole * 24 / 23) == pytest.approx(share, abs=0.03)
    assert surface.get_at((60, 20))[1] > 128 if share > 0.2 else surface.get_at((60, 20))[1] == 0


def test_a_full_gauge_is_not_drawn() -> None:
    surface = shapes.blank((80, 80), (0, 0, 0))
    bodies.draw_gauge(surface, (40, 40), 30, 1.0, (0, 255, 0))
    assert max(surface.get_buffer().raw[1::4]) == 0


def test_a_push_shows_on_its_side_and_a_touch_of_the_stick_does_not() -> None:
    def lit(push):
        surface = shapes.blank((120, 120), (0, 0, 0))
        bodies.draw_push(surface, (60, 60), 40, push, (0, 255, 0))
        return {side for side, x in (("left", 9), ("right", 110)) if surface.get_at((x, 60))[1]}

    assert lit((1.0, 0.0)) == {"right"}
    assert lit((-0.6, 0.0)) == {"left"}
    assert lit((0.05, 0.0)) == set()
