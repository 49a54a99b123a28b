"""An RLModule of one's own, as people write them for games with masks: RLlib's default ones take no Dict."""

from __future__ import annotations

from typing import Any

import torch
from ray.rllib.core.columns import Columns
from ray.rllib.core.rl_module.apis.value_function_api import ValueFunctionAPI
from ray.rllib.core.rl_module.torch import TorchRLModule
from torch import nn


class MaskedModule(TorchRLModule, ValueFunctionAPI):  # type: ignore[misc]
    """A small perceptron over ``observation`` whose logits obey ``action_mask``."""

    def setup(self) -> None:
        width, hidden = self.observation_space["observation"].shape, self.model_config["hidden"]
        self.trunk = nn.Sequential(
            nn.Flatten(), nn.Linear(int(torch.tensor(width).prod()), hidden), nn.Tanh()
        )
        self.logits = nn.Linear(hidden, int(self.action_space.n))
        self.value = nn.Linear(hidden, 1)

    def _features(self, batch: dict[str, Any]) -> torch.Tensor:
        features: torch.Tensor = self.trunk(batch[Columns.OBS]["observation"].float())
        return features

    def _masked(self, batch: dict[str, Any], features: torch.Tensor) -> torch.Tensor:
        return self.logits(features).masked_fill(batch[Columns.OBS]["action_mask"] == 0, -1e9)

    def _forward(self, batch: dict[str, Any], **_more: Any) -> dict[str, Any]:
        return {Columns.ACTION_DIST_INPUTS: self._masked(batch, self._features(batch))}

    def _forward_train(self, batch: dict[str, Any], **_more: Any) -> dict[str, Any]:
        features = self._features(batch)
        return {
            Columns.ACTION_DIST_INPUTS: self._masked(batch, features),
            Columns.EMBEDDINGS: features,
        }

    def compute_values(self, batch: dict[str, Any], embeddings: Any = None) -> torch.Tensor:
        features = self._features(batch) if embeddings is None else embeddings
        values: torch.Tensor = self.value(features).squeeze(-1)
        return values
