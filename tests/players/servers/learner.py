"""A server that learns: ``python -m tests.players.servers.learner ADDRESS FILE``.

It decides with our own server, writes each row that it is told of as a line of JSON, and is late on purpose:
at every seventh tick by a slot or two, once by many.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from arena.wire.messages import Block, Observe, Policy, Result
from workers.backends.contract import Backend, Batch, Session
from workers.policy_server import PolicyServer

SLOW_EVERY, SLOW_S = 7, 0.03
STUCK_AT, STUCK_S = 40, 0.25


class Learner(Backend):
    """Walks about by the tick; keeps a diary."""

    policy = Policy(name="Learner")
    wants = ("result", "observe")

    def __init__(self, diary: Path) -> None:
        self._diary = diary.open("a", encoding="utf-8")
        self._stuck = False

    def decide(self, batch: Batch) -> Sequence[Any]:
        tick = batch.acts[0].tick
        if tick >= STUCK_AT and not self._stuck:
            self._stuck = True
            time.sleep(STUCK_S)
        elif tick % SLOW_EVERY == 0:
            time.sleep(SLOW_S)
        return [
            1 + (act.tick + len(seat.agent)) % 4 for act, seat in zip(batch.acts, batch.seats, strict=True)
        ]

    def learn(self, session: Session, message: Result | Observe) -> None:
        for block in message.blocks:
            for row in range(len(block)):
                line = {"kind": message.kind, "episode": message.episode, "tick": message.tick}
                self._diary.write(json.dumps(line | _row(block, row)) + "\n")
        self._diary.flush()


def _row(block: Block, row: int) -> dict[str, Any]:
    told: dict[str, Any] = {"agent": block.agents[row], "source": block.sources[row]}
    for field in ("action", "reward", "terminated", "truncated"):
        if field in block.arrays:
            told[field] = block.arrays[field][0].data[row].item()
    return told | {"observed": "observation" in block.arrays}


if __name__ == "__main__":
    server = PolicyServer(Learner(Path(sys.argv[2])), sys.argv[1])
    print("ready", flush=True)
    server.run()
