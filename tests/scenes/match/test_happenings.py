"""Events of a snapshot, heard and felt once each."""

from typing import Any

from assets.tools.build_sounds import RECIPES
from scenes.match.happenings import Happenings

KINDS = (
    "hit", "wall", "goal", "knock_out", "dash", "boost", "shot", "bounce", "explosion", "save", "serve",
    "kickoff", "whistle", "shrink",
)  # fmt: skip


class Room:
    """Notes what is played and shaken."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, float]] = []
        self.felt: list[tuple[str, float, float, int]] = []
        self.happenings = Happenings(
            lambda name, volume: self.heard.append((name, volume)),
            lambda *shake: self.felt.append(shake),
        )

    def see(self, tick: int, *events: tuple[int, str, str, float]) -> None:
        told = [{"tick": at, "kind": kind, "x": 0.0, "y": 0.0, "agent": agent, "power": power}
                for at, kind, agent, power in events]  # fmt: skip
        snapshot: dict[str, Any] = {"tick": tick, "events": told}
        self.happenings.follow(snapshot)


def test_an_event_is_told_once_however_long_it_stays_in_sight() -> None:
    room = Room()
    for tick in (10, 11, 12):
        room.see(tick, (10, "goal", "red_0", 1.0))
    assert room.heard == [("goal", 1.0)]
    assert [agent for agent, *_ in room.felt] == ["red_0"]


def test_what_came_between_two_looks_is_not_missed() -> None:
    room = Room()
    room.see(3)
    room.see(9, (5, "shot", "tank_1", 1.0), (8, "bounce", "", 0.5))
    assert [name for name, _ in room.heard] == ["shot", "bounce"]


def test_a_hail_of_the_same_is_one_sound_and_faint_ones_are_none() -> None:
    room = Room()
    room.see(4, (1, "hit", "", 0.8), (2, "hit", "", 0.8), (4, "hit", "", 0.05))
    room.see(9, (7, "hit", "", 0.4))
    assert [name for name, _ in room.heard] == ["hit", "hit"]
    assert room.heard[0][1] > room.heard[1][1], "a weaker hit is quieter"
    assert room.felt == []


def test_another_episode_begins_anew() -> None:
    room = Room()
    room.see(50, (50, "goal", "", 1.0))
    room.see(2, (1, "goal", "", 1.0))
    assert len(room.heard) == 2


def test_other_games_tell_nothing() -> None:
    room = Room()
    room.happenings.follow(None)
    room.happenings.follow({"game": "chess"})
    assert not room.heard
    assert not room.felt


def test_there_is_a_sound_for_every_kind_of_event() -> None:
    assert set(KINDS) - {"kickoff"} <= set(RECIPES), "a kick-off is a whistle"
