"""Make `assets/sounds`: short sounds, each from a few lines of arithmetic, mono, 16 bit, 22.05 kHz.

Run `python -m assets.tools.build_sounds` after a change; the same script always writes the same bytes. All
sounds share one key (C major), so that those which overlap in a match never clash, and one peak level, so
that none startles.
"""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 22_050
PEAK = 0.5
SOUNDS = Path(__file__).resolve().parent.parent / "sounds"
Wave = NDArray[np.float64]

C4, D4, E4, F4, G4, A4 = 261.63, 293.66, 329.63, 349.23, 392.00, 440.00
C5, D5, E5, G5, A5, C6, E6 = 523.25, 587.33, 659.26, 783.99, 880.00, 1046.50, 1318.51


def times(length_s: float) -> Wave:
    """Give the time of each sample in seconds."""
    return np.arange(round(length_s * RATE_HZ)) / RATE_HZ


def envelope(length_s: float, decay_s: float, attack_s: float = 0.004) -> Wave:
    """Rise in `attack_s`, fall by a factor of e every `decay_s`, and end in silence."""
    t = times(length_s)
    rise = np.minimum(1.0, t / attack_s)
    # The last 8 ms go to zero, since a cut-off tail is heard as a click.
    end = np.minimum(1.0, (length_s - t) / 0.008)
    return rise * np.exp(-t / decay_s) * end


def tone(pitch_hz: float, length_s: float, decay_s: float, bright: float = 0.25) -> Wave:
    """A soft struck note: a sine with two overtones, which die away sooner than it."""
    t = times(length_s)
    result = np.sin(2 * np.pi * pitch_hz * t) * envelope(length_s, decay_s)
    for overtone in (2, 3):
        part = np.sin(2 * np.pi * overtone * pitch_hz * t) * envelope(length_s, decay_s / (2 * overtone))
        result = result + bright / overtone * part
    return result


def glide(first_hz: float, last_hz: float, length_s: float, decay_s: float) -> Wave:
    """A sine that slides from one pitch to another."""
    t = times(length_s)
    pitch = first_hz * (last_hz / first_hz) ** (t / length_s)
    return np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ) * envelope(length_s, decay_s)


def knock(pitch_hz: float, length_s: float, decay_s: float, grain: float, seed: int) -> Wave:
    """Wood on wood: a low note that dies at once, and a puff of smoothed noise."""
    noise = np.random.default_rng(seed).standard_normal(round(length_s * RATE_HZ))
    puff = np.convolve(noise, np.hanning(9) / np.hanning(9).sum(), mode="same") * envelope(
        length_s, decay_s / 3, 0.001
    )
    return glide(pitch_hz * 1.15, pitch_hz, length_s, decay_s) + grain * puff


def whoosh(length_s: float, decay_s: float, seed: int) -> Wave:
    """Air: noise that is smoothed more and more, so that it sinks."""
    noise = np.random.default_rng(seed).standard_normal(round(length_s * RATE_HZ))
    window = np.hanning(31) / np.hanning(31).sum()
    low = np.convolve(noise, window, mode="same") * 3
    share = np.linspace(0.0, 1.0, len(noise))
    sinking: Wave = (1 - share) * noise * 0.4 + share * low
    return sinking * envelope(length_s, decay_s, 0.02)


def whistle(length_s: float) -> Wave:
    """A referee's: a high note with a pea in it."""
    t = times(length_s)
    pea = 1 + 0.4 * np.sin(2 * np.pi * 34 * t)
    note = np.sin(2 * np.pi * 2093 * t) + 0.4 * np.sin(2 * np.pi * 2217 * t)
    return note * pea * envelope(length_s, length_s, 0.015)


def sequence(*parts: tuple[float, Wave]) -> Wave:
    """Lay waves over each other, each beginning at its time in seconds."""
    length = max(round(start_s * RATE_HZ) + len(part) for start_s, part in parts)
    result = np.zeros(length)
    for start_s, part in parts:
        first = round(start_s * RATE_HZ)
        result[first : first + len(part)] += part
    return result


def notes(gap_s: float, pitches: tuple[float, ...], length_s: float = 0.32, decay_s: float = 0.09) -> Wave:
    """Struck notes one after another."""
    return sequence(*((index * gap_s, tone(pitch, length_s, decay_s)) for index, pitch in enumerate(pitches)))


RECIPES: dict[str, Callable[[], Wave]] = {
    # On the board
    "move": lambda: knock(196.0, 0.11, 0.022, 1.4, 1),
    "capture": lambda: sequence(
        (0.0, knock(164.8, 0.13, 0.026, 2.2, 2)), (0.045, knock(246.9, 0.11, 0.02, 1.4, 3))
    ),
    "check": lambda: sequence((0.0, knock(196.0, 0.11, 0.022, 1.2, 4)), (0.03, 0.5 * tone(A5, 0.3, 0.08))),
    "illegal": lambda: notes(0.09, (F4 / 2, D4 / 2), 0.16, 0.05),
    "goal": lambda: sequence((0.0, glide(C4, C5, 0.14, 0.2)), (0.1, notes(0.07, (E5, G5, C6)))),
    "late": lambda: 0.5 * tone(D4, 0.12, 0.03, 0.1),
    # In the games of bodies
    "hit": lambda: knock(130.8, 0.12, 0.03, 1.8, 7),
    "wall": lambda: knock(329.6, 0.07, 0.014, 0.9, 8),
    "knock_out": lambda: sequence((0.0, glide(G4, C4 / 2, 0.4, 0.16)), (0.0, knock(98.0, 0.2, 0.06, 2.0, 9))),
    "dash": lambda: whoosh(0.2, 0.06, 10),
    "boost": lambda: 0.8 * whoosh(0.3, 0.12, 11),
    "shot": lambda: sequence(
        (0.0, knock(110.0, 0.16, 0.035, 3.0, 12)), (0.0, 0.4 * glide(C5, C4, 0.1, 0.04))
    ),
    "bounce": lambda: sequence(
        (0.0, 0.5 * glide(A5, E6, 0.12, 0.04)), (0.0, knock(440.0, 0.06, 0.01, 0.5, 13))
    ),
    "explosion": lambda: sequence(
        (0.0, knock(65.4, 0.6, 0.16, 4.0, 14)), (0.03, 0.7 * whoosh(0.5, 0.15, 15))
    ),
    "save": lambda: notes(0.06, (G4, C5), 0.2, 0.06),
    "serve": lambda: tone(E5, 0.16, 0.05),
    "whistle": lambda: whistle(0.5),
    "shrink": lambda: 0.8 * glide(D4, A4 / 2, 0.35, 0.14),
    # Around a match
    "tick": lambda: knock(880.0, 0.05, 0.008, 0.4, 5),
    "countdown": lambda: tone(G4, 0.2, 0.06),
    "go": lambda: sequence((0.0, tone(G5, 0.45, 0.13)), (0.0, 0.5 * tone(C6, 0.45, 0.13))),
    "join": lambda: notes(0.08, (E4, A4)),
    "leave": lambda: notes(0.08, (A4, E4)),
    "win": lambda: notes(0.1, (C5, E5, G5, C6), 0.5, 0.15),
    "lose": lambda: notes(0.15, (E4, D4, C4), 0.45, 0.14),
    "draw": lambda: notes(0.14, (G4, G4), 0.35, 0.11),
    # In the menus
    "ui_move": lambda: 0.35 * knock(660.0, 0.035, 0.006, 0.25, 6),
    "ui_select": lambda: 0.6 * notes(0.035, (C5, G5), 0.12, 0.03),
    "ui_back": lambda: 0.6 * notes(0.035, (G4, C4), 0.12, 0.03),
}
# Quiet by nature: heard often, or beside others.
QUIET = {
    "whistle": 0.35,
    "wall": 0.5,
    "dash": 0.6,
    "boost": 0.4,
    "shrink": 0.5,
    "ui_move": 0.3,
    "ui_select": 0.5,
    "ui_back": 0.5,
    "tick": 0.5,
    "late": 0.5,
    "move": 0.9,
}


def write(path: Path, samples: Wave, level: float) -> None:
    """Write `samples` with their peak at `level` of full scale."""
    loud = samples / np.abs(samples).max() * level
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((loud * 32767).astype("<i2").tobytes())


def main() -> None:
    """Write every sound."""
    for name, recipe in RECIPES.items():
        write(SOUNDS / f"{name}.wav", recipe(), PEAK * QUIET.get(name, 1.0))


if __name__ == "__main__":
    main()
