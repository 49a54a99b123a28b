"""Records of real matches, played again: what agrees verifies, what was changed afterwards does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from arena.bus.events import encode
from arena.bus.journal import Journal
from arena.cli.main import main
from arena.errors import RecordError
from arena.games import catalog
from arena.games.actions import to_plain
from arena.games.contract import StepResult
from arena.games.digest import Digest
from arena.games.local_host import LocalHost
from arena.home import arena_home
from arena.ids import new_ulid
from arena.match.outcome import EpisodeOutcome, Reason, SeatResult
from arena.match.seeds import env_seed
from arena.records.format import BlockCodec, pack_preamble
from arena.records.record import Record
from arena.records.replay import Replay
from arena.records.verify import verify

Event = dict[str, Any]

MATCHES = {
    "tictactoe": ["--episodes", "3"],
    "connect_four": [],
    "texas_holdem": ["--episodes", "2"],
    "simple_spread": ["--max-ticks", "70"],
    "CartPole": ["--episodes", "2"],
}


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


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One record a game of :data:`MATCHES`, by the real command."""
    home = tmp_path_factory.mktemp("played") / "home"
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        for game, options in MATCHES.items():
            before = set(home.glob("records/*"))
            assert main(["--home", str(home), "match", game, "*=random", "--seed", "5", *options]) == 0
            (found[game],) = set(home.glob("records/*")) - before
    return found


@pytest.mark.parametrize("game", MATCHES)
def test_a_real_match_verifies(played: dict[str, Path], game: str) -> None:
    report = verify(played[game])
    assert (report.ok, report.problem, report.notes) == (True, None, [])
    assert all(check.complete and check.digests for check in report.episodes)
    events, _ = read(played[game])
    assert report.ticks == sum(event["kind"] == "step" for event in events)
    assert len(report.episodes) == sum(event["kind"] == "outcome" for event in events)


def another_action(events: list[Event]) -> None:
    steps = [event for event in events if event["kind"] == "step"]
    first, second = steps[0]["actions"], steps[1]["actions"]
    ((one, action),), ((_, other),) = first.items(), second.items()
    first[one] = other if other != action else action + 1


def another_reward(events: list[Event]) -> None:
    last = [event for event in events if event["kind"] == "step"][-1]
    last["rewards"] = {agent: reward + 1 for agent, reward in last["rewards"].items()}


def no_end(events: list[Event]) -> None:
    del next(event for event in events if "ended" in event)["ended"]


def another_digest(events: list[Event]) -> None:
    event = next(event for event in events if event["kind"] == "digest")
    event["hex"] = "0" * 32


def another_result_digest(events: list[Event]) -> None:
    next(event for event in events if event["kind"] == "outcome")["digest"] = "0" * 32


def another_number_of_ticks(events: list[Event]) -> None:
    next(event for event in events if event["kind"] == "outcome")["ticks"] += 1


def a_missing_step(events: list[Event]) -> None:
    events.remove([event for event in events if event["kind"] == "step"][2])


def no_reset(events: list[Event]) -> None:
    events.remove(next(event for event in events if event["kind"] == "reset"))


def withheld(events: list[Event]) -> None:
    index = next(index for index, event in enumerate(events) if event["kind"] == "digest")
    events[index] = {"kind": "withheld", "t": 0.0}


def actions_that_are_none(events: list[Event]) -> None:
    next(event for event in events if event["kind"] == "step")["actions"] = {"nobody": 1}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (another_action, "episode 0"),
        (another_reward, "rewards"),
        (no_end, "ended"),
        (another_digest, "digest"),
        (another_result_digest, "digest"),
        (another_number_of_ticks, "ticks"),
        (a_missing_step, ""),
        (no_reset, "before the episode was reset"),
        (withheld, "withheld"),
        (actions_that_are_none, "nobody"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_was_changed_does_not_verify(
    played: dict[str, Path], tmp_path: Path, change: Callable[[list[Event]], None], says: str
) -> None:
    events, stream = read(played["tictactoe"])
    assert verify(record_of(tmp_path, events, stream)).ok
    change(events)
    report = verify(record_of(tmp_path, events, stream))
    assert not report.ok
    assert report.problem is not None
    assert says in report.problem


def test_another_seed_does_not_verify(played: dict[str, Path], tmp_path: Path) -> None:
    events, stream = read(played["CartPole"])
    for event in events:
        if event.get("seed") is not None:
            event["seed"] += 1
    report = verify(record_of(tmp_path, events, stream))
    assert not report.ok
    assert "episode 0" in str(report.problem)


def test_a_failure_names_versions_that_differ(played: dict[str, Path], tmp_path: Path) -> None:
    events, stream = read(played["tictactoe"])
    events[0]["versions"]["numpy"] = "1.0"
    assert verify(record_of(tmp_path, events, stream)).notes == []
    another_digest(events)
    assert any("numpy 1.0" in note for note in verify(record_of(tmp_path, events, stream)).notes)


@pytest.mark.parametrize("left", [0.2, 0.5, 0.9])
def test_a_record_cut_off_verifies_as_far_as_it_goes(
    played: dict[str, Path], tmp_path: Path, left: float
) -> None:
    events, stream = read(played["connect_four"])
    report = verify(record_of(tmp_path, events[: max(3, int(len(events) * left))], stream))
    assert report.ok
    assert report.status == "unfinished"
    assert report.notes == ["the match was never closed"]
    assert not any(check.complete for check in report.episodes)


def test_code_named_by_a_record_is_not_run_unasked(played: dict[str, Path], tmp_path: Path) -> None:
    events, stream = read(played["tictactoe"])
    mark = tmp_path / "ran"
    events[0]["game"] = "subprocess:check_call"
    events[0]["options"] = {"args": ["touch", str(mark)]}
    report = verify(record_of(tmp_path, events, stream))
    assert "--trust" in str(report.problem)
    assert not mark.exists()


def test_a_record_opens_no_window_on_who_verifies_it(played: dict[str, Path], tmp_path: Path) -> None:
    events, stream = read(played["CartPole"])
    events[0]["render_mode"] = "human"
    report = verify(record_of(tmp_path, events, stream))
    assert "render mode 'human'" in str(report.problem)
    events[0]["render_mode"] = None  # played where nothing was drawn
    assert verify(record_of(tmp_path, events, stream)).ok


def test_options_the_factory_does_not_take_are_refused(played: dict[str, Path], tmp_path: Path) -> None:
    events, stream = read(played["tictactoe"])
    events[0]["options"] = {"board_colour": "green"}
    report = verify(record_of(tmp_path, events, stream))
    assert "board_colour" in str(report.problem)


def test_a_file_without_a_header_cannot_be_verified(tmp_path: Path) -> None:
    path = tmp_path / "x.arena"
    path.write_bytes(pack_preamble("match/x/"))
    with pytest.raises(RecordError, match="no header"):
        verify(path)


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


def test_moves_taken_back_are_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "undo.arena"
    a_game_with_an_undo(path)
    report = verify(path)
    assert report.problem is None
    events, stream = read(path)
    assert any(event["kind"] == "undo" for event in events)
    without = [event for event in events if event["kind"] != "undo"]
    assert not verify(record_of(tmp_path, without, stream)).ok


def test_a_replay_shows_every_state(played: dict[str, Path]) -> None:
    with Record(played["tictactoe"]) as record, Replay(record) as replay:
        boards = []
        for moment in replay.moments():
            if moment.result is not None and moment.episode == 0:
                snapshot = replay.host.snapshot("all")
                assert snapshot is not None
                boards.append(str(snapshot))
        assert len(boards) == len(set(boards)) > 5


def test_the_command_says_it_with_its_exit_code(
    played: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = played["tictactoe"]
    events, stream = read(good)
    another_digest(events)
    bad = record_of(tmp_path, events, stream)
    arena_home()
    assert main(["record", "verify", str(good)]) == 0
    assert ": verified" in capsys.readouterr().out
    assert main(["record", "verify", str(good), str(bad)]) == 1
    assert "DOES NOT VERIFY" in capsys.readouterr().out
