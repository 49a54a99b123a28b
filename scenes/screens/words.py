"""Games, agents, times and endings in words for people."""

from __future__ import annotations

import time
from collections.abc import Mapping

from arena.games.entry import CatalogEntry

FAMILIES: Mapping[str, str] = {
    "classic": "Board & cards",
    "butterfly": "Butterfly",
    "sisl": "SISL",
    "mpe2": "Particles",
    "gymnasium": "Gymnasium",
    "atari": "Atari",
    "arena": "Arena",
}
_REASONS: Mapping[str, str] = {
    "win": "won",
    "draw": "drawn",
    "checkmate": "checkmate",
    "stalemate": "stalemate",
    "insufficient_material": "too few pieces left",
    "claimable_draw": "draw by rule",
    "agreed_draw": "draw agreed",
    "resign": "resignation",
    "flag": "time ran out",
    "fold": "fold",
    "showdown": "showdown",
    "terminated": "played to the end",
    "truncated": "time limit",
    "max_ticks": "tick limit",
    "illegal": "illegal action",
    "crash": "a player crashed",
    "disconnect": "a player was lost",
    "refused": "a player refused",
    "late": "too many late answers",
    "environment": "the game failed",
    "aborted": "stopped",
    "unfinished": "not finished",
}
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


def family(entry: CatalogEntry) -> str:
    """The family's name as a person knows it."""
    return FAMILIES.get(entry.family, entry.family.capitalize() or "Other")


def agent_name(agent: str) -> str:
    """``archer_0`` as ``Archer 0``."""
    return agent.replace("_", " ").capitalize()


def side(entry: CatalogEntry, agent: str) -> str:
    """What ``agent`` plays at the board, the team it is in, or nothing."""
    team = entry.team_of(agent)
    return entry.side_of(agent) or (f"team {team}" if team else "")


def pace(entry: CatalogEntry) -> str:
    """Real time with its rate, or in turns."""
    if entry.pace == "realtime":
        return f"Real time, {entry.hz:g} Hz"
    return "In turns" if entry.paradigm == "sequential" else "Step by step"


def seats(entry: CatalogEntry) -> str:
    """How many sit at it."""
    return "1 seat" if len(entry.seats) == 1 else f"{len(entry.seats)} seats"


def counted(number: int, thing: str) -> str:
    """``1 tick``, ``2 ticks``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def reason(name: str) -> str:
    """Why an episode ended."""
    return _REASONS.get(name, name.replace("_", " "))


def ago(then_s: float, now_s: float | None = None) -> str:
    """How long ago a Unix time was, or the day for what is older than a week."""
    passed_s = (time.time() if now_s is None else now_s) - then_s
    if passed_s < MINUTE_S:
        return "just now"
    if passed_s < HOUR_S:
        return f"{passed_s // MINUTE_S:.0f} min ago"
    if passed_s < DAY_S:
        return f"{passed_s // HOUR_S:.0f} h ago"
    if passed_s < 2 * DAY_S:
        return "yesterday"
    if passed_s < 7 * DAY_S:
        return f"{passed_s // DAY_S:.0f} days ago"
    return time.strftime("%d %b %Y", time.localtime(then_s))


def length(seconds: float) -> str:
    """A duration: ``8.2 s``, ``3 min 05 s``, ``1 h 12 min``."""
    if seconds < MINUTE_S:
        return f"{seconds:.1f} s"
    if seconds < HOUR_S:
        return f"{seconds // MINUTE_S:.0f} min {seconds % MINUTE_S:02.0f} s"
    return f"{seconds // HOUR_S:.0f} h {seconds % HOUR_S // MINUTE_S:02.0f} min"
