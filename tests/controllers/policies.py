"""Policy servers and controllers for them, without a match around."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import zmq

from arena.errors import WireError
from arena.games.entry import CatalogEntry
from arena.home import ipc_endpoint
from arena.match.controller import Controller, Descriptor, Seat
from arena.processes import module_command
from arena.wire.codec import encode
from arena.wire.messages import Policy, Ready
from controllers.dialling import dialling
from controllers.policy import PolicyController
from tests.wire_kit import Driver
from workers.backends.contract import Backend
from workers.policy_server import PolicyServer

DESCRIPTOR = Descriptor("policy:test", "test")
Play = Callable[..., Driver]
"""Seats a controller and resets it: ``play(controller, seats, entry)``."""


def dial(endpoint: str, seats: Sequence[Seat]) -> PolicyController:
    return PolicyController(DESCRIPTOR, seats, dial=dialling(endpoint))


class Drivers:
    """All that one test seated."""

    def __init__(self) -> None:
        self._drivers: list[Driver] = []

    def play(self, controller: Controller, seats: tuple[Seat, ...], *entry: CatalogEntry) -> Driver:
        driver = Driver(controller, seats, *entry)
        self._drivers.append(driver)
        driver.reset()
        return driver

    def close(self) -> None:
        for driver in self._drivers:
            driver.close()


def _bound(backend: Backend, endpoint: str) -> PolicyServer:
    """A server at an address that a thread of libzmq may still be about to free."""
    give_up = time.monotonic() + 10
    while True:
        try:
            return PolicyServer(backend, endpoint)
        except WireError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)


@contextlib.contextmanager
def serving(backend: Backend, endpoint: str = "") -> Iterator[PolicyServer]:
    """A policy server in a thread of the test."""
    server = _bound(backend, endpoint or ipc_endpoint("here"))
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
    wants: tuple[str, ...] = ("result",)

    def __init__(self, *wants: str) -> None:
        self.wants = wants or self.wants
        self.results: list[Any] = []
        self.acts: list[int] = []

    def decide(self, batch: Any) -> list[int]:
        self.acts += [act.tick for act in batch.acts]
        return [4] * len(batch)

    def learn(self, session: Any, message: Any) -> None:
        self.results.append(message)


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
