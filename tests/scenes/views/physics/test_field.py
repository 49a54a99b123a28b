import pytest

from scenes.views import shapes
from scenes.views.physics.field import begun, fit

BOUNDS = (-8.0, -5.0, 8.0, 5.0)


@pytest.mark.parametrize(
    "size", [(1280, 720), (320, 180), (700, 700), (500, 1200), (2000, 300), (96, 96)], ids=str
)
def test_the_whole_field_lies_on_the_picture_below_the_score(size: tuple[int, int]) -> None:
    field = fit(size, BOUNDS)
    area = field.area(BOUNDS)
    assert area.left >= 0
    assert area.right <= size[0]
    assert area.top >= field.header - 1
    assert area.bottom <= size[1]
    assert area.width / area.height == pytest.approx(1.6, rel=0.05)
    # It fills the picture one way.
    assert area.width > 0.9 * size[0] or area.height > 0.9 * (size[1] - field.header)
    assert field.header == 0 or 0 < field.score_y < area.top


def test_places_and_lengths() -> None:
    field = fit((1280, 720), BOUNDS)
    left, top = field.at(0, 0)
    assert field.at(2, -1) == (left + 2 * field.scale, top - field.scale)
    assert field.px(3) == 3 * field.scale
    assert field.shifted((5, -2)).at(0, 0) == (left + 5, top - 2)
    assert (fit((640, 360), BOUNDS).em(20), field.em(20)) == (10, 20)


def test_small_pictures_are_tiles_and_tiny_ones_have_no_words() -> None:
    kinds = {
        width: (fit((width, width), BOUNDS).small, fit((width, width), BOUNDS).tiny)
        for width in (96, 320, 640)
    }
    assert kinds == {96: (True, True), 320: (True, False), 640: (False, False)}


@pytest.mark.parametrize("offset", [(0, 0), (3, 0), (-3, 2), (0.4, -5)])
def test_a_shaken_picture_has_ground_where_it_came_from(offset: tuple[float, float]) -> None:
    backdrop = shapes.blank((20, 16), (200, 0, 0))
    picture = begun(backdrop, offset, (0, 0, 200))
    shown = [picture.get_at((x, y))[:3] == (200, 0, 0) for x in range(20) for y in range(16)]
    dx, dy = (abs(round(part)) for part in offset)
    assert sum(shown) == (20 - dx) * (16 - dy)
    assert {tuple(picture.get_at((x, y))[:3]) for x in range(20) for y in range(16)} <= {
        (200, 0, 0),
        (0, 0, 200),
    }
    picture.fill((0, 0, 0))
    assert backdrop.get_at((10, 8))[:3] == (200, 0, 0)
