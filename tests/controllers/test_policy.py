from __future__ import annotations

import os
import signal
import time

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import OptionError, SeatError
from arena.home import ipc_endpoint
from arena.match.controller import Seat
from arena.match.kinds import ControllerSpec
from arena.match.outcome import Reason
from arena.wire.codec import encode
from arena.wire.messages import Action
from controllers.policy_kind import KIND
from tests.controllers.policies import Learner, dial, process, serving
from tests.wire_kit import (
    BOARD,
    PAIR,
    PUSH,
    VECTOR,
    board,
    board_seats,
    context,
    forward,
    save_policy,
    vector_seats,
)
from workers.backends.contract import Backend

DISCRETE: spaces.Discrete = spaces.Discrete(9)


# ---- files -------------------------------------------------------------------------------------------------


def test_a_file_is_served_by_a_process_of_its_own_and_plays_its_network(play, policy_file):
    seats = board_seats()
    spec = ControllerSpec(f"policy:{policy_file}", "policy", str(policy_file))
    KIND.check(spec, context(seats))
    controller = KIND.build(spec, context(seats))
    assert controller.descriptor.name == "Pia"
    assert controller.descriptor.deterministic
    driver = play(controller, seats)
    driver.ready()
    tensors = save_policy(policy_file.with_name("again.safetensors"), BOARD, DISCRETE)
    rng = np.random.default_rng(2)
    for number in range(50):
        seen = board(number % 9) | {"observation": rng.integers(0, 2, (3, 3, 2), dtype=np.int8)}
        logits = forward(tensors, seen["observation"].ravel())
        logits[seen["action_mask"] == 0] = -np.inf
        assert driver.answers({"player_1": seen, "player_2": board(8)}) == [int(np.argmax(logits)), 8]


def test_two_kinds_of_seats_share_one_message_a_tick(play):
    seats = (*vector_seats("a", "b"), Seat("c", spaces.Box(0, 1, (3,)), DISCRETE))
    with serving(SumsAndNoughts()) as server:
        driver = play(dial(server.endpoint, seats), seats, PAIR)
        driver.ready()
        seen = {
            "a": np.full(4, 0.1, np.float32),
            "c": np.zeros(3, np.float32),
            "b": np.full(4, 0.2, np.float32),
        }
        first, third, second = driver.answers(seen)
        assert (first.tolist(), second.tolist(), third) == ([0.5, 0.5], [1, 1], 0)
        assert first.dtype == np.float32
        assert server.desk.figures.batches == 2


class SumsAndNoughts(Backend):
    """In a Box: twice and a half of the mean; in a Discrete: 0."""

    def decide(self, batch):
        if batch.action.plain["type"] == "discrete":
            return [0] * len(batch)
        return [np.full(2, round(5 * float(row.mean()), 3)) for row in batch.arrays[0].data]


# ---- servers that come and go ------------------------------------------------------------------------------


def test_a_killed_server_is_lost_and_its_successor_takes_the_seat_again(play, policy_file):
    endpoint, seats = ipc_endpoint("server"), board_seats("player_1")
    driver = play(dial(endpoint, seats), seats)
    assert driver.controller.readiness() == f"no policy server at {endpoint} yet"
    with process(policy_file, endpoint) as first:
        driver.ready()
        driver.answers({"player_1": board()})
        first.send_signal(signal.SIGSTOP)
        driver.ask({"player_1": board()})
        first.kill()
        driver.until(lambda: driver.notices)
        assert driver.kinds() == ["lost"]
        assert driver.notices[0].message.endswith(f" is gone ({endpoint})")  # long ones end in an ellipsis
    decided = len(driver.decisions)
    driver.ask({"player_1": board()})
    with process(policy_file, endpoint):
        driver.until(lambda: "restored" in driver.kinds())
        assert driver.answers({"player_1": board(8)}) == [8]
        assert len(driver.decisions) == decided + 1
        assert driver.kinds() == ["lost", "restored"]


@pytest.mark.parametrize("scheme", ["ipc", "tcp"])
def test_a_restart_of_the_server_between_two_ticks_is_noticed(play, scheme):
    seats = board_seats("player_1")
    bind = ipc_endpoint("here") if scheme == "ipc" else "tcp://127.0.0.1:*"
    with serving(Learner(), bind) as server:
        endpoint = server.endpoint
        driver = play(dial(endpoint, seats), seats)
        driver.ready()
    driver.until(lambda: driver.notices)
    assert "the server was stopped" in driver.notices[0].message
    with serving(Learner(), endpoint):
        driver.until(lambda: "restored" in driver.kinds())
        assert driver.answers({"player_1": board()}) == [4]


def test_a_hung_server_answers_late_and_cancelled_requests_are_stale(play, policy_file):
    endpoint, seats = ipc_endpoint("server"), board_seats("player_1")
    driver = play(dial(endpoint, seats), seats)
    with process(policy_file, endpoint) as server:
        driver.ready()
        server.send_signal(signal.SIGSTOP)
        driver.controller.cancel(driver.ask({"player_1": board()}))
        late = driver.ask({"player_1": board(8)}, deadline=time.monotonic())
        for _ in range(20):
            driver.poll()
        assert driver.decisions == []
        server.send_signal(signal.SIGCONT)
        driver.until(lambda: driver.decisions)
        assert [(d.request_id, d.action) for d in driver.decisions] == [(late[0], 8)]
        figures = driver.controller.status("player_1")
        assert (figures["late"], figures["stale"], figures["broken"]) == (1, 1, 0)


def test_a_refusal_fails_before_the_match_with_the_difference(play, policy_file):
    endpoint, seats = ipc_endpoint("server"), vector_seats("a")
    driver = play(dial(endpoint, seats), seats, PAIR)
    with process(policy_file, endpoint):
        driver.until(lambda: driver.notices)
        (notice,) = driver.notices
        assert (notice.kind, notice.reason) == ("failed", Reason.REFUSED)
        assert "the observation space of a does not fit" in notice.message
        assert notice.message.endswith("; seat a policy that was made for this game")
        assert driver.controller.readiness() is None


# ---- servers that lie --------------------------------------------------------------------------------------


def test_garbage_is_an_illegal_answer_and_then_the_end(play, liar):
    seats = board_seats("player_1")
    driver = play(dial(ipc_endpoint("liar"), seats), seats)
    liar.play_along()
    driver.ready()
    for number in range(3):
        driver.ask({"player_1": board()})
        liar.hear()
        liar.say(os.urandom(40))
        driver.until(lambda n=number: len(driver.notices) > n)
    assert driver.kinds() == ["info", "info", "failed"]
    assert driver.notices[-1].reason is Reason.ILLEGAL
    assert [repr(decision.action)[:18] for decision in driver.decisions] == ["<a broken message:"] * 2


def test_a_flood_of_stale_answers_is_counted_and_survived(play, liar):
    seats = board_seats("player_1")
    driver = play(dial(ipc_endpoint("liar"), seats), seats)
    liar.play_along()
    driver.ready()
    stale = [bytes(frame) for frame in encode(Action("M1", abstain=tuple(range(1000, 1200))))]
    for _ in range(200):
        liar.say(*stale)
    ids = driver.ask({"player_1": board()})
    liar.hear()
    liar.say(*encode(Action("M1", abstain=tuple(ids))))
    driver.until(lambda: driver.decisions)
    driver.until(lambda: driver.controller.status("player_1")["stale"] == 200 * 200)
    assert driver.decisions[0].action is None


# ---- the word in a seating ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        ("", {}, "write policy:tcp://127.0.0.1:5555"),
        ("01JABC", {}, "an address is tcp://HOST:PORT"),
        ("missing.safetensors", {}, "does not exist"),
        ("tcp://127.0.0.1", {}, "is not like tcp://"),
        ("tcp://*:5555", {}, "wildcard"),
        ("ipc://relative", {}, "absolute path"),
        ("tcp://192.168.7.7:5555", {}, "unencrypted=yes"),
        ("tcp://example.org:5555", {}, "unencrypted=yes"),
    ],
)
def test_targets_that_cannot_be_seated(target, options, words):
    with pytest.raises(SeatError, match=words):
        KIND.check(ControllerSpec(f"policy:{target}", "policy", target, options), context(board_seats()))


def test_targets_that_can():
    for target in ("tcp://127.0.0.1:5555", "tcp://localhost:5555", "tcp://[::1]:5555", "ipc:///run/x"):
        KIND.check(ControllerSpec(f"policy:{target}", "policy", target), context(board_seats()))
    far = ControllerSpec("policy:tcp://far:1", "policy", "tcp://far:1", {"unencrypted": "yes"})
    KIND.check(far, context(board_seats()))


def test_a_file_for_other_spaces_or_a_wrong_mode_is_refused_before_the_match(policy_file):
    spec = ControllerSpec("policy:x", "policy", str(policy_file))
    with pytest.raises(SeatError, match="was not made for test/pair: the observation space of a"):
        KIND.check(spec, context(vector_seats("a"), PAIR))
    with pytest.raises(OptionError, match="mode='wild'"):
        KIND.check(ControllerSpec("x", "policy", str(policy_file), {"mode": "wild"}), context(board_seats()))


def test_a_game_with_text_cannot_be_seated():
    seats = (Seat("a", spaces.Text(8), DISCRETE),)
    with pytest.raises(SeatError, match=r"a cannot be played over the wire: .*Text"):
        KIND.check(ControllerSpec("x", "policy", "tcp://127.0.0.1:5"), context(seats))


def test_spaces_that_no_hello_can_hold_are_refused_before_the_match():
    high = np.linspace(1, 2, 40_000, dtype=np.float32)
    uneven = spaces.Box(np.zeros_like(high), high)
    seats = tuple(Seat(agent, uneven, DISCRETE) for agent in "ab")
    with pytest.raises(SeatError, match=r"a, b cannot be played over the wire: a hello message"):
        KIND.check(ControllerSpec("x", "policy", "tcp://127.0.0.1:5"), context(seats))


def test_equal_files_have_equal_ids_and_others_do_not(policy_file):
    def id_of(path, **options):
        controller = KIND.build(ControllerSpec("x", "policy", str(path), options), context(board_seats()))
        controller.close()
        return controller.descriptor.id

    copy = policy_file.with_name("copy") / policy_file.name
    copy.parent.mkdir()
    copy.write_bytes(policy_file.read_bytes())
    assert id_of(policy_file) == id_of(copy)
    assert id_of(policy_file, mode="sampled") != id_of(policy_file)
    save_policy(copy, BOARD, DISCRETE, name="Paul")
    assert id_of(copy) != id_of(policy_file)


def test_closing_before_anything_was_started_is_safe():
    controller = dial("tcp://127.0.0.1:5", vector_seats("a"))
    controller.close()
    controller.close()


def test_vectors_are_cast_to_what_the_space_promises(play):
    seats = vector_seats("a")
    with serving(SumsAndNoughts()) as server:
        driver = play(dial(server.endpoint, seats), seats, PAIR)
        driver.ready()
        (action,) = driver.answers({"a": np.full(4, 0.1)})
        assert PUSH.contains(action)
        assert VECTOR.dtype == np.float32
