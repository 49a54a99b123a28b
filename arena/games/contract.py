"""What a match needs of an environment: one step result, one host contract, one frame.

A host is two-phase like a controller: ``submit_*`` starts work and returns at once, ``poll`` hands over the
result when it is there, so that an environment in another process never holds up the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

Paradigm = Literal["sequential", "simultaneous"]
Viewer = Collection[str] | Literal["all"]
"""The agents who look at a snapshot; ``"all"`` sees everything (after the end, or a declared referee)."""


@dataclass(slots=True)  # to be read only; not frozen, since making one a tick would take six times as long
class StepResult:
    """What one ``reset`` or one live step did, with containers of its own (environments reuse theirs).

    ``observations`` holds the newest observation of every agent in ``due`` and of every agent that ended in
    this step (its last one); in a simultaneous game that is every agent of the step. ``rewards`` are those of
    this step alone, for every agent that was alive before it. ``terminated`` and ``truncated`` name the
    agents that ended.
    """

    acted: tuple[str, ...]
    observations: dict[str, Any]
    rewards: dict[str, float]
    terminated: dict[str, bool]
    truncated: dict[str, bool]
    infos: dict[str, dict[str, Any]]
    alive: tuple[str, ...]
    due: tuple[str, ...]
    legal: dict[str, NDArray[np.int8] | None] = field(default_factory=dict)
    """Action masks of the due agents, int8 of shape ``(n,)``; ``None`` where the game has none."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the environment's own: ``pixels`` uint8, shape ``(height, width, 4)``, BGRA or RGBA
    order.
    """

    pixels: NDArray[np.uint8]
    number: int
    order: Literal["BGRA", "RGBA"] = "RGBA"


class Host(Protocol):
    """Holds one environment. Seats, clocks and rules are none of its business.

    Errors: a call that the environment answers with an exception raises :class:`arena.errors.GameError` from
    ``poll``; a dead environment process does the same.
    """

    game_id: str

    @property
    def paradigm(self) -> Paradigm:
        """Whether one agent moves at a time or all do."""

    @property
    def possible_agents(self) -> tuple[str, ...]:
        """The agents there are seats for. Waits for a process that is still starting."""

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The raw observation space with its masks (a copy: PettingZoo shares spaces between agents)."""

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """The action space (a copy, see above)."""

    def set_waker(self, wake: Callable[[], None] | None) -> None:
        """Have ``wake`` called, from any thread, when a result or a frame is ready."""

    def submit_reset(self, seed: int) -> None:
        """Start an episode."""

    def submit_step(self, actions: Mapping[str, Any]) -> None:
        """Step with one valid action for each due agent."""

    def submit_undo(self, steps: int) -> None:
        """Go back ``steps`` steps of this episode (games that allow it)."""

    def poll(self) -> StepResult | None:
        """The result of the last ``submit_*``, once; ``None`` while it is under way."""

    def state(self) -> Any:
        """The game's own state where information is perfect (``chess.Board``, ``GoState``, ...), else
        ``None``.

        Read it before the next ``submit_*`` and do not change it.
        """

    def position(self) -> dict[str, Any] | None:
        """The state as plain, MessagePack-able data where information is perfect (chess: ``fen``, ``moves``),
        else ``None``.
        """

    def snapshot(self, viewer: Viewer) -> dict[str, Any] | None:
        """Plain data to draw, filtered for ``viewer``; ``None`` where only frames exist."""

    def frame(self) -> Frame | None:
        """The newest picture, or ``None`` where the game is drawn from snapshots or rendering is off."""

    def verdict(self) -> tuple[str, str] | None:
        """After the end: ``(reason, detail)`` in the words of :class:`arena.match.outcome.Reason`, else
        ``None``.
        """

    def label(self, agent: str, action: Any) -> str:
        """A short name of an action in the current position (``"Nf3"``, ``"raise half pot"``)."""

    def close(self) -> None:
        """Free everything. Safe to call twice."""


class Inspector(Protocol):
    """Reads one raw PettingZoo/Gymnasium environment for what its public API does not say.

    One class a game in ``arena/games/inspectors/``; named by ``CatalogEntry.inspector``; called between steps
    only.
    """

    def __init__(self, env: Any) -> None: ...

    def state(self) -> Any:
        """See :meth:`Host.state`."""

    def position(self) -> dict[str, Any] | None:
        """See :meth:`Host.position`."""

    def snapshot(self, viewer: Viewer) -> dict[str, Any]:
        """See :meth:`Host.snapshot`."""

    def verdict(self) -> tuple[str, str] | None:
        """See :meth:`Host.verdict`."""

    def label(self, agent: str, action: Any) -> str:
        """See :meth:`Host.label`."""
