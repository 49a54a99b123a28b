"""What every view of our physics games does, and sumo and air hockey; ``physics/`` tests what they share."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from scenes.ui.cache import Lru
from scenes.views import load, tanks_figures
from scenes.views.physics import field, sprites
from scenes.views.style import NOTHING, ViewStyle
from tests.scenes.views import physics_samples as samples
from tests.scenes.views.golden import assert_golden
from tests.scenes.views.physics_cases import (
    CASES,
    EIGHT,
    FIVE,
    HIT,
    LAST,
    MOMENTS,
    NAMES,
    PANE,
    STYLE,
    STYLES,
    TILE,
    picture,
    pixels,
)  # fmt: skip
from tests.scenes.views.physics_samples import event


def drawn(case: str, size: tuple[int, int] = PANE, style: ViewStyle | None = None, **changes: Any) -> bytes:
    """A case with changes of its snapshot."""
    snapshot, alpha = CASES[case]
    return pixels({**snapshot, **changes}, size, alpha, style)


@pytest.mark.parametrize("size", [TILE, PANE], ids=["tile", "pane"])
@pytest.mark.parametrize("case", CASES)
def test_looks_as_it_was_approved(case: str, size: tuple[int, int]) -> None:
    snapshot, alpha = CASES[case]
    image = picture(snapshot, size, alpha)
    assert image.get_size() == size
    assert_golden(image, f"{case}_{size[0]}x{size[1]}")


def together(*events: dict[str, Any], players: int = 2) -> dict[str, Any]:
    """Sumo whose last two went out in the same tick."""
    falls = [event("knock_out", 0, 4.4, side, f"wrestler_{index}") for index, side in enumerate((1.0, -1.0))]
    return samples.sumo(*falls, *events, players=players, out=tuple(range(players)), over=True)


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Empties what is kept between two pictures."""

    def forget() -> None:
        monkeypatch.setattr(sprites, "_sprites", OrderedDict())
        monkeypatch.setattr(field, "_backdrops", Lru(12))
        monkeypatch.setattr(tanks_figures, "_tanks", Lru(1500))

    return forget


@pytest.mark.parametrize("case", CASES)
def test_a_picture_depends_on_nothing_that_was_drawn_before(case: str, forget: Callable[[], None]) -> None:
    forget()
    first = drawn(case)
    forget()
    for other in CASES:
        # A little larger: what is kept for it must not be taken for this one.
        drawn(other, (PANE[0] + 1, PANE[1] + 1))
    assert drawn(case) == first


@pytest.mark.parametrize("case", ["air_hockey_end", "sumo_end"])
def test_effects_of_the_last_tick_run_on_after_the_end(case: str) -> None:
    snapshot, _ = CASES[case]
    stands, *later = (pixels(snapshot, alpha=alpha) for alpha in (1.0, 9.0, 21.0))
    assert len({stands, *later}) == 3
    assert pixels(snapshot, alpha=200.0) == stands


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", [(1, 1), (16, 40), (96, 96), (900, 90), (90, 900)])
def test_any_size_can_be_drawn(case: str, size: tuple[int, int]) -> None:
    snapshot, alpha = CASES[case]
    assert picture(snapshot, size, alpha).get_size() == size


@pytest.mark.parametrize("game", MOMENTS)
def test_environments_draw_without_alpha_and_style(game: str) -> None:
    snapshot, _ = CASES[MOMENTS[game]]
    plain = load(game).draw(snapshot, TILE)  # type: ignore[call-arg]  # View asks for all four
    assert plain.get_buffer().raw == pixels(snapshot, TILE, style=ViewStyle())


@pytest.mark.parametrize("game", MOMENTS)
def test_a_pointer_means_nothing(game: str) -> None:
    view, (snapshot, _) = load(game), CASES[MOMENTS[game]]
    assert view.pick(snapshot, PANE, (200, 200), (), STYLES[game]) == NOTHING
    assert view.spots(snapshot, PANE, (), STYLES[game]) == []


@pytest.mark.parametrize("case", MOMENTS.values())
def test_bodies_move_between_ticks(case: str) -> None:
    quiet = {**CASES[case][0], "events": []}
    assert len({pixels(quiet, alpha=alpha) for alpha in (0.0, 0.3, 0.6, 1.0)}) == 4


@pytest.mark.parametrize("case", ["air_hockey_goal", "sumo_eight", "soccer_goal", "tanks_fight"])
def test_only_the_wish_for_it_shakes_the_picture(case: str) -> None:
    style = STYLES[CASES[case][0]["game"]]
    assert drawn(case) != drawn(case, style=replace(style, shake=False))
    calm = replace(style, animate=False)
    assert drawn(case, style=calm) == drawn(case, style=replace(calm, shake=False))


@pytest.mark.parametrize(("case", "agent"), [("air_hockey_hit", "blue_0"), ("sumo_clash", "wrestler_1")])
def test_who_sits_here_is_pointed_at(case: str, agent: str) -> None:
    assert drawn(case, style=replace(STYLE, orientation=agent)) != drawn(case)
    assert drawn(case, TILE, replace(STYLE, orientation=agent)) == drawn(case, TILE)


@pytest.mark.parametrize("case", ["air_hockey_hit", "sumo_clash"])
def test_reduced_motion_has_no_flashes_rings_and_sparks(case: str) -> None:
    still = replace(STYLE, animate=False)
    assert drawn(case, style=still) == drawn(case, style=still, events=[])
    assert drawn(case) != drawn(case, events=[])


def test_who_is_out_is_not_drawn() -> None:
    bodies = [body for body in EIGHT["bodies"] if body["in_play"]]
    assert drawn("sumo_eight", bodies=bodies, events=[]) == drawn("sumo_eight", events=[])
    assert drawn("sumo_eight", bodies=bodies[1:], events=[]) != drawn("sumo_eight", events=[])


def test_a_puck_that_went_in_slides_below_the_rail() -> None:
    def with_puck(x: float) -> bytes:
        puck = samples.body("puck", "", "", 0.48, (x, 0.0, 0.0), spin=0.0)
        bodies = [body for body in HIT["bodies"] if body["kind"] != "puck"]
        return drawn("air_hockey_hit", events=[], bodies=[*bodies, puck])

    assert with_puck(9.2) == with_puck(11.0) != with_puck(8.6)


def test_names_are_left_out_of_tiles_and_words_out_of_what_policies_see() -> None:
    stranger = ViewStyle(names=dict.fromkeys(NAMES, "Somebody else"))
    for case in ("air_hockey_hit", "sumo_clash"):
        assert drawn(case, TILE, stranger) == drawn(case, TILE)
        assert drawn(case, PANE, stranger) != drawn(case, PANE)
        assert drawn(case, (96, 96), left_s=3.0) == drawn(case, (96, 96))
        assert drawn(case, TILE, left_s=3.0) != drawn(case, TILE)


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        (LAST, "Ada wins"),
        (samples.sumo(over=True), "Draw"),
        (samples.sumo(players=4, teams=True, out=(0,), over=True), "Blue wins"),
        (samples.sumo(players=4, teams=True, out=(0, 2), over=True), "Draw"),
        (together(), "Draw"),
        (together(event("win", 0, 5.0, 0.0, "wrestler_1")), "sumo/master wins"),
        (together(players=5), "Draw: Ada and sumo/master"),
        (samples.sumo(players=5, out=(0, 1, 4), over=True), "Draw: Wrestler 2 and Wrestler 3"),
        (samples.sumo(players=5, out=(0, 4), over=True), "Draw"),
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
    pixels(snapshot)
    assert (words in said) if words else not [line for line in said if "wins" in line or line == "Draw"]
