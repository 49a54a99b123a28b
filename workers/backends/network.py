"""What every backend of a trained policy shares: all but the network itself.

A :class:`Network` turns a batch of prepared observations into a batch of outputs, in whatever framework.
:class:`NetworkBackend` compares the spaces, runs the pipeline with each seat's own memory, keeps recurrent
state a seat, applies masks, and chooses or draws actions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from arena.errors import ControllerError
from arena.training.pipeline import Memory, Pipeline
from arena.training.policy_file import MODES, PolicyFile, with_mode
from arena.wire.arrays import Layout
from arena.wire.messages import Group, Hello, Policy, Refusal
from arena.wire.spaces import Plain
from workers.backends.contract import Backend, Batch, Crash, RefusedError, Seat
from workers.backends.heads import Head, head_for, is_legal

Array = NDArray[Any]


class Network(Protocol):
    """One forward pass for any number of rows. It keeps nothing between calls."""

    @property
    def start(self) -> Sequence[Array]:
        """Recurrent state at the beginning of an episode, of one row; ``()`` for a network that has none."""

    def forward(
        self, inputs: Sequence[Array], memory: Sequence[Array]
    ) -> tuple[Mapping[str, Array], Sequence[Array]]:
        """Outputs by name and the new state, for inputs (float32 or uint8) and state of shape ``(rows, *x)``.

        Raises ``ValueError`` for inputs of other shapes than it was made for.
        """


@dataclass(slots=True)
class _Plan:
    """How rows of one pair of spaces are decided."""

    pipeline: Pipeline
    head: Head
    needs_memory: bool


@dataclass(slots=True)
class _SeatState:
    """Kept in ``Seat.memory``, so that it goes with the episode."""

    pipeline: Memory = field(default_factory=Memory)
    network: Sequence[Array] = ()
    held: Any = None
    """The action that stands, and since which tick."""
    held_since: int | None = None

    def copy(self) -> _SeatState:
        """For :meth:`NetworkBackend.keep`; arrays are shared, since none is changed once it lies here."""
        return replace(self, pipeline=self.pipeline.copy())


class NetworkBackend(Backend):
    """A network with a description, as a backend."""

    def __init__(
        self,
        network: Network,
        file: PolicyFile,
        *,
        backend: str,
        mode: str | None = None,
        label: str = "",
        tensors: Mapping[str, Array] | None = None,
    ) -> None:
        """``backend`` is what computes, e.g. ``numpy``; ``mode`` overrides the description's; ``label`` is
        used where the description has none; ``tensors`` are those that the pipeline may name.

        Raises :class:`ControllerError` where pipeline, network and head do not fit each other or the mode.
        """
        self.file = with_mode(file, mode)
        self.mode = self.file.mode
        self.network = network
        self._tensors = tensors or {}
        self.policy = Policy(
            id=f"policy:{file.path.stem}" + (f"#{file.module}" if file.module else ""),
            name=file.name,
            description=file.description,
            label=file.label or label,
            backend=backend,
            deterministic=self.mode == MODES[0],
        )
        self._fixed: _Plan | None = None
        self._plans: WeakKeyDictionary[Layout, _Plan] = WeakKeyDictionary()
        if file.observation is not None and file.action is not None:
            self._fixed = self._plan(file.observation, file.action)

    # ---- fitting ------------------------------------------------------------------------------------------

    def _plan(self, observation: Plain, action: Plain) -> _Plan:
        """Raises :class:`ControllerError` where something does not fit."""
        try:
            head = head_for(action, self.file.head)
            pipeline = Pipeline.parse(self.steps(observation), observation, tensors=self._tensors)
            memory = [np.stack([state] * 2) for state in self.network.start]
            outputs, after = self.network.forward(pipeline.zeros(2), memory)
            head.check(outputs, sampled=self.mode != MODES[0])
            _check_rows(outputs, memory, after)
        except (ControllerError, ValueError, TypeError, KeyError, IndexError, RuntimeError) as error:
            said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise ControllerError(f"{self.file.path} is not a policy this Arena can serve: {said}") from error
        needs_memory = pipeline.is_stateful or pipeline.skip > 1 or bool(memory)
        return _Plan(pipeline, head, needs_memory)

    def steps(self, observation: Plain) -> Sequence[Mapping[str, Any]]:
        """The pipeline for observations of this space: the description's."""
        return self.file.pipeline

    def _plan_of(self, batch: Batch) -> _Plan:
        if self._fixed is not None:
            return self._fixed
        plan = self._plans.get(batch.observation)
        if plan is None:
            plan = self._plan(batch.observation.plain, batch.action.plain)
            self._plans[batch.observation] = plan
        return plan

    def accept(self, hello: Hello) -> tuple[Group, ...]:
        """Only groups with exactly the spaces it was made for; unknown ones must go through the network."""
        asked = hello.options.get("mode", self.mode)
        if asked != self.mode:
            raise RefusedError(Refusal.UNSUPPORTED, f"this server decides {self.mode}, not {asked}")
        misfit = self.file.misfit(hello.groups)
        if misfit:
            raise RefusedError(Refusal.SPACES, misfit)
        for group in hello.groups:
            try:
                plan = self._fixed or self._plan(group.observation, group.action)
            except ControllerError as error:
                raise RefusedError(Refusal.SPACES, str(error)) from error
            strange = plan.pipeline.misfit(group.agents)
            if strange:
                raise RefusedError(Refusal.AGENTS, strange)
        observation, action = self.file.observation, self.file.action
        if observation is None or action is None:
            return ()
        return tuple(replace(group, observation=observation, action=action) for group in hello.groups)

    # ---- deciding -----------------------------------------------------------------------------------------

    def decide(self, batch: Batch) -> Sequence[Any]:
        """One forward pass for all rows that are due."""
        plan = self._plan_of(batch)
        arrays: Sequence[Array] = [array.data for array in batch.arrays]
        agents = [seat.agent for seat in batch.seats]
        if not plan.needs_memory:
            outputs, _ = self.network.forward(plan.pipeline.apply(arrays, agents), ())
            return self._chosen(plan, outputs, batch, range(len(batch)))
        if len({id(seat) for seat in batch.seats}) < len(batch):
            return self._decide_in_turn(batch)
        states = [self._state_of(seat) for seat in batch.seats]
        memories = [state.pipeline for state in states]
        arrays = plan.pipeline.watch(arrays, agents, memories)
        if plan.pipeline.skip == 1:
            return self._decide_rows(plan, batch, range(len(batch)), arrays, states)
        due = [row for row, state in enumerate(states) if self._is_due(plan, state, batch, row)]
        if due:
            some = [array[due] for array in arrays]
            actions = self._decide_rows(plan, batch, due, some, [states[row] for row in due])
            for row, action in zip(due, actions, strict=True):
                states[row].held, states[row].held_since = action, batch.acts[row].tick
        return [state.held for state in states]

    def keep(self, batch: Batch) -> Callable[[], None]:
        """Only what this network changes: most have no memory, and most draw nothing."""
        seats = list({id(seat): seat for seat in batch.seats}.values())
        memories: list[_SeatState | None] = []
        if self._plan_of(batch).needs_memory:
            memories = [None if seat.memory is None else seat.memory.copy() for seat in seats]
        draws = self.mode != MODES[0]
        states = [seat.rng.bit_generator.state for seat in seats] if draws else []

        def put_back() -> None:
            for seat, memory in zip(seats, memories, strict=False):  # either all or none
                seat.memory = memory
            for seat, state in zip(seats, states, strict=False):
                seat.rng.bit_generator.state = state

        return put_back

    def _decide_in_turn(self, batch: Batch) -> list[Any]:
        """For seats that asked again before they were answered: later requests build on earlier ones."""
        turns: list[list[int]] = []
        asked: dict[int, int] = {}
        for row, seat in enumerate(batch.seats):
            turn = asked.setdefault(id(seat), 0)
            asked[id(seat)] += 1
            if turn == len(turns):
                turns.append([])
            turns[turn].append(row)
        actions: list[Any] = [None] * len(batch)
        for rows in turns:
            for row, action in zip(rows, self.decide(batch.part(rows)), strict=True):
                actions[row] = action
        return actions

    def _decide_rows(
        self,
        plan: _Plan,
        batch: Batch,
        rows: Sequence[int],
        arrays: Sequence[Array],
        states: Sequence[_SeatState],
    ) -> list[Any]:
        agents = [batch.seats[row].agent for row in rows]
        inputs = plan.pipeline.prepare(arrays, agents, [state.pipeline for state in states])
        memory = [np.stack(one) for one in zip(*(state.network for state in states), strict=True)]
        outputs, after = self.network.forward(inputs, memory)
        for index, state in enumerate(states):
            state.network = [array[index] for array in after]
        return self._chosen(plan, outputs, batch, rows)

    def _state_of(self, seat: Seat) -> _SeatState:
        if seat.memory is None:
            seat.memory = _SeatState(network=self.network.start)
        state: _SeatState = seat.memory
        return state

    @staticmethod
    def _is_due(plan: _Plan, state: _SeatState, batch: Batch, row: int) -> bool:
        """Whether the held action has stood long enough, or may not be taken any more."""
        tick = batch.acts[row].tick
        if (
            state.held is None
            or state.held_since is None
            or not 0 <= tick - state.held_since < plan.pipeline.skip
        ):
            return True
        return batch.legal is not None and not is_legal(plan.head.space, state.held, batch.legal[row])

    def _chosen(
        self, plan: _Plan, outputs: Mapping[str, Array], batch: Batch, rows: Sequence[int]
    ) -> list[Any]:
        everyone = len(rows) == len(batch)
        legal = batch.legal if batch.legal is None or everyone else batch.legal[rows]
        generators = None
        if self.mode != MODES[0]:
            generators = [batch.seats[row].rng for row in rows]
        faults = plan.head.faults(outputs)
        actions = plan.head.choose(outputs, legal, generators)
        for index, what in faults.items():
            agent, tick = batch.seats[rows[index]].agent, batch.acts[rows[index]].tick
            actions[index] = Crash(f"{self.policy.name} gave no numbers for {agent} at tick {tick}: {what}")
        return actions


def _check_rows(outputs: Mapping[str, Array], before: Sequence[Array], after: Sequence[Array]) -> None:
    """A network that mixes up rows, or gives other state than it takes, would play for the wrong seat."""
    for name, output in outputs.items():
        if not output.ndim or len(output) != 2:
            raise ValueError(f"its output {name} has shape {output.shape} for 2 rows")
    if [state.shape for state in before] != [state.shape for state in after]:
        raise ValueError(
            f"it gives state of shapes {[state.shape[1:] for state in after]} for state of shapes "
            f"{[state.shape[1:] for state in before]}"
        )
