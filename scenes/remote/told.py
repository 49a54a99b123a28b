"""Where a guest stands, in words: what happens, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from arena.wire.messages import Refusal
from scenes.remote.caller import Stage, Standing
from scenes.ui.label import TONES

PATIENCE_S = 3.0
"""An address that gives no answer for so long probably is the wrong one."""
SLOW_S, VERY_SLOW_S = 0.15, 0.4
"""Ways there and back that are shown in amber, and in red."""
_LOOK_AFTER = "Is the host running, is the address right, and does a firewall let it through?"
_ADVICE = {
    Refusal.TOKEN: "Each token is good once. Ask whoever runs the host for a new one.",
    Refusal.VERSION: "Update Arena here, or ask whoever runs the host to.",
    Refusal.BUSY: "Try again in a moment.",
    Refusal.LIMIT: "Try again in a moment.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A title, sentences below it, and whether something is still going on."""

    title: str
    lines: tuple[str, ...] = ()
    busy: bool = True
    bad: bool = False


def told(standing: Standing, address: str, now: float) -> Told:
    """What to tell of ``standing``."""
    waited_s = now - standing.since
    if standing.stage is Stage.DIALLING:
        if waited_s < PATIENCE_S:
            return Told("Connecting", (f"Calling {address}.",))
        nobody = f"Nobody answers at {address}. This window goes on trying."
        return Told(f"No answer yet, {waited_s:.0f} s", (nobody, _LOOK_AFTER))
    if standing.stage is Stage.JOINING and standing.why:
        waits = "This window asks again every second."
        return Told(f"Waiting to be let in… {waited_s:.0f} s", (_opened(standing.why), waits))
    if standing.stage is Stage.JOINING:
        return Told("Knocking", (f"The host at {address} looks at your token.",))
    if standing.stage is Stage.AWAY:
        kept = "Your seat is kept for a while; clocks run on."
        return Told(f"Reconnecting… {waited_s:.0f} s", (kept, _check(waited_s)))
    if standing.stage is Stage.OUT:
        advice = _ADVICE.get(standing.refusal, "") if standing.refusal is not None else ""
        title = "The host does not let you in" if standing.refusal is not None else "The host is gone"
        return Told(title, tuple(filter(None, (_opened(standing.why), advice))), busy=False, bad=True)
    return Told(f"You are in, {standing.name}" if standing.name else "You are in", _waiting(standing))


def _check(waited_s: float) -> str:
    if waited_s < PATIENCE_S:
        return "You need not do anything."
    return "Check your network: cable, wireless, VPN. You are back in your seat as soon as it works."


def _waiting(standing: Standing) -> tuple[str, ...]:
    lines = []
    if standing.place:
        lines.append(_sentence(f"Your place: {standing.place}"))
    if standing.games:
        lines.append(_sentence(f"Played here: {', '.join(standing.games)}"))
    return (*lines, "The game begins by itself once everybody is there.")


def _opened(text: str) -> str:
    """What somebody said as a sentence that stands alone."""
    return _sentence(text[:1].upper() + text[1:])


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?" else f"{text}."


def ping_text(round_trip_s: float | None) -> tuple[str, str]:
    """``48 ms`` and its tone."""
    if round_trip_s is None:
        return "…", "faint"
    tone = "bad" if round_trip_s >= VERY_SLOW_S else "warn" if round_trip_s >= SLOW_S else "good"
    assert tone in TONES
    return (f"{1000 * round_trip_s:.0f} ms" if round_trip_s < 10 else f"{round_trip_s:.0f} s"), tone
