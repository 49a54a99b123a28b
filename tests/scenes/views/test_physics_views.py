"""Sumo and air hockey as people see them; ``physics/`` tests what these views share."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from scenes.ui.cache import Lru
from scenes.views import load
from scenes.views.physics import field, sprites
from scenes.views.style import NOTHING, ViewStyle
from tests.scenes.views import physics_samples as samples
from tests.scenes.views.golden import assert_golden
from tests.scenes.views.physics_samples import event

TILE, PANE = (320, 180), (560, 400)
NAMES = {"red_0": "Ada", "blue_0": "air_hockey/club", "wrestler_0": "Ada", "wrestler_1": "sumo/master"}
STYLE = ViewStyle(names=NAMES)

HIT = samples.air_hockey(event("hit", 5, -3.2, 0.6, "red_0", 0.9), event("wall", 9, 1, -4.4))
GOAL = samples.air_hockey(event("goal", 8, 8.5, 0.4, "red_0"), players=2)
SERVE = samples.air_hockey(serve="blue", serve_in_s=0.4)
FIVE = samples.air_hockey(event("goal", 0, 8.5, 0.4, "red_0"), over=True, goals={"red": 5, "blue": 1})
CLASH = samples.sumo(event("hit", 4, -0.2, 0.3, "wrestler_0", 0.9), event("dash", 8, 2, 1, "wrestler_1"))
EIGHT = samples.sumo(
    event("knock_out", 10, 5, 3, "wrestler_4"), players=8, out=(4,),
    ring={"radius": 5.5, "goal": 4.2, "shrinking": True},
)  # fmt: skip
TEAMS = samples.sumo(players=4, teams=True, left_s=7.2)
LAST = samples.sumo(event("knock_out", 0, 4.4, 1, "wrestler_1"), out=(1,), over=True)

CASES: dict[str, tuple[str, Mapping[str, Any], float]] = {
    "air_hockey_hit": ("air_hockey", HIT, 0.5),
    "air_hockey_goal": ("air_hockey", GOAL, 0.5),
    "air_hockey_serve": ("air_hockey", SERVE, 1.0),
    "air_hockey_end": ("air_hockey", FIVE, 1.0),
    "sumo_clash": ("sumo", CLASH, 0.5),
    "sumo_eight": ("sumo", EIGHT, 0.25),
    "sumo_teams": ("sumo", TEAMS, 1.0),
    "sumo_end": ("sumo", LAST, 1.0),
}


def pixels(case: str, size: tuple[int, int] = PANE, style: ViewStyle = STYLE, **changes: Any) -> bytes:
    name, snapshot, alpha = CASES[case]
    image = load(name).draw({**snapshot, **changes}, size, changes.pop("alpha", alpha), style)
    return image.get_buffer().raw


@pytest.mark.parametrize("size", [TILE, PANE], ids=["tile", "pane"])
@pytest.mark.parametrize("case", CASES)
def test_looks_as_it_was_approved(case: str, size: tuple[int, int]) -> None:
    name, snapshot, alpha = CASES[case]
    image = load(name).draw(snapshot, size, alpha, STYLE)
    assert image.get_size() == size
    assert_golden(image, f"{case}_{size[0]}x{size[1]}")


@pytest.mark.parametrize("case", CASES)
def test_a_picture_depends_on_nothing_that_was_drawn_before(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sprites, "_sprites", OrderedDict())
    monkeypatch.setattr(field, "_backdrops", Lru(12))
    first = pixels(case)
    monkeypatch.setattr(sprites, "_sprites", OrderedDict())
    monkeypatch.setattr(field, "_backdrops", Lru(12))
    for other in CASES:
        # A little larger: what is kept for it must not be taken for this one.
        pixels(other, (PANE[0] + 1, PANE[1] + 1))
    assert pixels(case) == first


@pytest.mark.parametrize("case", ["air_hockey_end", "sumo_end"])
def test_effects_of_the_last_tick_run_on_after_the_end(case: str) -> None:
    name, snapshot, _ = CASES[case]
    view = load(name)
    stands, *later = (view.draw(snapshot, PANE, alpha, STYLE).get_buffer().raw for alpha in (1.0, 9.0, 21.0))
    assert len({stands, *later}) == 3
    assert view.draw(snapshot, PANE, 200.0, STYLE).get_buffer().raw == stands


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", [(1, 1), (16, 40), (96, 96), (900, 90), (90, 900)])
def test_any_size_can_be_drawn(case: str, size: tuple[int, int]) -> None:
    name, snapshot, alpha = CASES[case]
    assert load(name).draw(snapshot, size, alpha, STYLE).get_size() == size


@pytest.mark.parametrize("name", ["air_hockey", "sumo"])
def test_environments_draw_without_alpha_and_style(name: str) -> None:
    snapshot = samples.air_hockey() if name == "air_hockey" else samples.sumo()
    plain = load(name).draw(snapshot, TILE)  # type: ignore[call-arg]  # View asks for all four
    assert plain.get_buffer().raw == load(name).draw(snapshot, TILE, 1.0, ViewStyle()).get_buffer().raw


@pytest.mark.parametrize("name", ["air_hockey", "sumo"])
def test_a_pointer_means_nothing(name: str) -> None:
    snapshot = samples.air_hockey() if name == "air_hockey" else samples.sumo()
    view = load(name)
    assert view.pick(snapshot, PANE, (200, 200), (), STYLE) == NOTHING
    assert view.spots(snapshot, PANE, (), STYLE) == []


@pytest.mark.parametrize("case", ["air_hockey_hit", "sumo_clash"])
def test_bodies_move_between_ticks(case: str) -> None:
    name, snapshot, _ = CASES[case]
    quiet = {**snapshot, "events": []}
    seen = {load(name).draw(quiet, PANE, alpha, STYLE).get_buffer().raw for alpha in (0.0, 0.3, 0.6, 1.0)}
    assert len(seen) == 4


@pytest.mark.parametrize("case", ["air_hockey_goal", "sumo_eight"])
def test_only_the_wish_for_it_shakes_the_picture(case: str) -> None:
    still = pixels(case, style=replace(STYLE, shake=False))
    assert still != pixels(case)
    assert pixels(case, style=replace(STYLE, animate=False)) == pixels(
        case, style=replace(STYLE, animate=False, shake=False)
    )


@pytest.mark.parametrize(("case", "agent"), [("air_hockey_hit", "blue_0"), ("sumo_clash", "wrestler_1")])
def test_who_sits_here_is_pointed_at(case: str, agent: str) -> None:
    assert pixels(case, style=replace(STYLE, orientation=agent)) != pixels(case)
    assert pixels(case, TILE, replace(STYLE, orientation=agent)) == pixels(case, TILE)


@pytest.mark.parametrize("case", ["air_hockey_hit", "sumo_clash"])
def test_reduced_motion_has_no_flashes_rings_and_sparks(case: str) -> None:
    still = replace(STYLE, animate=False)
    assert pixels(case, style=still) == pixels(case, style=still, events=[])
    assert pixels(case) != pixels(case, events=[])


def test_who_is_out_is_not_drawn() -> None:
    bodies = [body for body in EIGHT["bodies"] if body["in_play"]]
    assert pixels("sumo_eight", bodies=bodies, events=[]) == pixels("sumo_eight", events=[])
    assert pixels("sumo_eight", bodies=bodies[1:], events=[]) != pixels("sumo_eight", events=[])


def test_a_puck_that_went_in_slides_below_the_rail() -> None:
    def with_puck(x: float) -> bytes:
        puck = samples.body("puck", "", "", 0.48, (x, 0.0, 0.0), spin=0.0)
        bodies = [body for body in HIT["bodies"] if body["kind"] != "puck"]
        return pixels("air_hockey_hit", events=[], bodies=[*bodies, puck])

    assert with_puck(9.2) == with_puck(11.0) != with_puck(8.6)


def test_names_are_left_out_of_tiles_and_words_out_of_what_policies_see() -> None:
    stranger = ViewStyle(names=dict.fromkeys(NAMES, "Somebody else"))
    for case in ("air_hockey_hit", "sumo_clash"):
        assert pixels(case, TILE, stranger) == pixels(case, TILE)
        assert pixels(case, PANE, stranger) != pixels(case, PANE)
        assert pixels(case, (96, 96), left_s=3.0) == pixels(case, (96, 96))
        assert pixels(case, TILE, left_s=3.0) != pixels(case, TILE)


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        (LAST, "Ada wins"),
        (samples.sumo(over=True), "Draw"),
        (samples.sumo(players=4, teams=True, out=(0,), over=True), "Blue wins"),
        (samples.sumo(players=4, teams=True, out=(0, 2), over=True), "Draw"),
        (FIVE, "Red wins"),
        (samples.air_hockey(goals={"red": 2, "blue": 3}, over=True), "Blue wins"),
        (samples.air_hockey(goals={"red": 2, "blue": 2}, over=True), "Draw"),
        (samples.sumo(), None),
        (samples.air_hockey(), None),
    ],
)
def test_the_end_is_said(
    snapshot: Mapping[str, Any], words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = samples.spoken(monkeypatch)
    load(snapshot["game"]).draw(snapshot, PANE, 1.0, STYLE)
    assert (words in said) if words else not [line for line in said if "wins" in line or line == "Draw"]
