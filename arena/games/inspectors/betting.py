"""What past actions of a poker hand came to in chips, told by playing the betting again.

RLCard records only the words of actions. The rules here are RLCard's own, oddities included: in limit games a
round ends when as many actions in a row as there are seats did not raise, folded seats or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Betting:
    """One hand's betting. ``bets`` and ``paid`` are chips by seat: of this round, and of the hand."""

    bets: list[int]
    stacks: list[int] | None = None
    """Chips left by seat in no-limit games."""
    street: int = 0
    paid: list[int] = field(init=False)
    _quiet: int = 0
    _out: int = 0

    def __post_init__(self) -> None:
        self.paid = list(self.bets)

    def limit_action(self, seat: int, word: str, raise_by: int) -> str:
        """Apply ``call``, ``raise``, ``fold`` or ``check``; give it in words with its amount."""
        highest = max(self.bets)
        told = word
        if word == "call":
            told = f"call {highest - self.bets[seat]}"
            self._pay(seat, highest - self.bets[seat])
        elif word == "raise":
            told = f"raise to {highest + raise_by}"
            self._pay(seat, highest + raise_by - self.bets[seat])
            self._quiet = 0
        self._quiet += word != "fold"
        self._close(self._quiet >= len(self.bets))
        return told

    def no_limit_action(self, seat: int, name: str) -> str:
        """Apply an RLCard no-limit action by its enum's name; give it in words with its amount."""
        assert self.stacks is not None
        if name == "FOLD":
            self._out += 1
            told = "fold"
        elif name == "CHECK_CALL":
            told = self._call(seat)
            self._quiet += 1
        else:
            pot = sum(self.paid)
            amount = {"RAISE_HALF_POT": pot // 2, "RAISE_POT": pot, "ALL_IN": self.stacks[seat]}[name]
            self._pay(seat, amount)
            told = f"all in {amount}" if name == "ALL_IN" else f"raise to {self.bets[seat]}"
            self._quiet = 1
        if self.stacks[seat] == 0 and name != "FOLD":
            self._out += 1
            self._quiet -= 1
        self._close(self._quiet + self._out >= len(self.bets))
        return told

    def _call(self, seat: int) -> str:
        """Match the highest bet, with all there is if that is less (it counts as matched all the same)."""
        assert self.stacks is not None
        highest = max(self.bets)
        owed = min(highest - self.bets[seat], self.stacks[seat])
        self._pay(seat, owed)
        self.bets[seat] = highest
        return f"call {owed}" if owed else "check"

    def _pay(self, seat: int, amount: int) -> None:
        self.bets[seat] += amount
        self.paid[seat] += amount
        if self.stacks is not None:
            self.stacks[seat] -= amount

    def _close(self, over: bool) -> None:  # noqa: FBT001 -- the condition reads best at the call
        if over:
            self.street += 1
            self._quiet = 0
            self.bets = [0] * len(self.bets)
