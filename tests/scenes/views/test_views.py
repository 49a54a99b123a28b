import numpy as np
import pytest

from arena.errors import UnknownNameError
from arena.games import catalog
from scenes.views import load, shapes
from scenes.views.style import ViewStyle, eased, legal_actions


@pytest.mark.parametrize(
    "entry", [entry for entry in catalog.entries() if entry.view], ids=lambda entry: entry.id
)
def test_each_view_of_the_catalog_is_registered_and_complete(entry) -> None:
    view = load(entry.view)
    assert callable(view.draw)
    assert callable(view.pick)
    assert callable(view.spots)


def test_an_unknown_view_lists_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'chess'"):
        load("ches")


def test_easing_starts_and_ends_softly_and_never_leaves_its_range() -> None:
    style = ViewStyle()
    values = [eased(step / 20, style) for step in range(-3, 25)]
    assert values == sorted(values)
    assert (min(values), max(values)) == (0.0, 1.0)
    assert eased(0.1, style) < 0.1
    assert eased(0.0, ViewStyle(animate=False)) == 1.0


def test_legal_actions_of_a_mask() -> None:
    assert legal_actions(np.array([0, 1, 0, 1], np.int8)) == {1, 3}
    assert legal_actions(None) == frozenset()


def test_orientation_falls_back_to_the_first_agent() -> None:
    snapshot = {"agents": ["a", "b"]}
    assert ViewStyle(orientation="b").seen_from(snapshot) == 1
    assert ViewStyle(orientation="stranger").seen_from(snapshot) == 0
    assert ViewStyle().name("a") == "a"


def test_edges_of_shapes_keep_their_colour() -> None:
    canvas = shapes.Canvas(20, 20)
    canvas.dot((50, 50), 40, (200, 120, 40))
    image = canvas.image()
    edges = [image.get_at((x, y)) for x in range(20) for y in range(20) if 40 < image.get_at((x, y)).a < 250]
    assert edges
    assert all(abs(a - b) <= 8 for edge in edges for a, b in zip(edge[:3], (200, 120, 40), strict=True))


def test_pictures_are_made_once() -> None:
    made = []

    def make():
        made.append(1)
        return shapes.blank((1, 1), (0, 0, 0))

    assert shapes.cached("once", make) is shapes.cached("once", make)
    assert len(made) == 1
