import pytest

from scenes.views import shapes
from scenes.views.physics import hud
from scenes.views.physics.field import fit
from scenes.views.style import ViewStyle
from tests.scenes.views import physics_samples as samples

FIELD = fit((640, 400), (-8, -5, 8, 5))
STYLE = ViewStyle()
RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture
def surface():
    return shapes.blank(FIELD.size, STYLE.palette.background)


def lit(surface) -> bytes:
    return surface.get_buffer().raw


@pytest.mark.parametrize(
    ("left_s", "words"),
    [
        (0.0, "0:00"),
        (0.01, "0:01"),
        (59.2, "1:00"),
        (60.0, "1:00"),
        (60.01, "1:01"),
        (605.0, "10:05"),
        (-1, "0:00"),
    ],
)
def test_time_is_rounded_up(left_s: float, words: str) -> None:
    assert hud.clock_text(left_s) == words


def test_moments_come_and_go(surface) -> None:
    empty = lit(surface)
    for age_s in (-0.1, hud.MOMENT_S):
        hud.draw_moment(surface, FIELD, "GOAL", "Ada scores", RED, age_s, STYLE)
        assert lit(surface) == empty
    hud.draw_moment(surface, FIELD, "GOAL", "Ada scores", RED, 0.3, STYLE)
    assert lit(surface) != empty


def test_moments_grow_only_with_motion() -> None:
    def drawn(age_s: float, style: ViewStyle) -> bytes:
        surface = shapes.blank(FIELD.size, (0, 0, 0))
        hud.draw_moment(surface, FIELD, "GOAL", "", RED, age_s, style)
        return lit(surface)

    still = ViewStyle(animate=False)
    assert drawn(0.05, STYLE) != drawn(0.5, STYLE)
    assert drawn(0.05, still) == drawn(0.5, still) == drawn(0.5, STYLE)


def test_long_words_fit_the_picture(surface) -> None:
    hud.draw_end(surface, FIELD, "The Unconquerable Wrestler of the Western Coast wins", RED, STYLE)
    columns = [any(surface.get_at((x, y))[0] > 200 for y in range(400)) for x in (0, 4, 635, 639)]
    assert columns == [False] * 4


def test_a_countdown_shows_whole_seconds_and_ends(monkeypatch, surface) -> None:
    said = samples.spoken(monkeypatch)
    for left_s in (2.5, 2.0, 1.999, 0.01):
        hud.draw_countdown(surface, FIELD, left_s, STYLE, (320, 200))
    assert said == ["3", "2", "2", "1"]
    hud.draw_countdown(surface, FIELD, 0.0, STYLE, (320, 200))
    assert len(said) == 4


def test_the_score_names_both_teams_and_the_goals_to_reach(monkeypatch, surface) -> None:
    said = samples.spoken(monkeypatch)
    hud.draw_score(surface, FIELD, samples.air_hockey(), STYLE, target=5)
    assert {"3", "1", "Red", "Blue", "1:24", "First to 5"} <= set(said)


def test_who_is_out_loses_the_colour(surface) -> None:
    signs = [
        hud.Sign("dot", RED, True, "Ada"),
        hud.Sign("bar", BLUE, False, "Bob"),
        hud.Sign("ring", RED, True, "C"),
    ]
    hud.draw_standing(surface, FIELD, signs, 30.0, STYLE)
    colours = {tuple(surface.get_at((x, FIELD.score_y))[:3]) for x in range(640)}
    assert RED in colours
    assert BLUE not in colours
