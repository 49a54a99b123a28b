from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pettingzoo.classic import hanabi_v5

from arena.games.inspectors.hanabi import HanabiInspector, parse_state
from tests.arena.games.inspectors.playing import bury, random_play

TEXT = """Life tokens: 2
Info tokens: 7
Fireworks: R0 Y1 G0 W0 B1
Hands:
R2 || X2|RYGB2
W1 || WX|W12345
-----
Cur player
G1 || XX|RYGWB12345
G3 || XX|RYGWB12345
Deck size: 36
Discards: G5 R3"""


def test_parses_the_text_of_a_state() -> None:
    table = parse_state(TEXT)
    assert (table["lives"], table["information"], table["deck"]) == (2, 7, 36)
    assert table["fireworks"] == {"R": 0, "Y": 1, "G": 0, "W": 0, "B": 1}
    assert table["discards"] == ["G5", "R3"]
    assert [[card["card"] for card in hand] for hand in table["hands"]] == [["R2", "W1"], ["G1", "G3"]]
    assert table["hands"][0][0] == {"card": "R2", "colour": None, "rank": 2, "colours": "RYGB", "ranks": "2"}
    assert table["hands"][0][1]["colour"] == "W"


@pytest.mark.parametrize("options", [{}, {"players": 3, "colors": 3, "ranks": 4, "hand_size": 4}])
def test_each_viewer_misses_only_their_own_cards(options: dict[str, Any]) -> None:
    env = hanabi_v5.env(**options)
    for inspector in random_play(env, 5, HanabiInspector):
        everything = inspector.snapshot("all")
        assert all(card["card"] for hand in everything["hands"] for card in hand)
        assert not any(card["card"] for hand in inspector.snapshot([])["hands"] for card in hand)
        for seat, agent in enumerate(env.possible_agents):
            snapshot = inspector.snapshot([agent])
            assert msgpack.unpackb(msgpack.packb(snapshot)) == snapshot
            for index, hand in enumerate(snapshot["hands"]):
                assert all((card["card"] is None) == (index == seat) for card in hand)
    verdict = inspector.verdict()
    assert verdict[0] == "terminated"
    bury(env)
    assert inspector.verdict() == verdict


class Redealt:
    """An environment whose state's text has another hand in the first seat."""

    def __init__(self, env: Any, card: str) -> None:
        self._text = str(env.unwrapped.hanabi_env.game_state)
        self.unwrapped = self
        self._env, self._card, self.hanabi_env, self.game_state = env.unwrapped, card, self, self
        self.possible_agents, self._config = self._env.possible_agents, self._env._config

    def __getattr__(self, name: str) -> Any:
        if name in {"is_terminal", "full_history", "action_to_string"}:
            return getattr(self._env.hanabi_env.game_state, name)
        return getattr(self._env, name)

    def __str__(self) -> str:
        own, mark, rest = self._text.partition("-----")
        lines = [
            f"{self._card} ||{line.split('||')[1]}" if "||" in line else line for line in own.split("\n")
        ]
        return "\n".join(lines) + mark + rest


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**16), steps=st.integers(0, 12))
def test_own_cards_leave_no_trace_in_a_snapshot(seed: int, steps: int) -> None:
    env = hanabi_v5.env()
    plays = random_play(env, seed, HanabiInspector)
    for _ in zip(range(steps + 1), plays, strict=False):
        pass
    one, two = (HanabiInspector(Redealt(env, card)) for card in ("R1", "B5"))
    assert one.snapshot("all") != two.snapshot("all")
    assert one.snapshot(["player_1"]) != two.snapshot(["player_1"])
    assert msgpack.packb(one.snapshot(["player_0"])) == msgpack.packb(two.snapshot(["player_0"]))
    assert msgpack.packb(one.snapshot(["player_0", "player_1"])) == msgpack.packb(
        two.snapshot(["player_0", "player_1"])
    )


def test_labels_and_history_are_words() -> None:
    env = hanabi_v5.env()
    env.reset(seed=3)
    inspector = HanabiInspector(env)
    assert inspector.label("player_0", 0) == "discard card 1"
    assert inspector.label("player_0", 9) == "play card 5"
    assert inspector.label("player_0", 10) == "tell player_1 red"
    assert inspector.label("player_1", 19) == "tell player_0 5"
    env.step(5)
    hint = 15 + int(inspector.snapshot("all")["hands"][0][0]["card"][1]) - 1
    env.step(hint)
    snapshot = inspector.snapshot(["player_0"])
    assert snapshot["history"] == [["player_0", "play card 1"], ["player_1", f"tell player_0 {hint - 14}"]]
    assert snapshot["hands"][0][0]["rank"] == hint - 14


def test_three_wrong_cards_end_the_game_without_a_score() -> None:
    env = hanabi_v5.env()
    for seed in range(50):
        env.reset(seed=seed)
        inspector = HanabiInspector(env)
        while not any(env.terminations.values()):
            env.observe(env.agent_selection)
            env.step(9)  # always play the newest card
        assert inspector.verdict() == ("terminated", "all lives lost, 0 of 25")
        if seed > 2:
            break
