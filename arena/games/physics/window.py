"""A window for ``render_mode="human"``: what somebody sees who tries an environment out in a script.

Arena's own window shows matches, at a steady rate and with people at the seats; this one only looks on.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from arena.games.physics.game import HZ


class Window:
    """Shows picture after picture, at most 60 a second."""

    def __init__(self, title: str, size: tuple[int, int]) -> None:
        """Opens it; raises ``pygame.error`` where there is no screen."""
        import pygame

        pygame.display.init()
        self._surface = pygame.display.set_mode(size)
        pygame.display.set_caption(title)
        self._due = time.perf_counter()

    def show(self, picture: NDArray[np.uint8]) -> None:
        """Show a picture, uint8 of shape ``(height, width, 3)``, once the one before has been seen."""
        import pygame

        pygame.event.pump()  # or the system thinks that it hangs
        pygame.surfarray.blit_array(self._surface, picture.swapaxes(0, 1))
        now = time.perf_counter()
        if now < self._due:
            time.sleep(self._due - now)
        self._due = max(self._due, now) + 1 / HZ
        pygame.display.flip()

    def close(self) -> None:
        """Close it. Sounds, pads and all else of pygame stay as they are."""
        import pygame

        pygame.display.quit()
