from __future__ import annotations

import os
import threading

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
