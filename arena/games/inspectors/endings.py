"""Whether an episode is over, whatever an adapter has done with the agents that ended."""

from __future__ import annotations

from typing import Any


def ended(env: Any) -> bool:
    """Whether a raw AEC environment has ended.

    Its flags say so until the dead agents step; then flags and agents are gone.
    """
    return not env.agents or any(env.terminations.values()) or any(env.truncations.values())
