"""Events of made-up matches, in the order and shape in which a match emits them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena.bus.events import EventSink
from arena.match.outcome import EpisodeOutcome, Reason, SeatResult

AGENTS = ("player_1", "player_2")


@dataclass(frozen=True)
class Emission:
    kind: str
    t: float
    fields: Mapping[str, Any]
    private: bool = False


def descriptor(player: str, *, human: bool = False, backend: str = "inline") -> dict[str, Any]:
    return {"id": player, "name": player.title(), "backend": backend, "human": human}


def opening(
    match_id: str, players: Sequence[str] = ("anna", "bot"), *, game: str = "classic/tictactoe-v3"
) -> Emission:
    fields = {
        "match": match_id,
        "game": game,
        "seed": 7,
        "players": {agent: descriptor(player) for agent, player in zip(AGENTS, players, strict=True)},
        "rated": False,
        "episodes": 2,
    }
    return Emission("open", 0.0, fields)


def outcome(match_id: str, episode: int, ranks: Sequence[int], players: Sequence[str] = ("anna", "bot"), *,
            void: bool = False, game: str = "classic/tictactoe-v3") -> Emission:  # fmt: skip
    seats = tuple(
        SeatResult(agent, player, rank, score=float(len(ranks) - rank), total_reward=0.5)
        for agent, player, rank in zip(AGENTS, players, ranks, strict=True)
    )
    reason = Reason.DRAW if len(set(ranks)) == 1 else Reason.WIN
    result = EpisodeOutcome(match_id, episode, game, reason, "", 5, 1.5, seats, void=void, digest="d1")
    return Emission("outcome", 2.0 + episode, result.to_dict())


def a_match(
    match_id: str, *, episodes: int = 2, ticks: int = 20, hidden: bool = False, close: str | None = "win"
) -> Iterator[Emission]:
    """Episodes that the first and the second player win in turn."""
    yield opening(match_id)
    yield Emission("secret", 0.0, {"seed": 7}, private=hidden)
    t = 0.0
    for episode in range(episodes):
        yield Emission("reset", t, {"episode": episode, "agents": list(AGENTS)})
        for tick in range(1, ticks + 1):
            t += 1 / 60
            agent = AGENTS[tick % 2]
            fields = {"tick": tick, "actions": {agent: tick % 9}, "sources": {agent: "decided"}}
            yield Emission("step", t, fields)
            if tick % 8 == 0:
                yield Emission("digest", t, {"tick": tick, "hex": f"{tick:032x}"}, private=hidden)
        yield outcome(match_id, episode, (1, 2) if episode % 2 == 0 else (2, 1))
    if close is not None:
        yield Emission("close", t, {"reason": close, "last": True})


def emit_all(sink: EventSink, emissions: Iterator[Emission]) -> None:
    for item in emissions:
        sink.emit(item.kind, item.t, item.fields, private=item.private)
