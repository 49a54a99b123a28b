"""Great moments find all painted that their views paint once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from importlib import import_module
from typing import Any

import pygame
import pytest

from scenes.ui.text import TextBook
from scenes.views import load, shapes
from scenes.views.physics import sprites
from scenes.views.physics.rehearsal import moments
from scenes.views.style import View, ViewStyle

SIZE = (640, 400)
GAMES: dict[str, Mapping[str, Any]] = {
    "sumo": {"players": 3},
    "air_hockey": {"players_per_team": 2},
    "tanks": {"players": 3},
    "soccer": {},
}
GREAT: dict[str, tuple[str, ...]] = {
    "sumo": ("knock_out", "hit", "dash"),
    "air_hockey": ("goal", "hit"),
    "tanks": ("explosion", "hit", "shot"),
    "soccer": ("goal", "hit", "boost"),
}
SPARKS = {"dot", "dimmed"}
"""Painted in a tenth of a millisecond, in as many sizes as there are dice."""


def first(game: str) -> dict[str, Any]:
    env = import_module(f"arena.games.{game}").parallel_env(**GAMES[game])
    env.reset(seed=1)
    scene: dict[str, Any] = env.snapshot()
    return scene


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[Hashable]:
    """What is painted, from nothing kept on."""
    found: list[Hashable] = []
    kept, render = sprites.kept, TextBook.render
    monkeypatch.setattr(sprites, "_sprites", OrderedDict())
    monkeypatch.setattr(sprites, "_held_bytes", [0])
    monkeypatch.setattr(shapes, "_book", TextBook())

    def noted(key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
        def paint() -> pygame.Surface:
            found.append(key)
            return make()

        return kept(key, paint)

    def told(book: TextBook, text: str, *look: Any) -> pygame.Surface:
        before = book.renders
        image = render(book, text, *look)
        if book.renders > before:
            found.append(("text", text))
        return image

    monkeypatch.setattr(sprites, "kept", noted)
    monkeypatch.setattr(TextBook, "render", told)
    return found


def rehearsed(game: str) -> tuple[View, dict[str, Any], ViewStyle]:
    """A game's view after the rehearsal, how it begins, and how it was drawn."""
    view, scene = load(game), first(game)
    style = ViewStyle(names={agent: f"{agent} here" for agent in scene["agents"]}, shake=False)
    for snapshot, alpha in moments(scene):
        view.draw(snapshot, SIZE, alpha, style)
    return view, scene, style


def happened(scene: Mapping[str, Any], kind: str, agent: str) -> dict[str, Any]:
    side = -4.0 if agent.startswith("blue") else 4.0
    return {"tick": scene["tick"], "kind": kind, "x": side, "y": 1.0, "agent": agent, "power": 1.0}


@pytest.mark.parametrize("game", GAMES)
def test_great_moments_paint_nothing_large(game: str, painted: list[Hashable]) -> None:
    view, scene, style = rehearsed(game)
    assert painted, "nothing was painted beforehand"
    painted.clear()
    for agent in scene["agents"]:
        events = [happened(scene, kind, agent) for kind in GREAT[game]]
        for age in (1, 6, 13, 31, 63):
            view.draw({**scene, "events": events}, SIZE, float(age), style)
    assert {key[0] for key in painted if isinstance(key, tuple)} <= SPARKS


@pytest.mark.parametrize("game", GAMES)
def test_the_last_words_are_painted_before(game: str, painted: list[Hashable]) -> None:
    view, scene, style = rehearsed(game)
    painted.clear()
    for agent in scene["agents"]:
        ended = {**scene, "over": True, "standing": [agent], "events": [happened(scene, "win", agent)]}
        if "goals" in scene:
            ended["goals"] = {team: 3 * agent.startswith(team) for team in scene["goals"]}
        view.draw(ended, SIZE, 1.0, style)
    assert painted == []


@pytest.mark.parametrize("game", GAMES)
def test_a_rehearsal_changes_no_picture(game: str, painted: list[Hashable]) -> None:
    view, scene = load(game), first(game)
    before = pygame.image.tobytes(view.draw(scene, SIZE, 1.0, ViewStyle()), "RGB")
    for snapshot, alpha in moments(scene):
        view.draw(snapshot, SIZE, alpha, ViewStyle())
    assert pygame.image.tobytes(view.draw(scene, SIZE, 1.0, ViewStyle()), "RGB") == before
