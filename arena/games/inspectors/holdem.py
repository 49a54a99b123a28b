"""Poker: limit and no-limit Texas hold'em and Leduc hold'em, all on RLCard.

A seat's cards are shown to viewers who sit there, to everyone at a showdown (unless folded), and to
``"all"``.
"""

from __future__ import annotations

from typing import Any

from arena.games.contract import Viewer
from arena.games.inspectors.betting import Betting

_STREETS = {0: "pre-flop", 3: "flop", 4: "turn", 5: "river"}


class PokerInspector:
    """What the three games share. Amounts are chips; a card is rank and suit (``"Th"``)."""

    game = ""
    hole_cards = 2
    chips_per_payoff = 1.0

    def __init__(self, env: Any) -> None:
        self._env = env.unwrapped

    @property
    def _game(self) -> Any:
        return self._env.env.game

    def state(self) -> None:
        """Nothing: information is hidden."""

    def position(self) -> None:
        """Nothing: information is hidden."""

    def snapshot(self, viewer: Viewer) -> dict[str, Any]:
        """``stage``, ``community``, ``pot``, an entry of ``seats`` for each agent, ``history`` of actions."""
        game, agents = self._game, list(self._env.possible_agents)
        over = self._over()
        return {
            "game": self.game,
            "agents": agents,
            "to_move": None if over else str(self._env.agent_selection),
            "over": over,
            "stage": self._stage(),
            "community": self._community(),
            "pot": sum(int(player.in_chips) for player in game.players),
            "seats": [self._seat(index, viewer) for index in range(len(agents))],
            "history": self._history(agents),
        }

    def verdict(self) -> tuple[str, str] | None:
        """``fold`` or ``showdown``, with who took how much."""
        if not self._over():
            return None
        gains = zip(self._env.possible_agents, self._payoffs(), strict=True)
        winners = [f"{agent} +{gain:g}" for agent, gain in gains if gain > 0]
        return ("showdown" if self._showdown() else "fold"), ", ".join(winners) or "split pot"

    def label(self, agent: str, action: Any) -> str:
        """What the action comes to in chips (``"call 2"``, ``"raise to 8"``)."""
        raise NotImplementedError

    def _community(self) -> list[str]:
        return [_name(card) for card in self._game.public_cards]

    def _stage(self) -> str:
        if self._over():
            return "showdown" if self._showdown() else "fold"
        return _STREETS[len(self._game.public_cards)]

    def _over(self) -> bool:
        return bool(self._game.is_over())

    def _showdown(self) -> bool:
        return self._over() and sum(not _folded(player) for player in self._game.players) > 1

    def _hand(self, player: Any) -> list[str]:
        return [_name(card) for card in player.hand]

    def _payoffs(self) -> list[float]:
        """Chips won and lost by seat. The rewards are gone once an adapter has stepped the dead agents.

        RLCard rolls a die for the odd chip of a pot that three or more players split: its state is kept, and
        that one chip may be shown with another of the winners.
        """
        dice = self._game.np_random.get_state()
        payoffs = [float(payoff) * self.chips_per_payoff for payoff in self._game.get_payoffs()]
        self._game.np_random.set_state(dice)
        return payoffs

    def _button(self) -> int:
        """The dealer's seat. With two players it is the small blind, who opens the first round."""
        first, count = self._first(), len(self._env.possible_agents)
        return first if count == 2 else (first - 3) % count

    def _seat(self, index: int, viewer: Viewer) -> dict[str, Any]:
        game, agent = self._game, self._env.possible_agents[index]
        player = game.players[index]
        hand = self._hand(player)
        seen = viewer == "all" or agent in viewer or (self._showdown() and not _folded(player))
        stack = getattr(player, "remained_chips", None)
        return {
            "agent": agent,
            "cards": hand if seen else [None] * self.hole_cards,
            "bet": int(game.round.raised[index]),
            "in_pot": int(player.in_chips),
            "stack": None if stack is None else int(stack),
            "folded": _folded(player),
            "all_in": getattr(player.status, "name", "") == "ALLIN",
            "button": index == self._button(),
            "payoff": self._payoffs()[index] if self._over() else None,
            "hand": self._hand_name(hand) if seen and self._showdown() else None,
        }

    def _hand_name(self, hand: list[str]) -> str:
        return hand_name([*hand, *self._community()])

    def _history(self, agents: list[str]) -> list[list[Any]]:
        """Agent, words and betting round (from 0) of each action."""
        betting, history = self._start(), []
        for who, action in self._env.env.action_recorder:
            street = betting.street
            history.append([agents[who], self._replay(betting, int(who), action), street])
        return history

    def _first(self) -> int:
        """The seat that acted or acts first."""
        record = self._env.env.action_recorder
        return int(record[0][0]) if record else int(self._game.game_pointer)

    def _start(self) -> Betting:
        """The betting when only the blinds are paid."""
        seats = len(self._env.possible_agents)
        bets = [0] * seats
        bets[(self._first() - 2) % seats], bets[(self._first() - 1) % seats] = 1, 2
        return Betting(bets)

    def _replay(self, betting: Betting, seat: int, action: Any) -> str:
        """Apply a recorded action to ``betting``; give its words."""
        raise NotImplementedError


class LimitHoldemInspector(PokerInspector):
    """Reads ``texas_holdem_v4``: blinds 1 and 2, raises of 2, then of 4. Rewards are big blinds."""

    game = "texas_holdem"
    low_rounds = 2
    """Rounds with the lower raise."""
    chips_per_payoff = 2.0

    def label(self, agent: str, action: Any) -> str:
        """``"call 2"``, ``"raise to 8"``, ``"fold"``, ``"check"``."""
        word = str(self._env.env.actions[int(action)])
        betting, seat = self._game.round, self._env.possible_agents.index(agent)
        highest = max(betting.raised)
        if word == "call":
            return f"call {highest - betting.raised[seat]:g}"
        return f"raise to {highest + betting.raise_amount:g}" if word == "raise" else word

    def _replay(self, betting: Betting, seat: int, action: Any) -> str:
        return betting.limit_action(seat, str(action), 2 if betting.street < self.low_rounds else 4)


class LeducInspector(LimitHoldemInspector):
    """Reads ``leduc_holdem_v4``: six cards, one in the hand, one on the table; a pair with it wins."""

    game = "leduc_holdem"
    hole_cards = 1
    low_rounds = 1

    def _community(self) -> list[str]:
        card = self._game.public_card
        return [] if card is None else [_name(card)]

    def _stage(self) -> str:
        if self._over():
            return "showdown" if self._showdown() else "fold"
        return "first round" if self._game.public_card is None else "second round"

    def _hand(self, player: Any) -> list[str]:
        return [_name(player.hand)]

    def _start(self) -> Betting:
        """Always two seats; the small blind opens."""
        first = self._first()
        return Betting([1, 2] if first == 0 else [2, 1])

    def _hand_name(self, hand: list[str]) -> str:
        paired = hand[0][0] == self._community()[0][0]
        return f"pair of {_PLURALS[hand[0][0]]}" if paired else f"{_RANK_NAMES[hand[0][0]]} high"


class NoLimitHoldemInspector(PokerInspector):
    """Reads ``texas_holdem_no_limit_v6``: 100 chips each, five bet sizes. Rewards are chips."""

    game = "texas_holdem_no_limit"

    def label(self, agent: str, action: Any) -> str:
        """``"fold"``, ``"call 3"``, ``"raise half pot to 9"``, ``"all in, 98"``, ..."""
        betting, seat = self._game.round, self._env.possible_agents.index(agent)
        player, pot = self._game.players[seat], int(self._game.dealer.pot)
        owed = int(max(betting.raised) - betting.raised[seat])
        own = int(betting.raised[seat])
        return (
            "fold",
            f"call {owed}" if owed else "check",
            f"raise half pot to {own + pot // 2}",
            f"raise pot to {own + pot}",
            f"all in, {int(player.remained_chips)}",
        )[int(action)]

    def _button(self) -> int:
        return int(self._game.dealer_id)

    def _start(self) -> Betting:
        seats, dealer = len(self._env.possible_agents), self._button()
        bets = [0] * seats
        bets[(dealer + 1) % seats], bets[(dealer + 2) % seats] = 1, 2
        chips = zip(self._game.init_chips, bets, strict=True)
        return Betting(bets, [int(chip) - bet for chip, bet in chips])

    def _replay(self, betting: Betting, seat: int, action: Any) -> str:
        return betting.no_limit_action(seat, str(action.name))


_ORDER = "23456789TJQKA"
_RANK_NAMES = dict(
    zip(
        _ORDER,
        (
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "jack",
            "queen",
            "king",
            "ace",
        ),
        strict=True,
    )
)
_PLURALS = {rank: "sixes" if rank == "6" else f"{name}s" for rank, name in _RANK_NAMES.items()}


def hand_name(cards: list[str]) -> str:
    """The best poker hand among five to seven cards, in words (``"two pair, kings and sixes"``)."""
    suits: dict[str, list[str]] = {}
    for card in cards:
        suits.setdefault(card[1], []).append(card[0])
    flush = next((ranks for ranks in suits.values() if len(ranks) >= 5), None)
    if flush and (top := _straight(flush)):
        return "royal flush" if top == "A" else f"straight flush, {_RANK_NAMES[top]} high"
    ranks = [card[0] for card in cards]
    groups = sorted(set(ranks), key=lambda rank: (ranks.count(rank), _ORDER.index(rank)), reverse=True)
    first, second = groups[0], groups[1]
    most, next_most = ranks.count(first), ranks.count(second)
    if most == 4:
        return f"four {_PLURALS[first]}"
    if most == 3 and next_most >= 2:
        return f"full house, {_PLURALS[first]} over {_PLURALS[second]}"
    if flush:
        return f"flush, {_RANK_NAMES[max(flush, key=_ORDER.index)]} high"
    if straight := _straight(ranks):
        return f"straight, {_RANK_NAMES[straight]} high"
    if most == 3:
        return f"three {_PLURALS[first]}"
    if most == next_most == 2:
        return f"two pair, {_PLURALS[first]} and {_PLURALS[second]}"
    return f"pair of {_PLURALS[first]}" if most == 2 else f"{_RANK_NAMES[first]} high"


def _straight(ranks: list[str]) -> str | None:
    """The top rank of the best straight; the ace also counts as one."""
    held = {_ORDER.index(rank) for rank in ranks}
    if 12 in held:
        held.add(-1)
    tops = (top for top in range(12, 2, -1) if all(top - step in held for step in range(5)))
    return next((_ORDER[top] for top in tops), None)


def _name(card: Any) -> str:
    return f"{card.rank}{card.suit.lower()}"


def _folded(player: Any) -> bool:
    """RLCard writes the word in limit games and an enum member in no-limit games."""
    return player.status == "folded" or getattr(player.status, "name", "") == "FOLDED"
