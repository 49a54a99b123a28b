"""Writes a record file: the tick thread appends to a list, a thread of the writer's own does the rest."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from arena.errors import RecordError
from arena.records.format import BlockCodec, pack_preamble
from arena.records.reader import RecordReader

BLOCK_MESSAGES = 256
"""A block is written once this many messages wait (one a tick, so 256 ticks)."""
BLOCK_AGE_S = 1.0
"""... or once the oldest of them has waited this long, or at a message that closes."""
GATHER_S = 0.02
"""After a signal the writer waits this long for more: at full speed an episode takes less, and blocks of few
messages compress badly."""
BACKLOG_MAX = 64 << 20
"""Bytes that may wait for a disk that does not answer; then the record ends."""

_SPLIT_MESSAGES = 4096
_SPLIT_BYTES = 4 << 20
_LOCK_WAIT_S = 0.5

OnBlock = Callable[[int, list[bytes], bytes], None]
"""Called in the writer's thread with first seq, messages and packed block, once it is in the file."""


class RecordWriter:
    """One open record file.

    :meth:`append` is for one thread, never touches the disk and never raises: what goes wrong with the file
    later (full, gone) ends the record and stands in :attr:`fault`. Each block is handed to the system in one
    write, so it survives ``kill -9`` of this process; fsync follows at most once a second and at the end.

    The file is locked (flock) while it is open, which tells a live record from one whose process died.
    """

    def __init__(self, fd: int, path: Path, stream: str, *, next_seq: int, on_block: OnBlock | None) -> None:
        """Made by :meth:`create` and :meth:`resume`; ``fd`` is locked and stands at the file's end."""
        self.path, self.stream = path, stream
        self.fault: RecordError | None = None
        """Why the record ended early, once it did."""
        self.next_seq = next_seq
        """The seq of the next message."""
        self._fd, self._on_block = fd, on_block
        # Messages that are not in the file. Appending and cutting off the front are single operations of the
        # interpreter, so the tick thread needs no lock; who needs it together with `_written` takes `_guard`.
        self._pending: list[bytes] = []
        self._written = next_seq
        self._guard = threading.Condition()
        self._backlog = 0
        self._since_signal = 0
        self._signal = threading.Event()
        self._hurry = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"record {path.stem}", daemon=True)
        self._thread.start()

    @classmethod
    def create(cls, path: Path, stream: str, *, on_block: OnBlock | None = None) -> Self:
        """Start the file ``path``; raises :class:`RecordError` if it exists or cannot be written."""
        with _as_record_errors(path):
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                _lock_file(fd, path)
                _write_all(fd, pack_preamble(stream))
            except BaseException:
                os.close(fd)
                path.unlink(missing_ok=True)
                raise
        return cls(fd, path, stream, next_seq=0, on_block=on_block)

    @classmethod
    def resume(cls, path: Path, *, on_block: OnBlock | None = None) -> Self:
        """Go on with a file whose writer died: cut off what is not whole and append behind it.

        Raises :class:`RecordError` if another process writes it or it is no record.
        """
        with _as_record_errors(path):
            fd = os.open(path, os.O_RDWR)
            try:
                _lock_file(fd, path)
                with RecordReader(path) as reader:
                    reader.check()
                    os.ftruncate(fd, reader.end)
                    os.lseek(fd, 0, os.SEEK_END)
                    stream, next_seq = reader.stream, reader.next_seq
            except BaseException:
                os.close(fd)
                raise
        return cls(fd, path, stream, next_seq=next_seq, on_block=on_block)

    @property
    def written(self) -> int:
        """How many messages, from seq 0 on, are in the file."""
        return self._written

    def append(self, message: bytes, *, closes: bool = False) -> int:
        """Take one message; returns its seq. ``closes``: it should be in the file soon."""
        seq = self.next_seq
        self.next_seq = seq + 1
        if self.fault is not None:
            return seq
        self._pending.append(message)
        self._backlog += len(message)
        self._since_signal += 1
        if closes or self._since_signal >= BLOCK_MESSAGES:
            self._since_signal = 0
            self._signal.set()
            if self._backlog > BACKLOG_MAX:
                self._check_backlog()
        return seq

    def unwritten(self, first: int, count: int) -> tuple[int, list[bytes]]:
        """Up to ``count`` messages not in the file, from seq ``first`` or their oldest on, and that seq."""
        with self._guard:
            start = max(first, self._written)
            offset = start - self._written
            return start, self._pending[offset : offset + count]

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until all so far is in the file; false on a fault or time-out. Not for the tick thread."""
        goal = self.next_seq
        self._hurry.set()
        self._signal.set()
        with self._guard:
            self._guard.wait_for(lambda: self._written >= goal or self.fault is not None, timeout_s)
            return self._written >= goal

    def close(self) -> None:
        """Write what is left, sync and close. Safe to call twice; raises nothing (see :attr:`fault`)."""
        self._closing = True
        self._hurry.set()
        self._signal.set()
        self._thread.join()

    def _check_backlog(self) -> None:
        waiting = sum(map(len, self._pending))
        if waiting > BACKLOG_MAX:
            self._fail(f"the disk does not keep up: {waiting >> 20} MiB wait for it")
        self._backlog = waiting

    def _fail(self, why: str) -> None:
        with self._guard:
            if self.fault is None:
                self.fault = RecordError(
                    f"the record {self.path} ends early, at message {self._written}: {why}"
                )
            self._pending.clear()
            self._guard.notify_all()

    # ---- the writer's thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        codec = BlockCodec()
        synced_at = time.monotonic()
        dirty = True
        try:
            while self.fault is None:
                self._hurry.clear()
                self._signal.clear()
                closing = self._closing
                while self._pending and self.fault is None:
                    self._write_block(codec)
                    dirty = True
                if dirty and (closing or time.monotonic() - synced_at >= BLOCK_AGE_S):
                    self._sync()
                    dirty, synced_at = False, time.monotonic()
                if closing and not self._pending:
                    return
                if self._signal.wait(BLOCK_AGE_S):
                    self._hurry.wait(GATHER_S)
        except Exception as error:
            self._fail(f"a fault of Arena's own: {error!r}")
            raise
        finally:
            os.close(self._fd)

    def _write_block(self, codec: BlockCodec) -> None:
        batch = self._next_batch()
        first = self._written
        end = os.lseek(self._fd, 0, os.SEEK_CUR)
        try:
            block = codec.pack(first, batch)
            _write_all(self._fd, block)
        except RecordError as error:
            self._fail(str(error))
            return
        except OSError as error:
            with contextlib.suppress(OSError):  # half a block is readable as no block, should this fail too
                os.ftruncate(self._fd, end)
            self._fail(f"{error.strerror or error}; make room or choose another folder with --home")
            return
        with self._guard:
            del self._pending[: len(batch)]
            self._written += len(batch)
            self._guard.notify_all()
        if self._on_block is not None:
            self._on_block(first, batch, block)

    def _next_batch(self) -> list[bytes]:
        # The header gets a block of its own: it is quickly read, and whole if anything is.
        batch = self._pending[: _SPLIT_MESSAGES if self._written else 1]
        size = 0
        for index, message in enumerate(batch):
            size += len(message)
            if size > _SPLIT_BYTES and index:
                return batch[:index]
        return batch

    def _sync(self) -> None:
        try:
            os.fsync(self._fd)
        except OSError as error:
            self._fail(f"{error.strerror or error}; make room or choose another folder with --home")


def _write_all(fd: int, data: bytes) -> None:
    """Write all of ``data``: the system may take a part, as it does when the disk fills up."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


@contextlib.contextmanager
def _as_record_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RecordError(f"cannot write the record {path}: {error.strerror or error}") from error


def _lock_file(fd: int, path: Path) -> None:
    deadline = time.monotonic() + _LOCK_WAIT_S  # who only asks whether it is locked holds it for a moment
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise RecordError(f"another process is writing the record {path}") from None
            time.sleep(0.01)
        else:
            return
