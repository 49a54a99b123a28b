"""Messages that wait to be handled, drawn from all peers in turn, so that one who floods costs the others
nothing.

A peer that sends faster than any match does, or piles up more than it may, is muted for a moment: what it
sends meanwhile is thrown away unread. Limits are counted before anything is decoded.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

MESSAGES_A_SECOND = 20_000.0
"""Sustained, and at once. A match at full speed sends two a tick and waits for the answers."""
BYTES_A_SECOND = 1e9
WAITING_MAX = 512
"""Messages of one peer that may wait. A match has one request a seat in flight."""
WAITING_BYTES_MAX = 64 * 1024 * 1024
"""Bytes of one peer that may wait, beside the oldest message: that one may be as large as messages are."""
SHARE = 8
"""Messages of one peer that are handled in one turn, hence decided in one batch."""
MUTED_S = 1.0
PEERS_MAX = 4096
"""Beyond this the peer that was quiet longest is forgotten."""


@dataclass(slots=True)
class _Peer:
    messages_left: float
    bytes_left: float
    heard_at: float
    muted_until: float = float("-inf")
    waiting: deque[tuple[int, Sequence[Any]]] = field(default_factory=deque)
    """With the size of each."""
    waiting_bytes: int = 0

    def is_over(self, size: int) -> bool:
        """Whether it may not send ``size`` bytes more; they are counted already."""
        piled_up = len(self.waiting) >= WAITING_MAX or (
            bool(self.waiting) and self.waiting_bytes + size > WAITING_BYTES_MAX
        )
        return piled_up or self.messages_left < 0 or self.bytes_left < 0

    def add(self, size: int, frames: Sequence[Any]) -> None:
        """One more waits."""
        self.waiting.append((size, frames))
        self.waiting_bytes += size

    def take(self) -> Sequence[Any]:
        """The one that has waited longest."""
        size, frames = self.waiting.popleft()
        self.waiting_bytes -= size
        return frames

    def clear(self) -> None:
        """Nothing waits any more."""
        self.waiting.clear()
        self.waiting_bytes = 0


class Inbox:
    """What came and is not handled yet. Times are the caller's, in seconds."""

    def __init__(self) -> None:
        self._peers: OrderedDict[Hashable, _Peer] = OrderedDict()
        self._turns: dict[Hashable, _Peer] = {}
        """Those with messages that wait."""

    def __len__(self) -> int:
        return sum(len(peer.waiting) for peer in self._turns.values())

    def put(self, name: Hashable, frames: Sequence[Any], now: float) -> bool:
        """Take a message; false for the first that is over a limit, of which the peer should be told."""
        peer = self._known(name, now)
        if now < peer.muted_until:
            return True
        elapsed_s, peer.heard_at = now - peer.heard_at, now
        peer.messages_left = min(MESSAGES_A_SECOND, peer.messages_left + elapsed_s * MESSAGES_A_SECOND) - 1
        peer.bytes_left = min(BYTES_A_SECOND, peer.bytes_left + elapsed_s * BYTES_A_SECOND)
        size = sum(map(len, frames))
        peer.bytes_left -= size
        if peer.is_over(size):
            peer.muted_until = now + MUTED_S
            peer.clear()
            self._turns.pop(name, None)
            return False
        peer.add(size, frames)
        self._turns.setdefault(name, peer)
        return True

    def draw(self) -> list[tuple[Any, Sequence[Any]]]:
        """One turn for everybody: up to :data:`SHARE` messages of each peer, the oldest first.

        The rest waits for the next turn; so whoever sends more than can be handled piles up and is muted.
        """
        drawn: list[tuple[Any, Sequence[Any]]] = []
        for name, peer in list(self._turns.items()):
            share = min(SHARE, len(peer.waiting))
            drawn += [(name, peer.take()) for _ in range(share)]
            if not peer.waiting:
                del self._turns[name]
        return drawn

    def forget(self, name: Hashable) -> None:
        """The peer is gone for good."""
        self._peers.pop(name, None)
        self._turns.pop(name, None)

    def _known(self, name: Hashable, now: float) -> _Peer:
        peer = self._peers.get(name)
        if peer is None:
            while len(self._peers) >= PEERS_MAX:
                self.forget(next(iter(self._peers)))
            peer = self._peers[name] = _Peer(MESSAGES_A_SECOND, BYTES_A_SECOND, now)
        self._peers.move_to_end(name)
        return peer
