"""A host that steps its environment in this process: for headless matches, and for games that a view of ours
draws.
"""

from __future__ import annotations

import importlib
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

from gymnasium import spaces

from arena.errors import ArenaError, GameError
from arena.games import sources
from arena.games.adapter import Adapter, adapt
from arena.games.contract import Frame, Inspector, Paradigm, StepResult, Viewer
from arena.games.entry import CatalogEntry
from arena.games.guard import Guard, sdl_variables_kept


class LocalHost:
    """One environment in this process. A result is there as soon as ``submit_*`` returns, so the waker is
    never called.

    ``options`` are the resolved keyword arguments of the factory. Raises :class:`arena.errors.GameError` if
    the factory refuses them.
    """

    def __init__(self, entry: CatalogEntry, options: Mapping[str, Any]) -> None:
        self.entry = entry
        self.game_id = entry.id
        self._options = dict(options)
        self._guard = Guard()
        self._result: StepResult | None = None
        self._failure: GameError | None = None
        self._seed: int | None = None
        self._log: list[Mapping[str, Any]] = []
        self._ended = False
        self._inspector: Inspector | None = None
        self._adapter: Adapter | None = None
        self._adapter = self._make()
        self.paradigm: Paradigm = self._adapter.paradigm
        self.possible_agents: tuple[str, ...] = self._adapter.possible_agents

    @property
    def env(self) -> Any:
        """The environment as made, for whoever renders it between steps."""
        return self._open().env

    @property
    def guard(self) -> Guard:
        """To surround calls to :attr:`env` with."""
        return self._guard

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """See :class:`arena.games.contract.Host`."""
        return self._open().observation_space(agent)

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """See :class:`arena.games.contract.Host`."""
        return self._open().action_space(agent)

    def set_waker(self, wake: Callable[[], None] | None) -> None:
        """Nothing to wake for: see the class."""

    def submit_reset(self, seed: int) -> None:
        """Start an episode."""
        self._attempt(lambda: self._reset(seed))

    def submit_step(self, actions: Mapping[str, Any]) -> None:
        """Make one tick."""
        self._attempt(lambda: self._step(actions))

    def submit_skip(self, actions: Mapping[str, Any]) -> None:
        """Make the same tick as :meth:`submit_step`, quicker where the game can, to run through an episode
        that is known: of the result only ``acted``, ``alive``, ``due`` and ``legal`` count.
        """
        self._attempt(lambda: self._moved(self._open().skip(actions), actions))

    def submit_undo(self, steps: int) -> None:
        """Play the episode again up to ``steps`` ticks before now: same seed, same actions, same game."""
        self._attempt(lambda: self._undo(steps))

    def poll(self) -> StepResult | None:
        """The result of the last ``submit_*``, once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        result, self._result = self._result, None
        return result

    def state(self) -> Any:
        """See :class:`arena.games.contract.Host`."""
        return None if self._inspector is None else self._inspector.state()

    def position(self) -> dict[str, Any] | None:
        """See :class:`arena.games.contract.Host`."""
        return None if self._inspector is None else self._inspector.position()

    def snapshot(self, viewer: Viewer) -> dict[str, Any] | None:
        """See :class:`arena.games.contract.Host`."""
        return None if self._inspector is None else self._inspector.snapshot(viewer)

    def frame(self) -> Frame | None:
        """Always ``None``: frames come from a host of their own process."""
        return None

    def verdict(self) -> tuple[str, str] | None:
        """What the inspector says after the end; ``None`` where there is none: the flags decide."""
        return self._inspector.verdict() if self._inspector is not None and self._ended else None

    def label(self, agent: str, action: Any) -> str:
        """The inspector's name of an action, else that of the control which stands for it."""
        if self._inspector is not None:
            return self._inspector.label(agent, action)
        return control_label(self.entry, agent, action)

    def close(self) -> None:
        """Close the environment. Safe to call twice."""
        adapter, self._adapter, self._inspector = self._adapter, None, None
        if adapter is None:
            return
        try:
            with self._guard:
                adapter.close()
        except Exception as error:
            raise GameError(f"{self.game_id} failed to close: {_told(error)}") from error
        finally:
            self._guard.release()

    def _open(self) -> Adapter:
        if self._adapter is None:
            raise GameError(f"{self.game_id} is closed")
        return self._adapter

    def _make(self) -> Adapter:
        """Import and make the environment, without its hands on our window."""
        with _quiet():
            source = sources.find(self.game_id, self.entry.signature)
        arguments = dict(self._options)
        if self.entry.render_mode is not None:
            arguments["render_mode"] = self.entry.render_mode
        self._guard.hold()
        try:
            with sdl_variables_kept(), self._guard, _quiet():
                return adapt(source.factory(**arguments), self.entry)
        except ArenaError:
            self._guard.release()
            raise
        except Exception as error:
            self._guard.release()
            told = ", ".join(f"{name}={value}" for name, value in self._options.items())
            raise GameError(
                f"{self.game_id} cannot be made{f' with {told}' if told else ''}: {_told(error)}"
            ) from error

    def _attempt(self, work: Callable[[], StepResult]) -> None:
        self._result = self._failure = None
        try:
            with self._guard:
                self._result = work()
        except GameError as error:
            self._failure = error
        except Exception as error:  # noqa: BLE001 - whatever an environment raises ends the episode, not the program
            self._failure = GameError(f"{self.game_id} failed: {_told(error)}")
            self._failure.__cause__ = error

    def _reset(self, seed: int) -> StepResult:
        if self.entry.fresh and self._seed is not None:
            self._open().close()
            self._adapter = self._make()
        result = self._open().reset(seed)
        self._seed, self._ended = seed, not result.alive
        self._log.clear()
        if self.entry.inspector is not None:
            self._inspector = _inspector_kind(self.entry.inspector)(self._open().raw)
        return result

    def _step(self, actions: Mapping[str, Any]) -> StepResult:
        return self._moved(self._open().step(actions), actions)

    def _moved(self, result: StepResult, actions: Mapping[str, Any]) -> StepResult:
        self._ended = not result.alive
        if self.entry.undo:
            self._log.append(actions)
        return result

    def _undo(self, steps: int) -> StepResult:
        if not self.entry.undo or self._seed is None:
            raise GameError(f"{self.game_id} takes nothing back")
        if not 1 <= steps <= len(self._log):
            raise GameError(f"{self.game_id}: cannot go back {steps} steps; {len(self._log)} were made")
        kept = self._log[:-steps]
        result = self._reset(self._seed)
        for actions in kept:
            result = self._step(actions)
        return result


def control_label(entry: CatalogEntry, agent: str, action: Any) -> str:
    """The label of the control that stands for ``action``, else the action itself."""
    scheme = entry.scheme(agent)
    for control in scheme.controls if scheme is not None else ():
        if control.action is not None and control.action == action:
            return control.label
    return str(action)


@contextmanager
def _quiet() -> Iterator[None]:
    """Libraries warn about each other while games are imported and made; no player can do anything there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@cache
def _inspector_kind(path: str) -> Callable[[Any], Inspector]:
    """The class named ``module:Class``; looked up once, since it is built anew each episode."""
    module, _, name = path.partition(":")
    with sdl_variables_kept():
        return cast("Callable[[Any], Inspector]", getattr(importlib.import_module(module), name))


def _told(error: Exception) -> str:
    """An error of an environment in one line, with the place it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})" if frames else ""
    text = str(error) or "no message"
    return f"{type(error).__name__}: {text}{place}"
