"""Every step by its name."""

from __future__ import annotations

from collections.abc import Mapping

from arena.training.pipeline.agents import AgentIndicator
from arena.training.pipeline.basic import Flatten, Normalise, Select
from arena.training.pipeline.step import Step

STEPS: Mapping[str, type[Step]] = {step.name: step for step in (Select, Flatten, Normalise, AgentIndicator)}
