"""What a match says: events to its sink, and the sentences people should read."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arena.bus.events import EventSink
from arena.games.actions import to_plain
from arena.games.contract import StepResult
from arena.games.entry import CatalogEntry
from arena.match.controller import Descriptor
from arena.match.plan import MatchPlan

if TYPE_CHECKING:
    from arena.match.table import Play


@dataclass(frozen=True, slots=True)
class Message:
    """Something people should read: shown on screen, already in the record."""

    t: float
    agent: str
    kind: str
    text: str


class MatchLog:
    """Stamps events with seconds since the match opened, and keeps the newest messages."""

    def __init__(self, sink: EventSink, *, hidden: bool) -> None:
        """``hidden``: seeds and digests stay out of live events (a digest betrays a hand to who tries them
        all).
        """
        self._sink = sink
        self.hidden = hidden
        self.opened_at: float | None = None
        self.t = 0.0
        self.messages: deque[Message] = deque(maxlen=200)
        self.version = 0
        """Grows whenever there is something new to draw."""

    def advance(self, now: float) -> None:
        """Time goes on."""
        if self.opened_at is None:
            self.opened_at = now
        self.t = now - self.opened_at

    def emit(self, kind: str, fields: Mapping[str, Any], *, private: bool = False) -> None:
        """Record one event."""
        if kind == "seat":
            self.say(fields["agent"], fields["status"], fields["message"])
        self._sink.emit(kind, self.t, fields, private=private)

    def secret(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Record an event that live readers may not see where information is hidden."""
        self._sink.emit(kind, self.t, fields, private=self.hidden)

    def say(self, agent: str, kind: str, text: str) -> None:
        """Keep a message for the screen."""
        self.messages.append(Message(self.t, agent, kind, text))
        self.version += 1

    def step(
        self,
        tick: int,
        plays: Mapping[str, Play],
        result: StepResult,
        labels: Mapping[str, str],
        clocks: Mapping[str, float],
    ) -> None:
        """Record one step; fields that say nothing are left out."""
        fields: dict[str, Any] = {
            "tick": tick,
            "actions": {agent: to_plain(play.action) for agent, play in plays.items()},
            "sources": {agent: play.source for agent, play in plays.items()},
        }
        if ages := {agent: play.age for agent, play in plays.items() if play.age}:
            fields["ages"] = ages
        if rewards := {agent: float(reward) for agent, reward in result.rewards.items() if reward}:
            fields["rewards"] = rewards
        ended = {agent: "x" for agent, flag in result.truncated.items() if flag}
        ended.update({agent: "t" for agent, flag in result.terminated.items() if flag})
        if ended:
            fields["ended"] = ended
        if labels:
            fields["labels"] = dict(labels)
        if clocks:
            fields["clocks"] = {agent: round(left, 3) for agent, left in clocks.items()}
        self._sink.emit("step", self.t, fields)
        self.version += 1


def plain_descriptor(descriptor: Descriptor) -> dict[str, Any]:
    """A descriptor as plain data for the record."""
    return {name: getattr(descriptor, name) for name in Descriptor.__dataclass_fields__}


def plan_fields(plan: MatchPlan, entry: CatalogEntry, held_by: Mapping[str, Descriptor]) -> dict[str, Any]:
    """A plan as plain data for the ``open`` event; the seed is added by the match, which knows who may see
    it.
    """
    return {
        "match": plan.match_id,
        "game": entry.id,
        "options": dict(plan.options),
        "render_mode": entry.render_mode,
        "seating": [list(pair) for pair in plan.seating],
        "groups": [list(group) for group in plan.groups],
        "players": {agent: plain_descriptor(descriptor) for agent, descriptor in held_by.items()},
        "rules": plan.rules.to_dict(),
        "episodes": plan.episodes,
        "rated": plan.rated,
        "tags": dict(plan.tags),
    }
