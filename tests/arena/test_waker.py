"""The waker: never loses a wake-up, never piles them up."""

from __future__ import annotations

import os
import resource
import threading

from arena.waker import Waker


def test_a_wake_up_before_the_wait_is_not_lost() -> None:
    waker = Waker()
    waker.wake()
    assert waker.wait(0) is True
    assert waker.wait(0) is False
    waker.close()


def test_many_wake_ups_are_one_and_never_block() -> None:
    waker = Waker()
    for _ in range(200_000):
        waker.wake()
    assert waker.wait(0) is True
    assert waker.wait(0) is False
    waker.close()


def test_another_thread_ends_an_endless_wait() -> None:
    waker = Waker()
    thread = threading.Timer(0.02, waker.wake)
    thread.start()
    assert waker.wait(None) is True
    thread.join()
    waker.close()


def test_waking_a_closed_waker_does_nothing() -> None:
    waker = Waker()
    waker.close()
    waker.wake()
    waker.close()


def test_it_works_in_a_process_with_very_many_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096) if hard > 0 else 4096, hard))
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        waker = Waker()
        assert waker.fileno() > 1023
        assert waker.wait(0) is False
        waker.wake()
        assert waker.wait(5) is True
        waker.close()
    finally:
        for file in files:
            os.close(file)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
