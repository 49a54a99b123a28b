from itertools import combinations

import pytest

from scenes.views import shapes
from scenes.views.physics import sprites
from scenes.views.physics.colours import MARKS


def opacity(image) -> float:
    return sum(image.get_buffer().raw[3::4]) / 255


def test_a_disc_has_its_area_and_its_colour() -> None:
    image = sprites.dot(10.0, (200, 120, 40))
    assert opacity(image) == pytest.approx(3.14159 * 100, rel=0.01)
    edges = [image.get_at((x, y)) for x in range(image.get_width()) for y in range(image.get_height())]
    edges = [edge for edge in edges if 40 < edge.a < 250]
    assert edges
    assert all(abs(a - b) <= 2 for edge in edges for a, b in zip(edge[:3], (200, 120, 40), strict=True))


def test_sizes_and_opacities_are_rounded_so_that_few_are_kept() -> None:
    assert sprites.dot(10.0, (1, 2, 3), 0.5) is sprites.dot(10.1, (1, 2, 3), 0.51)
    assert sprites.hoop(30.0, 2.0, (1, 2, 3)) is sprites.hoop(30.4, 2.2, (1, 2, 3))


def centre_of(at: tuple[float, float]) -> tuple[float, float]:
    def make(shift):
        layers = sprites.Layers(12, 12, shift)
        layers.fill(4 - layers.away(), (255, 255, 255))
        return layers.image()

    surface = shapes.blank((40, 40), (0, 0, 0))
    sprites.stamp(surface, "probe", make, at)
    cells = [(x, y, surface.get_at((x, y))[0]) for x in range(40) for y in range(40)]
    weight = sum(light for _, _, light in cells)
    x, y = (sum((cell[axis] + 0.5) * cell[2] for cell in cells) / weight for axis in (0, 1))
    return x, y


@pytest.mark.parametrize("at", [(20.0, 20.0), (20.5, 19.5), (18.24, 21.76), (20.74, 20.26)])
def test_sprites_lie_where_they_should_to_a_quarter_of_a_pixel(at: tuple[float, float]) -> None:
    assert centre_of(at) == pytest.approx(at, abs=0.27)


def test_marks_cover_alike_and_are_all_different() -> None:
    images = {}
    for kind in MARKS:
        layers = sprites.Layers(60, 60)
        layers.fill(sprites.mark(layers, kind, 20), (255, 255, 255))
        images[kind] = layers.image()
        assert 400 < opacity(images[kind]) < 1300
    for one, other in combinations(images, 2):
        pairs = zip(*(images[kind].get_buffer().raw[3::4] for kind in (one, other)), strict=True)
        assert sum(abs(a - b) for a, b in pairs) / 255 > 200, (one, other)


def test_dimming_makes_a_fainter_copy() -> None:
    image = sprites.glow(12, (255, 200, 100))
    before = opacity(image)
    assert opacity(sprites.dimmed(image, 0.5)) == pytest.approx(before / 2, rel=0.03)
    assert opacity(image) == before
