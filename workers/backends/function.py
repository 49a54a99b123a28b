"""Serves a function of your own that decides for a whole batch: ``callable:my_module:decide``.

::

    def decide(batch):                                # my_module.py
        scores = my_network(batch.observations)       # (rows, actions)
        if batch.masks is not None:
            scores[batch.masks == 0] = -math.inf
        return scores.argmax(axis=1)

It is called with a :class:`Rows` and returns one action a row: an array of shape ``(rows, *action)`` or a
list, in which ``None`` abstains. Options of the word are handed on as keyword arguments. A class works too:
it is made once, with the options, and the object is called. The attributes ``name`` and ``deterministic`` and
the first line of the docstring say who plays.

A match's own rules go on: an action that is illegal is refused there. What raises costs only the matches
whose rows make it raise; the others of the batch go on.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import OptionError, SeatError
from arena.training.model_word import ModelWord
from arena.wire.arrays import NamedArray
from arena.wire.messages import Policy
from controllers.simple import find_object
from workers.backends.contract import Backend, Batch, LoadSettings, Seat


@dataclass(frozen=True, slots=True)
class Rows:
    """What is to be decided: seats of one kind, of any matches; every sequence has one entry a row."""

    observations: Any
    """In the form of the observation space, with one array of shape ``(rows, *shape)`` for each leaf: a Dict
    gives a map, a Tuple a tuple, a Discrete an array of int64. Yours to change.
    """
    masks: NDArray[np.int8] | None
    """1 where an action is legal, shape ``(rows, n)``; ``None`` where every action is."""
    agents: tuple[str, ...]
    memories: tuple[dict[str, Any], ...]
    """Of each seat, for whatever you like; empty at the beginning of each episode.

    They are copied before a call for several matches: where it raises, each match is decided again by itself,
    from the copies. So keep in them what changes, and nothing large that does not. Where they cannot be
    copied, each match is a call of its own.
    """
    generators: tuple[np.random.Generator, ...]
    """Of each seat, seeded by the match: draws from it make the same decisions whoever else is served."""
    ticks: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.agents)


Function = Callable[[Rows], Any]


def load(word: ModelWord, settings: LoadSettings) -> Backend:
    """The function or class that the word names. Raises :class:`SeatError`, :class:`OptionError`."""
    return FunctionBackend(word.target, word.options)


class FunctionBackend(Backend):
    """One function for all seats."""

    def __init__(self, target: str, options: Mapping[str, Any]) -> None:
        """``target`` is ``module:name``; ``options`` are keyword arguments."""
        found = find_object(target, "function", callable)
        if not callable(found):
            raise SeatError(f"{target} is {type(found).__name__}; name a function, or a class with __call__")
        self._function = _prepared(target, found, options)
        self.policy = Policy(
            id=f"callable:{target}",
            name=str(getattr(found, "name", "") or target.rpartition(":")[2])[:128],
            description=(inspect.getdoc(found) or "").partition("\n")[0][:200],
            label=target,
            backend="callable",
            deterministic=bool(getattr(found, "deterministic", False)),
        )

    def decide(self, batch: Batch) -> Sequence[Any]:
        """Call it once for all rows; what it raises is the server's business."""
        return _listed(self._function(_rows(batch)), len(batch))


def _prepared(target: str, found: Callable[..., Any], options: Mapping[str, Any]) -> Function:
    is_class = inspect.isclass(found)
    try:
        inspect.signature(found).bind(*(() if is_class else (None,)), **options)
    except TypeError as error:
        raise OptionError(f"{target}: {error}; it takes {inspect.signature(found)}") from None
    except ValueError:
        pass  # a built-in without a signature: the call will tell
    if not is_class:
        return functools.partial(found, **options) if options else found
    try:
        made = found(**options)
    except Exception as error:
        raise SeatError(f"{target} cannot be made: {type(error).__name__}: {error}") from error
    if not callable(made):
        raise SeatError(f"{target} has no __call__(self, batch), so it cannot decide")
    prepared: Function = made
    return prepared


def _rows(batch: Batch) -> Rows:
    return Rows(
        observations=_nested(batch.observation.plain, (), {array.path: array for array in batch.arrays}),
        masks=None if batch.legal is None else batch.legal.copy(),
        agents=tuple(seat.agent for seat in batch.seats),
        memories=tuple(_memory(seat) for seat in batch.seats),
        generators=tuple(seat.rng for seat in batch.seats),
        ticks=tuple(act.tick for act in batch.acts),
    )


def _memory(seat: Seat) -> dict[str, Any]:
    if seat.memory is None:
        seat.memory = {}
    memory: dict[str, Any] = seat.memory
    return memory


def _nested(plain: Mapping[str, Any], path: tuple[Any, ...], arrays: Mapping[Any, NamedArray]) -> Any:
    if plain["type"] == "dict":
        return {key: _nested(plain["spaces"][key], (*path, key), arrays) for key in sorted(plain["spaces"])}
    if plain["type"] == "tuple":
        return tuple(_nested(inner, (*path, i), arrays) for i, inner in enumerate(plain["spaces"]))
    return arrays[path].data.copy()


def _listed(given: Any, rows: int) -> list[Any]:
    """One action a row. Raises ``ValueError`` for more or fewer, ``TypeError`` for what is no sequence."""
    if hasattr(given, "detach"):  # a tensor of PyTorch
        given = given.detach().cpu().numpy()
    actions = list(given)
    if len(actions) != rows:
        raise ValueError(f"it gave {len(actions)} actions for {rows} rows")
    return actions
