"""What a host offers to play: a game, its rules, who sits there already, and which seats are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from arena.errors import SeatError
from arena.games.entry import CatalogEntry
from arena.home import Home
from arena.hosting.guests import Guest
from arena.match.choices import rules_for
from arena.match.controller import Seat
from arena.match.kinds import BuildContext
from arena.match.seating import SeatGroup, check, resolve
from arena.session import MatchSetup

OPEN = "open"
"""The seat word for a guest's seat, as in ``player_0=open``."""

_PLACEHOLDER = "guest:open"


@dataclass(frozen=True, slots=True)
class Opening:
    """One offer, checked as far as it can be before anybody is there."""

    setup: MatchSetup
    entry: CatalogEntry
    agents: tuple[str, ...]
    groups: tuple[SeatGroup, ...]
    """One a controller, in agent order; open ones included."""

    @classmethod
    def of(cls, setup: MatchSetup, home: Home | None) -> Opening:
        """Check ``setup``, in whose seats ``open`` stands for guests to come.

        Without any seats all are open. Makes the environment once, which takes a moment and has its modules
        ready for later. Raises :class:`arena.errors.ArenaError` for what could not be played.
        """
        from arena.games import catalog, derived, hosts

        entry = catalog.get(setup.game)
        options = catalog.resolve_options(entry, setup.options)
        host = hosts.make_host(entry, options, frames=False)
        try:
            entry = derived.fitted(entry, host)
            agents = tuple(host.possible_agents)
            words = [_for_guests(word) for word in setup.seats or (f"*={OPEN}",)]
            groups = resolve(words, agents, entry)
            rules = rules_for(entry, setup.rules, agents)
            for group in groups:
                if group.spec.text != _PLACEHOLDER:
                    seats = tuple(
                        Seat(agent, host.observation_space(agent), host.action_space(agent))
                        for agent in group.agents
                    )
                    where = None if home is None else home.root
                    check(group, BuildContext(entry, seats, rules.pace, home=where, hz=rules.hz))
        finally:
            host.close()
        opening = cls(replace(setup, game=entry.id), entry, agents, groups)
        if not opening.open_groups:
            raise SeatError(
                f"no seat of {entry.id} is open; write for example {agents[0]}={OPEN}, or play it with "
                "`arena match`"
            )
        return opening

    @property
    def open_groups(self) -> tuple[int, ...]:
        """Which groups wait for a guest."""
        return tuple(number for number, group in enumerate(self.groups) if group.spec.text == _PLACEHOLDER)

    def seat_name(self, group: int) -> str:
        """The agents of a group, as people and consoles name them."""
        return "+".join(self.groups[group].agents)

    def told_name(self, group: int) -> str:
        """The same for a person who shall sit there: ``White``, ``Archer 0``."""
        agents = self.groups[group].agents
        return " and ".join(self.entry.side_of(agent) or spoken(agent) for agent in agents)

    def filled(self, guests: Mapping[int, Guest], number: int) -> MatchSetup:
        """Match number ``number``, with ``guests`` (by group) in the open seats; a given seed counts up."""
        words = []
        for index, group in enumerate(self.groups):
            text = f"guest:{guests[index].id}" if index in guests else group.spec.text
            agents = group.agents[0] if len(group.agents) == 1 else f"[{','.join(group.agents)}]"
            words.append(f"{agents}={text}")
        seed = None if self.setup.seed is None else (self.setup.seed + number - 1) % 2**63
        return replace(self.setup, seats=tuple(words), seed=seed)


def spoken(agent: str) -> str:
    """``archer_0`` as ``Archer 0``."""
    return agent.replace("_", " ").capitalize()


def _for_guests(word: str) -> str:
    agent, equals, text = word.partition("=")
    if equals and text.partition(":")[0].strip() == "human":
        raise SeatError(
            f"{word}: a host has no window for people; write {agent}={OPEN}, and `arena join` with its token "
            "opens one, on this machine too"
        )
    return f"{agent}={_PLACEHOLDER}" if equals and text.strip() == OPEN else word


def split_games(games: str) -> Sequence[str]:
    """``chess,pong`` as its parts. Raises :class:`SeatError` where one is empty."""
    parts = [part.strip() for part in games.split(",")]
    if not all(parts):
        raise SeatError(f"{games!r} is not like chess or chess,connect_four")
    return parts
