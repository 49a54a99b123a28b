"""Serves a :class:`~arena.match.controller.SimpleController`: the six-line bot as a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from arena.match.raised import what_raised
from arena.training.model_word import ModelWord
from arena.wire.messages import Policy
from controllers import simple
from workers.backends.contract import Backend, Batch, Crash, LoadSettings, Session


def load(word: ModelWord, settings: LoadSettings) -> Backend:
    """The bot ``module:Class`` that the word names; its options go to the constructor."""
    simple.check_arguments(word.target, simple.load(word.target), word.options)
    return SimpleBackend(word.target, word.options)


class SimpleBackend(Backend):
    """One bot object a session; rows are decided one after the other.

    Errors: :class:`arena.errors.SeatError` where the class cannot be imported. One whose constructor raises
    crashes its session.
    """

    wants = ("position",)

    def __init__(self, target: str, kwargs: Mapping[str, Any]) -> None:
        """``target`` is ``module:Class``; ``kwargs`` go to its constructor."""
        self._class, self._kwargs = simple.load(target), dict(kwargs)
        name = getattr(self._class, "name", "") or target.rpartition(":")[2]
        self.policy = Policy(
            id=f"bot:{target}",
            name=name,
            description=(self._class.__doc__ or "").strip().partition("\n")[0][:200],
            label=target,
            backend="simple",
            deterministic=bool(getattr(self._class, "deterministic", False)),
        )

    def begin(self, session: Session) -> None:
        """Make the session's bot, once, and start its episode with the seed of its first seat."""
        if session.memory is None:
            session.memory = self._class(**self._kwargs)
        agents = tuple(session.seats)
        session.memory.reset(agents, session.seats[agents[0]].seed)

    def keep(self, batch: Batch) -> Callable[[], None]:
        """Nothing: :meth:`decide` does not raise, so nobody has to decide again."""
        return lambda: None

    def decide(self, batch: Batch) -> Sequence[Any]:
        """Ask the bots row by row; an exception is the crash of that row's session alone."""
        observations = batch.observation.unstack(batch.arrays)
        return [self._decide(batch, row, observation) for row, observation in enumerate(observations)]

    def _decide(self, batch: Batch, row: int, observation: Any) -> Any:
        seat, info = batch.seats[row], {}
        if batch.legal is not None:
            info["action_mask"] = batch.legal[row].copy()
        if batch.acts[row].position is not None:
            info["position"] = batch.acts[row].position
        try:
            return seat.session.memory.select_action(seat.agent, observation, info)
        except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything
            return Crash(what_raised(self.policy.name, error))
