"""Rock paper scissors: the rounds that are over. A choice of the running round is in no snapshot.

The environment keeps five rounds; its list is made longer so that it keeps them all. It reads only the first
ten entries of it, for drawing, so that no observation changes.
"""

from __future__ import annotations

from typing import Any

from arena.games.contract import Viewer


class RpsInspector:
    """Reads ``pettingzoo.classic.rps``, with three choices or more."""

    def __init__(self, env: Any) -> None:
        self._env = env.unwrapped
        self._keep_all_rounds()

    def _keep_all_rounds(self) -> None:
        missing = 2 * self._env.max_cycles - len(self._env.history)
        self._env.history.extend([-1] * missing)  # nothing, if the list is long enough

    def _rounds(self) -> list[list[int]]:
        """Pairs of choices, oldest first."""
        self._keep_all_rounds()
        played = self._env.history[: 2 * self._env.num_moves]
        return [[int(a), int(b)] for a, b in zip(played[::2], played[1::2], strict=True)][::-1]

    def state(self) -> None:
        """Nothing: information is hidden."""

    def position(self) -> None:
        """Nothing: information is hidden."""

    def snapshot(self, viewer: Viewer) -> dict[str, Any]:
        """``choices`` by name, ``rounds`` as pairs of actions oldest first, ``score`` as rounds won."""
        rounds = self._rounds()
        agents = list(self._env.possible_agents)
        return {
            "game": "rps",
            "agents": agents,
            "to_move": None,
            "over": self._over(),
            "choices": self._choices(),
            "rounds": rounds,
            "max_rounds": self._env.max_cycles,
            "score": list(_score(rounds)),
        }

    def verdict(self) -> tuple[str, str] | None:
        """``win`` or ``draw`` with the rounds won, once all rounds are played."""
        if not self._over():
            return None
        first, second = _score(self._rounds())
        return ("draw" if first == second else "win"), f"{first} to {second}"

    def label(self, agent: str, action: Any) -> str:
        """``"rock"``, ``"paper"``, ``"scissors"``, ..."""
        return self._choices()[int(action)]

    def _over(self) -> bool:
        return bool(self._env.num_moves >= self._env.max_cycles)

    def _choices(self) -> list[str]:
        names = self._env._moves[:-1]  # noqa: SLF001 -- the last stands for "nothing yet"
        return [str(name).lower().replace("_", " ") for name in names]


def winner(first: int, second: int) -> int | None:
    """0 or 1 for who wins a round, ``None`` for a tie.

    Choices of equal parity: the lower wins; of different parity: the higher wins. That is the environment's
    rule for any odd number of choices.
    """
    if first == second:
        return None
    higher = 0 if first > second else 1
    return higher if (first + second) % 2 else 1 - higher


def _score(rounds: list[list[int]]) -> tuple[int, int]:
    won = [winner(*pair) for pair in rounds]
    return won.count(0), won.count(1)
