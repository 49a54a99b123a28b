"""Trains with stock RLlib for seconds, saves its checkpoints, and notes what RLlib itself would play.

``python -m tests.training_kit.rllib_training FOLDER SCRATCH`` writes one checkpoint a case into FOLDER, and
for each module a ``CASE-MODULE.npz`` (``CASE.npz`` where it is saved alone) with observations and the actions
that its own distribution, made deterministic, and RLlib's own mapping to the action space give for them.
Ray's sessions go to SCRATCH, whose path must be short.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import ray
import torch
from gymnasium import spaces
from mpe2 import simple_spread_v3
from pettingzoo.classic import tictactoe_v3
from ray.rllib.algorithms.dqn import DQNConfig
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.algorithms.sac import SACConfig
from ray.rllib.connectors.env_to_module import FlattenObservations, MeanStdFilter
from ray.rllib.core.rl_module.default_model_config import DefaultModelConfig
from ray.rllib.core.rl_module.multi_rl_module import MultiRLModuleSpec
from ray.rllib.core.rl_module.rl_module import RLModuleSpec
from ray.rllib.env.wrappers.pettingzoo_env import ParallelPettingZooEnv, PettingZooEnv
from ray.rllib.utils.spaces.space_utils import unsquash_action
from ray.tune.registry import register_env

from tests.training_kit.masked_module import MaskedModule

COUNT = 500
SMALL = DefaultModelConfig(fcnet_hiddens=[16, 16])
SHARED: dict[str, Any] = {
    "policies": {"shared"},
    "policy_mapping_fn": lambda _agent, _episode, **_more: "shared",
}
OWN: Callable[..., str] = lambda agent, _episode, **_more: agent  # noqa: E731 - as people write it


def ppo(env: str) -> Any:
    return (
        PPOConfig()
        .environment(env, disable_env_checking=True)
        .env_runners(num_env_runners=0)
        .training(train_batch_size_per_learner=128, minibatch_size=64, num_epochs=2, lr=3e-3)
        .rl_module(model_config=SMALL)
    )


def masked() -> Any:
    """Tic-tac-toe, a module for each agent."""
    module = RLModuleSpec(module_class=MaskedModule, model_config={"hidden": 32})
    agents = ("player_1", "player_2")
    specs = MultiRLModuleSpec(rl_module_specs=dict.fromkeys(agents, module))
    return (
        ppo("tictactoe")
        .rl_module(rl_module_spec=specs)
        .multi_agent(policies=set(agents), policy_mapping_fn=OWN)
    )


def filtered() -> Any:
    def connectors(*_given: Any) -> list[Any]:
        return [FlattenObservations(multi_agent=True), MeanStdFilter(multi_agent=True)]

    return ppo("spread").env_runners(env_to_module_connector=connectors).multi_agent(**SHARED)


CASES: Mapping[str, Callable[[], Any]] = {
    "masked": masked,
    "continuous": lambda: ppo("spread_continuous").multi_agent(**SHARED),
    "filtered": filtered,
}
VECTOR, TORQUE = spaces.Box(-np.inf, np.inf, (4,), np.float32), spaces.Box(-2, 2, (1,), np.float32)
RECURRENT = DefaultModelConfig(fcnet_hiddens=[16], use_lstm=True, lstm_cell_size=8, max_seq_len=5)
ALONE: Mapping[str, tuple[Any, Any, Any]] = {
    "recurrent": (PPOConfig().rl_module(model_config=RECURRENT), VECTOR, spaces.Discrete(5)),
    "dqn": (DQNConfig().rl_module(model_config=SMALL), VECTOR, spaces.Discrete(3)),
    "sac": (SACConfig().rl_module(model_config=SMALL), VECTOR, TORQUE),
}
"""Modules that are saved by themselves, as RLlib makes them: algorithm, observation and action space."""


def positions() -> Iterator[dict[str, Any]]:
    """What players of tic-tac-toe see in random games."""
    env, rng = tictactoe_v3.raw_env(), np.random.default_rng(1)
    while True:
        env.reset()
        while env.agents:
            seen = env.observe(env.agent_selection)
            yield seen
            env.step(int(rng.choice(np.flatnonzero(seen["action_mask"]))))
            if any(env.terminations.values()):
                break


def observations(module: Any) -> dict[str, Any]:
    """Leaf -> array with one row an observation; the only leaf of a Box is called ``x``."""
    if isinstance(module, MaskedModule):
        rows = [seen for seen, _ in zip(positions(), range(COUNT), strict=False)]
        return {key: np.stack([row[key] for row in rows]) for key in rows[0]}
    shape = module.observation_space.shape
    return {"x": np.random.default_rng(2).normal(0, 3, (COUNT, *shape)).astype(np.float32)}


def native_actions(module: Any, seen: Mapping[str, Any], action_space: Any) -> Any:
    """Row by row, as RLlib's env runner does without exploration."""
    state = module.get_initial_state() if module.is_stateful() else None
    state = {key: torch.as_tensor(value)[None] for key, value in state.items()} if state else None
    actions = []
    for row in range(COUNT):
        leaves = {key: torch.from_numpy(array[row : row + 1]) for key, array in seen.items()}
        batch: dict[str, Any] = {"obs": leaves.get("x", leaves)}
        if state is not None:
            batch = {"obs": batch["obs"][:, None], "state_in": state}
        with torch.no_grad():
            given = module.forward_inference(batch)
        state = given.get("state_out")
        if "actions" in given:
            chosen = given["actions"]
        else:
            distribution = module.get_inference_action_dist_cls()
            chosen = distribution.from_logits(given["action_dist_inputs"]).to_deterministic().sample()
        chosen = chosen.numpy().reshape(action_space.shape)
        actions.append(unsquash_action(chosen, action_space))
    return np.stack(actions)


def run(name: str, folder: Path) -> None:
    began_at = time.monotonic()
    algorithm = CASES[name]().debugging(seed=7).build_algo()
    algorithm.train()
    algorithm.save_to_path(str(folder / name))
    for module_id in algorithm.config.policies:
        note(algorithm.get_module(module_id), folder / f"{name}-{module_id}.npz")
    algorithm.stop()
    print(f"{name}: {time.monotonic() - began_at:.1f} s", flush=True)


def save_alone(name: str, folder: Path) -> None:
    config, observation, action = ALONE[name]
    torch.manual_seed(7)
    spec = config.get_default_rl_module_spec()
    spec.observation_space, spec.action_space, spec.model_config = observation, action, config.model_config
    module = spec.build()
    module.save_to_path(str(folder / name))
    note(module, folder / f"{name}.npz")


def note(module: Any, path: Path) -> None:
    """Write down what it plays."""
    seen = observations(module)
    actions = native_actions(module, seen, module.action_space)
    np.savez(path, **{f"seen_{key}": array for key, array in seen.items()}, actions=actions)


def main(folder: Path, scratch: Path) -> None:
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        object_store_memory=128 << 20,
        _temp_dir=str(scratch),
    )
    register_env("tictactoe", lambda _config: PettingZooEnv(tictactoe_v3.env()))
    for name, more in {"spread": {}, "spread_continuous": {"continuous_actions": True}}.items():
        register_env(
            name,
            lambda _config, more=more: ParallelPettingZooEnv(
                simple_spread_v3.parallel_env(max_cycles=25, **more)
            ),
        )
    for name in CASES:
        run(name, folder)
    ray.shutdown()
    for name in ALONE:
        save_alone(name, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
