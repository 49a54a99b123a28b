"""What seats are called: no two of a match alike."""

from __future__ import annotations

import pytest

from arena.games import catalog
from arena.match.controller import Descriptor
from scenes.match import looks
from scenes.ui.palette import Palette
from scenes.views.physics.colours import TEAM_COLOURS


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


def test_seats_have_the_colour_that_the_view_draws_them_in() -> None:
    soccer, palette = catalog.get("soccer"), Palette()
    agents = tuple(soccer.seats)
    colours = {agent: looks.seat_colour(soccer, agents, agent, palette) for agent in agents}
    assert colours["red_0"] == colours["red_1"] == TEAM_COLOURS["red"]
    assert colours["blue_0"] == colours["blue_1"] == TEAM_COLOURS["blue"]
    tanks = catalog.get("tanks")
    assert looks.seat_colour(tanks, ("tank_0", "tank_1"), "tank_1", palette) == palette.seat(1)


@pytest.mark.parametrize(
    ("value", "text"), [(12.0, "12"), (-1 / 3, "-0.33"), (0.004, "0.004"), (123456.789, "1.235e+05")]
)
def test_scores_have_two_decimals_at_most_unless_they_are_tiny(value: float, text: str) -> None:
    assert looks.score_text(value) == text
