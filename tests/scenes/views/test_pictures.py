import pygame
import pytest

from arena.games import catalog
from assets import asset_path


@pytest.mark.parametrize("entry", catalog.entries(), ids=lambda entry: entry.id)
def test_each_game_of_the_catalog_has_a_small_picture(entry) -> None:
    path = asset_path(entry.picture)
    assert pygame.image.load(path).get_size() == (320, 200), "draw it with tools/make_pictures.py"
    assert path.stat().st_size <= 25 * 1024, "draw it with tools/make_pictures.py"
