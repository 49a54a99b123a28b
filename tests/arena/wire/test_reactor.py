from __future__ import annotations

import contextlib
import os
import threading

import pytest

from arena.wire.reactor import BROKEN, Reactor


def test_the_thread_lives_as_long_as_something_is_watched():
    reactor, (end, other), called = Reactor(), os.pipe(), threading.Event()

    def read():
        os.read(end, 1)
        called.set()
        return False

    for _ in range(2):
        called.clear()
        reactor.watch(end, read)
        os.write(other, b"x")
        assert called.wait(10)
        reactor.unwatch(end)
        assert not any(thread.name == "arena-wire" and thread.is_alive() for thread in _others())
    os.close(end)
    os.close(other)


def _others():
    """Threads after the one that was told to end had its time."""
    for thread in threading.enumerate():
        if thread.name == "arena-wire":
            thread.join(10)
    return threading.enumerate()


def test_a_callback_that_wants_more_is_called_again_until_it_does_not():
    reactor, (end, other), done, calls = Reactor(), os.pipe(), threading.Event(), []

    def again():
        calls.append(1)
        if len(calls) == 5:
            done.set()
        return len(calls) < 5

    reactor.watch(end, again)
    reactor.kick(end)
    assert done.wait(10)
    reactor.unwatch(end)
    assert len(calls) == 5
    os.close(end)
    os.close(other)


def test_the_other_end_of_a_pipe_is_noticed():
    reactor, (end, other), gone = Reactor(), os.pipe(), threading.Event()

    def broken():
        gone.set()
        reactor.unwatch(other)
        return False

    reactor.watch(other, broken, BROKEN)
    os.close(end)
    assert gone.wait(10)
    os.close(other)


def test_a_callback_that_raises_is_dropped_and_the_others_go_on(caplog):
    reactor, (end, other), called = Reactor(), os.pipe(), threading.Event()
    os.write(other, b"x")
    reactor.watch(end, lambda: bool(1 // 0))
    spare, far = os.pipe()
    os.write(far, b"x")

    def fine():
        os.read(spare, 1)
        called.set()
        return False

    reactor.watch(spare, fine)
    assert called.wait(10)
    reactor.unwatch(spare)
    assert "ZeroDivisionError" in caplog.text
    for fd in (end, other, spare, far):
        os.close(fd)


def test_a_number_that_stands_for_something_new_is_not_called_for_the_old():
    """A callback replaces another descriptor's watch while both were reported ready, as a restart does."""
    reactor, called = Reactor(), threading.Event()
    pipes = [os.pipe() for _ in range(2)]
    wrong: list[int] = []

    def note():
        wrong.append(1)
        return False

    def replace(this, that):
        def callback():
            os.read(pipes[this][0], 1)
            os.read(pipes[that][0], 1)
            reactor.unwatch(pipes[that][0])
            reactor.watch(pipes[that][0], note)
            called.set()
            return False

        return callback

    gate = os.pipe()

    def start():
        os.read(gate[0], 1)
        for _, end in pipes:
            os.write(end, b"x")
        return False

    reactor.watch(gate[0], start)
    reactor.watch(pipes[0][0], replace(0, 1))
    reactor.watch(pipes[1][0], replace(1, 0))
    os.write(gate[1], b"x")
    assert called.wait(10)
    reactor.unwatch(gate[0], *(end for end, _ in pipes))
    assert wrong == []
    for fd in [*gate, *(fd for pipe in pipes for fd in pipe)]:
        os.close(fd)


class Pipes:
    """A quick and a slow descriptor in one reactor, and one that a lender waits for."""

    def __init__(self) -> None:
        self.reactor = Reactor()
        self.quick, self.slow, self.bell = os.pipe(), os.pipe(), os.pipe()
        self.calls: list[tuple[str, int]] = []
        self.called = {"quick": threading.Event(), "slow": threading.Event()}
        self.reactor.watch(self.quick[0], self._reads("quick", self.quick[0]), quick=True)
        self.reactor.watch(self.slow[0], self._reads("slow", self.slow[0]))

    def _reads(self, name, end):
        os.set_blocking(end, False)

        def read():
            try:
                os.read(end, 1)
            except BlockingIOError:  # both threads saw it ready, the other was first
                return False
            self.calls.append((name, threading.get_ident()))
            self.called[name].set()
            return False

        return read

    def close(self) -> None:
        self.reactor.unwatch(self.quick[0], self.slow[0])
        _others()
        for end in (*self.quick, *self.slow, *self.bell):
            os.close(end)


@pytest.fixture
def pipes():
    made = Pipes()
    yield made
    made.close()


def test_a_lent_thread_does_the_quick_work_while_the_background_thread_is_busy(pipes):
    entered, leave = threading.Event(), threading.Event()

    def slowly():
        entered.set()
        leave.wait(10)
        os.read(pipes.slow[0], 1)
        return False

    pipes.reactor.unwatch(pipes.slow[0])
    pipes.reactor.watch(pipes.slow[0], slowly)
    os.write(pipes.slow[1], b"s")
    assert entered.wait(10)
    os.write(pipes.quick[1], b"q")
    while not pipes.calls:
        pipes.reactor.lend(pipes.bell[0], 0.02, lambda: False)
    leave.set()
    assert pipes.calls == [("quick", threading.get_ident())]


def test_what_may_take_long_is_left_to_the_background_thread(pipes):
    os.write(pipes.slow[1], b"s")
    while not pipes.called["slow"].is_set():
        pipes.reactor.lend(pipes.bell[0], 0.02, lambda: False)
    assert pipes.calls[0][1] != threading.get_ident()


def test_a_lent_thread_comes_back_when_its_own_descriptor_or_a_callback_says_so(pipes):
    os.write(pipes.bell[1], b"x")
    assert pipes.reactor.lend(pipes.bell[0], 10, lambda: False) is True
    os.read(pipes.bell[0], 1)
    assert pipes.reactor.lend(pipes.bell[0], 0.001, lambda: False) is False
    os.write(pipes.quick[1], b"q")
    assert pipes.reactor.lend(pipes.bell[0], 10, lambda: bool(pipes.calls)) is True


def test_one_that_waits_long_is_told_to_wait_by_other_means_and_the_background_thread_takes_over(pipes):
    assert pipes.reactor.lend(pipes.bell[0], None, lambda: False) is None
    os.write(pipes.quick[1], b"q")
    assert pipes.called["quick"].wait(10)
    assert pipes.calls[0][1] != threading.get_ident()


def test_the_background_thread_takes_over_from_a_lender_that_is_away(pipes):
    pipes.reactor.lend(pipes.bell[0], 0.001, lambda: False)
    os.write(pipes.quick[1], b"q")
    assert pipes.called["quick"].wait(10)


def test_only_one_thread_is_lent_and_nothing_to_do_is_said(pipes):
    assert Reactor().lend(pipes.bell[0], 1, lambda: False) is None
    inside = []

    def ask():
        inside.append((pipes.reactor.lend(pipes.bell[0], 1, lambda: True), pipes.reactor.is_calling_here))
        return False

    pipes.reactor.unwatch(pipes.quick[0])
    pipes.reactor.watch(pipes.quick[0], ask, quick=True)
    pipes.reactor.kick(pipes.quick[0])
    while not inside:
        pipes.reactor.lend(pipes.bell[0], 0.02, lambda: bool(inside))
    assert inside[0][0] is None or not inside[0][1]


def test_what_is_unwatched_by_another_thread_is_not_called_by_a_lender_any_more(pipes):
    entered, leave, gone = threading.Event(), threading.Event(), threading.Event()

    def slowly():
        entered.set()
        leave.wait(10)
        with contextlib.suppress(BlockingIOError):
            os.read(pipes.quick[0], 1)
        return False

    pipes.reactor.unwatch(pipes.quick[0])
    pipes.reactor.watch(pipes.quick[0], slowly, quick=True)

    def unwatch():
        entered.wait(10)
        pipes.reactor.unwatch(pipes.quick[0])
        gone.set()

    thread = threading.Thread(target=unwatch)
    thread.start()
    gone_early = []

    def let_go():
        gone_early.append(gone.is_set())
        leave.set()

    watcher = threading.Timer(0.05, let_go)
    watcher.start()
    os.write(pipes.quick[1], b"q")
    while not gone.is_set():
        pipes.reactor.lend(pipes.bell[0], 0.005, lambda: False)
    thread.join()
    watcher.join()
    assert gone_early == [False]
