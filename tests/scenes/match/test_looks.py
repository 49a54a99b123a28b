"""What seats are called: no two of a match alike."""

from __future__ import annotations

from arena.games import catalog
from arena.match.controller import Descriptor
from scenes.match import looks


def named(name: str) -> Descriptor:
    return Descriptor(id=name, name=name, policy="", backend="")


def test_equal_names_are_told_apart_by_side() -> None:
    entry = catalog.get("chess")
    told = looks.names(entry, dict.fromkeys(entry.seats, named("Ada")))
    assert list(told.values()) == ["Ada · White", "Ada · Black"]


def test_equal_names_in_one_team_are_told_apart_by_agent() -> None:
    entry = catalog.get("simple_tag")
    held_by = {**dict.fromkeys(entry.seats, named("Server")), "agent_0": named("Ada")}
    told = looks.names(entry, held_by)
    assert told["agent_0"] == "Ada"
    assert told["adversary_1"] == "Server · Adversary 1"
    assert len(set(told.values())) == len(entry.seats)
