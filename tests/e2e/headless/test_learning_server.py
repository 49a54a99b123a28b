"""A learning server that was late, and whose seat others held for a while, knows what the record knows."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from arena.home import arena_home, ipc_endpoint
from arena.match.choices import RuleChoices
from arena.processes import module_command
from arena.records.record import Record
from arena.session import MatchSetup, Session, Stage, open_session
from arena.waker import Waker
from controllers.inputs import KEYBOARD, InputHub
from tests.e2e.headless.shell import environment

KEPT, TAKEN = "adversary_0", "agent_0"
TICKS = 150
PATIENCE_S = 60.0


@contextlib.contextmanager
def learner(diary: Path) -> Iterator[str]:
    """Where a server listens that learns."""
    endpoint = ipc_endpoint("learner")
    command = module_command("tests.players.servers.learner", endpoint, str(diary))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield endpoint
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


class Table:
    """A real-time match whose seats change hands; moments are ticks."""

    def __init__(self, session: Session, waker: Waker) -> None:
        self.session, self.match, self._waker = session, session.match, waker

    def until(self, done: Callable[[], bool]) -> None:
        """Let time pass until then."""
        give_up = time.perf_counter() + PATIENCE_S
        while not done():
            now = time.perf_counter()
            assert now < give_up, (self.match.phase, self.match.tick_number, self.match.waiting_for())
            if not self.match.tick(now):
                wakeup = self.match.next_wakeup(now)
                self._waker.wait(0.05 if wakeup is None else max(0.0, wakeup - time.perf_counter()))

    def reach(self, tick: int) -> None:
        self.until(lambda: self.match.tick_number >= tick)

    def take_over(self, words: str) -> None:
        """Seat somebody else and let time pass until they sit."""
        newcomer = self.session.controller_for(TAKEN, words)
        trial = self.match.takeover(TAKEN, newcomer, words, time.perf_counter())
        self.until(lambda: trial.state != "waiting")
        assert trial.state == "seated", trial.text


def play(endpoint: str) -> Path:
    """One match: the server's seat goes to a person, back, to a program, and back again."""
    waker, hub = Waker(), InputHub()
    setup = MatchSetup(
        "mpe2/simple_tag-v3",
        (f"[{KEPT},{TAKEN}]=policy:{endpoint}", "*=random"),
        options={"max_cycles": str(TICKS)},
        rules=RuleChoices(pace="realtime", hz=60.0),
        seed=3,
    )
    stage = Stage(time.perf_counter, waker.wake, resources={"inputs": hub})
    with open_session(setup, stage, arena_home()) as session:
        table = Table(session, waker)
        session.start()
        table.reach(50)
        table.take_over("human:keyboard")
        hub.press(KEYBOARD, "left")
        table.reach(75)
        table.take_over(f"policy:{endpoint}")
        table.reach(100)
        table.take_over("random")
        table.reach(120)
        table.take_over(f"policy:{endpoint}")
        table.until(lambda: session.match.finished)
        assert session.match.outcomes[0].ticks == TICKS
        path = session.record_path
    waker.close()
    assert path is not None
    return path


def recorded(path: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """What the record says of both seats, tick by tick."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    source = None
    with Record(path) as record:
        for event in record.events():
            if event["kind"] == "swap":
                kind = event["controller"].partition(":")[0]
                source = {"human": "human", "policy": None}.get(kind, "other")
            if event["kind"] != "step":
                continue
            for agent in (KEPT, TAKEN):
                ended = event.get("ended", {}).get(agent)
                rows[agent, event["tick"]] = {
                    "source": (source if agent == TAKEN else None) or event["sources"][agent],
                    "action": event["actions"][agent],
                    "reward": event.get("rewards", {}).get(agent, 0.0),
                    "terminated": ended == "t",
                    "truncated": ended == "x",
                }
    return rows


def test_a_late_learner_whose_seat_was_taken_knows_what_the_record_knows(tmp_path: Path) -> None:
    diary = tmp_path / "diary.jsonl"
    with learner(diary) as endpoint:
        path = play(endpoint)
        rows = recorded(path)
        give_up = time.monotonic() + PATIENCE_S
        while diary.read_text().count("\n") < len(rows) and time.monotonic() < give_up:
            time.sleep(0.05)
    written = [json.loads(line) for line in diary.read_text().splitlines()]
    told = {
        (line["agent"], line["tick"]): {key: line[key] for key in next(iter(rows.values()))}
        for line in written
    }
    assert len(written) == len(told), "no row twice"
    assert told == rows
    assert {agent: [tick for name, tick in told if name == agent] for agent in (KEPT, TAKEN)} == {
        agent: list(range(1, TICKS + 1)) for agent in (KEPT, TAKEN)
    }
    kinds = {line["source"]: line["kind"] for line in written}
    assert kinds["human"] == kinds["other"] == "observe"
    assert all(kinds[source] == "result" for source in kinds.keys() - {"human", "other"})
    assert kinds.keys() >= {"decided", "late", "repeat", "human", "other"}, "it was late, and it was replaced"
