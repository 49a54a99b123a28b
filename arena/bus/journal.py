"""The journal of a match: each event is encoded once, appended to the record, then published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from arena.bus.events import encode, placeholder, stream_name
from arena.bus.publisher import Publisher
from arena.bus.repair import History, Redactor
from arena.errors import RecordError
from arena.records.format import SUFFIX, BlockCodec
from arena.records.writer import RecordWriter

_CLOSING = frozenset({"open", "outcome", "close"})
"""Kinds after which a block is written: the header stands alone, a result is on disk soon."""


class Journal:
    """The :class:`arena.bus.events.EventSink` of a real match.

    :meth:`emit` costs the tick thread a few microseconds: it encodes, appends to a list and, in live paces,
    hands one message to ZeroMQ. In ``fast`` pace events are published in the blocks of the record, by the
    writer's thread, and not at all while nobody listens. A full disk does not stop it: :attr:`fault` says
    what happened, and the owner of the match decides.
    """

    def __init__(self, path: Path, stream: str, *, live: bool, publish: bool = True) -> None:
        """Create the record ``path`` and, with ``publish``, the stream on the bus; raises
        :class:`ArenaError`.
        """
        self.path, self.stream = path, stream
        self._seq = 0
        self._redactor = Redactor()
        self._last: int | None = None
        self._live = live
        self._block_codec = BlockCodec()
        self._publisher: Publisher | None = None
        self._writer = RecordWriter.create(path, stream, on_block=self._after_block if publish else None)
        if publish:
            try:
                history = History(path, self._writer, self._redactor)
                self._publisher = Publisher(stream, history, live=live)
            except BaseException:
                self._writer.close()
                path.unlink(missing_ok=True)
                raise

    @classmethod
    def open(cls, folder: Path, match_id: str, *, live: bool, publish: bool = True) -> Self:
        """The journal of one match: ``<folder>/<match_id>.arena`` and the stream ``match/<match_id>/``.

        ``live`` is false in ``fast`` pace.
        """
        return cls(folder / f"{match_id}{SUFFIX}", stream_name("match", match_id), live=live, publish=publish)

    @property
    def fault(self) -> RecordError | None:
        """Why the record ended early (disk full), once it did. The bus goes on."""
        return self._writer.fault

    @property
    def seq(self) -> int:
        """The seq of the next event."""
        return self._seq

    def emit(self, kind: str, t: float, fields: Mapping[str, Any], *, private: bool = False) -> None:
        """Journal one event, then publish it (see :class:`arena.bus.events.EventSink`)."""
        seq = self._seq
        self._seq = seq + 1
        message = encode(kind, seq, t, fields, private=private)
        if private:
            self._redactor.active = True
        if kind == "close" and not self._live:
            self._last = seq
        self._writer.append(message, closes=kind in _CLOSING)
        publisher = self._publisher
        if publisher is not None and self._live:
            if private:
                publisher.send("withheld", placeholder(message))
            else:
                publisher.send(kind, message)
            if kind == "close":  # only now that it is sent may the publisher take its leave
                self._last = seq
                if self._writer.written > seq:
                    self._end_stream(publisher)

    def wait_for_subscribers(self, count: int, timeout_s: float) -> bool:
        """Wait until so many have subscribed, so that they miss nothing. Before the match, not in it."""
        return self._publisher is None or self._publisher.wait_for(count, timeout_s)

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until all so far is in the file; false on a fault or time-out. Not for the tick thread."""
        return self._writer.flush(timeout_s)

    def close(self) -> None:
        """Write what is left, let recorders catch up (2 s of silence at most), free everything.

        Safe to call twice. A journal closed without a ``close`` event leaves an unfinished record; one in
        which nothing was ever journalled (a match refused at the last moment) leaves none.
        """
        self._writer.close()
        if self._seq == 0:
            self.path.unlink(missing_ok=True)
        if self._publisher is not None:
            self._redactor.active = False
            self._publisher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _after_block(self, first: int, messages: list[bytes], block: bytes) -> None:
        """In the writer's thread: the block is in the file."""
        publisher = self._publisher
        if publisher is None:
            return
        if not self._live and publisher.listening:
            redacted = self._redactor.redact(messages)
            publisher.send_block(block if redacted is None else self._block_codec.pack(first, redacted))
        if self._last is not None and first + len(messages) > self._last:
            self._end_stream(publisher)

    def _end_stream(self, publisher: Publisher) -> None:
        """The last event is published and in the file: what was withheld may be asked for now."""
        self._redactor.active = False
        publisher.finish()
