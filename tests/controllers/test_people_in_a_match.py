"""People in a real match: two on one keyboard, and a pad that is pulled out in the middle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gymnasium import spaces

from arena.match.controller import Seat
from arena.match.kinds import BuildContext
from arena.match.match import Match
from arena.match.plan import MatchPlan
from arena.match.rules import Rules
from arena.match.seating import build, resolve
from arena.match.seats import SeatedController
from controllers.inputs import KEYBOARD, Device, InputHub
from tests.arena.match.fakes import FIRE, LEFT, NOOP, Clock, LineHost, ListSink, entry
from tests.controllers.people import PAD

SLOT_S = 0.1
RULES = Rules(pace="realtime", hz=10.0)


class Table:
    """A match between people, and the hub that their hands are on."""

    def __init__(self, words: Sequence[str]) -> None:
        self.hub, self.clock, self.host, self.sink = InputHub(), Clock(), LineHost(length=100), ListSink()
        self.hub.device_added(PAD)
        game = entry()
        seated = []
        for group in resolve(words, self.host.possible_agents, game):
            seats = tuple(Seat(agent, spaces.Box(0, 1), spaces.Discrete(3)) for agent in group.agents)
            where = BuildContext(game, seats, "realtime", drawing=True, resources={"inputs": self.hub})
            seated.append(SeatedController(build(group, where), group.agents, group.spec.text))
        seating = tuple((agent, one.spec) for one in seated for agent in one.agents)
        self.match = Match(
            MatchPlan(game.id, seating, RULES, seed=7),
            game,
            self.host,
            seated,
            self.sink,
            clock=self.clock,
            wake=lambda: None,
            drawing=True,
        )
        self.match.start(self.clock.now, {})
        self.match.tick(self.clock.now)

    def slot(self) -> dict[str, int]:
        """Let one slot pass; what was played in it."""
        before = len(self.host.steps)
        self.clock.now += SLOT_S
        while self.match.tick(self.clock.now):
            pass
        return self.host.steps[-1] if len(self.host.steps) > before else {}

    def statuses(self) -> list[str]:
        return [str(event["status"]) for event in self.sink.of("seat")]


@contextmanager
def table(*words: str) -> Iterator[Table]:
    made = Table(words)
    yield made
    made.match.close(made.clock.now)
    assert list(made.hub.claims) == [], "devices are free again after the match"


def test_two_on_one_keyboard_play_their_own_keys() -> None:
    with table("a=human:keyboard/wasd", "b=human:keyboard/arrows") as here:
        here.hub.press(KEYBOARD, "a")
        here.hub.press(KEYBOARD, "return")
        assert here.slot() == {"a": LEFT, "b": FIRE}
        assert here.slot() == {"a": LEFT, "b": NOOP}
        here.hub.release(KEYBOARD, "a")
        here.hub.press(KEYBOARD, "left")
        here.hub.release(KEYBOARD, "left")
        assert here.slot() == {"a": NOOP, "b": LEFT}
        assert here.statuses() == [], "nobody was late"


def test_a_pad_pulled_out_pauses_the_match_until_it_is_back() -> None:
    with table("a=human:keyboard", "b=human:pad0") as here:
        here.hub.press(PAD.id, "dpleft")
        assert here.slot() == {"a": NOOP, "b": LEFT}
        here.hub.device_removed(PAD.id)
        here.slot()
        assert (here.match.paused, here.match.paused_by) == (True, "Blue pad unplugged")
        assert here.slot() == {}, "the world stands still"
        back = Device("pad:4", "pad", "Blue pad", PAD.guid)
        here.hub.device_added(back)
        here.match.resume(here.clock.now)
        here.slot()
        here.hub.press(back.id, "a")
        assert here.slot() == {"a": NOOP, "b": FIRE}
        assert here.statuses()[:2] == ["lost", "restored"]
