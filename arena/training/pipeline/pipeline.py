"""A list of steps that is checked once, knows what it gives, and is run for many seats at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from arena.errors import ControllerError
from arena.training.pipeline.agents import AgentIndicator
from arena.training.pipeline.step import Part, Rows, SeatMemory, Setting, Step, whole
from arena.training.pipeline.steps import STEPS
from arena.wire.arrays import Layout
from arena.wire.spaces import Plain

Array = NDArray[Any]
STEPS_MAX = 64
FRAME_SKIP = "frame_skip"
_NO_MEMORY: SeatMemory = {}


@dataclass(slots=True)
class Memory:
    """What a pipeline keeps for one seat; a new episode needs a new one."""

    steps: SeatMemory = field(default_factory=dict)

    def copy(self) -> Memory:
        """One that goes on by itself. The arrays are shared: steps replace them and never change them."""
        return Memory({number: [frames.copy() for frames in kept] for number, kept in self.steps.items()})


class _Stage(NamedTuple):
    """Steps that run at the same requests."""

    steps: tuple[Step, ...]

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        for step in self.steps:
            arrays = step.apply(arrays, rows)
        return arrays


class Pipeline:
    """Made by :meth:`parse`."""

    def __init__(self, steps: Sequence[Step], first: int, skip: int, parts: Sequence[Part]) -> None:
        """``first`` steps run at every request, the others where a decision is due."""
        self.skip = skip
        """Ticks for which one decision stands; 1: a decision each request."""
        self.parts = tuple(parts)
        """What comes out: float32 or uint8."""
        self.is_stateful = any(step.is_stateful for step in steps)
        """Whether :meth:`watch` and :meth:`apply` need memories."""
        self._always, self._due = _Stage(tuple(steps[:first])), _Stage(tuple(steps[first:]))
        self._dtypes = [part.dtype for part in parts]
        self._indicators = [step for step in steps if isinstance(step, AgentIndicator)]

    @classmethod
    def parse(cls, steps: Any, observation: Plain, *, tensors: Mapping[str, Array] | None = None) -> Pipeline:
        """Check ``steps`` against the space they begin with.

        ``tensors`` are those that steps may name. Raises :class:`ControllerError`, which names the step.
        """
        if not isinstance(steps, list | tuple) or len(steps) > STEPS_MAX:
            raise ControllerError(f"a pipeline is a list of at most {STEPS_MAX} steps, this is {steps!r:.80}")
        parts = tuple(Part(leaf.path, leaf.shape, leaf.dtype, leaf) for leaf in Layout(observation).leaves)
        made: list[Step] = []
        first, skip = len(steps), 1
        for number, given in enumerate(steps):
            name = given.get("step") if isinstance(given, Mapping) else None
            try:
                if name == FRAME_SKIP:
                    first, skip = len(made), _frame_skip(given, skip)
                    continue
                step = _step(name, given, parts, Setting(number, tensors or {}, observation))
            except (ValueError, TypeError, KeyError, IndexError) as error:
                said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
                raise ControllerError(f"step {number + 1} of the pipeline, {name!r}: {said}") from error
            made.append(step)
            parts = step.parts
        return cls(made, min(first, len(made)), skip, [_final(part) for part in parts])

    def misfit(self, agents: Sequence[str]) -> str | None:
        """Why seats of these agents cannot be served; ``None`` if they can."""
        for indicator in self._indicators:
            for agent in agents:
                if agent not in indicator.known:
                    known = ", ".join(indicator.order)
                    return f"its agent indicator does not know {agent}; it knows {known}"
        return None

    def watch(
        self, leaves: Sequence[Array], agents: Sequence[str], memories: Sequence[Memory] = ()
    ) -> Sequence[Array]:
        """The part of the work that is done at every request: what stands before ``frame_skip``."""
        return self._always.apply(leaves, _rows(agents, memories)) if self._always.steps else leaves

    def prepare(
        self, arrays: Sequence[Array], agents: Sequence[str], memories: Sequence[Memory] = ()
    ) -> Sequence[Array]:
        """The rest of it, for rows that are decided now: the inputs from what :meth:`watch` gave."""
        if self._due.steps:
            arrays = self._due.apply(arrays, _rows(agents, memories))
        return [
            array if array.dtype == dtype else array.astype(dtype)
            for array, dtype in zip(arrays, self._dtypes, strict=True)
        ]

    def apply(
        self, leaves: Sequence[Array], agents: Sequence[str], memories: Sequence[Memory] = ()
    ) -> Sequence[Array]:
        """Both together: inputs of shape ``(rows, *part)`` from leaves of shape ``(rows, *leaf)``."""
        return self.prepare(self.watch(leaves, agents, memories), agents, memories)

    def zeros(self, rows: int) -> list[Array]:
        """Inputs of nothing but zeros, to try a network with."""
        return [np.zeros((rows, *part.shape), part.dtype) for part in self.parts]


def _rows(agents: Sequence[str], memories: Sequence[Memory]) -> Rows:
    return Rows(agents, [memory.steps for memory in memories])


def _step(name: Any, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> Step:
    kind = STEPS.get(name)
    if kind is None:
        raise ValueError(f"there is no such step; known: {', '.join(sorted([*STEPS, FRAME_SKIP]))}")
    unknown = sorted(set(given) - {"step", *kind.keys})
    if unknown:
        raise ValueError(f"it has no key {unknown[0]!r}; known: {', '.join(kind.keys) or 'none'}")
    return kind(given, parts, setting)


def _frame_skip(given: Mapping[str, Any], before: int) -> int:
    if before != 1:
        raise ValueError("there may be one of it only")
    unknown = sorted(set(given) - {"step", "n"})
    if unknown:
        raise ValueError(f"it has no key {unknown[0]!r}; known: n")
    return whole(given, "n", low=1, high=1000)


def _final(part: Part) -> Part:
    """As the network gets it: pictures as they are, everything else as float32."""
    dtype = part.dtype if part.dtype == np.uint8 else np.dtype(np.float32)
    return Part(part.path, part.shape, dtype)
