"""Poker: ``loose`` players pay to see every hand out, ``tight`` ones weigh what they hold.

In hold'em the worth of a hand is the share of random ways the cards may still fall in which it wins against
one unknown hand (a Monte Carlo estimate from the seat's own seed).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from arena.match.controller import SimpleController

_CALL, _RAISE, _FOLD, _CHECK = 0, 1, 2, 3
"""Actions of leduc and limit hold'em."""
_NL_FOLD, _NL_CALL, _NL_HALF_POT, _NL_POT = 0, 1, 2, 3
"""Actions of no-limit hold'em; all in (4) is left to people."""
_SAMPLES = 60


def first_legal(mask: Sequence[int], *wishes: int) -> int:
    """The first of ``wishes`` that ``mask`` allows, else the first action it allows."""
    return next((wish for wish in wishes if mask[wish]), int(next(i for i, ok in enumerate(mask) if ok)))


class Leduc(SimpleController):
    """Reads the 36 flags of leduc hold'em: own card (J, Q, K), public card, chips of both in the pot."""

    inline = True
    deterministic = True

    def __init__(self, style: str) -> None:
        self.style = style

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """0 call, 1 raise, 2 fold, 3 check."""
        flags, mask = observation["observation"], info["action_mask"]
        if self.style == "loose":
            return first_legal(mask, _CALL, _CHECK)
        own = next(card for card in range(3) if flags[card])
        public = next((card for card in range(3) if flags[3 + card]), None)
        if public == own or (public is None and own == 2):
            return first_legal(mask, _RAISE, _CALL, _CHECK)
        hopeless = own == 0 or (public is not None and own < 2)
        return first_legal(mask, _CHECK, _FOLD if hopeless else _CALL)


class Holdem(SimpleController):
    """Reads the 52 card flags of PettingZoo's limit and no-limit hold'em: own and public cards in one set.

    Which two are its own it remembers from its first turn in a hand, when there are no others.
    """

    deterministic = True

    def __init__(self, style: str, *, limit: bool) -> None:
        self.style, self.limit = style, limit
        self.inline = style == "loose"
        self._random = random.Random(0)
        self._holes: dict[str, tuple[int, ...]] = {}

    def reset(self, agents: Sequence[str], seed: int) -> None:
        """A new hand."""
        self._random.seed(seed)
        self._holes = {}

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        """Limit: 0 call, 1 raise, 2 fold, 3 check. No limit: 0 fold, 1 check or call, 2 to 4 raise."""
        flags, mask = observation["observation"], info["action_mask"]
        if self.style == "loose":
            return first_legal(mask, _CALL, _CHECK) if self.limit else first_legal(mask, _NL_CALL)
        cards = tuple(card for card in range(52) if flags[card])
        if len(cards) == 2:
            self._holes[agent] = cards
        hole = self._holes.get(agent, cards[:2])
        worth = equity(hole, [card for card in cards if card not in hole], self._random)
        return self._limit(mask, worth) if self.limit else self._no_limit(mask, worth, flags)

    @staticmethod
    def _limit(mask: Sequence[int], worth: float) -> int:
        if worth > 0.6:
            return first_legal(mask, _RAISE, _CALL, _CHECK)
        return first_legal(mask, _CHECK, _CALL if worth > 0.38 else _FOLD)

    @staticmethod
    def _no_limit(mask: Sequence[int], worth: float, flags: Sequence[float]) -> int:
        to_call = float(flags[53]) - float(flags[52])
        if worth > 0.8:
            return first_legal(mask, _NL_POT, _NL_HALF_POT, _NL_CALL)
        if worth > 0.62:
            return first_legal(mask, _NL_HALF_POT, _NL_CALL)
        needed = 0.38 + 0.3 * min(1.0, to_call / 50)
        return first_legal(mask, _NL_CALL if to_call <= 0 or worth > needed else _NL_FOLD)


def equity(hole: Sequence[int], public: Sequence[int], dice: random.Random) -> float:
    """The share of ``_SAMPLES`` random deals that ``hole`` wins, ties counting half. Cards are 0 to 51."""
    unseen = [card for card in range(52) if card not in hole and card not in public]
    missing = 5 - len(public)
    points = 0.0
    for _ in range(_SAMPLES):
        drawn = dice.sample(unseen, 2 + missing)
        board = [*public, *drawn[2:]]
        mine, theirs = strength([*hole, *board]), strength([*drawn[:2], *board])
        points += 1.0 if mine > theirs else 0.5 if mine == theirs else 0.0
    return points / _SAMPLES


def strength(cards: Sequence[int]) -> tuple[int, ...]:
    """The best five of up to seven cards as something to compare: category 0 to 8, then deciding ranks.

    A card is ``13 * suit + rank`` with the ace as rank 0; in the result ranks run from 0 (two) to 12 (ace).
    """
    counts, suits = [0] * 13, [0] * 4
    for card in cards:
        rank = (card % 13 - 1) % 13
        counts[rank] += 1
        suits[card // 13] |= 1 << rank
    flush = next((suit for suit in suits if suit.bit_count() >= 5), 0)
    if flush:
        top = _straight(flush)
        same_suit = (
            (8, top) if top >= 0 else (5, *[rank for rank in range(12, -1, -1) if flush >> rank & 1][:5])
        )
        return max(same_suit, _of_ranks(counts))
    return _of_ranks(counts)


def _of_ranks(counts: Sequence[int]) -> tuple[int, ...]:
    """The best hand by ranks alone: four, full house, straight, three, pairs, high card."""
    groups = sorted(((count, rank) for rank, count in enumerate(counts) if count), reverse=True)
    (most, first), (more, second), *rest = groups
    if most == 4:
        return (7, first, max(rank for _, rank in groups[1:]))
    if most == 3 and more >= 2:
        return (6, first, second)
    top = _straight(sum(1 << rank for _, rank in groups))
    if top >= 0:
        return (4, top)
    if most == 3:
        return (3, first, second, rest[0][1])
    if most == 2 and more == 2:
        return (2, first, second, max(rank for _, rank in rest))
    if most == 2:
        return (1, first, *[rank for _, rank in groups[1:4]])
    return (0, *[rank for _, rank in groups[:5]])


def _straight(ranks: int) -> int:
    """The top rank of a straight among ``ranks`` (bits), the wheel's being 3 (five); -1 without one."""
    for top in range(12, 3, -1):
        run = 0b11111 << (top - 4)
        if ranks & run == run:
            return top
    wheel = 1 << 12 | 0b1111
    return 3 if ranks & wheel == wheel else -1
