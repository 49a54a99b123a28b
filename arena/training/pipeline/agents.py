"""The step that tells one network which of several agents it decides for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from arena.training.pipeline.step import Array, Part, Rows, Setting, Step, choice, chosen, number

AGENTS_MAX = 256


class AgentIndicator(Step):
    """Appends the agent's one-hot code: to the end of a vector, as channels behind those of a picture."""

    name = "agent_indicator"
    keys = ("agents", "by", "value", "on")

    def __init__(self, given: Mapping[str, Any], parts: Sequence[Part], setting: Setting) -> None:
        self.order = _names(given.get("agents"))
        by_type = choice(given, "by", "agent", ("agent", "type")) == "type"
        codes: dict[str, int] = {}
        for agent in self.order:
            codes.setdefault(agent.partition("_")[0] if by_type else agent, len(codes))
        self.known = {agent: codes[agent.partition("_")[0] if by_type else agent] for agent in self.order}
        """Agent -> number of its code."""
        self._width = len(codes)
        self._on = chosen(given, parts)
        self._values = {index: _value(given, parts[index]) for index in self._on}
        self.parts = tuple(
            self._wider(part) if index in self._values else part for index, part in enumerate(parts)
        )

    def _wider(self, part: Part) -> Part:
        if not 1 <= len(part.shape) <= 3:
            raise ValueError(f"it needs a vector or a picture, {part} is neither")
        shape = (*part.shape, 1) if len(part.shape) == 2 else part.shape
        return replace(part, shape=(*shape[:-1], shape[-1] + self._width), leaf=None)

    def apply(self, arrays: Sequence[Array], rows: Rows) -> Sequence[Array]:
        """Codes by the names of the agents."""
        numbers = [self.known[agent] for agent in rows.agents]
        changed = list(arrays)
        for index, value in self._values.items():
            part = self.parts[index]
            wide = np.zeros((len(numbers), *part.shape), part.dtype)
            old = arrays[index]
            wide[..., : -self._width] = old[..., None] if old.ndim == 3 and len(part.shape) == 3 else old
            for row, code in enumerate(numbers):
                wide[row, ..., wide.shape[-1] - self._width + code] = value
            changed[index] = wide
        return changed


def _names(agents: Any) -> list[str]:
    if (
        not isinstance(agents, list | tuple)
        or not 0 < len(agents) <= AGENTS_MAX
        or not all(isinstance(agent, str) for agent in agents)
        or len(set(agents)) < len(agents)
    ):
        raise ValueError(
            f"agents is {str(agents)[:80]}, it must list the names of all agents in the order of training"
        )
    return list(agents)


def _value(given: Mapping[str, Any], part: Part) -> float:
    """What stands for yes: as written, else 1."""
    value = number(given, "value", 1.0)
    if part.dtype.kind in "iu" and not (value.is_integer() and _holds(part.dtype, value)):
        raise ValueError(f"value {value} does not fit into {part}")
    return value


def _holds(dtype: np.dtype[Any], value: float) -> bool:
    limits = np.iinfo(dtype)
    return limits.min <= value <= limits.max
