"""What is skipped of a record leaves the environment exactly as what is played, on every kind of game."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from arena.errors import RecordError
from arena.games.digest import Digest
from arena.records.record import Record
from arena.records.replay import Moment, Replay
from arena.records.verify import verify
from tests.arena.records.playing import Event, a_game_with_an_undo, read, record_of, records_of

OURS: dict[str, tuple[str, Sequence[str]]] = {
    "sumo of two": ("sumo", ["--episodes", "2"]),
    "sumo of eight, who go out one by one": ("sumo", ["--env", "players=8", "--env", "actions=discrete"]),
    "air hockey": ("air_hockey", ["--max-ticks", "400"]),
    "tanks": ("tanks", ["--env", "actions=discrete"]),
    "soccer": ("soccer", ["--env", "players_per_team=2"]),
    "tanks who see pictures": ("tanks", ["--env", "observations=pixels", "--max-ticks", "12"]),
}
OTHERS: dict[str, tuple[str, Sequence[str]]] = {
    "chess": ("chess", ["--max-ticks", "60", "--episodes", "2"]),
    "archers": ("knights_archers_zombies", ["--max-ticks", "90"]),
    "poles": ("CartPole", ["--episodes", "3"]),
    "poker": ("texas_holdem", ["--episodes", "3"]),
}
MATCHES = {
    name: (game, options if "--max-ticks" in options else [*options, "--max-ticks", "250"])
    for name, (game, options) in (OURS | OTHERS).items()
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One record a match of :data:`MATCHES`."""
    paths = records_of(tmp_path_factory.mktemp("played"), MATCHES.values())
    return dict(zip(MATCHES, paths, strict=True))


def places(path: Path) -> list[int]:
    """Seqs to skip to: after the first reset, in the middle of both halves, before the last step, the end."""
    events, _ = read(path)
    steps = [event["seq"] for event in events if event["kind"] == "step"]
    return [steps[0], steps[len(steps) // 4], steps[3 * len(steps) // 4], steps[-1], len(events)]


def told(moments: Sequence[Moment]) -> str:
    """The fingerprint of all that the environment told in ``moments``."""
    digest = Digest()
    for moment in moments:
        if moment.result is not None:
            digest.update(moment.result)
    return digest.hex()


@pytest.mark.parametrize("name", OURS)
def test_a_game_of_ours_has_the_same_state_whether_told_or_not(played: dict[str, Path], name: str) -> None:
    with Record(played[name]) as record, Replay(record) as shown, Replay(record) as skipped:
        moments = shown.moments()
        for place in places(played[name]):
            while shown.seq < place:
                next(moments)
            skipped.skip(place)
            one, other = shown.host.env, skipped.host.env
            assert one is not other
            assert one.save_state() == other.save_state()
            assert one.agents == other.agents
            assert shown.host.snapshot("all") == skipped.host.snapshot("all")
            assert shown.host.verdict() == skipped.host.verdict()


@pytest.mark.parametrize("name", MATCHES)
def test_the_future_is_the_same_whether_the_past_was_told_or_not(played: dict[str, Path], name: str) -> None:
    with Record(played[name]) as record:
        with Replay(record) as replay:
            whole = list(replay.moments())
        for place in places(played[name]):
            with Replay(record) as replay:
                replay.skip(place)
                rest = list(replay.moments())
            assert [moment.event for moment in rest] == [moment.event for moment in whole[place:]]
            assert told(rest) == told(whole[place:])
            for one, other in zip(rest, whole[place:], strict=True):
                assert (one.episode, one.tick, one.begun) == (other.episode, other.tick, other.begun)


def test_a_game_of_ours_is_not_observed_while_skipping(
    played: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "tanks who see pictures"
    with Record(played[name]) as record, Replay(record) as replay:
        begin, _, _, last, _ = places(played[name])
        replay.skip(begin)
        with monkeypatch.context() as blind:
            for way in ("pixels", "_observations"):
                blind.delattr(type(replay.host.env), way)
            replay.skip(last)
        (moment, *_) = replay.moments()
        assert moment.result is not None
        assert {seen.shape for seen in moment.result.observations.values()} == {(96, 96, 3)}


def test_a_skipped_episode_has_no_digest_and_the_next_has(played: dict[str, Path]) -> None:
    for name in ("sumo of two", "chess"):
        events, _ = read(played[name])
        second = [event["seq"] for event in events if event["kind"] == "reset"][1]
        with Record(played[name]) as record, Replay(record) as whole, Replay(record) as replay:
            replay.skip(second)
            with pytest.raises(RecordError, match="episode 0 was skipped in part"):
                _ = replay.digest
            assert len(list(replay.moments())) == len(events) - second
            assert len(list(whole.moments())) == len(events)
            assert replay.digest == whole.digest


@pytest.mark.parametrize("place", range(3, 22, 3))
def test_moves_are_taken_back_after_skipping_as_well(tmp_path: Path, place: int) -> None:
    path = tmp_path / "undo.arena"
    a_game_with_an_undo(path)
    with Record(path) as record:
        with Replay(record) as replay:
            whole = list(replay.moments())
        with Replay(record) as replay:
            replay.skip(place)
            assert told(list(replay.moments())) == told(whole[place:])


def test_skipping_goes_ahead_only_and_ends_with_the_record(played: dict[str, Path]) -> None:
    events, _ = read(played["chess"])
    with Record(played["chess"]) as record, Replay(record) as replay:
        replay.skip(10)
        replay.skip(10)
        assert replay.seq == 10
        with pytest.raises(RecordError, match="event 9 is behind: 10 were played"):
            replay.skip(9)
        replay.skip(10 * len(events))
        assert replay.seq == len(events)
        assert list(replay.moments()) == []


def an_impossible_action(events: list[Event]) -> None:
    step = next(event for event in events if event["kind"] == "step")
    step["actions"] = dict.fromkeys(step["actions"], [float("nan")] * 3)


def test_what_is_no_action_is_not_skipped_either(played: dict[str, Path], tmp_path: Path) -> None:
    events, stream = read(played["sumo of two"])
    an_impossible_action(events)
    bad = record_of(tmp_path, events, stream)
    assert "not finite" in str(verify(bad).problem)
    with Record(bad) as record, Replay(record) as replay, pytest.raises(RecordError, match="not finite"):
        replay.skip(len(events))


def test_a_replay_shows_every_state(played: dict[str, Path]) -> None:
    with Record(played["chess"]) as record, Replay(record) as replay:
        boards = []
        for moment in replay.moments():
            if moment.result is not None and moment.episode == 0:
                snapshot = replay.host.snapshot("all")
                assert snapshot is not None
                boards.append(str(snapshot))
        assert len(boards) == len(set(boards)) > 5
