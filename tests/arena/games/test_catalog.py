"""The catalog: names, and that what it says of each game is true of the installed environment."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from gymnasium.spaces import Discrete

from arena.cli.health import games as health_games
from arena.errors import GameError, MissingPartError, UnknownNameError
from arena.games import catalog, derived, sources
from arena.games.contract import Host
from arena.games.entry import SLOTS, CatalogEntry
from arena.games.hosts import make_host
from arena.match.rules import ClockRule

ENTRIES = catalog.entries()


@pytest.fixture(scope="module", params=ENTRIES, ids=lambda entry: entry.id)
def game(request: pytest.FixtureRequest) -> Iterator[tuple[CatalogEntry, Host]]:
    entry: CatalogEntry = request.param
    with closing(make_host(entry, catalog.resolve_options(entry, {}), frames=False)) as host:
        yield entry, host


def test_the_families_are_complete() -> None:
    listed = set(catalog.ids())
    assert len(listed) == len(ENTRIES)
    registered = {known for known in sources.pettingzoo_ids() if not known.startswith("atari/")}
    assert registered <= listed
    modules = import_module("mpe2.all_modules").mpe_environments
    assert {f"mpe2/{name.removeprefix('mpe/').replace('_v', '-v')}" for name in modules} <= listed
    assert sum(known.startswith("gymnasium/") for known in listed) == 6


def test_agents_and_paradigm_are_the_environments_own(game: tuple[CatalogEntry, Host]) -> None:
    entry, host = game
    assert host.possible_agents == entry.seats
    assert host.paradigm == entry.paradigm


def test_controls_and_no_op_fit_the_action_spaces(game: tuple[CatalogEntry, Host]) -> None:
    entry, host = game
    assert derived.fitted(entry, host) is entry
    for agent in host.possible_agents:
        scheme = entry.scheme(agent)
        if entry.pace == "realtime":
            assert scheme is not None
            assert scheme.noop is not None
            assert entry.hz in entry.hz_choices
        elif scheme is None:
            assert entry.pointer, "there is no way for a person to play it"
        for control in scheme.controls if scheme is not None else ():
            assert control.slot in SLOTS
        names = [control.name for control in scheme.controls] if scheme is not None else []
        slots = [control.slot for control in scheme.controls] if scheme is not None else []
        assert len(set(names)) == len(names)
        assert len(set(slots)) == len(slots)


def test_every_action_of_a_small_discrete_space_can_be_reached(game: tuple[CatalogEntry, Host]) -> None:
    entry, host = game
    for agent in host.possible_agents:
        scheme, space = entry.scheme(agent), host.action_space(agent)
        if scheme is None or entry.pointer or not isinstance(space, Discrete) or int(space.n) > 10:
            continue
        reached = {control.action for control in scheme.controls} | {scheme.noop} - {None}
        assert reached == set(range(int(space.n)))


def test_teams_hold_everybody_once(game: tuple[CatalogEntry, Host]) -> None:
    entry, host = game
    teams = {entry.team_of(agent) for agent in host.possible_agents}
    # A game may have teams by an option only; then its default seats are in none.
    everybody: set[str | None] = {*entry.teams} or {None}
    assert teams == everybody or (entry.family == "arena" and teams == {None})
    assert not (entry.teams and entry.scoring == "cooperative")


def test_views_inspectors_and_hints_exist(game: tuple[CatalogEntry, Host]) -> None:
    entry, _ = game
    if entry.inspector is not None:
        module, _, name = entry.inspector.partition(":")
        assert hasattr(import_module(module), name)
    assert (entry.view is None) == (entry.inspector is None) == (entry.render_mode is not None)
    if entry.information == "hidden":
        assert entry.view is not None, "frames show everything"
    if entry.clock is not None:
        assert ClockRule.parse(entry.clock) is not None
    options = {option.name: option for option in catalog.describe_options(entry)}
    assert entry.option_hints.keys() | entry.options.keys() <= options.keys()
    for option in options.values():
        assert option.parse(option.default) == option.default
        assert not option.name.startswith("render_mode")


def test_titles_and_summaries_are_for_people() -> None:
    assert len({entry.title for entry in ENTRIES}) == len(ENTRIES)
    for entry in ENTRIES:
        assert entry.summary.endswith(".")
        assert len(entry.summary) <= 110
        assert entry.title[0].isupper() or entry.title[0].isdigit()


@pytest.mark.parametrize(
    ("name", "game_id"),
    [
        ("classic/chess-v6", "classic/chess-v6"),
        ("chess", "classic/chess-v6"),
        ("chess-v6", "classic/chess-v6"),
        ("chess_v6", "classic/chess-v6"),
        ("classic/chess", "classic/chess-v6"),
        ("Tic-Tac-Toe", "classic/tictactoe-v3"),
        ("connect-four", "classic/connect_four-v3"),
        ("kaz", "butterfly/knights_archers_zombies-v11"),
        ("texas_holdem", "classic/texas_holdem-v4"),
        ("No-Limit Hold'em", "classic/texas_holdem_no_limit-v6"),
        ("simple", "mpe2/simple-v3"),
        ("simple_spread", "mpe2/simple_spread-v3"),
        ("mpe2/simple_spread_v3", "mpe2/simple_spread-v3"),
        ("cartpole", "gymnasium/CartPole-v1"),
        ("CartPole-v1", "gymnasium/CartPole-v1"),
    ],
)
def test_short_names(name: str, game_id: str) -> None:
    assert catalog.get(name).id == game_id


@pytest.mark.parametrize(
    ("name", "near"),
    [("ches", "'chess'"), ("conect_four", "'connect_four'"), ("simple_spred", "'simple_spread'")],
)
def test_a_typing_error_is_answered_with_near_names(name: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match="did you mean") as caught:
        catalog.get(name)
    assert near in str(caught.value)


@pytest.mark.parametrize(
    "name", ["", "classic/chess-v1", "mpe2/nothing-v3", "gymnasium/Nothing-v0", "atari/nothing"]
)
def test_what_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(UnknownNameError, match="unknown game"):
        catalog.get(name)


def test_every_short_name_finds_its_own_game() -> None:
    for entry in ENTRIES:
        assert catalog.get(catalog.short_name(entry)) is entry


def test_a_gymnasium_game_without_an_entry() -> None:
    entry = catalog.get("Acrobot-v1")
    assert entry.id == "gymnasium/Acrobot-v1"
    assert (entry.paradigm, entry.pace, entry.seats) == ("simultaneous", "wait", ("player_0",))
    scheme = entry.scheme("player_0")
    assert scheme is not None
    assert [(control.slot, control.action) for control in scheme.controls] == [
        ("digit0", 0),
        ("digit1", 1),
        ("digit2", 2),
    ]
    assert scheme.noop is None
    assert entry.render_mode == "rgb_array"
    assert entry.fresh


def test_a_box_without_an_entry_gets_axes() -> None:
    scheme = catalog.get("Pendulum-v1").scheme("player_0")
    assert scheme is not None
    assert [(control.slot, control.axis, control.value) for control in scheme.controls] == [
        ("right", 0, 2.0),
        ("left", 0, -2.0),
    ]


def test_any_factory_is_a_game() -> None:
    entry = catalog.get("tests.arena.games.envs:Scripted")
    assert (entry.paradigm, entry.seats, entry.render_mode) == ("sequential", ("ann", "bob", "cid"), None)
    assert catalog.resolve_options(entry, {"count": "2", "lazy": "yes"}) == {"count": 2, "lazy": True}
    with closing(make_host(entry, {"count": 2}, frames=True)) as host:
        assert host.possible_agents == ("ann", "bob")


def test_a_factory_in_the_current_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_own_game.py").write_text("from tests.arena.games.envs import Scripted as make\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*sys.path])
    assert catalog.get("my_own_game:make").seats == ("ann", "bob", "cid")


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("no_such_module_anywhere:env", GameError, "no module 'no_such_module_anywhere'"),
        ("tests.arena.games.envs:Scriptd", UnknownNameError, "did you mean 'Scripted'"),
        ("tests.arena.games.envs:NAMES", GameError, "is no factory: it is of type tuple"),
        ("tests.arena.games.envs:reward", GameError, "cannot be made"),
        ("builtins:dict", GameError, "makes a builtins.dict"),
        ("atari/pong-v3", MissingPartError, "AutoROM"),
    ],
)
def test_a_factory_that_is_none(name: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        catalog.get(name)


def test_controls_follow_options_that_change_the_action_space() -> None:
    entry = catalog.get("pistonball")
    with closing(
        make_host(entry, catalog.resolve_options(entry, {"continuous": "false"}), frames=False)
    ) as host:
        fitted = derived.fitted(entry, host)
        scheme = fitted.scheme("piston_3")
        assert scheme is not None
        assert [control.action for control in scheme.controls] == [0, 1, 2]
        assert scheme.noop is None


def test_plug_ins_add_games(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        name, value = "mine", "mine:ENTRIES"

        def load(self) -> Any:
            return [
                CatalogEntry(
                    id="mine:game", title="Mine", summary="My game.", paradigm="sequential", pace="wait"
                )
            ]

    with plugged_in(monkeypatch, Point):
        assert [entry.id for entry in catalog.entries()][-1] == "mine:game"
        assert catalog.broken_plug_ins() == {}


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (lambda: 1 / 0, "cannot be loaded: ZeroDivisionError"),
        (lambda: ["chess"], "holds 'chess', no CatalogEntry"),
        (lambda: None, "cannot be loaded: TypeError"),
    ],
)
def test_a_broken_plug_in_takes_no_other_game_with_it(
    monkeypatch: pytest.MonkeyPatch, found: Callable[[], Any], why: str
) -> None:
    class Point:
        name, value = "mine", "mine:ENTRIES"

        def load(self) -> Any:
            return found()

    games = catalog.ids()
    with plugged_in(monkeypatch, Point):
        assert catalog.ids() == games
        assert why in catalog.broken_plug_ins()["mine"]
        finding = next(health_games.checks())
        assert (finding.name, finding.status) == ("plug-in mine", "fail")


def test_a_plug_in_replaces_no_game(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        name, value = "mine", "mine:ENTRIES"

        def load(self) -> Any:
            return [replace(catalog.get("chess"), title="Not chess")]

    games = catalog.entries()
    with plugged_in(monkeypatch, Point):
        assert catalog.entries() == games


@contextmanager
def plugged_in(monkeypatch: pytest.MonkeyPatch, point: type[Any]) -> Iterator[None]:
    """Inside, ``point`` is the only plug-in there is."""

    def forget() -> None:
        for cached in (catalog.entries, catalog.get, catalog._plugged_in):
            cached.cache_clear()

    with monkeypatch.context() as patch:
        patch.setattr(catalog, "entry_points", lambda group: [point()] if group == "arena.games" else [])
        forget()
        try:
            yield
        finally:
            forget()
