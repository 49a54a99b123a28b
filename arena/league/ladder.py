"""Who beats whom, and how surely: pairs of players, seats swapped, with intervals."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from math import sqrt

from arena.errors import OptionError
from arena.games.entry import CatalogEntry
from arena.match.choices import RuleChoices
from arena.match.outcome import EpisodeOutcome, Reason

Z_95 = 1.959964
"""The 97.5 % quantile of the normal distribution."""

_BY_THE_CLOCK = frozenset({Reason.MAX_TICKS, Reason.TRUNCATED})


@dataclass(slots=True)
class Duel:
    """What two players made of a number of episodes, seen from the first."""

    first: str
    second: str
    wins: int = 0
    draws: int = 0
    losses: int = 0
    by_the_clock: int = 0
    """Episodes that ended only because time was up."""
    spoiled: dict[str, int] = field(default_factory=dict)
    """Reason -> episodes that say nothing about strength (a crash, a lost connection)."""

    @property
    def count(self) -> int:
        """Episodes that count."""
        return self.wins + self.draws + self.losses

    @property
    def score(self) -> float:
        """Share of the points, a draw being half of one; 0.5 before the first episode."""
        return (self.wins + self.draws / 2) / self.count if self.count else 0.5

    def interval(self) -> tuple[float, float]:
        """The 95 % interval of :attr:`score`; see :func:`wilson`. Draws make it wider than it need be."""
        return wilson(self.score, self.count)

    @property
    def apart(self) -> bool:
        """Whether the intervals of the two do not overlap: one of them is stronger."""
        low, high = self.interval()
        return low > 0.5 or high < 0.5

    def add(self, other: Duel) -> None:
        """Count what another duel of the same two brought."""
        self.wins += other.wins
        self.draws += other.draws
        self.losses += other.losses
        self.by_the_clock += other.by_the_clock
        for reason, count in other.spoiled.items():
            self.spoiled[reason] = self.spoiled.get(reason, 0) + count


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share seen in ``count`` trials.

    Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", 1927), which stays within 0 and 1 and holds near them, too.
    """
    if not count:
        return 0.0, 1.0
    square = Z_95 * Z_95
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = Z_95 / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def sides(entry: CatalogEntry, agents: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The seats of the one player and of the other: the two teams, or every second seat.

    Raises :class:`OptionError` for a game that two players cannot play against each other.
    """
    if entry.scoring == "cooperative":
        raise OptionError(f"{entry.title} is played together; nobody wins against anybody")
    teams = dict.fromkeys(entry.team_of(agent) for agent in agents)
    if None not in teams and len(teams) == 2:
        first = next(iter(teams))
        mine = tuple(agent for agent in agents if entry.team_of(agent) == first)
        return mine, tuple(agent for agent in agents if agent not in mine)
    if len(agents) < 2:
        raise OptionError(f"{entry.title} has one seat; nobody plays against anybody")
    return tuple(agents[::2]), tuple(agents[1::2])


def play(
    game: str,
    first: str,
    second: str,
    episodes: int,
    seed: int,
    *,
    options: Mapping[str, str] | None = None,
    swapped: bool = False,
    on_episode: Callable[[EpisodeOutcome], None] = lambda _outcome: None,
) -> Duel:
    """``first`` against ``second`` (seating words) in ``episodes`` of a game at full speed; nothing is kept.

    ``swapped``: the first has the other seats, with the same beginnings. Raises
    :class:`arena.errors.ArenaError` for whatever cannot be played.
    """
    from arena.games import catalog, hosts
    from arena.match.runner import run
    from arena.session import MatchSetup, Stage, open_session
    from arena.waker import Waker

    entry, words = catalog.get(game), dict(options or {})
    with closing(hosts.make_host(entry, catalog.resolve_options(entry, words), frames=False)) as host:
        mine, others = sides(entry, host.possible_agents)
    if swapped:
        mine, others = others, mine
    seats = (*(f"{agent}={first}" for agent in mine), *(f"{agent}={second}" for agent in others))
    setup = MatchSetup(game, seats, words, RuleChoices(pace="fast"), episodes, seed)
    duel, told = Duel(first, second), 0
    with (
        closing(Waker()) as waker,
        open_session(setup, Stage(time.perf_counter, waker.wake), None) as session,
    ):
        session.start()

        def listen(_match: object) -> None:
            nonlocal told
            for outcome in session.match.outcomes[told:]:
                told += 1
                count(duel, outcome, mine)
                on_episode(outcome)

        run(session.match, time.perf_counter, waker, listen)
        listen(session.match)
    return duel


def count(duel: Duel, outcome: EpisodeOutcome, mine: Sequence[str]) -> None:
    """Count one episode, in which the first player had the seats ``mine``."""
    if outcome.void or any(seat.forfeited for seat in outcome.seats):
        duel.spoiled[str(outcome.reason)] = duel.spoiled.get(str(outcome.reason), 0) + 1
        return
    best = min(seat.rank for seat in outcome.seats if seat.agent in mine)
    theirs = min(seat.rank for seat in outcome.seats if seat.agent not in mine)
    duel.wins += best < theirs
    duel.draws += best == theirs
    duel.losses += best > theirs
    duel.by_the_clock += outcome.reason in _BY_THE_CLOCK
