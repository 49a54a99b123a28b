"""Hanabi on OpenSpiel: everybody sees all hands but their own.

With several viewers at one screen, the hands of all of them are hidden: what one may see would tell the
other. Hints are public knowledge. Cards are colour letter and rank (``"R3"``); the oldest card of a hand
comes first.
"""

from __future__ import annotations

from typing import Any

from arena.games.contract import Viewer

COLOURS = {"R": "red", "Y": "yellow", "G": "green", "W": "white", "B": "blue"}


class HanabiInspector:
    """Reads ``pettingzoo.classic.hanabi``, whose state is the text form of the OpenSpiel state."""

    def __init__(self, env: Any) -> None:
        self._env = env.unwrapped

    @property
    def _state(self) -> Any:
        return self._env.hanabi_env.game_state

    def state(self) -> None:
        """Nothing: information is hidden."""

    def position(self) -> None:
        """Nothing: information is hidden."""

    def snapshot(self, viewer: Viewer) -> dict[str, Any]:
        """The table: ``fireworks`` by colour letter, discards, tokens, deck, ``hands`` and ``history``.

        A card in ``hands`` has ``card`` (``None`` if hidden), the hinted ``colour`` and ``rank`` (or
        ``None``), and the ``colours`` and ``ranks`` that hints leave possible.
        """
        agents, config = list(self._env.possible_agents), self._env._config  # noqa: SLF001 -- no public name
        table = parse_state(str(self._state))
        over = bool(self._state.is_terminal())
        letters = "RYGWB"[: config["colors"]]
        return {
            "game": "hanabi",
            "agents": agents,
            "to_move": None if over else str(self._env.agent_selection),
            "over": over,
            "colours": letters,
            "ranks": config["ranks"],
            "hand_size": config["hand_size"],
            "fireworks": {letter: table["fireworks"].get(letter, 0) for letter in letters},
            "discards": table["discards"],
            "information": table["information"],
            "max_information": config["max_information_tokens"],
            "lives": table["lives"],
            "max_lives": config["max_life_tokens"],
            "deck": table["deck"],
            "hands": [
                _redacted(hand, shown=viewer == "all" or (bool(viewer) and agent not in viewer))
                for agent, hand in zip(agents, table["hands"], strict=True)
            ],
            "history": self._history(agents),
        }

    def verdict(self) -> tuple[str, str] | None:
        """``terminated`` with the score, or that all lives are lost (which scores nothing)."""
        if not self._state.is_terminal():
            return None
        table, config = parse_state(str(self._state)), self._env._config  # noqa: SLF001
        best = config["colors"] * config["ranks"]
        if table["lives"] == 0:
            return "terminated", f"all lives lost, 0 of {best}"
        return "terminated", f"{sum(table['fireworks'].values())} of {best}"

    def label(self, agent: str, action: Any) -> str:
        """``"play card 2"``, ``"discard card 1"`` or ``"tell player_1 red"``; cards count from 1."""
        agents = self._env.possible_agents
        return self._words(agents, agents.index(agent), int(action))

    def _words(self, agents: list[str], who: int, action: int) -> str:
        # OpenSpiel says: (Play 0), (Discard 3), (Reveal player +1 color R), (Reveal player +1 rank 2).
        parts = self._state.action_to_string(who, action).strip("()").split()
        if parts[0] != "Reveal":
            return f"{parts[0].lower()} card {int(parts[1]) + 1}"
        other = agents[(who + int(parts[2])) % len(agents)]
        return f"tell {other} {COLOURS[parts[4]] if parts[3] == 'color' else parts[4]}"

    def _history(self, agents: list[str]) -> list[list[str]]:
        """What the players did; draws from the deck are chance moves and stay out."""
        moves = ((move.player, move.action) for move in self._state.full_history())
        return [[agents[who], self._words(agents, who, action)] for who, action in moves if who >= 0]


def parse_state(text: str) -> dict[str, Any]:
    """The OpenSpiel text form as data; hands keep their order by seat."""
    table: dict[str, Any] = {"hands": []}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "Hands" or line.startswith("-----"):
            table["hands"].append([])
        elif "||" in line:
            table["hands"][-1].append(_card(line))
        elif name == "Fireworks":
            table["fireworks"] = {item[0]: int(item[1:]) for item in value.split()}
        elif name == "Discards":
            table["discards"] = value.split()
        elif name in _NUMBERS:
            table[_NUMBERS[name]] = int(value)
    return table


_NUMBERS = {"Life tokens": "lives", "Info tokens": "information", "Deck size": "deck"}


def _card(line: str) -> dict[str, Any]:
    """``"R2 || X2|RYGB2"``: the card, what was hinted of it, what is still possible."""
    card, _, knowledge = (part.strip() for part in line.partition("||"))
    hinted, _, possible = knowledge.partition("|")
    return {
        "card": card,
        "colour": None if hinted[0] == "X" else hinted[0],
        "rank": None if hinted[1] == "X" else int(hinted[1]),
        "colours": "".join(letter for letter in possible if letter.isalpha()),
        "ranks": "".join(letter for letter in possible if letter.isdigit()),
    }


def _redacted(hand: list[dict[str, Any]], *, shown: bool) -> list[dict[str, Any]]:
    return hand if shown else [{**card, "card": None} for card in hand]
