"""The system's clipboard, or one of our own where there is none."""

from __future__ import annotations

import pygame


class Clipboard:
    """Text to copy and paste. Without a window system it still works inside the program."""

    def __init__(self) -> None:
        self._own = ""

    def get(self) -> str:
        """Give what was copied last, here or in another program if the system tells."""
        try:
            return pygame.scrap.get_text() or self._own
        except pygame.error:
            return self._own

    def put(self, text: str) -> None:
        """Keep `text` and offer it to other programs."""
        self._own = text
        try:
            pygame.scrap.put_text(text)
        except pygame.error:
            # Nobody to offer it to; our own copy serves.
            return
