import pygame
import pytest

from scenes.views import shapes
from scenes.views.physics import fx
from scenes.views.physics.field import fit
from scenes.views.style import ViewStyle
from tests.scenes.views import physics_samples as samples
from tests.scenes.views.physics_samples import event

FIELD = fit((640, 400), (-8, -5, 8, 5))
TILE = fit((320, 180), (-8, -5, 8, 5))
STYLE = ViewStyle()


def later(snapshot, ticks):
    return {**snapshot, "tick": snapshot["tick"] + ticks}


def drawn(snapshot, alpha, field=FIELD) -> bytes:
    surface = shapes.blank(field.size, (0, 0, 0))
    fx.draw_rings(surface, field, snapshot, alpha, lambda event: (255, 200, 100))
    fx.draw_sparks(surface, field, snapshot, alpha, lambda event: (255, 200, 100))
    return surface.get_buffer().raw


def colours(picture: bytes) -> int:
    return len(set(pygame.image.frombytes(picture, FIELD.size, "BGRA").get_view("1").raw))


@pytest.mark.parametrize("kind", fx.BURSTS)
def test_effects_depend_on_the_age_alone(kind: str) -> None:
    snapshot = samples.air_hockey(event(kind, 6, 1.0, 2.0, "red_0"))
    moved = {**later(snapshot, 37), "events": [{**snapshot["events"][0], "tick": 631}]}
    # The seed is of the event's tick, so only its rings, which have no dice, look the same at another.
    assert drawn(later(snapshot, 3), 0.25) == drawn(later(snapshot, 2), 1.25)
    assert fx.age_s(moved, moved["events"][0], 0.5) == fx.age_s(snapshot, snapshot["events"][0], 0.5)
    nothing = drawn({**snapshot, "events": []}, 1.0)
    assert drawn(snapshot, 0.5) != nothing
    assert drawn(later(snapshot, 90), 0.5) == nothing


def test_two_events_do_not_fly_alike() -> None:
    first = samples.air_hockey(event("goal", 6, 1.0, 2.0, "red_0"))
    second = samples.air_hockey(event("goal", 6, 1.0, 2.0, "blue_0"))
    assert drawn(first, 0.5) != drawn(second, 0.5)


def test_stronger_events_throw_more_sparks_further() -> None:
    soft, hard = (samples.air_hockey(event("wall", 6, 0.0, 0.0, "", power)) for power in (0.2, 1.0))
    assert drawn(soft, 0.5) != drawn(hard, 0.5)
    lit = [sum(byte > 0 for byte in drawn(snapshot, 0.5)) for snapshot in (soft, hard)]
    assert lit[0] < lit[1]


def test_tiles_have_no_sparks() -> None:
    snapshot = samples.air_hockey(event("dash", 6, 1.0, 2.0, "red_0"))
    assert drawn(snapshot, 0.5, TILE) == drawn({**snapshot, "events": []}, 0.5, TILE)
    assert drawn(snapshot, 0.5) != drawn({**snapshot, "events": []}, 0.5)


def test_shaking_dies_down_and_never_leaves_its_reach() -> None:
    snapshot = samples.air_hockey(event("goal", 0, 8.5, 0.4, "red_0"), event("goal", 0, 8.5, 0.4, "blue_0"))
    swings = [max(map(abs, fx.shake(later(snapshot, tick), 0.0, FIELD, STYLE))) for tick in range(40)]
    assert 2.0 < max(swings[:8]) <= 1.3 * fx.SHAKE_PX
    assert max(swings[:8]) > 3 * max(swings[16:27])
    assert set(swings[28:]) == {0.0}


@pytest.mark.parametrize("style", [ViewStyle(shake=False), ViewStyle(animate=False)])
def test_nothing_shakes_against_a_wish(style: ViewStyle) -> None:
    snapshot = samples.air_hockey(event("goal", 3, 8.5, 0.4, "red_0"))
    assert fx.shake(snapshot, 0.5, FIELD, style) == (0.0, 0.0)
    assert fx.shake(snapshot, 0.5, TILE, STYLE) == (0.0, 0.0)
    assert fx.shake(snapshot, 0.5, FIELD, STYLE) != (0.0, 0.0)


def test_soft_hits_do_not_shake() -> None:
    soft, hard = (samples.air_hockey(event("hit", 3, 0.0, 0.0, "red_0", power)) for power in (0.3, 0.9))
    assert fx.shake(soft, 0.5, FIELD, STYLE) == (0.0, 0.0)
    assert fx.shake(hard, 0.5, FIELD, STYLE) != (0.0, 0.0)


def test_the_last_tick_flashes_only_where_time_runs_on_after_the_end() -> None:
    snapshot = samples.air_hockey(event("goal", 0, 8.5, 0.4), event("hit", 9, 7.0, 0.0), over=True)
    assert [event["kind"] for event, _ in fx.recent(snapshot, 1.0, 1.0)] == ["hit"]
    assert [event["kind"] for event, _ in fx.recent(snapshot, 7.0, 1.0)] == ["goal", "hit"]
    assert [event["kind"] for event, _ in fx.recent({**snapshot, "over": False}, 1.0, 1.0)] == ["goal", "hit"]
