from itertools import pairwise
from typing import Any

import pytest
from pettingzoo.classic import hanabi_v5

from arena.games.inspectors.hanabi import HanabiInspector
from scenes.views import connect_four, go, hanabi, load, poker, rps, tictactoe
from scenes.views.style import NOTHING, Pick, ViewStyle, legal_actions
from tests.scenes.views import samples

SIZES = [(480, 480), (700, 390), (300, 520)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "snapshot", "legal"),
    [
        (
            "go",
            samples.GO_NINE,
            [point for point in range(82) if (samples.GO_NINE["board"] + ".")[point] == "."],
        ),
        ("connect_four", samples.grid("connect_four", *["......."] * 6), [0, 2, 6]),
        ("tictactoe", samples.grid("tictactoe", "x..", ".o.", "..."), [1, 2, 3, 5, 6, 7, 8]),
        ("rps", samples.RPS, range(7)),
    ],
)
def test_each_spot_is_one_legal_action(name: str, snapshot: Any, legal: Any, size: tuple[int, int]) -> None:
    view, style = load(name), ViewStyle(legal=legal)
    spots = view.spots(snapshot, size, legal, style)
    picked = [view.pick(snapshot, size, spot, legal, style).action for spot in spots]
    assert picked == [action for action in legal if not (name == "go" and action == 81)]
    assert all(view.pick(snapshot, size, spot, (), style) == NOTHING for spot in spots)


def test_go_points_are_taken_from_half_a_step_around() -> None:
    board = go.Board((400, 400), 9)
    x, y = board.centre(40)
    assert board.point_at((x + board.step // 2 - 1, y - board.step // 2)) == 40
    assert board.point_at((board.left - board.step, y)) is None
    assert go.pick(samples.GO_NINE, (400, 400), (1, 1), range(81), ViewStyle()) == NOTHING


@pytest.mark.parametrize(("size", "count"), [(5, 1), (9, 5), (13, 9), (19, 9), (8, 4), (6, 0), (2, 0)])
def test_star_points(size: int, count: int) -> None:
    stars = go.star_points(size)
    assert len(stars) == count
    assert sorted(size * size - 1 - point for point in stars) == stars


def test_a_column_is_picked_at_any_height_but_not_beside_the_frame() -> None:
    board = connect_four.Board((700, 640))
    snapshot = samples.grid("connect_four", *["......."] * 6)
    for y in (0, 300, 639):
        pos = (board.centre(0, 5)[0], y)
        assert connect_four.pick(snapshot, (700, 640), pos, range(7), ViewStyle()) == Pick(action=5)
    assert connect_four.pick(snapshot, (700, 640), (2, 300), range(7), ViewStyle()) == NOTHING


def test_tictactoe_actions_run_down_the_columns() -> None:
    board = tictactoe.Board((300, 300))
    assert board.action_at(board.rect(2, 0).center) == 2
    assert board.action_at(board.rect(0, 1).center) == 3
    assert board.action_at((board.rect(0, 0).right, board.rect(0, 0).centery)) is None  # the gap


def test_cards_are_played_with_buttons() -> None:
    assert poker.pick(samples.HOLDEM, (400, 400), (200, 200), range(4), ViewStyle()) == NOTHING
    assert poker.spots(samples.HOLDEM, (400, 400), range(4), ViewStyle()) == []


def test_rps_choices_do_not_overlap() -> None:
    for size in SIZES:
        table = rps.Table(size, 7)
        rects = [table.choice_rect(action) for action in range(7)]
        assert all(not a.colliderect(b) for a, b in pairwise(rects))
        assert rects[0].left >= 0
        assert rects[-1].right <= size[0]


@pytest.mark.parametrize("players", [2, 3, 5])
def test_hanabi_clicks_reach_all_actions_under_their_labels(players: int) -> None:
    env = hanabi_v5.env(players=players, hand_size=4)
    env.reset(seed=4)
    inspector = HanabiInspector(env)
    for action in (2 * 4, 0):  # a hint gives room for a discard
        mask = env.observe(env.agent_selection)["action_mask"]
        env.step(action if mask[action] else int(mask.nonzero()[0][-1]))
    agent = env.agent_selection
    legal = legal_actions(env.observe(agent)["action_mask"])
    snapshot, size = inspector.snapshot([agent]), (900, 700)
    style = ViewStyle(orientation=agent, legal=legal)
    reached = set()
    for spot in hanabi.spots(snapshot, size, legal, style):
        card = hanabi.pick(snapshot, size, spot, legal, style)
        chosen = ViewStyle(orientation=agent, legal=legal, selected=card.selected)
        seat, place = map(int, str(card.selected).split(":"))
        for button in hanabi.spots(snapshot, size, legal, chosen):
            picked = hanabi.pick(snapshot, size, button, legal, chosen).action
            assert picked in legal
            label = inspector.label(agent, picked)
            if snapshot["agents"][seat] == agent:
                assert label in (f"play card {place + 1}", f"discard card {place + 1}")
            else:
                held = snapshot["hands"][seat][place]["card"]
                told = (hanabi.NAMES[held[0]], held[1])
                assert label in [f"tell {snapshot['agents'][seat]} {word}" for word in told]
            reached.add(picked)
    assert reached == legal
    rows = hanabi.action_rows(snapshot, legal)
    assert sorted(action for _, actions in rows for action in actions) == sorted(legal)
    for heading, actions in rows:
        assert all(inspector.label(agent, action).startswith(heading.lower()) for action in actions)


def test_hanabi_offers_nothing_about_cards_that_are_not_seen() -> None:
    hidden = {**samples.HANABI, "hands": [samples.HANABI["hands"][0]] * 2}
    table = hanabi.Table((500, 500), hidden, ViewStyle())
    other = table.hand(hidden, 1)[0].center
    assert hanabi.pick(hidden, (500, 500), other, range(20), ViewStyle()) == NOTHING
