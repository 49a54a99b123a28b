"""A match's record as people and programs ask for it: its header, its events, its outcomes, how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from arena.bus.events import decode
from arena.errors import RecordError, UnknownNameError, WireError
from arena.match.outcome import EpisodeOutcome
from arena.records.format import SUFFIX, CutError, payload_hash
from arena.records.reader import RecordReader, is_being_written


class Status(StrEnum):
    """How far a match came."""

    FINISHED = "finished"
    ABORTED = "aborted"
    """Closed in order, before its end."""
    UNFINISHED = "unfinished"
    """Never closed: its process died, or it still runs (see :attr:`Record.live`)."""


class Record:
    """One record file. Opening reads block headers and the first event; the rest is read when asked for.

    Every method raises :class:`RecordError` where the file does not hold what it should; what is readable up
    to a damaged place is handed out, and :attr:`damage` then says why it ends. Use as a context manager.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader = RecordReader(path)

    @property
    def stream(self) -> str:
        """The bus stream it holds, ``match/<ulid>/``."""
        return self._reader.stream

    @property
    def match_id(self) -> str:
        """The match's ULID."""
        return self.stream.rstrip("/").rpartition("/")[2]

    @property
    def damage(self) -> str | None:
        """Why reading ends before the end of the file, or ``None``."""
        return None if self._reader.damage is None else str(self._reader.damage)

    @property
    def cut_off(self) -> bool:
        """Whether the file merely ends early, as one does whose writer was killed; what is there is whole."""
        return isinstance(self._reader.damage, CutError)

    @property
    def message_count(self) -> int:
        """Messages that can be read, as far as is known without reading all."""
        return self._reader.next_seq

    @cached_property
    def live(self) -> bool:
        """Whether a process was writing the file when first asked."""
        return is_being_written(self.path)

    @cached_property
    def header(self) -> Mapping[str, Any]:
        """The ``open`` event's fields."""
        event = next(self.events(), None)
        if event is None or event["kind"] != "open":
            raise RecordError(f"{self.path} holds no header: it was cut off before its first block was whole")
        return event

    @cached_property
    def close_reason(self) -> str | None:
        """The ``close`` event's reason; ``None`` where there is no such event."""
        blocks = self._reader.blocks
        if not blocks:
            return None
        last = next(self.events(blocks[-1].header.last), None)
        if last is None or last["kind"] != "close":
            return None
        return str(last.get("reason", ""))

    @property
    def status(self) -> Status:
        """Whether the match was played to its end, closed before it, or never closed."""
        if self.close_reason is None:
            return Status.UNFINISHED
        return Status.ABORTED if self.close_reason == "aborted" else Status.FINISHED

    def messages(self, first: int = 0) -> Iterator[bytes]:
        """The encoded events from seq ``first`` on."""
        return self._reader.messages(first)

    def events(self, first: int = 0) -> Iterator[dict[str, Any]]:
        """The decoded events from seq ``first`` on."""
        for message in self._reader.messages(first):
            try:
                yield decode(message)
            except WireError as error:
                raise RecordError(f"{self.path}: {error}") from error

    def outcomes(self) -> list[EpisodeOutcome]:
        """The results of the episodes played to their end."""
        return [outcome_of(event) for event in self.events() if event["kind"] == "outcome"]

    def seed(self) -> int:
        """The master seed, from wherever it stands."""
        seed = self.header.get("seed")
        if seed is None:
            seed = next((event["seed"] for event in self.events(1) if event["kind"] == "secret"), None)
        if not isinstance(seed, int):
            raise RecordError(f"{self.path} does not tell its seed: it was withheld and never released")
        return seed

    def payload_hash(self) -> str:
        """See :func:`arena.records.format.payload_hash`."""
        return payload_hash(self.messages())

    def check(self) -> None:
        """Read every block, so that :attr:`damage` speaks for all of them."""
        self._reader.check()

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def outcome_of(event: Mapping[str, Any]) -> EpisodeOutcome:
    """The outcome in an ``outcome`` event; raises :class:`RecordError` where it is none."""
    fields = {name: value for name, value in event.items() if name not in {"v", "kind", "seq", "t"}}
    try:
        return EpisodeOutcome.from_dict(fields)
    except (TypeError, KeyError, ValueError) as error:
        raise RecordError(
            f"event {event.get('seq')} is not an outcome this Arena knows: {error!r}"
        ) from error


def find_record(name: str, folder: Path) -> Path:
    """The record file meant by a path, an id, or the beginning or end of one in ``folder``."""
    path = Path(name).expanduser()
    if path.is_file():
        return path
    ids = sorted((path.stem for path in folder.glob(f"*{SUFFIX}")), reverse=True)
    wanted = name.removesuffix(SUFFIX).upper()
    found = [known for known in ids if known.startswith(wanted) or known.endswith(wanted)]
    if len(found) == 1 and wanted:
        return folder / f"{found[0]}{SUFFIX}"
    if wanted and len(found) > 1:
        raise RecordError(
            f"{name!r} is the id of {len(found)} records: {', '.join(found[:5])}; give more of it"
        )
    raise UnknownNameError("record", name, ids[:10], "Give a file, or an id of `arena history`.")
