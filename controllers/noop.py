"""The ``noop`` kind: does nothing, all the time. The weakest opponent there is, and a seat left empty on
purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from arena.errors import SeatError
from arena.match.controller import BaseController, Controller, Decision, Descriptor, EpisodeStart, Request
from arena.match.kinds import BuildContext, ControllerSpec, Option
from arena.match.seats import noop_and_edges

DESCRIPTOR = Descriptor(
    id="noop",
    name="Nobody",
    description="Does nothing.",
    policy="no-op",
    backend="inline",
    deterministic=True,
)


class NoopController(BaseController):
    """Answers every request with the no-op of its seat."""

    descriptor = DESCRIPTOR

    def __init__(self, actions: dict[str, Any]) -> None:
        """``actions``: agent -> its no-op."""
        self._actions = actions
        self._clock: Callable[[], float] = float
        self._answers: list[Decision] = []

    def reset(self, start: EpisodeStart) -> None:
        """Take the match's clock."""
        self._clock = start.clock
        self._answers = []

    def request(self, batch: Sequence[Request]) -> None:
        """Answer at once."""
        now = self._clock()
        self._answers += [Decision(row.agent, row.request_id, self._actions[row.agent], now) for row in batch]

    def poll(self) -> Sequence[Decision]:
        """The answers."""
        answers, self._answers = self._answers, []
        return answers

    def cancel(self, request_ids: Sequence[int]) -> None:
        """Forget answers that nobody fetched."""
        self._answers = [answer for answer in self._answers if answer.request_id not in request_ids]


class NoopKind:
    """``noop``."""

    name = "noop"
    summary = "does nothing, where a game has an action for that"
    options: tuple[Option, ...] = ()
    free_options = False

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """Fits games that have a no-op for each of the seats; takes no target."""
        if spec.target:
            raise SeatError(f"{spec.text!r}: noop takes nothing after it; write just noop")
        self._actions(spec, context)

    def build(self, spec: ControllerSpec, context: BuildContext) -> Controller:
        """A controller for any number of seats."""
        return NoopController(self._actions(spec, context))

    @staticmethod
    def _actions(spec: ControllerSpec, context: BuildContext) -> dict[str, Any]:
        actions = {
            seat.agent: noop_and_edges(context.entry, seat.agent, seat.action_space)[0]
            for seat in context.seats
        }
        without = [agent for agent, action in actions.items() if action is None]
        if without:
            raise SeatError(
                f"{spec.text}: {context.entry.title} has no action that does nothing for "
                f"{', '.join(without)}; seat random or a script there"
            )
        return actions


KIND = NoopKind()
