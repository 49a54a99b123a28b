"""What the seat panels and the line above the board say, read from a running match."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.match.match import Phase
from arena.match.seats import SeatState
from scenes.match import looks
from scenes.match.driver import Driver
from scenes.match.people import People
from scenes.match.seat_panel import SeatFigures
from scenes.match.status_bar import Fact
from scenes.screens import words
from scenes.ui.palette import Palette

LOW_CLOCK_S = 20.0
_BADGES: Mapping[str, tuple[str, str]] = {
    "late": ("late", "warn"),
    "lost": ("lost", "bad"),
    "forfeited": ("forfeited", "bad"),
}


def seat_figures(
    driver: Driver, people: People, agent: str, names: Mapping[str, str], now: float, palette: Palette
) -> SeatFigures:
    """Everything the panel of ``agent`` shows."""
    match = driver.match
    seat, entry = match.seats[agent], match.entry
    descriptor = seat.holder.controller.descriptor
    side = words.side(entry, agent) or (words.agent_name(agent) if len(match.seats) > 2 else "")
    meanwhile = _meanwhile(driver, agent, now)
    parts = [meanwhile] if meanwhile else [side[:1].upper() + side[1:], _played_by(seat)]
    clocks = match.clocks_left(now)
    number, number_tone = "", "text"
    if agent in clocks:
        number = looks.clock_text(clocks[agent])
        number_tone = "bad" if clocks[agent] < LOW_CLOCK_S else "text"
    elif entry.scoring in {"return", "cooperative", "survival"} or match.pacer.realtime:
        number = looks.score_text(match.returns()[agent])
    badge, badge_tone = _badge(driver, agent)
    return SeatFigures(
        name=names.get(agent, descriptor.name),
        detail=" · ".join(filter(None, parts)),
        colour=looks.seat_colour(entry, tuple(match.seats), agent, palette),
        number=number,
        number_tone=number_tone,
        badge=badge,
        badge_tone=badge_tone,
        facts=_facts(seat, hidden=people.hides and not match.finished),
        more=_more(seat),
        due=agent in match.due and not match.pacer.realtime,
    )


def _played_by(seat: SeatState) -> str:
    """The device of a person, the program behind a machine."""
    controller = seat.holder.controller
    if seat.holder.human:
        device = str(controller.status(seat.agent).get("device", "person"))
        return "mouse" if device == "pointer" else device
    return controller.descriptor.policy or controller.descriptor.backend


def _meanwhile(driver: Driver, agent: str, now: float) -> str:
    """What happens at a seat besides playing: somebody is about to take it over, or it stands in for one who
    is away.
    """
    match = driver.match
    seat, trial = match.seats[agent], match.trials.of(agent)
    if trial is not None:
        return f"gets ready: {trial.name}"
    if seat.lost_since is None or seat.status != "lost" or match.phase is not Phase.PLAYING:
        return ""
    left_s = max(0.0, match.rules.ready_timeout_s - (now - seat.lost_since))
    limit = "" if match.paused or seat.holder.pauses_when_lost else f", {left_s:.0f} s"
    if not match.pacer.realtime:
        return f"waiting until it is back{limit}"
    rule = match.rules.on_late
    repeats = rule.kind == "repeat" and seat.applied is not None and seat.repeats < rule.ticks
    return f"{'repeats' if repeats else 'no-op'} until it is back{limit}"


def _badge(driver: Driver, agent: str) -> tuple[str, str]:
    match = driver.match
    seat = match.seats[agent]
    if seat.status in _BADGES:
        return _BADGES[seat.status]
    if seat.ended and match.phase is Phase.PLAYING:
        return "out", "faint"
    if match.phase is not Phase.PLAYING or match.pacer.realtime:
        return ("ok", "good") if match.phase is Phase.PLAYING else ("", "muted")
    if agent not in match.due or seat.outstanding is None:
        return "", "muted"
    return ("to move", "accent") if seat.holder.human else ("thinking", "accent")


def _facts(seat: SeatState, *, hidden: bool) -> tuple[str, ...]:
    """Evaluation, what was late or wrong, and how long answers take; an engine's own view of a hidden hand
    stays with it.
    """
    facts: list[str] = []
    if not seat.holder.human and not hidden:
        facts += _engine_facts(seat.holder.controller.status(seat.agent))
    counts = seat.counts
    wrong = {"late": counts.late, "illegal": counts.illegal, "clipped": counts.clipped}
    facts += [f"{count} {word}" for word, count in wrong.items() if count]
    p50, p99 = counts.latency_ms(0.5), counts.latency_ms(0.99)
    if p50 is not None and p99 is not None and not seat.holder.human:
        facts += [f"p50 {_time(p50)}", f"p99 {_time(p99)}"]
    return tuple(facts)


def _more(seat: SeatState) -> tuple[str, ...]:
    """What else is known of the way to whoever sits there."""
    status = seat.holder.controller.status(seat.agent)
    told = [f"ping {_time(status['ping_ms'])}"] if "ping_ms" in status else []
    told += [f"{status[word]} {word}" for word in ("stale", "broken") if status.get(word)]
    return tuple(told)


def _time(ms: float) -> str:
    """``0.4 ms``, ``12 ms``, ``14 s``."""
    if ms >= 10_000:
        return f"{ms / 1000:.0f} s"
    return f"{ms:.1f} ms" if ms < 10 else f"{ms:.0f} ms"


def _engine_facts(status: Mapping[str, Any]) -> list[str]:
    facts = []
    if "score" in status:
        facts.append(str(status["score"]))
    if "depth" in status:
        facts.append(f"d{status['depth']}")
    return facts


def status_facts(driver: Driver, now: float) -> tuple[Fact, ...]:
    """Rate, speed, missed slots and the seed, for the line above the board."""
    match = driver.match
    facts: list[Fact] = []
    if driver.paused:
        facts.append(Fact("paused", "pause", "warn"))
    if match.missed_slots:
        slow = f", {match.env_slow} by the game" if match.env_slow else ""
        facts.append(Fact(f"missed slots: {match.missed_slots}{slow}", "triangle-alert", "warn"))
    if match.pacer.realtime and driver.countdown is None:
        facts.append(Fact(f"{driver.rate_hz(now):.1f} Hz", "activity"))
    if match.pacer.speed != 1:
        facts.append(Fact(f"\N{MULTIPLICATION SIGN}{match.pacer.speed:g}", "fast-forward", "accent"))
    if not match.log.hidden or match.finished:
        facts.append(Fact(f"seed {match.plan.seed}", "hash"))
    else:
        facts.append(Fact("seed after the match", "lock"))
    return tuple(facts)


def subtitle(driver: Driver) -> str:
    """Which episode this is, and whether it counts."""
    match = driver.match
    parts = []
    if match.plan.episodes > 1:
        parts.append(f"game {max(0, match.episode) + 1} of {match.plan.episodes}")
    parts.append("rated" if match.plan.rated else "casual")
    if match.rules.clock is not None:
        parts.append(f"clock {match.rules.clock}")
    return " · ".join(parts)
