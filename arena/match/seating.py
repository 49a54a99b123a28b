"""Seating strings: who decides for which agent.

``player_0=human:keyboard player_1=stockfish:elo=1500`` · ``archer_*=script:kaz/guard *=random`` ·
``[a,b]=policy:tcp://127.0.0.1:5555`` · ``team:red=random``. Later words win over earlier ones only where they
are more exact: a plain agent name beats a group, a group beats a glob, ``*`` comes last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from arena.errors import SeatError, UnknownNameError
from arena.games.entry import CatalogEntry
from arena.match.controller import Controller
from arena.match.kinds import BuildContext, ControllerKind, ControllerSpec, kinds, parse_options


@dataclass(frozen=True, slots=True)
class SeatGroup:
    """Agents that one controller decides for."""

    agents: tuple[str, ...]
    spec: ControllerSpec


MEANT = 3
"""So many words are suggested at most for one that is only the tail of a word."""


def parse_spec(text: str, game_id: str = "") -> ControllerSpec:
    """Parse ``kind[:target][,key=value]*``; ``module.path:Class`` is short for ``bot:module.path:Class``.

    ``game_id``: what is played, if known, so that an error can suggest what plays it.
    """
    kind, _, rest = text.strip().partition(":")
    if not kind:
        raise SeatError(f"controller {text!r} is empty; write something like random or stockfish:elo=1500")
    known = kinds()
    if kind not in known:
        if rest and re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*", kind) and re.match(r"[A-Z]\w*", rest):
            kind, rest = "bot", text.strip()
        else:
            hint = "`arena controllers list` shows their options."
            raise UnknownNameError("controller", kind, known, hint, _whole(text.strip(), game_id))
    target, options = "", {}
    for index, part in enumerate(filter(None, rest.split(","))):
        key, equals, value = part.partition("=")
        if equals and re.fullmatch(r"[A-Za-z_][\w .-]*", key):
            options[key.strip()] = value.strip()
        elif index == 0:
            target = part
        else:
            raise SeatError(f"{part!r} in controller {text!r} is not key=value")
    return ControllerSpec(text.strip(), kind, target, options)


def _whole(tail: str, game_id: str) -> list[str]:
    """Words that ``tail`` may stand for: ``script:sumo/novice`` for ``novice``."""
    completions = (getattr(kind, "completions", None) for kind in kinds().values())
    return [word for complete in completions if complete for word in complete(tail, game_id)][:MEANT]


def resolve(words: Sequence[str], agents: Sequence[str], entry: CatalogEntry) -> tuple[SeatGroup, ...]:
    """Turn ``agent=controller`` words into one group a controller, in agent order.

    Raises :class:`SeatError` for an agent nobody decides for, an agent named twice or a pattern that matches
    none.
    """
    taken: dict[str, tuple[int, int, ControllerSpec]] = {}
    shared: set[int] = set()
    for number, word in enumerate(words):
        pattern, equals, text = word.partition("=")
        if not equals or not text:
            raise SeatError(f"seat {word!r} is not like agent=controller; agents here: {', '.join(agents)}")
        names, exactness, one_controller = _expand(pattern.strip(), agents, entry)
        spec = parse_spec(text, entry.id)
        if one_controller:
            shared.add(number)
        for agent in names:
            held = taken.get(agent)
            if held and held[0] == exactness and exactness > 1:
                raise SeatError(f"seat {agent!r} is given twice: {held[2].text!r} and {spec.text!r}")
            if held is None or exactness >= held[0]:
                taken[agent] = (exactness, number, spec)
    empty = [agent for agent in agents if agent not in taken]
    if empty:
        raise SeatError(
            f"nobody decides for {', '.join(empty)}; "
            f"add for example {empty[0]}=random, or *=random for all that is left"
        )
    return _group(taken, shared, agents)


def _expand(pattern: str, agents: Sequence[str], entry: CatalogEntry) -> tuple[list[str], int, bool]:
    """The agents a pattern names, how exact it is (3 name, 2 group, 1 glob, 0 star), and whether one
    controller takes all.
    """
    if pattern.startswith("[") and pattern.endswith("]"):
        names = [name.strip() for name in pattern[1:-1].split(",") if name.strip()]
        for name in names:
            if name not in agents:
                raise UnknownNameError("agent", name, agents)
        return names, 2, True
    if pattern.startswith("team:"):
        team = pattern.removeprefix("team:")
        if team not in entry.teams:
            raise UnknownNameError("team", team, entry.teams, f"({entry.id})")
        return [agent for agent in agents if entry.team_of(agent) == team], 2, True
    if pattern in agents:
        return [pattern], 3, False
    names = [agent for agent in agents if fnmatchcase(agent, pattern)]
    if not names:
        raise UnknownNameError("agent", pattern, agents, f"These are the agents of {entry.id}.")
    return names, 0 if pattern == "*" else 1, False


def _group(
    taken: Mapping[str, tuple[int, int, ControllerSpec]], shared: set[int], agents: Sequence[str]
) -> tuple[SeatGroup, ...]:
    groups: dict[tuple[int, str], list[str]] = {}
    for agent in agents:
        _, number, _ = taken[agent]
        groups.setdefault((number, "" if number in shared else agent), []).append(agent)
    return tuple(SeatGroup(tuple(names), taken[names[0]][2]) for names in groups.values())


def check(group: SeatGroup, context: BuildContext) -> ControllerKind:
    """Raise unless the controller of ``group`` fits the game; returns its kind."""
    kind = kinds()[group.spec.kind]
    parse_options(kind, group.spec)
    kind.check(group.spec, context)
    return kind


def build(group: SeatGroup, context: BuildContext) -> Controller:
    """Check, then build the controller of one group."""
    controller = check(group, context).build(group.spec, context)
    if context.entry.paradigm not in controller.paradigms:
        controller.close()
        raise SeatError(
            f"{group.spec.text} plays {', '.join(sorted(controller.paradigms))} games; "
            f"{context.entry.id} is {context.entry.paradigm}"
        )
    return controller
