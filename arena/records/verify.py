"""Checks a record against the game itself: every reward, every end and every digest, by playing it again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from arena.games.contract import StepResult
from arena.records.record import Record, Status
from arena.records.replay import Moment, Replay


@dataclass(slots=True)
class EpisodeCheck:
    """What was compared in one episode."""

    episode: int
    ticks: int = 0
    digests: int = 0
    """Digests that were there and agree."""
    complete: bool = False
    """The episode has its result."""


@dataclass(slots=True)
class VerifyReport:
    """What :func:`verify` found."""

    path: str
    match_id: str
    game: str
    status: str
    problem: str | None = None
    """The first thing that does not agree, or why it cannot be checked; ``None``: everything agrees."""
    notes: list[str] = field(default_factory=list)
    """What does not speak against the record and is good to know: cut off, other versions."""
    episodes: list[EpisodeCheck] = field(default_factory=list)
    seconds: float = 0.0
    """How long it took."""

    @property
    def ok(self) -> bool:
        """Everything that the record says agrees with the game."""
        return self.problem is None

    @property
    def ticks(self) -> int:
        """Steps that were played again, undone ones not counted."""
        return sum(check.ticks for check in self.episodes)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for ``--json``."""
        return {"ok": self.ok, "ticks": self.ticks, **asdict(self)}


class _Mismatch(Exception):  # noqa: N818 - never leaves this module
    """The game and the record do not agree."""


def verify(path: Path, *, trusted: bool = False) -> VerifyReport:
    """Play the record at ``path`` again and compare.

    Raises :class:`arena.errors.RecordError` only where the file is no record or has no header. ``trusted`` as
    in :class:`arena.records.replay.Replay`.
    """
    began = time.perf_counter()
    with Record(path) as record:
        header = record.header
        report = VerifyReport(str(path), record.match_id, str(header.get("game", "")), str(record.status))
        try:
            _check(record, report, trusted=trusted)
        except (_Mismatch, ArenaError) as error:
            report.problem = str(error)
        if record.cut_off:
            report.notes.append(f"cut off: {record.damage}")
        elif record.damage is not None and report.problem is None:
            report.problem = f"damaged, and not to be read from there on: {record.damage}"
        if record.status is Status.UNFINISHED:
            report.notes.append("the match still runs" if record.live else "the match was never closed")
        if report.problem is not None:
            report.notes += _other_versions(header)
    report.seconds = time.perf_counter() - began
    return report


def _check(record: Record, report: VerifyReport, *, trusted: bool) -> None:
    with Replay(record, trusted=trusted) as replay:
        for moment in replay.moments():
            check = _episode(report, moment.episode)
            match moment.event["kind"]:
                case "reset":
                    check.ticks = 0
                case "step" if moment.result is not None:
                    check.ticks = moment.tick
                    _check_step(moment, moment.result)
                case "undo":
                    check.ticks = moment.tick
                case "digest" if moment.begun:
                    _check_digest(moment, replay.digest, str(moment.event.get("hex")))
                    check.digests += 1
                case "outcome":
                    _check_outcome(moment, replay.digest)
                    check.complete = True
                case "withheld":
                    raise _Mismatch(
                        f"event {moment.event['seq']} was withheld and never released: the match died in play"
                    )


def _episode(report: VerifyReport, episode: int) -> EpisodeCheck:
    if episode < 0:
        return EpisodeCheck(episode)
    if not report.episodes or report.episodes[-1].episode != episode:
        report.episodes.append(EpisodeCheck(episode))
    return report.episodes[-1]


def _check_step(moment: Moment, result: StepResult) -> None:
    event = moment.event
    if event.get("tick") != moment.tick:
        raise _Mismatch(f"{_where(moment)}: the record calls it tick {event.get('tick')}")
    rewards = {agent: float(reward) for agent, reward in result.rewards.items() if reward}
    if rewards != event.get("rewards", {}):
        raise _Mismatch(f"{_where(moment)}: rewards {rewards}, on record {event.get('rewards', {})}")
    ended = {agent: "x" for agent, flag in result.truncated.items() if flag}
    ended.update({agent: "t" for agent, flag in result.terminated.items() if flag})
    if ended != event.get("ended", {}):
        raise _Mismatch(f"{_where(moment)}: ended {ended}, on record {event.get('ended', {})}")


def _check_digest(moment: Moment, found: str, recorded: str) -> None:
    if found != recorded:
        raise _Mismatch(f"{_where(moment)}: digest {found}, on record {recorded}")


def _check_outcome(moment: Moment, found: str) -> None:
    """The result's own digest (left out where information is hidden) and its number of ticks."""
    event = moment.event
    if moment.begun and event.get("digest"):
        _check_digest(moment, found, str(event["digest"]))
    if moment.begun and event.get("ticks") != moment.tick:
        raise _Mismatch(f"{_where(moment)}: the result says {event.get('ticks')} ticks")


def _where(moment: Moment) -> str:
    return f"episode {moment.episode}, tick {moment.tick} (event {moment.event.get('seq')})"


def _other_versions(header: Mapping[str, Any]) -> list[str]:
    recorded = header.get("versions", {})
    notes = []
    for name, then in recorded.items() if isinstance(recorded, Mapping) else ():
        try:
            now = version(name)
        except PackageNotFoundError:
            continue
        if now != then:
            notes.append(f"played with {name} {then}, here is {now}")
    return notes
