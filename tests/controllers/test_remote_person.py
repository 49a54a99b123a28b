"""A person far away: asked, shown, heard, lost and back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import pytest

from arena.games.contract import Frame
from arena.match.choices import RuleChoices
from arena.match.match import Phase
from arena.match.outcome import Reason
from arena.session import MatchSetup
from arena.wire.messages import Act, Bye, End, Hello, Ping, Remark, Reset, View
from arena.wire.pictures import pixels
from controllers.picture_press import PicturePress, rgb
from controllers.remote_table import TableFacts
from tests.controllers.far_person import Far

CHESS = MatchSetup("chess", ("player_0=guest:g1", "player_1=random"), rules=RuleChoices(clock="5+3"), seed=5)
TWO = MatchSetup("tictactoe", ("player_1=guest:g1", "player_2=random"), seed=5)
HOLDEM = MatchSetup("texas_holdem", ("player_0=guest:g1", "player_1=random"), seed=5)


@contextmanager
def seated(setup: MatchSetup) -> Iterator[Far]:
    with Far(setup) as far:
        far.begin()
        yield far


# ---- sitting down ------------------------------------------------------------------------------------------


def test_the_match_waits_for_the_person_and_says_for_whom() -> None:
    with Far(TWO) as far:
        far.turn(3)
        assert far.match.phase is Phase.OPENING
        assert "Ada is not connected" in far.match.waiting_for()[0]
        far.window.polite = False
        far.window.come()
        far.turn(2)
        assert "Ada gets ready" in far.match.waiting_for()[0]


def test_the_hello_says_how_the_match_is_paced() -> None:
    with seated(TWO) as far:
        (hello,) = far.window.heard(Hello)
        assert hello.options["pace"] == "wait"
        assert far.match.seats["player_1"].holder.human


def test_what_a_network_would_see_does_not_travel_but_the_mask_does() -> None:
    with seated(TWO) as far:
        (act,) = far.window.heard(Act)
        assert set(act.blocks[0].arrays) == {"legal"}


# ---- moves -------------------------------------------------------------------------------------------------


def test_a_move_is_played() -> None:
    with seated(TWO) as far:
        far.window.move(4)
        far.turn(3)
        assert far.match.tick_number >= 1
        assert far.window.view.snapshot["moves"][0] == 4


def test_an_impossible_move_costs_what_it_costs_everybody() -> None:
    with seated(TWO) as far:
        far.window.move(77)
        far.turn(2)
        assert far.match.outcomes[0].reason is Reason.ILLEGAL


def test_a_game_to_its_end_with_the_result_on_the_last_view() -> None:
    with seated(TWO) as far:
        while not far.match.finished:
            legal = far.window.heard(Act)[-1].blocks[0].arrays["legal"][0].data[0]
            if "player_1" in far.match.due:
                far.window.move(int(np.flatnonzero(legal)[0]))
            far.turn()
        assert far.window.table.finished
        assert far.window.table.outcome is not None
        assert far.window.table.outcome.reason is far.match.outcomes[0].reason
        assert far.window.heard(End)[-1].ranks["player_1"] == far.match.outcomes[0].seats[0].rank
        labels = [move.label for move in far.window.table.moves]
        assert len(labels) == far.match.tick_number
    assert far.window.heard(Bye)


def test_the_last_view_goes_out_even_on_a_line_that_is_full() -> None:
    with seated(TWO) as far:
        far.window.echoes = False
        far.window.command("leave")
        far.turn(3)
        assert far.match.finished
        assert far.window.table.outcome is not None


# ---- in real time ------------------------------------------------------------------------------------------


def realtime() -> MatchSetup:
    return MatchSetup("simple", ("*=guest:g1",), rules=RuleChoices(pace="realtime"), seed=5)


def begun(far: Far) -> None:
    far.window.come()
    stop = threading.Event()
    for _ in range(2000):
        far.turn()
        if far.match.phase is Phase.PLAYING:
            return
        stop.wait(0.005)  # the environment is a process of its own
    raise AssertionError(far.match.waiting_for())


@pytest.fixture
def live() -> Iterator[Far]:
    with Far(realtime()) as far:
        begun(far)
        yield far


def until(far: Far, ready: object) -> None:
    """Go on until ``ready()``: the environment steps in a process of its own."""
    assert callable(ready)
    stop = threading.Event()
    for _ in range(4000):
        if ready():
            return
        far.turn(1, 0.005)
        stop.wait(0.001)
    raise AssertionError("it never comes")


def applied(far: Far) -> int:
    (agent,) = far.match.seats
    return int(far.match.seats[agent].applied or 0)


def test_nothing_is_asked_in_real_time_and_what_is_held_acts(live: Far) -> None:
    tick = live.match.tick_number
    live.window.hold(2)
    until(live, lambda: live.match.tick_number >= tick + 4)
    assert applied(live) == 2
    assert live.window.heard(Act) == []
    assert live.match.seats["agent_0"].counts.late == 0


def test_who_is_cut_off_lets_go_and_the_late_rule_plays_until_they_are_back(live: Far) -> None:
    live.window.hold(2)
    until(live, lambda: applied(live) == 2)
    live.window.go()
    until(live, lambda: live.match.seats["agent_0"].status == "lost")
    assert not live.match.paused
    tick = live.match.tick_number
    until(live, lambda: live.match.tick_number > tick + 20)
    assert live.match.seats["agent_0"].counts.late > 0
    live.window.come()
    until(live, lambda: live.match.seats["agent_0"].status == "ok")
    assert [reset.mid_episode for reset in live.window.heard(Reset)] == [False, True]
    until(live, lambda: applied(live) == 0)
    live.window.hold(3)
    until(live, lambda: applied(live) == 3)


def test_pictures_come_and_never_more_than_the_line_takes(live: Far) -> None:
    until(live, lambda: any(view.picture for view in live.window.heard(View)))
    picture = next(view.picture for view in live.window.heard(View) if view.picture is not None)
    assert pixels(picture).shape[2] == 3
    live.window.echoes = False
    tick = live.match.tick_number
    until(live, lambda: live.match.tick_number > tick + 5)
    count = len(live.window.heard(View))
    tick = live.match.tick_number
    until(live, lambda: live.match.tick_number > tick + 10)
    assert len(live.window.heard(View)) - count <= 2
    flags = zip(live.window.said, live.window.droppable, strict=True)
    assert all(droppable for message, droppable in flags if isinstance(message, View))


# ---- what they see -----------------------------------------------------------------------------------------


def test_a_view_is_sent_when_something_is_new_and_else_none() -> None:
    with seated(CHESS) as far:
        count = len(far.window.heard(View))
        far.turn(50, 0.01)
        assert len(far.window.heard(View)) == count
        assert len(far.window.heard(Ping)) == count


def test_the_table_tells_who_plays_and_whose_clock_runs() -> None:
    with seated(CHESS) as far:
        table = far.window.table
        assert table.own == ("player_0",)
        assert [seat.name for seat in table.seats] == ["Ada", "Random"]
        ada = table.seats[0]
        assert ada.due
        assert ada.running
        assert ada.clock_s == 300.0
        assert table.clock == "5+3"


def test_a_persons_clock_starts_with_the_view_and_stops_with_the_answer() -> None:
    with seated(CHESS) as far:
        far.clock.now += 10.0
        far.window.move(
            int(np.flatnonzero(far.window.heard(Act)[-1].blocks[0].arrays["legal"][0].data[0])[0])
        )
        far.turn(4)
        assert far.match.clocks_left(far.clock.now)["player_0"] == pytest.approx(293.0)


def test_nothing_of_the_other_hand_is_ever_in_a_view() -> None:
    with seated(HOLDEM) as far:
        while not far.match.finished:
            everything = far.match.host.snapshot("all")
            assert everything is not None
            hidden = everything["seats"][1]["cards"]
            seen = json.dumps([far.window.view.snapshot, far.window.view.table], default=str)
            own = everything["seats"][0]["cards"]
            board = json.dumps(everything.get("board", everything.get("community", [])))
            assert all(card in seen for card in own)
            for card in hidden:
                if card not in board and not everything["over"]:
                    assert f'"{card}"' not in seen
            if "player_0" in far.match.due:
                assert far.window.table.offers
                far.window.move(far.window.table.offers[-1][0])
            far.turn()


def test_a_fault_that_quotes_a_hand_is_not_told_where_hands_are_hidden() -> None:
    with seated(HOLDEM) as far:
        far.match.table.forfeit("player_1", Reason.CRASH, "KeyError: ('HA', 'SK')")
        far.turn(2)
        assert far.match.finished
        assert "HA" not in json.dumps(far.window.view.table)
        assert far.window.table.outcome is not None


# ---- what they say -----------------------------------------------------------------------------------------


def test_they_resign() -> None:
    with seated(CHESS) as far:
        far.window.command("resign")
        far.turn(2)
        assert far.match.outcomes[0].reason is Reason.RESIGN


def test_a_draw_is_offered_and_answered() -> None:
    with seated(CHESS) as far:
        far.window.command("offer_draw")
        far.turn(2)
        assert any(kind == "draw" for _, kind, _ in far.window.table.messages)


def test_what_cannot_be_done_is_said_to_them_and_harms_nobody() -> None:
    with seated(TWO) as far:
        far.window.command("offer_draw")
        far.turn(2)
        (remark,) = far.window.heard(Remark)
        assert "draw" in remark.message
        assert remark.level == "warning"
        assert far.match.phase is Phase.PLAYING


def test_they_leave_and_forfeit() -> None:
    with seated(CHESS) as far:
        far.window.command("leave")
        far.turn(2)
        outcome = far.match.outcomes[0]
        assert outcome.reason is Reason.DISCONNECT
        assert outcome.winners == ("player_1",)


# ---- a bad line --------------------------------------------------------------------------------------------


def test_who_is_cut_off_at_their_move_is_asked_and_shown_it_again() -> None:
    with seated(CHESS) as far:
        far.window.go()
        far.turn(2)
        assert far.match.seats["player_0"].status == "lost"
        assert not far.match.paused
        asked = len(far.window.heard(Act))
        far.clock.now += 5.0
        far.window.come()
        far.turn(3)
        assert far.match.seats["player_0"].status == "ok"
        assert len(far.window.heard(Act)) == asked + 1
        assert far.window.table.seats[0].clock_s == pytest.approx(295.0)
        far.window.move(
            int(np.flatnonzero(far.window.heard(Act)[-1].blocks[0].arrays["legal"][0].data[0])[0])
        )
        far.turn(4)
        assert far.match.tick_number >= 1


def test_who_stays_away_forfeits() -> None:
    with seated(TWO) as far:
        far.window.go()
        far.turn(2)
        far.turn(2, far.match.rules.ready_timeout_s)
        assert far.match.outcomes[0].reason is Reason.DISCONNECT


def test_broken_messages_in_a_row_give_the_seat_up() -> None:
    with seated(TWO) as far:
        for _ in range(3):
            far.window.babble()
        far.turn(2)
        assert far.match.finished


# ---- the table as data -------------------------------------------------------------------------------------


def test_a_table_comes_apart_as_it_was_put_together() -> None:
    with seated(CHESS) as far:
        far.window.command("resign")
        far.turn(2)
        facts = far.window.table
        assert TableFacts.from_plain(facts.to_plain()) == facts


# ---- pictures ----------------------------------------------------------------------------------------------


def test_the_press_prints_each_frame_once_and_replaces_what_waits() -> None:
    press = PicturePress()
    press.open()
    first, begun, go_on = threading.Event(), threading.Event(), threading.Event()
    taken: list[int] = []
    frames = [Frame(np.full((4, 6, 4), number, np.uint8), number) for number in range(4)]

    def hold_up(_picture: object) -> None:
        begun.set()
        assert go_on.wait(10)
        taken.append(0)

    def take(number: int, _picture: object) -> None:
        taken.append(number)
        first.set()

    try:
        press.order("a", frames[0], hold_up)
        assert begun.wait(10)
        for number in (1, 2, 3):
            press.order("a", frames[number], partial(take, number))
        go_on.set()
        assert first.wait(10)
    finally:
        press.close()
    assert taken == [0, 3]


def test_both_orders_of_channels_become_rgb() -> None:
    raw = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    assert np.array_equal(rgb(Frame(raw, 1, "RGBA")), raw[..., :3])
    assert np.array_equal(rgb(Frame(raw, 1, "BGRA")), raw[..., 2::-1])
