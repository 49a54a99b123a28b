"""Where checks are made: who is examined, with which game, and what was learnt so far."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from arena.wire.checks.answers import Findings
from arena.wire.checks.cast import Cast
from arena.wire.checks.check import Failed
from arena.wire.checks.dialogue import Dialogue
from arena.wire.checks.peer import Dial, Peer
from arena.wire.checks.reception import Reception
from arena.wire.messages import Ready


@dataclass
class Bench:
    """What the checks share."""

    dial: Dial
    """A new way to the other end."""
    cast: Cast
    patience_s: float
    options: Mapping[str, str] = field(default_factory=dict)
    """``model`` and ``mode`` for every hello."""
    hz: float = 0.0
    """Ticks a second that it should keep up with; 0: it may take its time."""
    reception: Reception | None = None
    """Where the other end has joined, if it is a bot that dialled in."""
    ready: Ready | None = None
    """What it said of itself."""
    findings: Findings | None = None
    """What its answers to many positions were like."""
    _peer: Peer | None = None
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def is_quick(self) -> bool:
        """Whether it answered in less than a twentieth of a second so far."""
        found = self.findings.latencies_s if self.findings else []
        return not found or sorted(found)[len(found) // 2] < 0.05

    @property
    def peer(self) -> Peer:
        """The connection in use, dialled when it is first asked for."""
        if self._peer is None:
            self._peer = Peer(self.dial)
            self._peer.await_connection(self.patience_s)
        return self._peer

    def renew(self) -> Peer:
        """A fresh connection in place of the one in use."""
        self.close()
        return self.peer

    def dialogue(self, match: str = "", peer: Peer | None = None) -> Dialogue:
        """A new match, over the connection in use unless another is given."""
        name = match or f"check-{next(self._numbers)}"
        return Dialogue(peer or self.peer, self.cast, name, self.patience_s, self.options)

    def alive(self) -> bool:
        """Whether the other end still answers a greeting, over a new connection."""
        try:
            self.renew()
            dialogue = self.dialogue()
            dialogue.greet_for_refusal()
            dialogue.bye()
        except Failed:
            return False
        return True

    def close(self) -> None:
        """Hang up."""
        if self._peer is not None:
            self._peer.close()
            self._peer = None
