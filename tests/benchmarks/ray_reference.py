"""The other way to ask for one decision: a Ray actor and a Ray Serve handle that serve the same network.

A process of its own, which measures one round a line: ``actor`` or ``serve`` on standard input, the median
seconds of its calls on standard output. Ray's own messages go to standard error.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

CALLS = 200


class Decider:
    """One network behind one method; what Ray makes an actor or a deployment of."""

    def __init__(self, path: str) -> None:
        from workers.backends.mlp import MlpBackend

        self._policy: Any = MlpBackend(Path(path))

    def decide(self, observation: Any) -> int:
        """The best action for one observation, shape ``(n,)``."""
        outputs, _memory = self._policy.network.forward([observation[None]], ())
        return int(outputs["logits"].argmax())


def main(path: str, width: int, parts: list[str]) -> None:
    """Answer rounds until standard input ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    asks = {"actor": _actor(path), **({"serve": _serve(path)} if "serve" in parts else {})}
    observation = np.zeros(width, np.float32)
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        print(_median_s(asks[line.strip()], observation), file=out, flush=True)
    ray.shutdown()


def _actor(path: str) -> Any:
    import ray

    actor = ray.remote(num_cpus=0.5)(Decider).remote(path)
    return lambda observation: ray.get(actor.decide.remote(observation))


def _serve(path: str) -> Any:
    from ray import serve

    deployment = serve.deployment(ray_actor_options={"num_cpus": 0.5})(Decider)
    handle = serve.run(deployment.bind(path), route_prefix=None)
    return lambda observation: handle.decide.remote(observation).result()


def _median_s(ask: Any, observation: Any) -> float:
    spans = []
    for _ in range(CALLS):
        began = time.perf_counter()
        ask(observation)
        spans.append(time.perf_counter() - began)
    return sorted(spans)[CALLS // 2]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
