"""Matches to watch: programs against each other, from what is installed here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.games import catalog
from arena.match.choices import RuleChoices
from arena.session import MatchSetup
from controllers.programs import find_program


@dataclass(frozen=True, slots=True)
class Demo:
    """One match to watch."""

    game: str
    title: str
    seats: tuple[str, ...]
    episodes: int = 1

    def setup(self) -> MatchSetup:
        """The match, with a seed of its own."""
        return MatchSetup(
            self.game, self.seats, rules=RuleChoices(), episodes=self.episodes, tags={"event": "demo"}
        )


def demos() -> list[Demo]:
    """The demos that can be played here, the most telling first; never empty."""
    known = {entry.id for entry in catalog.entries()}
    return [demo for demo in _all() if demo.game in known]


def _all() -> Iterator[Demo]:
    # Our own kinds are there; asking for all of them would load every plug-in before the first frame.
    if find_program("stockfish") is not None:
        seats = ("player_0=stockfish:elo=1900,movetime=700", "player_1=script:chess/master")
        yield Demo("classic/chess-v6", "Stockfish against a script", seats)
    yield Demo(
        "butterfly/knights_archers_zombies-v11", "Four guards against the dead", ("*=script:kaz/guard",)
    )
    yield Demo(
        "classic/connect_four-v3",
        "Two scripts, the stronger one first",
        ("player_0=script:connect_four/master", "player_1=script:connect_four/club"),
    )
    yield Demo("butterfly/cooperative_pong-v6", "Two paddles, one ball", ("*=script:pong/follower",))
    yield Demo("butterfly/pistonball-v6", "Twenty pistons at random", ("*=random",))
