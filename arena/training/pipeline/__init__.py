"""Preprocessing as data: what was done to observations in training, done again at a seat.

A pipeline is a JSON list of steps, each an object with the key ``step``. It stands in the description of a
policy (:mod:`arena.training.policy_file`); docs/policies.md explains every step with its formula.
"""

from arena.training.pipeline.pipeline import Memory, Pipeline
from arena.training.pipeline.step import Part

__all__ = ["Memory", "Part", "Pipeline"]
