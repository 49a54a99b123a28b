"""Sound where there is a device, and quiet where there is none."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pygame
import pytest

from scenes.audio import Audio


@pytest.fixture
def audio() -> Iterator[Audio]:
    audio = Audio(volume=0.5)
    audio.open()
    yield audio
    audio.close()


def test_a_sound_plays_at_the_set_volume(audio: Audio) -> None:
    assert audio.working
    assert audio.problem is None
    audio.play("move", volume=0.5)
    (channel,) = [c for n in range(16) if (c := pygame.mixer.Channel(n)).get_busy()]
    sound = channel.get_sound()
    assert sound is not None
    assert sound.get_volume() == pytest.approx(0.25, abs=0.01)


def test_muting_stops_what_plays(audio: Audio) -> None:
    audio.play("move")
    audio.set(muted=True)
    assert not pygame.mixer.get_busy()
    audio.play("move")
    assert not pygame.mixer.get_busy()
    audio.set(muted=False, volume=1.0)
    audio.play("move")
    assert pygame.mixer.get_busy()


def test_a_name_without_a_file_is_logged_once(audio: Audio, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        audio.play("trumpet")
        audio.play("trumpet")
    assert len(caplog.records) == 1
    assert "sounds/trumpet.wav" in caplog.text
    assert not pygame.mixer.get_busy()


def test_without_a_device_everything_is_silent_and_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    audio = Audio()
    audio.open()
    audio.open()
    assert not audio.working
    assert audio.problem is not None
    assert audio.problem.startswith("There is no sound: ")
    assert len(caplog.records) == 1
    audio.play("move")
    audio.set(volume=0.1, muted=True)
    audio.close()


def test_opening_says_nothing_behind_our_back() -> None:
    """ALSA would write seven lines about a sound card that is not there."""
    code = "from scenes.audio import Audio; audio = Audio(); audio.open(); print(audio.working)"
    environ = {**os.environ, "SDL_AUDIODRIVER": "alsa"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert "ALSA lib" not in done.stderr
    assert done.stdout.splitlines()[-1] in {"True", "False"}


def test_a_device_that_is_taken_away_costs_no_match(audio: Audio, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise pygame.error("device lost")

    monkeypatch.setattr("pygame.mixer.Sound", fail)
    audio.play("move")
    assert audio.problem is not None
    assert not audio.working
    audio.play("move")
