import numpy as np
import pygame
import pytest

from arena.games.contract import Frame
from scenes.views import frame


@pytest.mark.parametrize(
    ("picture", "space", "size"),
    [
        ((160, 210), (1280, 720), (480, 630)),  # a pixel game: three times, not 3.43 times
        ((160, 210), (1280, 640), (480, 630)),
        ((600, 600), (1280, 720), (720, 720)),
        ((800, 600), (400, 400), (400, 300)),
        ((160, 210), (100, 100), (76, 100)),  # too small for a whole factor
        ((300, 300), (580, 580), (580, 580)),  # a factor of one would leave half the space empty
    ],
)
def test_fits(picture: tuple[int, int], space: tuple[int, int], size: tuple[int, int]) -> None:
    rect = frame.fitted(picture, space)
    assert rect.size == size
    assert abs(rect.centerx - space[0] // 2) <= 1
    assert abs(rect.centery - space[1] // 2) <= 1


@pytest.mark.parametrize("order", ["RGBA", "BGRA"])
@pytest.mark.parametrize("opacity", [0, 255])
def test_draws_opaque_in_either_byte_order(order: str, opacity: int) -> None:
    pixels = np.zeros((20, 30, 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 3] = 200, 100, opacity
    for size in ((30, 20), (90, 60), (45, 30)):
        image = frame.draw(Frame(pixels, 1, order), size)  # type: ignore[arg-type]
        expected = (200, 100, 0) if order == "RGBA" else (0, 100, 200)
        assert image.get_at((size[0] // 2, size[1] // 2))[:3] == expected


def test_pixels_grow_whole_and_bars_keep_the_background() -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[1, 2] = (255, 255, 255, 255)
    image = frame.draw(Frame(pixels, 1), (60, 41))
    bright = pygame.surfarray.array3d(image).sum(axis=2) > 700
    assert np.argwhere(bright).min(axis=0).tolist() == [30, 10]
    assert np.argwhere(bright).max(axis=0).tolist() == [39, 19]
    assert bright.sum() == 100
    assert image.get_at((0, 20))[:3] == (13, 16, 23)


def test_places_into_a_part_of_a_surface() -> None:
    surface = pygame.Surface((100, 100), 0, 32)
    covered = frame.place_frame(
        surface, pygame.Rect(50, 40, 40, 50), Frame(np.full((10, 10, 4), 9, np.uint8), 1)
    )
    assert covered == pygame.Rect(50, 45, 40, 40)
    assert surface.get_at((49, 60))[:3] == (0, 0, 0)
    assert surface.get_at((50, 60))[:3] == (9, 9, 9)
