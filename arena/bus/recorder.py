"""Rebuilds the record files of a whole site from the bus alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

import zmq

from arena.bus import endpoints
from arena.bus.endpoints import StreamEndpoint
from arena.bus.events import decode
from arena.bus.subscriber import Follower
from arena.errors import ArenaError, RecordError, WireError
from arena.records.format import SUFFIX, DamageError
from arena.records.reader import RecordReader
from arena.records.writer import RecordWriter

LOOK_EVERY_S = 0.2
ACK_EVERY_S = 0.25
LOST_AFTER_S = 1.0

UNRECORDED = ("server/",)
"""Streams that begin so are figures of the moment, not worth a file."""

_CLOSING = frozenset({"open", "outcome", "close"})
_PART = ".part"


def _is_withheld(message: bytes) -> bool:
    try:
        return bool(decode(message)["kind"] == "withheld")
    except WireError:
        return False


class Recording:
    """The file of one stream, growing.

    While a match hides information, the file holds placeholders for what was withheld. At the end all of it
    is fetched once more, as it really was, into a second file that replaces the first.
    """

    def __init__(
        self, endpoint: StreamEndpoint, folder: Path, context: zmq.Context[Any], peer_id: str
    ) -> None:
        """Start the file, or go on with what an earlier recorder left. Raises :class:`RecordError`."""
        self.endpoint, self.stream = endpoint, endpoint.stream
        self.path = folder / f"{endpoint.stream.rstrip('/').rpartition('/')[2]}{SUFFIX}"
        self.done = False
        self._context, self._peer_id = context, peer_id
        self._withheld = False
        self._revealing = False
        self._told_once = 0
        self._writer = self._open()
        self._follower = self._follow(self._writer.next_seq)
        self._acked_at = 0.0
        self._heard_at = time.monotonic()

    def _open(self) -> RecordWriter:
        self._part.unlink(missing_ok=True)
        if not self.path.exists():
            return RecordWriter.create(self.path, self.stream)
        try:
            with RecordReader(self.path) as reader:
                self._withheld = any(map(_is_withheld, reader.messages()))
            return RecordWriter.resume(self.path)
        except DamageError:  # killed before its first bytes were whole: nothing is lost
            self.path.unlink()
            return RecordWriter.create(self.path, self.stream)

    @property
    def _part(self) -> Path:
        return self.path.with_name(self.path.name + _PART)

    def _follow(self, first: int) -> Follower:
        return Follower(self.endpoint, self._context, first=first, peer_id=self._peer_id)

    @property
    def sockets(self) -> tuple[zmq.Socket[Any], ...]:
        """What to poll."""
        return self._follower.sockets

    @property
    def messages(self) -> int:
        """Messages in the file, or on their way to it."""
        return max(self._told_once, self._writer.next_seq)

    def pump(self, now: float) -> None:
        """Read, write, acknowledge. Raises :class:`RecordError` where this record cannot go on."""
        messages = self._follower.pump(now)
        for message in messages:
            kind = str(decode(message)["kind"])
            self._withheld = self._withheld or kind == "withheld"
            self._writer.append(message, closes=kind in _CLOSING)
        if messages:
            self._heard_at = now
        if self._writer.fault is not None:
            raise self._writer.fault
        if self._follower.gone:
            raise RecordError(f"{self.stream}: its publisher has lost message {self._follower.next_seq}")
        if self._follower.ended:
            self._finish_pass()
        elif now - self._acked_at >= ACK_EVERY_S:
            self._acked_at = now
            self._follower.ack(-1 if self._revealing else self._writer.written - 1)

    def is_lost(self, now: float) -> bool:
        """Whether the publisher died and nothing of it is still on the way."""
        return now - self._heard_at > LOST_AFTER_S and not endpoints.is_alive(self.stream)

    def _finish_pass(self) -> None:
        """Everything has been said once: done, unless something was withheld."""
        self._writer.close()
        if self._writer.fault is not None:
            raise self._writer.fault
        if self._revealing:
            self._part.replace(self.path)
        elif self._withheld:
            self._revealing, self._told_once = True, self._writer.next_seq
            self._follower.close()
            self._part.unlink(missing_ok=True)
            self._writer = RecordWriter.create(self._part, self.stream)
            self._follower = self._follow(0)
            return
        self._follower.ack(self._writer.next_seq - 1, complete=True)
        self.done = True

    def close(self) -> None:
        """Stop where it is; a later recorder goes on from there. Safe to call twice."""
        self._follower.close()
        self._writer.close()
        if self._revealing and not self.done:
            self._part.unlink(missing_ok=True)


class Recorder:
    """Follows every stream that is announced and writes its file into ``folder``. Close it, or use `with`."""

    def __init__(self, folder: Path, on_note: Callable[[str], None] = lambda _text: None) -> None:
        """``on_note`` gets a line for each record that begins, ends or fails.

        Raises :class:`RecordError` where ``folder`` cannot be made.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RecordError(
                f"cannot record into {folder}: {error.strerror or error}; name another folder with --out"
            ) from error
        self.folder, self._note = folder, on_note
        self.recordings: dict[str, Recording] = {}
        self.finished: list[str] = []
        """Streams whose records are whole, in the order in which they ended."""
        self._left: set[str] = set()
        self._id = blake2b(str(folder.resolve()).encode(), digest_size=8).hexdigest()
        self._announcement = endpoints.announce_recorder(self._id)
        self._context = zmq.Context()
        self._poller = zmq.Poller()
        self._looked_at = float("-inf")

    def run_once(self, timeout_s: float) -> None:
        """One round: find streams, then write what arrives within ``timeout_s``."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            self._look()
        self._poller.poll(int(min(timeout_s, LOOK_EVERY_S) * 1000))
        now = time.monotonic()
        for recording in list(self.recordings.values()):
            before = recording.sockets
            self._pump(recording, now)
            self._watch(before, recording)

    def _look(self) -> None:
        alive = endpoints.streams()
        self._left &= {endpoint.stream for endpoint in alive}
        for endpoint in alive:
            known = endpoint.stream in self.recordings or endpoint.stream in self._left
            if known or endpoint.stream.startswith(UNRECORDED):
                continue
            try:
                recording = Recording(endpoint, self.folder, self._context, self._id)
            except ArenaError as error:
                self._left.add(endpoint.stream)
                self._note(f"{endpoint.stream} is not recorded: {error}")
                continue
            self.recordings[endpoint.stream] = recording
            self._watch((), recording)
            self._note(f"{endpoint.stream} from event {recording.messages} on")

    def _pump(self, recording: Recording, now: float) -> None:
        try:
            recording.pump(now)
            if recording.done:
                self.finished.append(recording.stream)
                self._leave(recording, f"complete, {recording.messages} events in {recording.path}")
            elif recording.is_lost(now):
                self._leave(
                    recording, f"its process is gone; {recording.messages} events in {recording.path}"
                )
        except ArenaError as error:
            self._leave(recording, str(error))

    def _leave(self, recording: Recording, why: str) -> None:
        for socket in recording.sockets:
            self._poller.unregister(socket)
        recording.close()
        del self.recordings[recording.stream]
        self._left.add(recording.stream)
        self._note(f"{recording.stream} {why}")

    def _watch(self, before: tuple[zmq.Socket[Any], ...], recording: Recording) -> None:
        """Keep the poller up with a recording that has opened other sockets."""
        if recording.stream not in self.recordings or recording.sockets == before:
            return
        for socket in before:
            self._poller.unregister(socket)
        for socket in recording.sockets:
            self._poller.register(socket, zmq.POLLIN)

    def close(self) -> None:
        """Stop; what is open can be gone on with later."""
        self._announcement.withdraw()
        for recording in list(self.recordings.values()):
            recording.close()
        self.recordings.clear()
        self._context.term()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
