"""What stands around the board of a match, for a person who sits at it from far away: names, clocks, scores,
moves, the result.

The host reads it from its match (:func:`read`), sends it as plain data in ``view`` messages, and the person's
window takes it back apart. Nothing in it is one seat's secret: it is what everybody at the table may see.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from gymnasium import spaces

from arena.errors import WireError
from arena.match.log import Message
from arena.match.match import Match, Phase
from arena.match.outcome import EpisodeOutcome, Reason
from arena.match.seats import SeatState
from arena.wire.fields import Fields, tidy
from arena.wire.limits import NAME_CHARS, TEXT_CHARS
from controllers.pointer import CLICKED_VIEWS

MOVES_MAX = 600
"""Moves of one episode that are told; of a longer one the newest."""
MESSAGES_MAX = 20
OFFERS_MAX = 256
_SPEC = re.compile(r" \([^()]*\):")
"""The seating word in a line of what is waited for: nothing that people far away know."""
_TOLD = frozenset({"draw", "swap", "forfeit", "failed", "lost", "restored", "restarted"})
"""Messages of the match that everybody at the table may read; what a machine answered is not among them."""


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """One seat as everybody sees it."""

    agent: str
    name: str
    by: str = ""
    """What decides for it: ``person``, ``stockfish 15.1``."""
    human: bool = False
    status: str = "ok"
    """``ok``, ``late``, ``lost`` or ``forfeited``."""
    ended: bool = False
    due: bool = False
    score: float = 0.0
    clock_s: float | None = None
    running: bool = False
    """Its clock runs."""
    late: int = 0


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """What one seat did in one step."""

    tick: int
    agent: str
    label: str


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table at one moment."""

    game: str
    title: str
    own: tuple[str, ...]
    """The seats of the person it is told to."""
    seats: tuple[SeatFacts, ...]
    phase: str
    """As :class:`arena.match.state.Phase`."""
    tick: int = 0
    episode: int = 0
    episodes: int = 1
    paused_by: str | None = None
    """Why the match stands still; ``None`` while it goes on."""
    rated: bool = False
    clock: str = ""
    """The rule: ``5+3``, or nothing."""
    moves: tuple[MoveFacts, ...] = ()
    offers: tuple[tuple[int, str], ...] = ()
    """Actions that the person may choose now and what they are called, where no board stands for them."""
    draw_offer: str | None = None
    may: tuple[str, ...] = ()
    """Of ``resign`` and ``draw``, what the game allows."""
    messages: tuple[tuple[int, str, str], ...] = ()
    """Number, kind and text of what happened, oldest first."""
    waiting_for: tuple[str, ...] = ()
    """Who is not ready yet, while the match opens."""
    outcome: EpisodeOutcome | None = None
    """Of the episode that ended last."""

    def seat(self, agent: str) -> SeatFacts | None:
        """The seat of ``agent``."""
        return next((seat for seat in self.seats if seat.agent == agent), None)

    @property
    def names(self) -> dict[str, str]:
        """Agent -> who plays it."""
        return {seat.agent: seat.name for seat in self.seats}

    @property
    def finished(self) -> bool:
        """Nothing more will happen at this table."""
        return self.phase == Phase.FINISHED

    def to_plain(self) -> dict[str, Any]:
        """Plain data for a ``view`` message."""
        return {
            "game": self.game,
            "title": self.title,
            "own": list(self.own),
            "seats": [
                {field.name: getattr(seat, field.name) for field in fields(SeatFacts)} for seat in self.seats
            ],
            "phase": self.phase,
            "tick": self.tick,
            "episode": self.episode,
            "episodes": self.episodes,
            "paused_by": self.paused_by,
            "rated": self.rated,
            "clock": self.clock,
            "moves": [[move.tick, move.agent, move.label] for move in self.moves],
            "offers": [list(offer) for offer in self.offers],
            "draw_offer": self.draw_offer,
            "may": list(self.may),
            "messages": [list(message) for message in self.messages],
            "waiting_for": list(self.waiting_for),
            "outcome": None if self.outcome is None else self.outcome.to_dict(),
        }

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> TableFacts:
        """Inverse of :meth:`to_plain`. Raises :class:`WireError` naming what is wrong."""
        table = Fields(dict(data), "'table' of a view message")
        return cls(
            game=table.text("game"),
            title=table.sentence("title"),
            own=table.texts("own"),
            seats=tuple(_seat(Fields(row, "a seat of a view message")) for row in table.rows("seats")),
            phase=table.word("phase", [str(phase) for phase in Phase]),
            tick=table.integer("tick"),
            episode=table.integer("episode"),
            episodes=table.integer("episodes"),
            paused_by=_maybe(table, "paused_by"),
            rated=table.flag("rated", default=False),
            clock=table.sentence("clock", default=""),
            moves=tuple(
                MoveFacts(tick, agent, tidy(label))
                for tick, agent, label in _tuples(table, "moves", (int, str, str), MOVES_MAX)
            ),
            offers=tuple(
                (action, tidy(label)) for action, label in _tuples(table, "offers", (int, str), OFFERS_MAX)
            ),
            draw_offer=_maybe(table, "draw_offer"),
            may=table.texts("may", default=[]),
            messages=tuple(
                (number, kind, tidy(text[:TEXT_CHARS]))
                for number, kind, text in _tuples(table, "messages", (int, str, str), MESSAGES_MAX)
            ),
            waiting_for=tuple(map(tidy, table.texts("waiting_for", default=[]))),
            outcome=_outcome(table.data.get("outcome")),
        )


# ---- reading a match --------------------------------------------------------------------------------------


class MoveNotes:
    """The moves of the running episode, noted tick by tick; what was taken back is forgotten."""

    def __init__(self) -> None:
        self.moves: list[MoveFacts] = []
        self._seen = (-1, 0)

    def look(self, match: Match) -> None:
        """Note the newest step. Call it after every one."""
        if match.pacer.realtime:
            return
        episode, tick = match.episode, match.tick_number
        if episode != self._seen[0]:
            self.moves.clear()
        elif tick == self._seen[1]:
            return
        self._seen = (episode, tick)
        labels = match.last_labels
        while self.moves and self.moves[-1].tick >= (tick if labels else tick + 1):
            self.moves.pop()
        self.moves += [
            MoveFacts(tick, agent, labels[agent][:NAME_CHARS]) for agent in match.seats if agent in labels
        ]


def read(match: Match, own: Sequence[str], notes: MoveNotes, now: float) -> TableFacts:
    """The table of a match as the person in ``own`` may see it at ``now``."""
    entry = match.entry
    return TableFacts(
        game=entry.id,
        title=entry.title,
        own=tuple(own),
        seats=_read_seats(match, now),
        phase=str(match.phase),
        tick=match.tick_number,
        episode=max(0, match.episode),
        episodes=match.plan.episodes,
        paused_by=(match.paused_by or "paused") if match.paused else None,
        rated=match.plan.rated,
        clock="" if match.rules.clock is None else str(match.rules.clock),
        moves=tuple(notes.moves[-MOVES_MAX:]),
        offers=_read_offers(match, own),
        draw_offer=match.draw_offer,
        may=tuple(word for word, able in (("resign", entry.resign), ("draw", entry.draw_offers)) if able),
        messages=_read_messages(match),
        waiting_for=tuple(_SPEC.sub(":", line)[:NAME_CHARS] for line in match.waiting_for()),
        outcome=_read_outcome(match),
    )


def _read_seats(match: Match, now: float) -> tuple[SeatFacts, ...]:
    clocks, scores, descriptors = match.clocks_left(now), match.returns(), match.descriptors()
    clocked = match.table.clocks
    return tuple(
        SeatFacts(
            agent=agent,
            name=descriptors[agent].name,
            by=descriptors[agent].policy or descriptors[agent].backend,
            human=seat.holder.human,
            status=seat.status,
            ended=seat.ended,
            due=agent in match.due and seat.outstanding is not None,
            score=scores[agent] if math.isfinite(scores[agent]) else 0.0,
            clock_s=clocks.get(agent),
            running=clocked is not None and not match.paused and (clocked.running(agent) or _begins(seat)),
            late=seat.counts.late,
        )
        for agent, seat in match.seats.items()
    )


def _begins(seat: SeatState) -> bool:
    """A person's clock starts once they have seen the position: with this very view."""
    return seat.holder.human and seat.outstanding is not None


def _read_offers(match: Match, own: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Actions of a seat of theirs that is due, by name; a board takes most of them by clicks."""
    entry = match.entry
    if match.pacer.realtime or entry.view in CLICKED_VIEWS:
        return ()
    for agent in own:
        seat = match.seats[agent]
        if agent not in match.due or seat.outstanding is None:
            continue
        legal = _listed(seat.action_space, seat.legal)
        if entry.view == "go":
            legal = legal[-1:]  # the pass
        return tuple((action, match.host.label(agent, action)[:NAME_CHARS]) for action in legal[:OFFERS_MAX])
    return ()


def _listed(space: spaces.Space[Any], legal: Any) -> list[int]:
    if not isinstance(space, spaces.Discrete):
        return []
    places = range(min(int(space.n), OFFERS_MAX)) if legal is None else np.flatnonzero(legal).tolist()
    return [int(space.start) + place for place in places]


def _read_messages(match: Match) -> tuple[tuple[int, str, str], ...]:
    hidden = match.log.hidden
    told = [
        (round(1000 * message.t), message.kind, _words(message, hidden=hidden)[:TEXT_CHARS])
        for message in match.log.messages
        if message.kind in _TOLD
    ]
    return tuple(told[-MESSAGES_MAX:])


def _words(message: Message, *, hidden: bool) -> str:
    """Where seats hide, the text of a fault stays at the host: an exception may quote an observation."""
    if hidden and message.kind in {"failed", "forfeit"}:
        return f"{message.agent} forfeits"
    return message.text


def _read_outcome(match: Match) -> EpisodeOutcome | None:
    if not match.outcomes:
        return None
    outcome = match.outcomes[-1]
    if match.log.hidden and outcome.reason in {Reason.ILLEGAL, Reason.CRASH}:
        outcome = replace(outcome, detail="")
    return replace(outcome, digest="", extra={})


# ---- taking plain data apart ------------------------------------------------------------------------------


def _seat(row: Fields) -> SeatFacts:
    return SeatFacts(
        agent=row.text("agent"),
        name=row.sentence("name", TEXT_CHARS),
        by=row.sentence("by", TEXT_CHARS, default=""),
        human=row.flag("human", default=False),
        status=row.text("status", default="ok"),
        ended=row.flag("ended", default=False),
        due=row.flag("due", default=False),
        score=row.seconds("score") or 0.0,
        clock_s=row.seconds("clock_s"),
        running=row.flag("running", default=False),
        late=row.integer("late", default=0),
    )


def _maybe(table: Fields, name: str) -> str | None:
    return None if table.data.get(name) is None else table.sentence(name, TEXT_CHARS)


def _tuples(table: Fields, name: str, kinds: tuple[type, ...], most: int) -> list[Any]:
    """A list of short lists whose members have these types."""
    rows = table.rows(name, most, default=[])
    for row in rows:
        if not isinstance(row, list) or [type(part) for part in row] != list(kinds):
            wanted = ", ".join(kind.__name__ for kind in kinds)
            raise WireError(f"{name!r} of {table.where} must hold lists of {wanted}, not {row!r:.80}")
    return rows


def _outcome(data: Any) -> EpisodeOutcome | None:
    if data is None:
        return None
    try:
        outcome = EpisodeOutcome.from_dict(data)
        figures = [float(figure) for seat in outcome.seats for figure in (seat.score, seat.total_reward)]
        agents = [seat.agent + seat.player for seat in outcome.seats]
        detail = tidy(outcome.detail[:TEXT_CHARS])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise WireError(f"'outcome' of a view message is none: {error}") from None
    if not agents or not all(map(math.isfinite, figures)):
        raise WireError("'outcome' of a view message has no seats, or scores that are no numbers")
    return replace(outcome, detail=detail)
