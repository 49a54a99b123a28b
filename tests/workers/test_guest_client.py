"""A bot at a host: what waits for it while it thinks is bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from arena.errors import ControllerError
from arena.wire.codec import encode
from arena.wire.messages import Bye, Ping, Policy
from workers.backends.contract import Backend
from workers.guest_client import EVENT_BYTES_MAX, EVENTS_MAX, GuestClient
from workers.models import Model


class Thinker(Backend):
    policy = Policy(name="Thinker")


@pytest.fixture
def client() -> Iterator[GuestClient]:
    """A bot whose host does not answer: what it hears, the test says."""
    client = GuestClient([Model.of(Thinker())], "tcp://127.0.0.1:9", "1-token")
    yield client
    client._link.close()


def frames(message: Ping | Bye) -> list[bytes]:
    return [bytes(frame) for frame in encode(message)]


class Large(bytes):
    """Sixty-four megabytes, as far as anybody counts."""

    def __len__(self) -> int:
        return EVENT_BYTES_MAX // 2


@pytest.mark.parametrize(
    ("say", "count"),
    [(lambda: frames(Ping(1, "M")), EVENTS_MAX + 1), (lambda: [Large()], 3)],
    ids=["messages", "bytes"],
)
def test_a_host_that_does_not_stop_talking_is_left(
    client: GuestClient, say: Callable[[], list[bytes]], count: int
) -> None:
    for _ in range(count):
        client.received(say())
    client.received(frames(Bye("", message="and goodbye")))
    with pytest.raises(ControllerError, match="that this bot had no time to read; it left"):
        client.run()


def test_what_was_read_does_not_count(client: GuestClient) -> None:
    for _ in range(4):
        client.received([Large()])
        client._turn(0.0)
    for _ in range(EVENTS_MAX - 1):
        client.received(frames(Ping(1, "M")))
    client.received(frames(Bye("", message="closing time")))
    assert client.run() == "closing time"
