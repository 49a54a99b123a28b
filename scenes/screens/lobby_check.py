"""Whether a draft can be played, and if not, what is wrong where. Made for a thread: it may start an engine
to ask it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from arena.errors import ArenaError
from arena.games import catalog
from arena.games.contract import Host
from arena.games.entry import CatalogEntry
from arena.games.options import OptionInfo
from arena.match.choices import rules_for
from arena.match.controller import Seat
from arena.match.kinds import BuildContext
from arena.match.rules import PaceMode
from arena.match.seating import SeatGroup, check, parse_spec
from controllers.inputs import InputHub
from scenes.screens.lobby_draft import Draft
from scenes.screens.lobby_sitters import Sitter, clash


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known about one draft."""

    agents: tuple[str, ...]
    """The seats that its options make."""
    described: tuple[OptionInfo, ...] = ()
    """The options of the game."""
    seats: Mapping[str, str] = field(default_factory=dict)
    """Agent -> why who is seated there cannot play; empty seats are not mentioned."""
    unfit: Mapping[str, str] = field(default_factory=dict)
    """Words of the sitters that cannot take any seat -> why."""
    options: str = ""
    """What is wrong with the game's options."""
    rules: str = ""
    """What is wrong with the rules."""

    @property
    def problems(self) -> list[str]:
        """Everything that keeps the match from being started, the options first."""
        told = [f"{agent}: {problem}" for agent, problem in self.seats.items()]
        return [*filter(None, [self.options, self.rules]), *told]


def examine(draft: Draft, offers: Sequence[Sitter], hub: InputHub, home: Path) -> Findings:
    """Check options, rules and seats of ``draft``, and which of ``offers`` fit. Leaves nothing running."""
    entry = catalog.get(draft.game)
    described: tuple[OptionInfo, ...] = ()
    try:
        described = tuple(catalog.describe_options(entry))
        host = _make(entry, draft)
    except ArenaError as error:
        return Findings(tuple(draft.seats), described, options=str(error))
    with closing(host):
        agents = host.possible_agents
        rules = _problem(lambda: rules_for(entry, draft.rules, agents))
        pace: PaceMode = "wait" if rules else rules_for(entry, draft.rules, agents).pace

        def fits(spec: str, agent: str) -> str:
            seat = Seat(agent, host.observation_space(agent), host.action_space(agent))
            context = BuildContext(entry, (seat,), pace, drawing=True, home=home, resources={"inputs": hub})
            return _problem(lambda: check(SeatGroup((agent,), parse_spec(spec)), context))

        seated = {agent: spec for agent, spec in draft.seats.items() if spec and agent in agents}
        seats = {agent: fits(spec, agent) for agent, spec in seated.items()}
        unfit = {}
        for offer in offers:
            answers = [fits(offer.words, agent) for agent in _samples(entry, agents)] if offer.words else []
            if answers and all(answers):
                unfit[offer.words] = answers[0]
    clashes = {} if any(seats.values()) else clash(entry, hub, draft.people)
    found = {agent: problem for agent, problem in {**seats, **clashes}.items() if problem}
    return Findings(agents, described, found, unfit, rules=rules)


def _make(entry: CatalogEntry, draft: Draft) -> Host:
    """An environment that is never reset, to ask for agents and spaces."""
    from arena.games.local_host import LocalHost

    return LocalHost(entry, catalog.resolve_options(entry, draft.options))


def _samples(entry: CatalogEntry, agents: Sequence[str]) -> list[str]:
    """One agent of each control scheme: the others answer alike."""
    schemes = [entry.scheme(agent) for agent in agents]
    return [agent for index, agent in enumerate(agents) if schemes.index(schemes[index]) == index]


def _problem(attempt: Callable[[], object]) -> str:
    """What stands in the way, or nothing."""
    try:
        attempt()
    except ArenaError as error:
        return str(error)
    return ""
