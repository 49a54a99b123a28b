"""`arena serve` and its processes: several models, reloads under play, signals, keys, floods, the bus."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import zmq

from arena.bus.tail import Tail
from arena.home import arena_home
from arena.match.controller import Descriptor
from arena.wire.codec import decode, encode
from arena.wire.keys import keypair
from arena.wire.messages import Ping, Pong, Refused
from controllers.dialling import dialling
from controllers.policy import PolicyController
from tests.wire_kit import PATIENCE_S, Driver, board, board_seats
from tests.workers.test_models import policy

DESCRIPTOR = Descriptor("policy:test", "test")
REPOSITORY = Path(__file__).parents[2]


@dataclass
class Serving:
    """An `arena serve` that runs, and what it said when it was ready."""

    process: subprocess.Popen[str]
    endpoint: str
    said: list[str]


@contextlib.contextmanager
def arena_serve(*words: str, lines: int = 2) -> Iterator[Serving]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "arena", "serve", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        said = [process.stdout.readline().strip() for _ in range(lines)]
        assert "is served at" in said[0], process.stderr.read()
        yield Serving(process, said[0].rpartition(" ")[2], said)
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def seated(
    endpoint: str, match: str = "M1", key: str = "", own: Any = None, **options: str
) -> Iterator[Driver]:
    seats = board_seats("player_1")
    controller = PolicyController(DESCRIPTOR, seats, dial=dialling(endpoint, key, own), options=options)
    driver = Driver(controller, seats)
    try:
        driver.reset(match_id=match)
        driver.ready()
        yield driver
    finally:
        driver.close()


def choice(driver: Driver) -> int:
    return int(driver.answers({"player_1": board()})[0])


def until_heard(driver: Driver, words: str) -> None:
    driver.until(lambda: any(words in notice.message for notice in driver.notices))


def test_two_models_stand_in_one_server_and_seats_say_which(tmp_path: Path) -> None:
    policy(tmp_path / "a.safetensors", best=1)
    policy(tmp_path / "b.safetensors", best=2)
    words = (f"red={tmp_path}/a.safetensors", f"blue={tmp_path}/b.safetensors")
    with arena_serve(*words, lines=4) as serving:
        assert serving.said[1] == f"seat it with policy:{serving.endpoint},model=red"
        assert serving.said[3] == f"seat it with policy:{serving.endpoint},model=blue - Ctrl-C stops"
        with (
            seated(serving.endpoint, "M1", model="red") as red,
            seated(serving.endpoint, "M2", model="blue") as blue,
        ):
            for _ in range(5):
                assert (choice(red), choice(blue)) == (1, 2)
        serving.process.send_signal(signal.SIGTERM)
        out, _ = serving.process.communicate(timeout=20)
        assert out == "10 decisions in 10 batches\n"
        assert serving.process.returncode == 0


def test_four_sessions_play_through_good_bad_and_good_again(tmp_path: Path) -> None:
    path = tmp_path / "pia.safetensors"
    policy(path, best=1)
    with arena_serve(str(path)) as serving, contextlib.ExitStack() as stack:
        drivers = [stack.enter_context(seated(serving.endpoint, f"M{number}")) for number in range(4)]
        assert [choice(driver) for driver in drivers] == [1] * 4
        policy(path, best=2)
        serving.process.send_signal(signal.SIGHUP)
        for driver in drivers:
            until_heard(driver, "a newer policy")
        assert [choice(driver) for driver in drivers] == [1] * 4, "not within an episode"
        drivers[0].reset(episode=1, match_id="M0")
        drivers[0].ready()
        assert [choice(driver) for driver in drivers] == [2, 1, 1, 1]
        path.write_bytes(path.read_bytes()[:300])  # noticed by itself
        for driver in drivers:
            until_heard(driver, "was not reloaded, the policy that was there goes on")
        drivers[1].reset(episode=1, match_id="M1")
        drivers[1].ready()
        assert [choice(driver) for driver in drivers] == [2, 2, 1, 1]
        assert {kind for driver in drivers for kind in driver.kinds()} == {"info", "warning"}
        for driver in drivers:
            driver.notices.clear()
        policy(path, best=3)
        serving.process.send_signal(signal.SIGHUP)
        until_heard(drivers[3], "a newer policy")
        drivers[3].reset(episode=1, match_id="M3")
        drivers[3].ready()
        assert [choice(driver) for driver in drivers] == [2, 2, 1, 3]


def test_sigterm_answers_what_was_asked_and_says_goodbye(tmp_path: Path) -> None:
    (tmp_path / "slow_bot.py").write_text(
        "import time\n"
        "class Slow:\n"
        "    def reset(self, agents, seed): pass\n"
        "    def select_action(self, agent, observation, info):\n"
        "        open('asked', 'w').close()\n"
        "        time.sleep(0.5)\n"
        "        return 6\n"
    )
    with contextlib.chdir(tmp_path), arena_serve("slow_bot:Slow") as serving:
        with seated(serving.endpoint) as driver:
            driver.ask({"player_1": board()})
            while not (tmp_path / "asked").exists():
                threading.Event().wait(0.01)
            serving.process.send_signal(signal.SIGTERM)
            driver.until(lambda: driver.decisions)
            assert driver.decisions[0].action == 6
            until_heard(driver, "the server was stopped")
        out, _ = serving.process.communicate(timeout=20)
        assert "1 decisions in 1 batches" in out
        assert serving.process.returncode == 0


def test_beyond_this_machine_it_encrypts_by_itself_and_prints_its_word(tmp_path: Path) -> None:
    policy(tmp_path / "a.safetensors", best=1)
    own = keypair(arena_home(), "client")
    (tmp_path / "friends.txt").write_text(f"{own.public}  # me\n")
    words = (f"{tmp_path}/a.safetensors", "--bind", "tcp://0.0.0.0:*", "--allow", f"{tmp_path}/friends.txt")
    with arena_serve(*words) as serving:
        server = keypair(arena_home(), "server")
        word = serving.said[1].split()[3]
        assert word.endswith(f",key={server.public}")
        assert not word.startswith("policy:tcp://0.0.0.0"), "nobody can dial that"
        endpoint = serving.endpoint.replace("0.0.0.0", "127.0.0.1")
        with seated(endpoint, key=server.public, own=own) as driver:
            assert choice(driver) == 1
        assert server.secret not in "".join(serving.said)
        seats = board_seats("player_1")
        for way in (dialling(endpoint, server.public, keypair(arena_home(), "stranger")), dialling(endpoint)):
            driver = Driver(PolicyController(DESCRIPTOR, seats, dial=way), seats)
            driver.reset()
            with contextlib.closing(driver):
                driver.until(lambda found=driver: "failed" in found.kinds())
                assert driver.controller.status("player_1").get("latency_ms") is None


def test_one_who_floods_is_told_to_stop_and_costs_the_other_nothing(tmp_path: Path) -> None:
    policy(tmp_path / "a.safetensors", best=1)
    context: Any = zmq.Context.instance()
    with arena_serve(f"{tmp_path}/a.safetensors") as serving, seated(serving.endpoint) as driver:
        with context.socket(zmq.DEALER) as flood:
            flood.set(zmq.LINGER, 0)
            flood.set(zmq.SNDHWM, 100_000)
            flood.connect(serving.endpoint)
            ping, refused, give_up = encode(Ping(3)), False, time.monotonic() + PATIENCE_S
            while not refused:
                assert time.monotonic() < give_up, "it was never refused"
                for _ in range(2000):
                    with contextlib.suppress(zmq.Again):
                        flood.send_multipart(ping, zmq.NOBLOCK)
                assert choice(driver) == 1
                while flood.poll(0) and not refused:
                    message = decode(flood.recv_multipart())
                    assert isinstance(message, Pong | Refused)
                    refused = isinstance(message, Refused) and message.reason == "limit"
        assert choice(driver) == 1
        assert driver.kinds() == []


def test_figures_and_reloads_are_on_the_bus(tmp_path: Path) -> None:
    path = tmp_path / "pia.safetensors"
    policy(path, best=1)
    with arena_serve(str(path)) as serving, Tail("server/", from_start=True) as tail:
        seen: list[dict[str, Any]] = []

        def until(kind: str, test: Any) -> dict[str, Any]:
            give_up = time.monotonic() + PATIENCE_S
            while True:
                assert time.monotonic() < give_up, f"no such {kind} among {seen}"
                for event in seen:
                    if event["kind"] == kind and test(event):
                        return event
                seen.extend(event for _, event in tail.poll(0.1))

        opened = until("open", lambda _: True)
        assert (opened["endpoint"], opened["pid"]) == (serving.endpoint, serving.process.pid)
        (model,) = opened["models"]
        assert (model["name"], model["kind"]) == ("Pia", "mlp")
        until("figures", lambda _: True)
        with seated(serving.endpoint) as driver:
            for _ in range(7):
                choice(driver)
            figures = until("figures", lambda event: event["total"] == 7)
            assert figures["sessions"] == figures["models"][0]["sessions"] == 1
            assert figures["rss_bytes"] > 1_000_000
            busy = [event for event in seen if event["kind"] == "figures" and event["decisions"]]
            assert sum(event["decisions"] for event in busy) == 7
            assert all(0 < event["decide_p50_ms"] <= event["decide_p99_ms"] for event in busy)
            path.write_bytes(b"no policy")
            serving.process.send_signal(signal.SIGHUP)
            assert "cannot be read" in until("reload", lambda event: event["error"])["error"]
            assert until("figures", lambda event: event["models"][0]["failures"])["models"][0]["reloads"] == 0
        serving.process.send_signal(signal.SIGTERM)
        assert until("close", lambda _: True)["last"] is True


def test_models_are_listed_without_serving_them(tmp_path: Path) -> None:
    policy(tmp_path / "a.safetensors", best=1, label="MLP small")
    command = [sys.executable, "-m", "arena", "serve", "--list", "--json", f"{tmp_path}/a.safetensors"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (row,) = json.loads(done.stdout)
    assert (row["name"], row["kind"], row["label"], row["deterministic"]) == ("Pia", "mlp", "MLP small", True)
    done = subprocess.run([*command[:-2], command[-1]], capture_output=True, text=True, check=True)
    assert done.stdout == f"Pia: mlp, MLP small, deterministic, {row['id']}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say what to serve"),
        (["nowhere.safetensors"], "does not exist"),
        (["tests.workers.test_serving:Nothing"], "unknown bot"),
        (["FILE", "--threads", "0"], "--threads 0 is not a number from 1"),
        (["FILE", "FILE"], "two models are called 'Pia'"),
        (["FILE", "--allow", "no-key"], "43"),
        (["FILE", "--open-to-network-unencrypted", "--allow", "x"], "--allow needs encryption"),
    ],
)
def test_what_cannot_be_served_is_a_sentence_and_exit_code_two(
    tmp_path: Path, words: list[str], said: str
) -> None:
    policy(tmp_path / "pia.safetensors", best=1)
    words = [word.replace("FILE", f"{tmp_path}/pia.safetensors") for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "arena", "serve", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_numeric_libraries_get_one_thread_unless_more_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "counting.py").write_text(
        "import os\n"
        "class Count:\n"
        "    label = ''\n"
        "    def reset(self, agents, seed): pass\n"
        "    def select_action(self, agent, observation, info): return int(os.environ['OMP_NUM_THREADS'])\n"
    )
    for words, threads in (((), 1), (("--threads", "3"), 3)):
        with (
            contextlib.chdir(tmp_path),
            arena_serve("counting:Count", *words) as serving,
            seated(serving.endpoint) as driver,
        ):
            assert choice(driver) == threads
