"""The leak guard sees what a test leaves behind, and nothing else."""

import subprocess
import threading

import pytest
import zmq

from tests import leaks
from tests.leaks import Leaks


@pytest.fixture(autouse=True)
def _short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "_GRACE_S", 0.05)


def test_nothing_left_nothing_found() -> None:
    guard = Leaks()
    with zmq.Context() as context, context.socket(zmq.PAIR):
        thread = threading.Thread(target=int)
        thread.start()
        subprocess.run(["true"], check=True)
    assert guard.found() == []
    thread.join()


def test_a_thread_is_found_until_it_ends() -> None:
    guard, stop = Leaks(), threading.Event()
    thread = threading.Thread(target=stop.wait, name="lingering")
    thread.start()
    assert guard.found() == ["thread 'lingering'"]
    stop.set()
    thread.join()
    assert guard.found() == []


def test_a_child_is_found_and_killed() -> None:
    guard = Leaks()
    child = subprocess.Popen(["sleep", "60"])
    (found,) = guard.found()
    assert found == f"process {child.pid} (sleep 60)"
    assert guard.found() == []
    child.wait()


def test_a_dead_child_that_nobody_waited_for_is_found() -> None:
    guard = Leaks()
    child = subprocess.Popen(["true"])
    (found,) = guard.found()
    assert found == f"process {child.pid} (ended, but nobody waited for it)"
    child.wait()


def test_a_socket_is_found_and_closed() -> None:
    guard = Leaks()
    with zmq.Context() as context:
        socket = context.socket(zmq.PAIR)
        (found,) = guard.found()
        assert found.startswith("ZeroMQ socket")
        assert socket.closed


def test_what_was_there_before_is_not_ours() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    with zmq.Context() as context, context.socket(zmq.PAIR):
        assert Leaks().found() == []
    stop.set()
    thread.join()
