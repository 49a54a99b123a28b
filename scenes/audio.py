"""Sounds, by name, from ``assets/sounds``. A machine without a sound device is silent and told so once."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pygame

from assets import asset_path

log = logging.getLogger(__name__)

RATE_HZ = 22_050
BUFFER_SAMPLES = 512
"""23 ms at `RATE_HZ`: short enough for a key click to feel immediate."""
CHANNELS = 16


@contextmanager
def _native_stderr_closed() -> Iterator[None]:
    """Keep ALSA from writing a page about a missing sound card to the terminal; what counts comes as an
    error.
    """
    try:
        kept = os.dup(2)
    except OSError:  # there is no stderr at all
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


class Audio:
    """Plays sounds; every method may be called whether or not there is a device."""

    def __init__(self, volume: float = 0.7, *, muted: bool = False) -> None:
        self.volume, self.muted = volume, muted
        self.problem: str | None = None
        """Why there is no sound, as a sentence for the person."""
        self._sounds: dict[str, pygame.mixer.Sound | None] = {}

    def open(self) -> None:
        """Open the sound device, if there is one."""
        try:
            with _native_stderr_closed():
                pygame.mixer.init(RATE_HZ, -16, 1, BUFFER_SAMPLES)
            pygame.mixer.set_num_channels(CHANNELS)
        except pygame.error as error:
            self._give_up(error)

    @property
    def working(self) -> bool:
        """Whether there is a device."""
        return pygame.mixer.get_init() is not None

    def set(self, *, volume: float | None = None, muted: bool | None = None) -> None:
        """Change the volume (0 to 1) or silence everything."""
        self.volume = self.volume if volume is None else volume
        self.muted = self.muted if muted is None else muted
        if self.muted and self.working:
            pygame.mixer.stop()

    def play(self, name: str, volume: float = 1.0) -> None:
        """Play ``assets/sounds/<name>.wav`` at a share of the set volume. A name without a file is logged,
        once.
        """
        if self.muted or not self.working:
            return
        try:
            sound = self._sound(name)
            if sound is not None:
                sound.set_volume(self.volume * volume)
                sound.play()
        except pygame.error as error:  # the device was taken away
            self._give_up(error)
            pygame.mixer.quit()

    def close(self) -> None:
        """Let the device go. Safe to call twice."""
        self._sounds.clear()
        pygame.mixer.quit()

    def _sound(self, name: str) -> pygame.mixer.Sound | None:
        if name not in self._sounds:
            try:
                self._sounds[name] = pygame.mixer.Sound(asset_path(f"sounds/{name}.wav"))
            except FileNotFoundError as error:
                log.warning("%s", error)
                self._sounds[name] = None
        return self._sounds[name]

    def _give_up(self, error: Exception) -> None:
        if self.problem is None:
            self.problem = f"There is no sound: {error}. Check the system's sound settings and start again."
            log.warning("%s", self.problem)
