"""What the seat panels say of a table that was told from far away."""

from __future__ import annotations

from arena.games.entry import CatalogEntry
from arena.match.match import Phase
from controllers.remote_table import SeatFacts, TableFacts
from scenes.match import looks
from scenes.match.figures import LOW_CLOCK_S
from scenes.match.seat_panel import SeatFigures
from scenes.screens import words
from scenes.ui.palette import Palette

_BADGES = {
    "late": ("late", "warn"),
    "lost": ("connection lost", "bad"),
    "forfeited": ("forfeited", "bad"),
}


def seat_figures(
    facts: TableFacts, seat: SeatFacts, entry: CatalogEntry, name: str, since_s: float, palette: Palette
) -> SeatFigures:
    """Everything the panel of ``seat`` shows, ``since_s`` seconds after the host told it."""
    agents = tuple(other.agent for other in facts.seats)
    side = words.side(entry, seat.agent) or (words.agent_name(seat.agent) if len(agents) > 2 else "")
    by = "you" if seat.agent in facts.own else seat.by
    number, tone = _number(facts, seat, entry, since_s)
    badge, badge_tone = _badge(facts, seat, entry)
    return SeatFigures(
        name=name,
        detail=" · ".join(filter(None, (side, by))),
        colour=looks.seat_colour(entry, agents, seat.agent, palette),
        number=number,
        number_tone=tone,
        badge=badge,
        badge_tone=badge_tone,
        facts=(f"{seat.late} late",) if seat.late else (),
        due=seat.due and entry.pace != "realtime",
    )


def _number(facts: TableFacts, seat: SeatFacts, entry: CatalogEntry, since_s: float) -> tuple[str, str]:
    """The clock, which runs on between two views, or the score."""
    if seat.clock_s is not None:
        left = seat.clock_s - since_s if seat.running and facts.phase == Phase.PLAYING else seat.clock_s
        return looks.clock_text(left), "bad" if left < LOW_CLOCK_S else "text"
    if entry.scoring in {"return", "cooperative", "survival"} or entry.pace == "realtime":
        return looks.score_text(seat.score), "text"
    return "", "text"


def _badge(facts: TableFacts, seat: SeatFacts, entry: CatalogEntry) -> tuple[str, str]:
    if seat.status in _BADGES:
        return _BADGES[seat.status]
    playing = facts.phase == Phase.PLAYING
    if seat.ended and playing:
        return "out", "faint"
    if not playing or entry.pace == "realtime":
        return ("ok", "good") if playing else ("", "muted")
    if not seat.due:
        return "", "muted"
    if seat.agent in facts.own:
        return "your move", "accent"
    return ("to move", "accent") if seat.human else ("thinking", "accent")


def subtitle(facts: TableFacts) -> str:
    """Which episode this is, and whether it counts."""
    parts = [f"game {facts.episode + 1} of {facts.episodes}"] if facts.episodes > 1 else []
    parts.append("rated" if facts.rated else "casual")
    if facts.clock:
        parts.append(f"clock {facts.clock}")
    return " · ".join(parts)
