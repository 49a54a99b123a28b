"""Ctrl-C during a match: once and at a tick boundary, unless something hangs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from arena.cli import interruption
from arena.cli.interruption import Interruption
from arena.waker import Waker


@pytest.fixture
def waker() -> Iterator[Waker]:
    waker = Waker()
    yield waker
    waker.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_waits_for_the_next_check(waker: Waker, number: signal.Signals) -> None:
    with Interruption(waker) as ctrl_c:
        ctrl_c.defer()
        signal.raise_signal(number)
        signal.raise_signal(number)
        with pytest.raises(KeyboardInterrupt):
            ctrl_c.check()
        ctrl_c.check()


def test_it_ends_an_endless_wait(waker: Waker) -> None:
    with Interruption(waker) as ctrl_c:
        ctrl_c.defer()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            ctrl_c.wait(None)


def test_before_anybody_checks_and_where_something_hangs_it_strikes_at_once(
    waker: Waker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Interruption(waker) as ctrl_c, pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    monkeypatch.setattr(interruption, "AGAIN_S", 0.0)
    with Interruption(waker) as ctrl_c:
        ctrl_c.defer()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_all_is_as_before_and_other_threads_change_nothing(waker: Waker) -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interruption(waker):
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before

    def elsewhere() -> None:
        with Interruption(waker):
            seen.append(signal.getsignal(signal.SIGINT))

    seen: list[object] = []
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [before]
