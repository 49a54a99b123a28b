"""Every step by its name."""

from __future__ import annotations

from collections.abc import Mapping

from arena.training.pipeline.agents import AgentIndicator
from arena.training.pipeline.arranging import Flatten, Pad, Select, Transpose
from arena.training.pipeline.history import Max, Stack
from arena.training.pipeline.images import Crop, Grey, Resize
from arena.training.pipeline.numeric import Cast, Normalise, OneHot, Scale
from arena.training.pipeline.step import Step

STEPS: Mapping[str, type[Step]] = {
    step.name: step
    for step in (
        Select, OneHot, Flatten, Pad, Normalise, Scale, Cast, Transpose,
        Grey, Crop, Resize, Stack, Max, AgentIndicator,
    )
}  # fmt: skip
