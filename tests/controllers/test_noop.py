"""A seat that does nothing."""

import pytest

from arena.errors import SeatError
from arena.games import catalog
from arena.match.controller import Seat
from arena.match.kinds import BuildContext, ControllerSpec
from controllers.noop import KIND
from tests.controllers.table import Table


def test_it_does_nothing_in_every_kind_of_space() -> None:
    for game in ("kaz", "pistonball", "sumo"):
        table = Table(game, dict.fromkeys(catalog.get(game).seats, "noop"))
        table.play(seed=1, max_ticks=30)
        assert table.ticks == 30
        table.close()


def test_a_game_without_such_an_action_is_refused() -> None:
    entry = catalog.get("tictactoe")
    table = Table("tictactoe", dict.fromkeys(entry.seats, "random"))
    seat = Seat("player_1", table.host.observation_space("player_1"), table.host.action_space("player_1"))
    table.close()
    context = BuildContext(entry, (seat,), "fast")
    with pytest.raises(SeatError, match="no action that does nothing for player_1"):
        KIND.check(ControllerSpec("noop", "noop"), context)
    with pytest.raises(SeatError, match="takes nothing after it"):
        KIND.check(ControllerSpec("noop:x", "noop", "x"), context)
