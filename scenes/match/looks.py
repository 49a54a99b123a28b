"""How seats look and are called: names, colours, lines of figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from arena.games.entry import CatalogEntry
from arena.match.controller import Descriptor
from scenes.screens import words
from scenes.ui.palette import Colour, Palette
from scenes.views.physics.colours import TEAM_COLOURS
from scenes.views.style import APART

_WHITE, _BLACK = (240, 242, 246), (66, 72, 88)
_PIECES: Mapping[str, tuple[Colour, Colour]] = {
    "chess": (_WHITE, _BLACK),
    "go": (_BLACK, _WHITE),
    "tictactoe": ((88, 170, 255), (246, 170, 60)),
    "connect_four": ((236, 86, 78), (246, 200, 66)),
}
"""View -> colours of its two sides, as the view draws them."""


def seat_colour(entry: CatalogEntry, agents: tuple[str, ...], agent: str, palette: Palette) -> Colour:
    """The colour of a seat: that of its pieces where it has some, or of its team in games of ours."""
    index = agents.index(agent)
    team = agent.partition("_")[0]
    if entry.family == "arena" and team in TEAM_COLOURS:
        return TEAM_COLOURS[team]
    pieces = _PIECES.get(entry.view or "")
    return pieces[index] if pieces is not None and index < len(pieces) else palette.seat(index)


def names(entry: CatalogEntry, held_by: Mapping[str, Descriptor]) -> dict[str, str]:
    """Agent -> who plays it; several of one name are told apart by their side, or by their agent."""
    plain = {agent: descriptor.name for agent, descriptor in held_by.items()}
    sided = {agent: (name, words.side(entry, agent)) for agent, name in plain.items()}
    told = {}
    for agent, name in plain.items():
        side = sided[agent][1]
        if list(plain.values()).count(name) == 1:
            told[agent] = name
        elif side and list(sided.values()).count(sided[agent]) == 1:
            told[agent] = f"{name}{APART}{side}"
        else:
            told[agent] = f"{name}{APART}{words.agent_name(agent)}"
    return told


def seat_names(entry: CatalogEntry, agents: Iterable[str]) -> dict[str, str]:
    """Agent -> what its seat is called: its side at the board, unless others are on the same side."""
    sides = {agent: words.side(entry, agent) for agent in agents}
    shared = list(sides.values())
    return {
        agent: side if side and shared.count(side) == 1 else words.agent_name(agent)
        for agent, side in sides.items()
    }


def with_names(text: str, names: Mapping[str, str]) -> str:
    """``text`` with names in place of agents."""
    for agent, name in names.items():
        text = re.sub(rf"\b{re.escape(agent)}\b", name.replace("\\", r"\\"), text)
    return text


def clock_text(seconds: float) -> str:
    """``4:59``, and tenths below twenty seconds: ``9.4``."""
    seconds = max(0.0, seconds)
    if seconds < 20:
        return f"0:{int(seconds * 10) / 10:04.1f}"
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def score_text(value: float) -> str:
    """A return without noise: ``12``, ``-0.25``, ``0.33``."""
    if value == int(value) and abs(value) < 1e6:
        return f"{value:.0f}"
    return f"{value:.2f}" if 0.01 <= abs(value) < 1000 else f"{value:.4g}"
