"""One match as the guest's end of the seat protocol knows it: the seats, what is asked, the newest view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.errors import WireError
from arena.games.contract import Frame
from arena.wire.arrays import Layout, NamedArray
from arena.wire.messages import Act, Action, Block, Command, Hello, Input, Message, Picture, Reset, View
from arena.wire.pictures import pixels
from arena.wire.spaces import build
from controllers.remote_table import TableFacts

Mask = NDArray[np.int8] | None


@dataclass(frozen=True, slots=True)
class Ask:
    """A move that the host waits for."""

    agent: str
    request_id: int
    legal: Mask
    tick: int


class Played:
    """A match that seats us. Not thread-safe: its :class:`scenes.remote.caller.Caller` guards it.

    Raises :class:`WireError` for a hello whose spaces are none.
    """

    def __init__(self, hello: Hello, send: Callable[[Message], bool], clock: Callable[[], float]) -> None:
        self.hello = hello
        self.id = hello.match
        self.realtime = hello.options.get("pace") == "realtime"
        self.hz = _number(hello.options.get("hz", ""))
        self.agents = tuple(agent for group in hello.groups for agent in group.agents)
        self.spaces: dict[str, spaces.Space[Any]] = {}
        self.episode = -1
        self.asks: dict[str, Ask] = {}
        """Agent -> what it is asked, until it has answered."""
        self.facts: TableFacts | None = None
        self.snapshot: Mapping[str, Any] | None = None
        self.frame: Frame | None = None
        self.seen_at = 0.0
        """When the newest view came."""
        self.views = 0
        self.resets = 0
        """Times that an episode began, or was taken up again after the line was cut."""
        self.over = False
        """The host said goodbye."""
        self.farewell = ""
        self.cut = False
        """The line was cut: a newer hello takes the match up again, if it is still on."""
        self._send, self._clock = send, clock
        self._group_of: dict[str, int] = {}
        self._layouts = [Layout(group.action) for group in hello.groups]
        for number, group in enumerate(hello.groups):
            for agent in group.agents:
                self.spaces[agent] = build(group.action)
                self._group_of[agent] = number
        self._number = 0

    # ---- what the host says --------------------------------------------------------------------------------

    def reset(self, reset: Reset) -> None:
        """An episode begins, or goes on after a cut."""
        self.episode = reset.episode
        self.asks.clear()
        self._number = 0
        self.resets += 1

    def act(self, act: Act) -> None:
        """Moves are asked for."""
        for block in act.blocks:
            masks = block.arrays.get("legal", ())
            for row, (agent, number) in enumerate(zip(block.agents, block.ids, strict=True)):
                legal = np.asarray(masks[0].data[row], np.int8) if masks else None
                if agent in self._group_of and (legal is None or self._fits(agent, legal)):
                    self.asks[agent] = Ask(agent, number, legal, act.tick)

    def _fits(self, agent: str, legal: NDArray[np.int8]) -> bool:
        space = self.spaces[agent]
        return isinstance(space, spaces.Discrete) and legal.shape == (int(space.n),)

    def view(self, view: View) -> None:
        """Take what can be seen now. Raises :class:`WireError` for what is no view of a table."""
        facts = TableFacts.from_plain(view.table)
        if not facts.seats or not set(facts.own) <= {seat.agent for seat in facts.seats}:
            raise WireError("a view message tells of no table, or not of our seats")
        if view.picture is not None:
            self.frame = _frame(view.picture, self.views + 1)
        if view.snapshot is not None:
            if not isinstance(view.snapshot, Mapping):
                raise WireError("'snapshot' of a view message is no map")
            self.snapshot = view.snapshot
        self.facts, self.seen_at = facts, self._clock()
        self.views += 1

    def lose(self) -> None:
        """The line was cut: what was asked is void."""
        self.cut = True
        self.asks.clear()

    # ---- what the person says ------------------------------------------------------------------------------

    def answer(self, ask: Ask, action: Any) -> None:
        """A move. Raises :class:`WireError` for what is no action of the seat."""
        self.asks.pop(ask.agent, None)
        group, arrays = self._stacked(ask.agent, action)
        self._send(Action(self.id, (Block(group, ids=(ask.request_id,), arrays=arrays),)))

    def hold(self, agent: str, action: Any) -> bool:
        """From now on the seat does this, in real time; false where nobody heard it."""
        group, arrays = self._stacked(agent, action)
        self._number += 1
        block = Block(group, agents=(agent,), arrays=arrays)
        return self._send(Input(self.id, self.episode, self._number, (block,)))

    def command(self, agent: str, word: str) -> None:
        """``resign`` and the other words of :data:`arena.wire.messages.COMMANDS`."""
        self._send(Command(self.id, agent, word))

    def _stacked(self, agent: str, action: Any) -> tuple[int, Mapping[str, tuple[NamedArray, ...]]]:
        group = self._group_of[agent]
        return group, {"action": self._layouts[group].stack([action])}


def _frame(picture: Picture, number: int) -> Frame:
    rgb = pixels(picture)
    rgba = np.full((*rgb.shape[:2], 4), 255, np.uint8)
    rgba[..., :3] = rgb
    return Frame(rgba, number)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 < number <= 1000 else 0.0
