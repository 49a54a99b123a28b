"""Runs a simple controller inside ``request``, in the loop's own process and thread.

Right for ``fast`` pace and for bots that are quick. A slow one under a drawing loop belongs into a child
process (:mod:`controllers.hosted`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from arena.match.controller import (
    FAULTS,
    BaseController,
    Decision,
    Descriptor,
    EpisodeStart,
    Notice,
    Request,
    SimpleController,
)
from arena.match.outcome import Reason
from arena.match.raised import what_raised


class InlineController(BaseController):
    """Makes a full controller of a :class:`~arena.match.controller.SimpleController`.

    The decision is made before ``request`` returns, so there is never anything to wait for. An exception in
    the bot fails its seat with reason ``crash`` and the exception's text; other seats of the same bot play
    on. Where the game has clocks, the bot's thinking counts: decisions are stamped after it.
    """

    def __init__(
        self, simple: SimpleController, descriptor: Descriptor, *, needs_position: bool = True
    ) -> None:
        self.descriptor = descriptor
        self.needs_position = needs_position
        self._simple = simple
        self._select: Callable[[str, Any, Mapping[str, Any]], Any] = simple.select_action
        self._clock: Callable[[], float] = float
        self._answers: list[Decision | Notice] = []
        self._failed: set[str] = set()

    def reset(self, start: EpisodeStart) -> None:
        """Start the bot's episode with the seed of its first seat. An exception goes to the match."""
        self._clock = start.clock
        self._answers = []
        self._failed.clear()
        agents = tuple(seat.agent for seat in start.seats)
        self._simple.reset(agents, start.seeds[agents[0]])

    def request(self, batch: Sequence[Request]) -> None:
        """Ask the bot, one seat after the other."""
        for row in batch:
            if row.agent in self._failed:
                continue
            try:
                action = self._select(row.agent, row.observation, self._info(row))
            except FAULTS as error:
                self._fail(row.agent, error)
            else:
                self._answers.append(Decision(row.agent, row.request_id, action, self._clock()))

    def poll(self) -> Sequence[Decision | Notice]:
        """The decisions of the last request."""
        answers, self._answers = self._answers, []
        return answers

    def cancel(self, request_ids: Sequence[int]) -> None:
        """Forget decisions that were made but not fetched."""
        self._answers = [
            answer
            for answer in self._answers
            if isinstance(answer, Notice) or answer.request_id not in request_ids
        ]

    @staticmethod
    def _info(row: Request) -> dict[str, Any]:
        info = dict(row.info)
        if row.legal is not None:
            info["action_mask"] = row.legal.copy()  # the match checks with its own
        if row.position is not None:
            info["position"] = row.position
        return info

    def _fail(self, agent: str, error: BaseException) -> None:
        self._failed.add(agent)
        text = what_raised(self.descriptor.name, error)
        self._answers.append(Notice(agent, "failed", text, Reason.CRASH))
