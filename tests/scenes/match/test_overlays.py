"""Words over a match fit where they stand."""

from __future__ import annotations

import pygame
import pytest

from scenes.match.overlays import Banner, draw_countdown
from scenes.ui.root import Ui
from scenes.ui.theme import Theme

AREA = pygame.Rect(14, 10, 312, 98)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every line that is cut nowhere and reaches the surface."""
    said: list[str] = []
    theme = Theme(1.0)
    render = type(theme.text).render

    def listening(book: object, words: str, *rest: object) -> pygame.Surface:
        said.append(words)
        return render(book, words, *rest)  # type: ignore[arg-type]  # what it was called with

    monkeypatch.setattr(type(theme.text), "render", listening)
    return said


@pytest.mark.parametrize(
    "title",
    [
        "You win",
        "Sumo master · Wrestler 3 wins",
        "Tanks master · Tank 2 and Tanks master · Tank 3 share the win",
    ],
)
def test_a_banner_says_the_whole_of_its_title(title: str, said: list[str]) -> None:
    banner, ui = Banner(), Ui(Theme(1.0), (340, 120))
    ui.add(banner)
    banner.show(title)
    banner.place(AREA)
    banner.draw(pygame.Surface((340, 120)))
    assert " ".join(said).strip() == title


def test_who_stands_below_a_countdown_is_seen_through_it() -> None:
    banner, ui = Banner(), Ui(Theme(1.0), (340, 340))
    ui.add(banner)
    pictures = set()
    for ground in ((20, 30, 40), (220, 120, 40)):
        surface = pygame.Surface((340, 340))
        surface.fill(ground)
        draw_countdown(surface, banner, surface.get_rect(), 1, "")
        pictures.add(tuple(surface.get_at((120, 120))))
    assert len(pictures) == 2
