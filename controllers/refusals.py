"""What a refusal means for a match: the reason in the outcome, and what can be done about it."""

from __future__ import annotations

from arena.match.outcome import Reason
from arena.wire.messages import Refusal

_OTHER_REASONS = {
    Refusal.CRASH: Reason.CRASH,
    Refusal.MALFORMED: Reason.ILLEGAL,
    Refusal.LIMIT: Reason.DISCONNECT,
    Refusal.NO_SESSION: Reason.DISCONNECT,
}
"""Where it is no unwillingness to play, but a fault."""

_OTHER_POLICY = "seat a policy that was made for this game"
_ADVICE = {
    Refusal.MODEL: "say model=NAME with one that it serves",
    Refusal.GAME: _OTHER_POLICY,
    Refusal.SPACES: _OTHER_POLICY,
    Refusal.AGENTS: _OTHER_POLICY,
    Refusal.VERSION: "update the older of the two",
    Refusal.BUSY: "try again when it plays fewer matches",
}


def reason_of(refusal: Refusal | None) -> Reason:
    """Why the seat forfeits; ``None``: the other end is gone."""
    if refusal is None:
        return Reason.DISCONNECT
    return _OTHER_REASONS.get(refusal, Reason.REFUSED)


def advised(message: str, refusal: Refusal | None) -> str:
    """``message``, and what to do about it where that can be said."""
    advice = "" if refusal is None else _ADVICE.get(refusal, "")
    return f"{message}; {advice}" if advice else message
