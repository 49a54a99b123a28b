"""Links over real sockets: plain and encrypted, let in and kept out."""

from __future__ import annotations

import contextlib
import socket as sockets
import threading

import pytest
import zmq

from arena.errors import OptionError, WireError
from arena.wire.gatekeeper import Gatekeeper, gatekeeper
from arena.wire.keys import KeyPair, arm_client
from arena.wire.link import Link
from arena.wire.reactor import Reactor

PATIENCE_S = 20.0
PATIENCE_MS = 20_000


class Ear:
    """Keeps what a link says and lets a test wait for it."""

    def __init__(self):
        self.lock = threading.RLock()
        self.said = threading.Condition(self.lock)
        self.heard = []

    def _add(self, *what):
        self.heard.append(what)
        self.said.notify_all()

    def connected(self):
        self._add("connected")

    def disconnected(self):
        self._add("disconnected")

    def received(self, frames):
        self._add("received", *frames)

    def barred(self, why):
        self._add("barred", why)

    def wait(self, what, times=1):
        with self.said:
            seen = self.said.wait_for(lambda: [e[0] for e in self.heard].count(what) >= times, PATIENCE_S)
            assert seen, self.heard
            return [event for event in self.heard if event[0] == what][-1]


class Server:
    """A ROUTER with or without keys."""

    def __init__(self, keys=None, allowed=None, endpoint="tcp://127.0.0.1:*"):
        self.socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.ROUTER)
        self.socket.set(zmq.LINGER, 0)
        self.domain = gatekeeper().guard(self.socket, keys, allowed) if keys else None
        self.socket.bind(endpoint)
        self.endpoint: str = self.socket.get_string(zmq.LAST_ENDPOINT)

    def receive(self):
        assert self.socket.poll(PATIENCE_MS)
        return self.socket.recv_multipart(copy=False)

    def leave(self):
        """Give the address back, and be sure of it."""
        monitor = self.socket.get_monitor_socket(zmq.EVENT_CLOSED)
        self.socket.unbind(self.endpoint)
        assert monitor.poll(PATIENCE_MS)
        self.socket.disable_monitor()
        monitor.close()
        self.close()

    def close(self):
        self.socket.close()
        if self.domain:
            gatekeeper().release(self.domain)


@pytest.fixture
def made():
    with contextlib.ExitStack() as things:
        yield lambda thing: things.enter_context(contextlib.closing(thing))


def test_a_plain_link_talks_and_hears(made):
    server, ear = made(Server()), Ear()
    link = made(Link(server.endpoint, ear, ear.lock))
    ear.wait("connected")
    assert link.send([b"a", b"bc"])
    peer, *frames = server.receive()
    assert [frame.bytes for frame in frames] == [b"a", b"bc"]
    server.socket.send_multipart([peer.bytes, b"back"])
    assert ear.wait("received") == ("received", b"back")


def test_an_encrypted_link_is_known_by_its_key(made):
    keys, own = KeyPair.generate(), KeyPair.generate()
    server, ear = made(Server(keys, allowed=[own.public])), Ear()
    link = made(Link(server.endpoint, ear, ear.lock, key=keys.public, own=own))
    ear.wait("connected")
    assert link.send([b"me"])
    assert server.receive()[1].get("User-Id") == own.public


def test_without_a_list_every_client_comes_in_each_under_a_name_of_its_own(made):
    keys = KeyPair.generate()
    server, names = made(Server(keys)), set()
    for _ in range(2):
        ear = Ear()
        link = made(Link(server.endpoint, ear, ear.lock, key=keys.public))
        ear.wait("connected")
        link.send([b"me"])
        names.add(server.receive()[1].get("User-Id"))
    assert len(names) == 2


def test_a_key_that_is_not_allowed_is_told_so(made):
    keys = KeyPair.generate()
    server, ear = made(Server(keys, allowed=[KeyPair.generate().public])), Ear()
    made(Link(server.endpoint, ear, ear.lock, key=keys.public))
    assert "refused our key" in ear.wait("barred")[1]
    assert "connected" not in {event[0] for event in ear.heard}


def test_a_key_may_be_allowed_later(made):
    keys, own = KeyPair.generate(), KeyPair.generate()
    server, ear = made(Server(keys, allowed=[])), Ear()
    made(Link(server.endpoint, ear, ear.lock, key=keys.public, own=own))
    ear.wait("barred")
    gatekeeper().allow(server.domain, [own.public])
    second = Ear()
    made(Link(server.endpoint, second, second.lock, key=keys.public, own=own))
    second.wait("connected")


def test_a_wrong_server_key_is_told_once_though_it_goes_on_dialling(made):
    server, ear = made(Server(KeyPair.generate())), Ear()
    made(Link(server.endpoint, ear, ear.lock, key=KeyPair.generate().public))
    assert "key is probably another" in ear.wait("barred")[1]
    assert [event[0] for event in ear.heard] == ["barred"]


def test_the_right_server_at_the_address_ends_the_trouble(made):
    keys, ear = KeyPair.generate(), Ear()
    wrong = made(Server(KeyPair.generate()))
    made(Link(wrong.endpoint, ear, ear.lock, key=keys.public))
    ear.wait("barred")
    wrong.leave()
    made(Server(keys, endpoint=wrong.endpoint))
    ear.wait("connected")


def test_plain_and_encrypted_do_not_meet_and_say_so(made):
    keys, plain, encrypted = KeyPair.generate(), Ear(), Ear()
    made(Link(made(Server(keys)).endpoint, plain, plain.lock))
    assert "does it want its key" in plain.wait("barred")[1]
    made(Link(made(Server()).endpoint, encrypted, encrypted.lock, key=keys.public))
    assert "is it without a key" in encrypted.wait("barred")[1]


def test_a_program_that_is_no_zeromq_is_told(made):
    listener = made(sockets.create_server(("127.0.0.1", 0)))

    def hang_up():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.close()

    thread = threading.Thread(target=hang_up, daemon=True)
    thread.start()
    ear = Ear()
    made(Link(f"tcp://127.0.0.1:{listener.getsockname()[1]}", ear, ear.lock))
    assert "probably no policy server" in ear.wait("barred")[1]
    listener.shutdown(sockets.SHUT_RDWR)
    thread.join(PATIENCE_S)


def test_a_key_that_is_none_leaves_no_socket_behind():
    ear = Ear()
    with pytest.raises(OptionError):
        Link("tcp://127.0.0.1:1", ear, ear.lock, key="short")


def test_domains_do_not_open_each_others_doors(made):
    one, two, own = (KeyPair.generate() for _ in range(3))
    first, second = made(Server(one, allowed=[own.public])), made(Server(two, allowed=[]))
    inside, outside = Ear(), Ear()
    made(Link(first.endpoint, inside, inside.lock, key=one.public, own=own))
    made(Link(second.endpoint, outside, outside.lock, key=two.public, own=own))
    inside.wait("connected")
    outside.wait("barred")


def test_a_gatekeeper_comes_and_goes_with_what_it_guards():
    context = zmq.Context()
    reactor = Reactor()
    keeper, keys = Gatekeeper(context, reactor), KeyPair.generate()
    for _ in range(20):
        server, client = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
        server.linger = client.linger = 0
        domain = keeper.guard(server, keys)
        port = server.bind_to_random_port("tcp://127.0.0.1")
        arm_client(client, keys, keys.public)
        client.connect(f"tcp://127.0.0.1:{port}")
        client.send(b"hello")
        assert server.poll(PATIENCE_MS)
        client.close()
        server.close()
        keeper.release(domain)
    thread = reactor._thread
    if thread is not None:
        thread.join(PATIENCE_S)  # it ends with the last thing that is watched
    context.term()  # hangs while any socket of the context is open


def test_a_gatekeeper_can_begin_again_at_once():
    reactor = Reactor()
    keeper, keys = Gatekeeper(reactor=reactor), KeyPair.generate()
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.instance()
    for _ in range(300):
        with context.socket(zmq.ROUTER) as server:
            keeper.release(keeper.guard(server, keys))
        if reactor._thread is not None:
            reactor._thread.join(PATIENCE_S)


def test_two_gatekeepers_of_one_context_are_one_too_many():
    context = zmq.Context()
    first, second = Gatekeeper(context), Gatekeeper(context)
    with context.socket(zmq.ROUTER) as one, context.socket(zmq.ROUTER) as two:
        domain = first.guard(one, KeyPair.generate())
        with pytest.raises(WireError, match="is taken"):
            second.guard(two, KeyPair.generate())
    first.release(domain)
