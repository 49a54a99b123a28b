import copy
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pettingzoo.classic import leduc_holdem_v4, texas_holdem_no_limit_v6, texas_holdem_v4
from rlcard.games.base import Card
from rlcard.games.limitholdem.utils import Hand

from arena.games.inspectors.holdem import (
    LeducInspector,
    LimitHoldemInspector,
    NoLimitHoldemInspector,
    hand_name,
)
from tests.arena.games.inspectors.playing import bury, random_play

GAMES = {
    "limit": (texas_holdem_v4, LimitHoldemInspector),
    "no limit": (texas_holdem_no_limit_v6, NoLimitHoldemInspector),
    "leduc": (leduc_holdem_v4, LeducInspector),
}
BLUFF = Card("C", "9")  # a card no hand of these seeds holds in leduc, whose deck has jacks to kings


def table(game: str, seed: int = 0, **options: Any) -> tuple[Any, Any]:
    module, make = GAMES[game]
    env = module.env(**options)
    env.reset(seed=seed)
    return env, make(env)


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("seed", range(25))
def test_snapshots_and_verdicts_agree_with_the_environment(game: str, seed: int) -> None:
    module, make = GAMES[game]
    env = module.env()
    for inspector in random_play(env, seed, make):
        snapshot = inspector.snapshot(["player_0"])
        assert msgpack.unpackb(msgpack.packb(snapshot)) == snapshot
        raw = env.unwrapped.env.game
        assert snapshot["pot"] == sum(player.in_chips for player in raw.players)
        own, other = snapshot["seats"]
        assert all(own["cards"])
        assert all(other["cards"]) == (snapshot["stage"] == "showdown" and not other["folded"])
    assert snapshot["over"]
    reason, detail = inspector.verdict()
    folded = any(seat["folded"] for seat in snapshot["seats"])
    assert reason == ("fold" if folded else "showdown")
    winners = {agent for agent, reward in env.unwrapped.rewards.items() if reward > 0}
    assert all(winner in detail for winner in winners)
    assert sum(seat["payoff"] for seat in snapshot["seats"]) == 0
    unit = 1 if game == "no limit" else 2  # what a reward of 1 is in chips
    assert [seat["payoff"] for seat in snapshot["seats"]] == [
        reward * unit for reward in env.unwrapped.rewards.values()
    ]
    before = inspector.verdict(), snapshot
    bury(env)
    assert (inspector.verdict(), inspector.snapshot(["player_0"])) == before


@pytest.mark.parametrize("game", GAMES)
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**16), steps=st.integers(0, 6))
def test_hidden_cards_leave_no_trace_in_a_snapshot(game: str, seed: int, steps: int) -> None:
    module, make = GAMES[game]
    plays = random_play(module.env(), seed, make)
    inspector = next(plays)
    for _, later in zip(range(steps), plays, strict=False):
        inspector = later
    if inspector.snapshot([])["over"]:
        return
    before = copy.deepcopy({who: inspector.snapshot(who) for who in ("player_0", ())})
    before["me"] = inspector.snapshot(["player_0"])
    other = inspector._env.env.game.players[1]
    other.hand = BLUFF if game == "leduc" else [BLUFF, Card("C", "8")]
    inspector._env.env.game.dealer.deck.reverse()
    assert msgpack.packb(inspector.snapshot(["player_0"])) == msgpack.packb(before["me"])
    assert msgpack.packb(inspector.snapshot(())) == msgpack.packb(before[()])
    assert inspector.snapshot("all")["seats"][1]["cards"][0] == "9c"
    assert inspector.snapshot(["player_1"])["seats"][1]["cards"][0] == "9c"


def test_nobody_sees_the_loser_who_folded() -> None:
    env, inspector = table("limit")
    folder = env.agent_selection
    env.step(2)
    snapshot = inspector.snapshot([agent for agent in env.possible_agents if agent != folder])
    seat = next(seat for seat in snapshot["seats"] if seat["agent"] == folder)
    assert seat["cards"] == [None, None]
    assert inspector.verdict()[0] == "fold"


def test_limit_labels_are_amounts() -> None:
    env, inspector = table("limit")
    agent = env.agent_selection
    assert [inspector.label(agent, action) for action in range(4)] == [
        "call 1",
        "raise to 4",
        "fold",
        "check",
    ]
    env.step(1)
    assert inspector.label(env.agent_selection, 0) == "call 2"
    assert inspector.label(env.agent_selection, 1) == "raise to 6"
    assert inspector.snapshot([])["history"] == [[agent, "raise to 4", 0]]


def test_no_limit_labels_are_what_the_environment_does() -> None:
    env, inspector = table("no limit")
    assert inspector.label(env.agent_selection, 1) == "call 1"
    agent = env.agent_selection
    assert inspector.label(agent, 3) == "raise pot to 4"
    env.step(3)
    seat = next(seat for seat in inspector.snapshot([])["seats"] if seat["agent"] == agent)
    assert (seat["bet"], seat["stack"]) == (4, 96)
    assert inspector.label(env.agent_selection, 4) == "all in, 98"
    assert inspector.snapshot([])["history"] == [[agent, "raise to 4", 0]]


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("players", [2, 4])
@pytest.mark.parametrize("seed", range(10))
def test_the_betting_played_again_comes_to_the_same_chips(game: str, players: int, seed: int) -> None:
    module, make = GAMES[game]
    options = {} if game == "leduc" else {"num_players": players}  # leduc always has two
    for inspector in random_play(module.env(**options), seed, make):
        betting, raw = inspector._start(), inspector._env.env.game
        for who, action in inspector._env.env.action_recorder:
            inspector._replay(betting, who, action)
        assert betting.paid == [player.in_chips for player in raw.players]
        if not raw.is_over():
            assert betting.bets == [int(bet) for bet in raw.round.raised]
            history = inspector.snapshot([])["history"]
            assert len(history) == len(inspector._env.env.action_recorder)


def test_history_names_amounts_and_rounds() -> None:
    env, inspector = table("limit")
    for action in (1, 0, 3, 1, 0):
        env.step(action)
    words = [words for _, words, _ in inspector.snapshot([])["history"]]
    assert words == ["raise to 4", "call 2", "check", "raise to 2", "call 2"]
    assert [street for *_, street in inspector.snapshot([])["history"]] == [0, 0, 1, 1, 1]


def test_all_in_runs_the_board_out() -> None:
    env, inspector = table("no limit")
    env.step(4)
    assert [seat["all_in"] for seat in inspector.snapshot([])["seats"]].count(True) == 1
    env.step(1)
    snapshot = inspector.snapshot([])
    assert snapshot["stage"] == "showdown"
    assert len(snapshot["community"]) == 5
    assert all(seat["hand"] for seat in snapshot["seats"])


@pytest.mark.parametrize("seed", range(8))
def test_the_button_of_a_limit_game_is_three_before_the_first_to_act(seed: int) -> None:
    env, inspector = table("limit", seed, num_players=4)
    seats = inspector.snapshot([])["seats"]
    button = next(index for index, seat in enumerate(seats) if seat["button"])
    assert seats[(button + 1) % 4]["bet"] == 1
    assert seats[(button + 2) % 4]["bet"] == 2
    env.step(0)
    assert inspector.snapshot([])["seats"][button]["button"]


HANDS = {
    "Ah Kh Qh Jh Th 2c 3d": "royal flush",
    "9h Kh Qh Jh Th Ac 3d": "straight flush, king high",
    "Ah 2h 3h 4h 5h Kc Kd": "straight flush, five high",
    "6h 6c 6d 6s Th Tc Td": "four sixes",
    "6h 6c 6d Ts Th 2c 2d": "full house, sixes over tens",
    "6h 6c 6d Ts Th Tc 2d": "full house, tens over sixes",
    "Ah 9h 3h 4h 5h Kc Kd": "flush, ace high",
    "Ah 2c 3d 4h 5h Kc Kd": "straight, five high",
    "Ah Ac Ad 4h 5h Kc 9d": "three aces",
    "Ah Ac 9d 4h 4c Kc 9c": "two pair, aces and nines",
    "Ah Ac 2d 4h 5c Kc 9d": "pair of aces",
    "Ah 2c 3d 4h 9c Kc Jd": "ace high",
}


@pytest.mark.parametrize("cards", HANDS)
def test_hand_names(cards: str) -> None:
    assert hand_name(cards.split()) == HANDS[cards]


@settings(max_examples=150, deadline=None)
@given(st.permutations([rank + suit for rank in "23456789TJQKA" for suit in "cdhs"]))
def test_hand_names_are_of_the_rank_rlcard_gives(deck: list[str]) -> None:
    hand = Hand([card[1].upper() + card[0] for card in deck[:7]])
    hand.evaluateHand()
    category = int(hand.category)
    words = [
        " high",
        "pair of",
        "two pair",
        "three",
        "straight",
        "flush",
        "full house",
        "four",
        "straight flush",
    ]
    assert words[category - 1] in hand_name(deck[:7]).replace("royal", "straight")


def test_leduc_hand_names() -> None:
    env, inspector = table("leduc")
    while not env.terminations[env.agent_selection]:
        mask = env.observe(env.agent_selection)["action_mask"]
        env.step(3 if mask[3] else 0)
    snapshot = inspector.snapshot([])
    assert snapshot["stage"] == "showdown"
    public = snapshot["community"][0][0]
    for seat in snapshot["seats"]:
        assert seat["hand"].startswith("pair of") == (seat["cards"][0][0] == public)
