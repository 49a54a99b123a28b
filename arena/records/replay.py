"""Plays a record again: the same environment, seeds and actions give every state of the match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Self

from arena.errors import RecordError
from arena.games import catalog
from arena.games.actions import ActionChecker, from_plain
from arena.games.contract import StepResult
from arena.games.digest import Digest
from arena.games.entry import CatalogEntry
from arena.games.local_host import LocalHost
from arena.match.seeds import env_seed
from arena.records.record import Record


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a record, after it was played again."""

    event: Mapping[str, Any]
    episode: int
    """-1 before the first."""
    tick: int
    """Steps made in this episode, undone ones not counted."""
    result: StepResult | None
    """What the environment answered, where the event moved it (``reset``, ``step``, ``undo``)."""
    begun: bool
    """Whether this episode's environment has been reset: false where a match never got that far."""


class Replay:
    """Re-simulates one record from its start: :meth:`moments` shows every event, :meth:`skip` runs past those
    that nobody looks at.

    :attr:`host` holds the environment as it was at the last :class:`Moment` handed out: read its ``state`` or
    ``snapshot`` before asking for the next. Close it, or use it as a context manager; the record stays open.
    """

    def __init__(self, record: Record, *, trusted: bool = False) -> None:
        """``trusted`` allows a record to name its game as ``module:factory``, which is code that gets run.

        Raises :class:`RecordError` where that is refused or the seed was never told, and
        :class:`arena.errors.ArenaError` where the game is not here or does not take the record's options.
        """
        self.record = record
        self.entry = _entry_of(record, trusted=trusted)
        self._seed = record.seed()
        self.host = LocalHost(self.entry, _options_of(record, self.entry))
        self._checkers: dict[str, ActionChecker] = {}
        self._legal: Mapping[str, Any] = {}
        self._events = record.events()
        self.seq = 0
        """How many events were played again, which is the seq of the next."""
        self._episode, self._tick, self._begun = -1, 0, False
        self._digest: Digest | None = Digest()
        """``None`` where a part of the episode was skipped."""
        self._line: list[Digest] = []
        """One digest per tick of the present line, for undo; kept only where the game has it."""

    @property
    def digest(self) -> str:
        """The fingerprint of the present episode up to the last moment.

        Raises :class:`RecordError` where a part of the episode was skipped: nobody observed it.
        """
        if self._digest is None:
            raise RecordError(
                f"episode {self._episode} was skipped in part, which leaves it without a digest; "
                "play all its moments to have one"
            )
        return self._digest.hex()

    def moments(self) -> Iterator[Moment]:
        """Every event in order from where the replay stands, played again. Each event is handed out once.

        Raises :class:`RecordError` where an event cannot be played, :class:`arena.errors.GameError` where the
        environment refuses it.
        """
        for event in self._events:
            result = self._play(event)
            moment = Moment(event, self._episode, self._tick, result, self._begun)
            self._over(event)
            yield moment

    def skip(self, until: int) -> None:
        """Play the events before the one with seq ``until`` again, or as many as there are, with nobody
        looking: as quickly as the game can be ticked, since nothing is observed and no digest taken.

        The environment comes out exactly as by :meth:`moments`, which goes on from there. Raises as that
        does, and :class:`RecordError` where the replay is past that event.
        """
        if until < self.seq:
            raise RecordError(
                f"event {until} is behind: {self.seq} were played; begin another replay to go back"
            )
        for event in islice(self._events, until - self.seq):
            self._play(event, told=False)
            self._over(event)

    def _play(self, event: Mapping[str, Any], *, told: bool = True) -> StepResult | None:
        """Have the environment do what the event says; its answer, if it moved."""
        self.seq += 1
        match event["kind"]:
            case "step":
                return self._step(event, told=told)
            case "reset":
                return self._reset(_whole(event, "episode"))
            case "undo":
                return self._undo(_whole(event, "steps"))
            case "episode_end":
                self._episode = _whole(event, "episode")
        return None

    def _over(self, event: Mapping[str, Any]) -> None:
        if event["kind"] == "outcome":
            self._begun = False

    def _reset(self, episode: int) -> StepResult:
        self._episode, self._tick, self._begun = episode, 0, True
        self.host.submit_reset(env_seed(self._seed, episode))
        result = self._polled()
        self._digest = Digest()
        self._digest.update(result)
        self._line = [self._digest.copy()]
        return result

    def _step(self, event: Mapping[str, Any], *, told: bool) -> StepResult:
        if not self._begun:
            raise RecordError(f"event {event.get('seq')}: a step before the episode was reset")
        try:
            actions = {agent: self._action(agent, plain) for agent, plain in event["actions"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RecordError(f"event {event.get('seq')} holds actions that are none: {error!r}") from error
        if told:
            self.host.submit_step(actions)
        else:
            self.host.submit_skip(actions)
            self._digest = None
        result = self._polled()
        self._tick += 1
        if self._digest is not None:
            self._digest.update(result)
            if self.entry.undo:
                self._line.append(self._digest.copy())
        return result

    def _undo(self, steps: int) -> StepResult:
        if not 1 <= steps <= self._tick or not self.entry.undo:
            raise RecordError(f"{steps} steps of {self._tick} cannot be taken back in {self.entry.id}")
        self.host.submit_undo(steps)
        result = self._polled()
        self._tick -= steps
        if self._digest is not None:
            del self._line[-steps:]
            self._digest = self._line[-1].copy()
        return result

    def _action(self, agent: str, plain: Any) -> Any:
        """The action on record, if it was legal: hosts take no others."""
        checker = self._checkers.get(agent)
        if checker is None:
            checker = self._checkers[agent] = ActionChecker(self.host.action_space(agent))
        checked = checker.check(from_plain(checker.space, plain), self._legal.get(agent))
        if checked.problem is not None:
            raise RecordError(
                f"episode {self._episode}, tick {self._tick}, action of {agent}: {checked.problem}"
            )
        return checked.action

    def _polled(self) -> StepResult:
        result = self.host.poll()
        if result is None:
            raise RecordError(f"{self.entry.id} gave no result in this process")
        self._legal = result.legal
        return result

    def close(self) -> None:
        """Close the environment. Safe to call twice."""
        self.host.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _entry_of(record: Record, *, trusted: bool) -> CatalogEntry:
    game = str(record.header.get("game", ""))
    if ":" in game and not trusted and game not in catalog.ids():
        raise RecordError(
            f"{record.path} was played with {game}, code that would be run to play it again; "
            "if you know it, say --trust"
        )
    entry = catalog.get(game)
    mode = record.header.get("render_mode", entry.render_mode)
    if mode not in (None, "rgb_array"):
        raise RecordError(
            f"{record.path}: the render mode {mode!r} is not rgb_array or none; it may open windows"
        )
    return replace(entry, render_mode=mode)


def _options_of(record: Record, entry: CatalogEntry) -> dict[str, Any]:
    """The factory's arguments. Those that are not the catalog's own are checked like a person's."""
    options = record.header.get("options", {})
    if not isinstance(options, Mapping):
        raise RecordError(f"{record.path}: options {options!r} are not a map")
    own = {name: value for name, value in options.items() if _plain(entry.options.get(name)) != value}
    return catalog.resolve_options(entry, own)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _whole(event: Mapping[str, Any], name: str) -> int:
    value = event.get(name)
    if not isinstance(value, int) or value < 0:
        raise RecordError(f"event {event.get('seq')} has {name} {value!r}; a whole number belongs there")
    return value
