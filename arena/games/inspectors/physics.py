"""Our own games tell of themselves what others must be asked for."""

from __future__ import annotations

from typing import Any

from arena.games.contract import Viewer
from arena.games.physics.env import GameEnv


class Physics:
    """See :class:`arena.games.contract.Inspector`."""

    def __init__(self, env: GameEnv) -> None:
        self._env = env

    def state(self) -> Any:
        """Nothing is handed out besides the observations."""
        return None

    def position(self) -> dict[str, Any] | None:
        """As :meth:`state`."""
        return None

    def snapshot(self, viewer: Viewer) -> dict[str, Any]:
        """What the view draws."""
        return self._env.snapshot(viewer)

    def verdict(self) -> tuple[str, str] | None:
        """Why it ended, once it has."""
        return self._env.game.verdict() if self._env.game.over else None

    def label(self, agent: str, action: Any) -> str:
        """The pushes in short: ``0.5 -1 0``."""
        if self._env.variant == "discrete":
            action = self._env.game.controls.listed[int(action)]
        return " ".join(f"{float(push):.2g}" for push in action)
