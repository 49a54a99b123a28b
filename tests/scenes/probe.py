"""A window in a process of its own that tells what reaches it: ``python tests/scenes/probe.py HOME``."""

from __future__ import annotations

import sys
from pathlib import Path

import pygame

from arena.home import arena_home
from scenes.app import App
from scenes.screen import Screen


class Probe(Screen):
    """Says what is pressed, and where the pointer clicks."""

    title = "probe"
    ready = False

    def pressed(self, device_id: str, key: str) -> bool:
        tell("press", device_id, key)
        return False

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEBUTTONDOWN:
            tell("click", *event.pos)
        if event.type == pygame.KEYUP:
            tell("release", pygame.key.name(event.key))
        return True

    def leave(self) -> None:
        tell("leave")

    def draw(self, surface: pygame.Surface, dt_s: float) -> None:
        surface.fill((13, 16, 23))

    def shown(self, now: float) -> None:
        if not self.ready:
            self.ready = True
            tell("ready", pygame.display.get_driver(), *self.app.window.size)


def tell(*words: object) -> None:
    print(*words, flush=True)


if __name__ == "__main__":
    with App(arena_home(Path(sys.argv[1])), size=(960, 600)) as app:
        why = app.run(Probe(app))
    tell("ended", why)
