import pygame
import pytest

from arena.games import catalog
from assets import asset_path


@pytest.mark.parametrize("entry", catalog.entries(), ids=lambda entry: entry.id)
def test_each_game_of_the_catalog_has_a_small_picture(entry) -> None:
    path = asset_path(entry.picture)  # tools/make_pictures.py draws a missing one
    assert pygame.image.load(path).get_size() == (320, 200)
    assert path.stat().st_size <= 25 * 1024


def test_names_drop_family_and_version() -> None:
    assert catalog.get("mpe2/simple_spread-v3").picture == "pictures/simple_spread.png"
    assert catalog.get("gymnasium/CartPole-v1").picture == "pictures/cartpole.png"
