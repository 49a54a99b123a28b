"""Work that takes longer than a frame: done in a thread, asked after once a frame."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Job(Generic[T]):
    """Runs ``work`` in a thread of its own from the moment it is made; ``wake`` is called when it is done."""

    def __init__(self, work: Callable[[], T], wake: Callable[[], None]) -> None:
        self._work, self._wake = work, wake
        self._answer: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="arena-job", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether `result` answers at once."""
        return bool(self._answer) or self._error is not None

    def result(self) -> T:
        """What ``work`` returned, or the error it raised; waits for it."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answer[0]

    def close(self) -> None:
        """Wait for the end, whatever it is."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._answer.append(self._work())
        except BaseException as error:  # noqa: BLE001 - told to whoever asks for the result
            self._error = error
        self._wake()
