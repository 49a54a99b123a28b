"""A person joins every game of the catalog: the table opens, is drawn, and takes what they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.games import catalog
from arena.games.entry import CatalogEntry
from arena.session import MatchSetup
from scenes.remote.caller import Caller
from scenes.remote.door import DoorScreen
from scenes.remote.hands import Hands
from scenes.remote.screen import TableScreen
from scenes.remote.table import HIDDEN, RemoteTable
from tests.scenes.remote.hosting import hosting
from tests.scenes.screens.driving import Driven, arena_app

pytestmark = pytest.mark.slow


def play_a_little(driven: Driven, table: RemoteTable, hands: Hands) -> None:
    """Three moves, or as many as there are."""
    moved = -1

    def may_go_on() -> bool:
        return table.facts.finished or (hands.due is not None and table.facts.tick > moved)

    for _ in range(3):
        driven.until(may_go_on)
        ask = hands.due
        if ask is None:
            return
        moved = table.facts.tick
        table.choose(int(table.played.spaces[ask.agent].sample(ask.legal)))


@pytest.mark.parametrize("entry", catalog.entries(), ids=lambda entry: entry.id)
def test_a_seat_far_away(entry: CatalogEntry, tmp_path: Path) -> None:
    setup = MatchSetup(entry.id, (f"{entry.seats[0]}=open", "*=random")[: len(entry.seats)], seed=5)
    with hosting(setup) as hosted, arena_app(tmp_path) as driven:
        app, token = driven.app, hosted.token("t1.0")
        door = DoorScreen(
            app, lambda: Caller(hosted.address, token, name="Ada", clock=app.clock, wake=app.waker.wake)
        )
        app.push(door)
        screen = driven.at(TableScreen)
        driven.until(lambda: screen.table is not None and screen.table.facts.phase != "opening")
        table = screen.table
        hands = screen.hands
        assert table is not None
        assert hands is not None
        assert hands.problem == ""
        if entry.view is None and entry.information != "hidden":
            driven.until(lambda: table.pane.frame is not None)
        elif entry.view is not None:
            driven.until(lambda: table.pane.scene.snapshot is not None)
        else:
            assert table.pane.waiting_text == HIDDEN
        if not table.played.realtime:
            play_a_little(driven, table, hands)
        driven.rounds(10)
        assert not table.pane.unfit
        assert not [text for _, level, text in screen.caller.remarks if level == "warning"]
