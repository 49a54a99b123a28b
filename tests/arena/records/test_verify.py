"""Records of real matches, played again: what agrees verifies, what was changed afterwards does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from arena.cli.main import main
from arena.errors import RecordError
from arena.home import arena_home
from arena.records.format import pack_preamble
from arena.records.verify import verify
from tests.arena.records.playing import Event, a_game_with_an_undo, read, record_of, records_of

MATCHES = {
    "tictactoe": ["--episodes", "3"],
    "connect_four": [],
    "texas_holdem": ["--episodes", "2"],
    "simple_spread": ["--max-ticks", "70"],
    "CartPole": ["--episodes", "2"],
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One record a game of :data:`MATCHES`."""
    paths = records_of(tmp_path_factory.mktemp("played"), MATCHES.items())
    return dict(zip(MATCHES, paths, strict=True))


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


def test_a_record_damaged_inside_does_not_verify(played: dict[str, Path], tmp_path: Path) -> None:
    data = bytearray(played["simple_spread"].read_bytes())
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "flipped.arena"
    path.write_bytes(data)
    report = verify(path)
    assert not report.ok
    assert report.problem is not None
    assert "checksum" in report.problem


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


def test_moves_taken_back_are_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "undo.arena"
    a_game_with_an_undo(path)
    report = verify(path)
    assert report.problem is None
    events, stream = read(path)
    assert any(event["kind"] == "undo" for event in events)
    without = [event for event in events if event["kind"] != "undo"]
    assert not verify(record_of(tmp_path, without, stream)).ok


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
