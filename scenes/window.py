"""The one window: a software surface that can be resized, go full screen and be photographed."""

from __future__ import annotations

import os
import sys
import time
import warnings
from pathlib import Path

import pygame

from arena.errors import WindowError
from scenes.settings_store import SIZE_MAX, SIZE_MIN

NAME = "Arena"
FALLBACK_HZ = 60
_UNSEEN = {"dummy", "offscreen"}
"""Drivers that draw into memory: fine if asked for, not what somebody without a display wants to get."""


class Window:
    """Opened once; everything else draws on `surface`."""

    def __init__(self, size: tuple[int, int], *, fullscreen: bool = False) -> None:
        self._windowed = (max(size[0], SIZE_MIN[0]), max(size[1], SIZE_MIN[1]))
        self._fullscreen = fullscreen

    def open(self) -> None:
        """Open the window; raises :class:`WindowError` where there is no display."""
        # Without a graphics card, an accelerated surface costs three times the processor time of a plain one.
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
        try:
            pygame.display.init()
            pygame.font.init()
            seen = pygame.display.get_driver() not in _UNSEEN or "SDL_VIDEODRIVER" in os.environ
            if seen:
                self._set_mode()
        except pygame.error as error:
            self.close()
            raise WindowError(_no_display(str(error))) from error
        if not seen:
            self.close()
            raise WindowError(_no_display("there is no display"))
        self.set_title("")
        pygame.key.set_repeat()  # off: held keys are held, the widgets repeat by themselves

    def close(self) -> None:
        """Close the window. Safe to call twice."""
        pygame.font.quit()
        pygame.display.quit()

    @property
    def surface(self) -> pygame.Surface:
        """What to draw on; another one after every change of size."""
        surface = pygame.display.get_surface()
        if surface is None:
            raise WindowError("the window is gone; start the arena again")
        return surface

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.surface.get_size()

    @property
    def windowed_size(self) -> tuple[int, int]:
        """The size outside full screen, to be remembered: what some window managers force on us beyond what
        is allowed is brought back into it.
        """
        width, height = (
            min(max(side, least), most)
            for side, least, most in zip(self._windowed, SIZE_MIN, SIZE_MAX, strict=True)
        )
        return width, height

    @property
    def fullscreen(self) -> bool:
        """Whether it fills the display."""
        return self._fullscreen

    @fullscreen.setter
    def fullscreen(self, on: bool) -> None:
        if on != self._fullscreen:
            self._fullscreen = on
            self._set_mode()

    @property
    def refresh_hz(self) -> float:
        """The display's own rate, as far as the system tells."""
        return pygame.display.get_current_refresh_rate() or FALLBACK_HZ

    def resized(self) -> None:
        """The person changed the size."""
        if not self._fullscreen:
            self._windowed = self.size

    def set_title(self, title: str) -> None:
        """Show ``title`` behind the program's name."""
        pygame.display.set_caption(f"{NAME} — {title}" if title else NAME)

    def photograph(self, folder: Path, picture: pygame.Surface | None = None) -> Path:
        """Save what is shown, or ``picture``, as a PNG in ``folder``.

        Raises :class:`WindowError` where that fails.
        """
        path = folder / time.strftime("arena-%Y%m%d-%H%M%S.png")
        number = 1
        while path.exists():
            number += 1
            path = folder / time.strftime(f"arena-%Y%m%d-%H%M%S-{number}.png")
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            pygame.image.save(picture or self.surface, path)
        except (OSError, pygame.error) as error:
            raise WindowError(f"{path} cannot be saved: {error}; make room on the disk") from error
        return path

    def _set_mode(self) -> None:
        if self._fullscreen:
            pygame.display.set_mode(pygame.display.get_desktop_sizes()[0], pygame.FULLSCREEN)
            return
        with warnings.catch_warnings():
            # A window manager may give another size than the one asked for: `size` says which.
            warnings.simplefilter("ignore", RuntimeWarning)
            pygame.display.set_mode(self._windowed, pygame.RESIZABLE)
            # The only way to a smallest size; pygame says that it will get a better one.
            warnings.simplefilter("ignore", DeprecationWarning)
            pygame.Window.from_display_module().minimum_size = SIZE_MIN


def _no_display(why: str) -> str:
    sentence = f"no window can be opened: {why}. "
    if sys.platform not in {"darwin", "win32"}:
        sentence += "Set DISPLAY or WAYLAND_DISPLAY to your session (over ssh: ssh -X). "
    return sentence + "Without a screen, `arena demo` and `arena match` play"
