"""Records to test with: of real matches, of a match with a move taken back, and of any list of events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from arena.bus.events import encode
from arena.bus.journal import Journal
from arena.cli.main import main
from arena.games import catalog
from arena.games.actions import to_plain
from arena.games.contract import StepResult
from arena.games.digest import Digest
from arena.games.local_host import LocalHost
from arena.ids import new_ulid
from arena.match.outcome import EpisodeOutcome, Reason, SeatResult
from arena.match.seeds import env_seed
from arena.records.format import BlockCodec, pack_preamble
from arena.records.record import Record

Event = dict[str, Any]


def records_of(folder: Path, matches: Iterable[tuple[str, Sequence[str]]]) -> list[Path]:
    """The record of each match ``(game, options)`` of players at random, by the real command."""
    home = folder / "home"
    found: list[Path] = []
    (folder / "run").mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        for game, options in matches:
            before = set(home.glob("records/*"))
            assert main(["--home", str(home), "match", game, "*=random", "--seed", "5", *options]) == 0
            found += set(home.glob("records/*")) - before
    return found


def record_of(folder: Path, events: Iterable[Event], stream: str) -> Path:
    """A file of just these events, numbered anew."""
    messages = []
    for seq, event in enumerate(events):
        fields = {
            name: value for name, value in event.items() if name not in {"v", "private", "kind", "seq", "t"}
        }
        messages.append(encode(event["kind"], seq, event["t"], fields, private=event.get("private", False)))
    path = folder / f"{new_ulid()}.arena"
    path.write_bytes(pack_preamble(stream) + BlockCodec().pack(0, messages))
    return path


def read(path: Path) -> tuple[list[Event], str]:
    with Record(path) as record:
        return list(record.events()), record.stream


def answer(host: LocalHost) -> StepResult:
    result = host.poll()
    assert result is not None
    return result


def a_game_with_an_undo(path: Path) -> None:
    """Tic-tac-toe with a move taken back, journalled as a match does it."""
    entry = catalog.get("tictactoe")
    host, digest, line = LocalHost(entry, {}), Digest(), []
    match_id = new_ulid()
    with Journal(path, f"match/{match_id}/", live=False, publish=False) as journal:
        journal.emit(
            "open", 0.0, {"game": entry.id, "options": {}, "seed": 9, "render_mode": entry.render_mode}
        )
        host.submit_reset(env_seed(9, 0))
        result = answer(host)
        digest.update(result)
        line.append(digest.copy())
        journal.emit("reset", 0.0, {"episode": 0, "agents": list(result.alive)})
        tick = 0
        for action in (0, 1, 2, None, 4, 3, 5, 8, 6, 7, None, 7):
            if action is None:
                host.submit_undo(1)
                result = answer(host)
                journal.emit("undo", 1.0, {"tick": tick, "steps": 1})
                tick -= 1
                line.pop()
                digest = line[-1].copy()
                continue
            (agent,) = result.due
            if not result.alive:
                break
            host.submit_step({agent: action})
            result = answer(host)
            tick += 1
            digest.update(result)
            line.append(digest.copy())
            fields = {"tick": tick, "actions": {agent: to_plain(action)}}
            if rewards := {name: float(reward) for name, reward in result.rewards.items() if reward}:
                fields["rewards"] = rewards
            if ended := {name: "t" for name, flag in result.terminated.items() if flag}:
                fields["ended"] = ended
            journal.emit("step", 1.0, fields)
            journal.emit("digest", 1.0, {"tick": tick, "hex": digest.hex()})
            if ended:
                break
        seats = tuple(SeatResult(name, "x", 1, 0.0, 0.0) for name in host.possible_agents)
        outcome = EpisodeOutcome(
            match_id, 0, entry.id, Reason.DRAW, "", tick, 1.0, seats, digest=digest.hex()
        )
        journal.emit("outcome", 2.0, outcome.to_dict())
        journal.emit("close", 2.0, {"reason": "draw", "last": True})
    host.close()
