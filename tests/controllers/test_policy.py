from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zmq
from gymnasium import spaces

from arena.errors import OptionError, SeatError
from arena.home import ipc_endpoint
from arena.match.controller import Descriptor, EpisodeSummary, Seat
from arena.match.kinds import ControllerSpec
from arena.match.outcome import Reason
from arena.processes import module_command
from arena.wire.codec import encode
from arena.wire.messages import Action, Policy, Ready
from controllers.policy import PolicyController, dialling
from controllers.policy_kind import KIND
from tests.wire_kit import (
    BOARD,
    PAIR,
    PUSH,
    TICTACTOE,
    VECTOR,
    Driver,
    board,
    board_seats,
    context,
    forward,
    save_policy,
    vector_seats,
)
from workers.backends.contract import Backend
from workers.policy_server import PolicyServer

DESCRIPTOR = Descriptor("policy:test", "test")
DISCRETE: spaces.Discrete = spaces.Discrete(9)


@pytest.fixture
def policy_file(tmp_path):
    path = tmp_path / "pia.safetensors"
    save_policy(path, BOARD, DISCRETE)
    return path


@pytest.fixture
def play():
    """A function that seats a controller and resets it; all are closed at the end."""
    drivers = []

    def make(controller, seats, entry=TICTACTOE):
        driver = Driver(controller, seats, entry)
        drivers.append(driver)
        driver.reset()
        return driver

    yield make
    for driver in drivers:
        driver.close()


def dial(endpoint, seats):
    return PolicyController(DESCRIPTOR, seats, dial=dialling(endpoint))


@contextlib.contextmanager
def serving(backend: Backend, endpoint: str = "") -> Iterator[PolicyServer]:
    """A policy server in a thread of the test."""
    server = PolicyServer(backend, endpoint or ipc_endpoint("here"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(20)
        assert not thread.is_alive()


@contextlib.contextmanager
def process(policy_file: Path, endpoint: str) -> Iterator[subprocess.Popen[bytes]]:
    """A policy server in a process of its own."""
    command = module_command("workers.policy_server", str(policy_file), "--bind", endpoint)
    with subprocess.Popen(command) as child:
        try:
            yield child
        finally:
            child.kill()


class Learner(Backend):
    """Decides 4, notes every message it learns from."""

    policy = Policy(name="Learner")
    wants = ("result",)

    def __init__(self):
        self.results = []
        self.acts = []

    def decide(self, batch):
        self.acts += [act.tick for act in batch.acts]
        return [4] * len(batch)

    def learn(self, session, message):
        self.results.append(message)


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
        assert endpoint in driver.notices[0].message
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
        assert (notice.kind, notice.reason) == ("failed", Reason.DISCONNECT)
        assert "the observation space of a does not fit" in notice.message
        assert driver.controller.readiness() is None


# ---- servers that lie --------------------------------------------------------------------------------------


class Liar:
    """A bare ROUTER that says what a test tells it to say."""

    def __init__(self) -> None:
        context: Any = zmq.Context.instance()
        self.socket = context.socket(zmq.ROUTER)
        self.socket.set(zmq.LINGER, 0)
        self.socket.bind(ipc_endpoint("liar"))
        self.peer = b""

    def hear(self) -> list[bytes]:
        assert self.socket.poll(10_000)
        self.peer, *frames = self.socket.recv_multipart()
        return list(frames)

    def say(self, *frames: Any) -> None:
        self.socket.send_multipart([self.peer, *frames])

    def play_along(self) -> None:
        self.hear()
        self.say(*encode(Ready("M1")))
        self.hear()
        self.say(*encode(Ready("M1", 0)))


@pytest.fixture
def liar():
    liar = Liar()
    yield liar
    liar.socket.close()


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


# ---- servers that learn ------------------------------------------------------------------------------------


def test_a_learning_server_gets_every_tick_of_its_seats(play):
    seats, learner = board_seats(), Learner()
    with serving(learner) as server:
        driver = play(dial(server.endpoint, seats), seats)
        driver.ready()
        agents = ("player_1", "player_2")
        for tick in range(4):
            mover, other = agents[tick % 2], agents[1 - tick % 2]
            assert driver.answers({mover: board()}, tick=tick) == [4]
            driver.controller.on_applied(mover, 4, "decided" if tick else "late")
            driver.controller.on_step_result(mover, None, 0.25, tick == 3, False, {})
            driver.controller.on_step_result(other, board(tick + 1), -0.25, tick == 3, False, {})
            driver.poll()
        for agent in agents:
            driver.controller.on_episode_end(agent, EpisodeSummary(0, "win", {agent: 1}, {agent: 0.5}, 4))
        driver.until(lambda: len(learner.results) == 4)
    assert learner.acts == [0, 1, 2, 3]
    assert [result.tick for result in learner.results] == [1, 2, 3, 4]
    for tick, result in enumerate(learner.results):
        moved, waited = sorted(result.blocks, key=lambda block: "action" not in block.arrays)
        assert moved.agents == (agents[tick % 2],)
        assert moved.sources == (("decided",) if tick else ("late",))
        assert moved.arrays["action"][0].data.tolist() == [4]
        assert "observation" not in moved.arrays
        assert waited.agents == (agents[1 - tick % 2],)
        assert waited.arrays["reward"][0].data.tolist() == [-0.25]
        assert waited.arrays["terminated"][0].data.tolist() == [tick == 3]
        mask = next(leaf for leaf in waited.arrays["observation"] if leaf.path == ("action_mask",))
        assert mask.data.sum() == 9 - (tick + 1)


def test_a_seat_that_is_taken_over_leaves_the_server(play):
    seats = board_seats()
    with serving(Learner()) as server:
        driver = play(dial(server.endpoint, seats), seats)
        driver.ready()
        driver.controller.on_leave("player_1")
        assert driver.answers({"player_2": board()}) == [4]
        (session,) = server.desk.sessions.values()
        assert list(session.seats) == ["player_2"]
    driver.until(lambda: driver.notices)
    assert [notice.agent for notice in driver.notices] == ["player_2"]


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
