from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ControllerError, WireError
from arena.home import ipc_endpoint
from arena.match.controller import Descriptor
from arena.processes import module_command
from arena.wire.arrays import Layout
from arena.wire.messages import Act, Group, Hello, Refusal
from arena.wire.spaces import describe
from controllers.dialling import dialling
from controllers.policy import PolicyController
from tests.wire_kit import BOARD, PUSH, VECTOR, Driver, board, board_seats, forward, save_policy, vector_seats
from workers.backends.contract import Backend, Batch, RefusedError, Seat, Session
from workers.backends.mlp import MlpBackend
from workers.policy_server import PolicyServer, main

DISCRETE: spaces.Discrete = spaces.Discrete(9)
DESCRIPTOR = Descriptor("policy:test", "test")


def batch_of(observation_space, action_space, observations, legal=None):
    """A batch as the desk makes it, one session a row."""
    observation, action = Layout(describe(observation_space)), Layout(describe(action_space))
    hello = Hello("M", "g", "s", (Group(("a",), observation.plain, action.plain),))
    session = Session(hello, (observation,), (action,), ("k",))
    seats = [Seat("a", session, seed, np.random.default_rng(seed)) for seed in range(len(observations))]
    masks = None if legal is None else np.array(legal, np.int8)
    acts = [Act("M", 0, 0, ())] * len(seats)
    return Batch(observation, action, observation.stack(observations), masks, seats, acts)


# ---- the network ------------------------------------------------------------------------------------------


def test_deterministic_choices_equal_a_plain_forward_pass(tmp_path):
    tensors = save_policy(tmp_path / "p.safetensors", BOARD, DISCRETE)
    backend = MlpBackend(tmp_path / "p.safetensors")
    rng = np.random.default_rng(0)
    boards = [rng.integers(0, 2, (3, 3, 2), dtype=np.int8) for _ in range(200)]
    masks = rng.integers(0, 2, (200, 9), dtype=np.int8)
    masks[:, 4] = 1
    rows = [{"observation": cells, "action_mask": mask} for cells, mask in zip(boards, masks, strict=True)]
    expected = [
        int(np.argmax(np.where(mask == 1, forward(tensors, cells.ravel()), -np.inf)))
        for cells, mask in zip(boards, masks, strict=True)
    ]
    assert backend.decide(batch_of(BOARD, DISCRETE, rows, masks)) == expected
    assert len(set(expected)) > 3


def test_a_box_policy_gives_its_mean_within_bounds(tmp_path):
    tensors = save_policy(tmp_path / "p.safetensors", VECTOR, PUSH)
    backend = MlpBackend(tmp_path / "p.safetensors")
    rows = list(np.random.default_rng(1).uniform(-1, 1, (50, 4)).astype(np.float32))
    for row, action in zip(rows, backend.decide(batch_of(VECTOR, PUSH, rows)), strict=True):
        np.testing.assert_allclose(action, np.clip(forward(tensors, row), -1, 1), atol=1e-5)
        assert PUSH.contains(action)


def test_sampling_follows_the_softmax_of_the_legal_and_each_seats_own_seed(tmp_path):
    tensors = save_policy(tmp_path / "p.safetensors", BOARD, DISCRETE, mode="sampled")
    backend = MlpBackend(tmp_path / "p.safetensors")
    mask = np.array([1, 1, 0, 1, 0, 0, 0, 1, 1], np.int8)
    one = batch_of(BOARD, DISCRETE, [board() | {"action_mask": mask}], mask[None])
    draws = [backend.decide(one)[0] for _ in range(4000)]
    logits = forward(tensors, np.zeros(18))
    odds = np.exp(logits - logits[mask == 1].max()) * mask
    odds /= odds.sum()
    np.testing.assert_allclose(np.bincount(draws, minlength=9) / len(draws), odds, atol=0.04)
    again = batch_of(BOARD, DISCRETE, [board() | {"action_mask": mask}], mask[None])
    assert [backend.decide(again)[0] for _ in range(20)] == draws[:20]


def test_a_sampled_box_stays_in_its_bounds(tmp_path):
    save_policy(tmp_path / "p.safetensors", VECTOR, PUSH, mode="sampled")
    backend = MlpBackend(tmp_path / "p.safetensors")
    batch = batch_of(VECTOR, PUSH, [np.zeros(4, np.float32)] * 3)
    first, again = backend.decide(batch), backend.decide(batch)
    assert all(PUSH.contains(action) for action in first)
    assert not np.array_equal(first, again)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "its format is 2, known is 1"),
        ({"layers": []}, "gives 18 numbers, the action space needs 9"),
        ({"layers": [{"weight": "0.weight", "bias": "1.bias"}]}, "the last layer gives 8 numbers"),
        ({"layers": [{"weight": "1.weight", "bias": "1.bias"}]}, "for 18 inputs"),
        ({"layers": [{"weight": "x", "bias": "0.bias"}]}, "'x'"),
        ({"layers": [{"weight": "0.weight", "bias": "0.bias", "activation": "evil"}]}, "'evil'"),
        ({"inputs": [["nothing"]]}, "there is no nothing at this step"),
        ({"mode": "wild"}, "mode 'wild' is not one of"),
        ({"action": {"type": "multi_binary", "shape": [2]}}, "gives 9 numbers, the action space needs 2"),
        ({"observation": {"type": "text"}}, "type 'text'"),
        ({"normalise": {"mean": "0.bias", "std": "0.bias"}}, "mean has 8 numbers, the input has"),
    ],
)
def test_a_file_that_does_not_add_up_is_refused(tmp_path, changes, words):
    path = tmp_path / "p.safetensors"
    save_policy(path, BOARD, DISCRETE, **changes)
    with pytest.raises(ControllerError, match=words):
        MlpBackend(path)


def test_a_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "p.safetensors").write_bytes(b"\x10" * 100)
    with pytest.raises(ControllerError, match="cannot be read"):
        MlpBackend(tmp_path / "p.safetensors")
    from safetensors.numpy import save_file

    save_file({"a": np.zeros(1)}, tmp_path / "q.safetensors")
    with pytest.raises(ControllerError, match="no metadata"):
        MlpBackend(tmp_path / "q.safetensors")


def test_other_spaces_are_refused(tmp_path):
    save_policy(tmp_path / "p.safetensors", BOARD, DISCRETE)
    backend = MlpBackend(tmp_path / "p.safetensors")
    groups = (Group(("a",), describe(BOARD), describe(spaces.Discrete(7))),)
    with pytest.raises(RefusedError, match="discrete\\(7\\) in the game, but discrete\\(9\\)") as caught:
        backend.accept(Hello("M", "g", "s", groups))
    assert caught.value.reason is Refusal.SPACES


# ---- the socket -------------------------------------------------------------------------------------------


class Nine(Backend):
    """Decides 8."""

    def decide(self, batch):
        return [8] * len(batch)


def test_addresses_that_leave_the_machine_need_to_be_asked_for():
    with pytest.raises(WireError, match="--open-to-network-unencrypted"):
        PolicyServer(Nine(), "tcp://0.0.0.0:*")
    PolicyServer(Nine(), "tcp://0.0.0.0:*", open_network=True).close()


@pytest.mark.parametrize(
    "bind", ["tcp://127.0.0.1:99999", "ipc://relative", "ipc:///" + "x" * 120, "http://here:1"]
)
def test_malformed_addresses_are_refused(bind):
    with pytest.raises(WireError):
        PolicyServer(Nine(), bind)


def test_an_address_in_use_is_refused():
    for bind in ("tcp://127.0.0.1:*", ipc_endpoint("here")):
        first = PolicyServer(Nine(), bind)
        with pytest.raises(WireError, match="another server"):
            PolicyServer(Nine(), first.endpoint)
        first.close()
        first.close()
    PolicyServer(Nine(), ipc_endpoint("here")).close()


def test_a_socket_in_an_open_folder_is_refused(tmp_path):
    tmp_path.chmod(0o755)
    with pytest.raises(WireError, match="open to others"):
        PolicyServer(Nine(), f"ipc://{tmp_path}/s" if len(str(tmp_path)) < 90 else "ipc:///tmp/s")


def test_matches_come_and_go_while_the_server_runs():
    server = PolicyServer(Nine(), ipc_endpoint("here"))
    thread = threading.Thread(target=server.run)
    thread.start()
    for match in ("M1", "M2"):
        seats = board_seats("player_1")
        controller = PolicyController(DESCRIPTOR, seats, dial=dialling(server.endpoint))
        driver = Driver(controller, seats)
        driver.reset(match_id=match)
        driver.ready()
        assert driver.answers({"player_1": board()}) == [8]
        driver.close()
    server.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert server.desk.figures.decided == 2


def test_a_client_that_breaks_the_protocol_is_told_and_harms_nobody():
    import zmq

    server = PolicyServer(Nine(), ipc_endpoint("here"))
    thread = threading.Thread(target=server.run)
    thread.start()
    context: Any = zmq.Context.instance()
    with context.socket(zmq.DEALER) as rude:
        rude.set(zmq.LINGER, 0)
        rude.connect(server.endpoint)
        for frames in ([b"rubbish"], [b""] * 500, [b"\x91" * 100_000]):
            rude.send_multipart(frames)
            assert rude.poll(10_000)
            assert b"malformed" in rude.recv_multipart()[0]
        seats = vector_seats("a")
        driver = Driver(PolicyController(DESCRIPTOR, seats, dial=dialling(server.endpoint)), seats)
        driver.reset()
        driver.ready()
        driver.close()
    server.stop()
    thread.join(10)
    assert not thread.is_alive()


# ---- the process ------------------------------------------------------------------------------------------


def test_a_process_says_where_it_is_and_ends_gracefully(tmp_path):
    save_policy(tmp_path / "p.safetensors", BOARD, DISCRETE)
    here = tmp_path / "endpoint"
    command = module_command(
        "workers.policy_server", str(tmp_path / "p.safetensors"), "--endpoint-file", str(here)
    )
    with subprocess.Popen(command) as process:
        while not here.exists():
            assert process.poll() is None
            threading.Event().wait(0.01)
        seats = board_seats("player_1")
        driver = Driver(PolicyController(DESCRIPTOR, seats, dial=dialling(here.read_text())), seats)
        driver.reset()
        driver.ready()
        driver.answers({"player_1": board(3)})
        process.send_signal(signal.SIGTERM)
        driver.until(lambda: driver.notices)
        assert driver.kinds() == ["lost"]
        assert "the server was stopped" in driver.notices[0].message
        driver.close()
        assert process.wait(10) == 0


def test_errors_are_a_sentence_and_exit_code_two(tmp_path, capsys):
    assert main([str(tmp_path / "missing.safetensors")]) == 2
    said = capsys.readouterr().err
    assert "missing.safetensors" in said
    assert "Traceback" not in said
    assert main(["simple:json:dumps"]) == 2
    assert main([]) == 2
    assert "say what to serve" in capsys.readouterr().err


def test_arena_serve_says_how_to_seat_it(tmp_path):
    (tmp_path / "my_bot.py").write_text(
        "class Mine:\n"
        "    def reset(self, agents, seed): pass\n"
        "    def select_action(self, agent, observation, info): return 7\n"
    )
    command = [sys.executable, "-P", "-m", "arena", "serve", "my_bot:Mine"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    with process:
        assert process.stdout is not None
        assert "Mine (my_bot:Mine) is served at tcp://127.0.0.1:" in process.stdout.readline()
        endpoint = process.stdout.readline().split()[3].removeprefix("policy:")
        seats = board_seats("player_1")
        driver = Driver(PolicyController(DESCRIPTOR, seats, dial=dialling(endpoint)), seats)
        driver.reset()
        driver.ready()
        assert driver.answers({"player_1": board()}) == [7]
        driver.close()
        process.send_signal(signal.SIGINT)
        assert "1 decisions in 1 batches" in process.stdout.read()
        assert process.wait(10) == 0
