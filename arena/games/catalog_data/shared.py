"""Words that several families use to describe controls."""

from __future__ import annotations

from arena.games.entry import Control, OptionHint

FOR_TRAINING = {
    "actions": OptionHint("pushes on axes, or one of a list of them", choices=("continuous", "discrete")),
    "observations": OptionHint(
        "a list of figures, or a picture of 96×96 pixels", choices=("vector", "pixels")
    ),
    "shaping": OptionHint("weight of a reward for training besides the outcome's", low=0, high=100),
}
"""The options that all of our own games have."""


def presses(*rows: tuple[str, str, str, int]) -> tuple[Control, ...]:
    """Controls of a Discrete space from rows of ``(name, label, slot, action)``."""
    return tuple(Control(name, label, slot, action=action) for name, label, slot, action in rows)


def pushes(*rows: tuple[str, str, str, int, float]) -> tuple[Control, ...]:
    """Controls of a Box from rows of ``(name, label, slot, axis, value)``."""
    return tuple(
        Control(name, label, slot, axis=axis, value=value) for name, label, slot, axis, value in rows
    )


def seats(**counts: int) -> tuple[str, ...]:
    """Agent names such as ``archer_0, archer_1, knight_0`` from ``archer=2, knight=1``."""
    return tuple(f"{name}_{index}" for name, count in counts.items() for index in range(count))
