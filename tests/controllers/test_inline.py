from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from arena.match.controller import Decision, Descriptor, Notice, SimpleController
from arena.match.outcome import Reason
from controllers.inline import InlineController
from tests.controllers.helpers import Driver, entry, seat


class Lowest(SimpleController):
    """Plays the lowest legal action; raises when there is only one."""

    def __init__(self) -> None:
        self.resets: list[tuple[tuple[str, ...], int]] = []
        self.infos: list[dict[str, Any]] = []

    def reset(self, agents: Sequence[str], seed: int) -> None:
        self.resets.append((tuple(agents), seed))

    def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
        self.infos.append(dict(info))
        legal = info["action_mask"].nonzero()[0]
        if len(legal) < 2:
            raise ValueError("nothing to choose from")
        return int(legal[0])


def driver_of(bot: Lowest) -> Driver:
    driver = Driver(
        InlineController(bot, Descriptor("bot:lowest", "Lowest")), [seat("a"), seat("b")], entry(), 4
    )
    driver.start()
    return driver


def test_decides_within_request_and_sees_mask_position_and_info() -> None:
    bot = Lowest()
    driver = driver_of(bot)
    request = driver.send("b", [0, 0, 1, 1], position={"fen": "x"}, info={"round": 3})
    (decision,) = driver.controller.poll()
    assert isinstance(decision, Decision)
    assert (decision.agent, decision.request_id, decision.action) == ("b", request.request_id, 2)
    assert bot.infos[0]["position"] == {"fen": "x"}
    assert bot.infos[0]["round"] == 3
    assert bot.resets == [(("a", "b"), 4000)]
    assert driver.controller.poll() == []


def test_an_exception_fails_its_own_seat_only_until_the_next_episode() -> None:
    driver = driver_of(Lowest())
    driver.send("a", [0, 1])
    (notice,) = driver.controller.poll()
    assert isinstance(notice, Notice)
    assert (notice.agent, notice.kind, notice.reason) == ("a", "failed", Reason.CRASH)
    assert re.fullmatch(
        r"Lowest raised ValueError: nothing to choose from \(test_inline\.py, line \d+\)", notice.message
    )
    driver.send("a", [1, 1])
    assert driver.controller.poll() == []
    assert driver.ask("b", [0, 1, 1]) == 1
    driver.start(episode=1)
    assert driver.ask("a", [1, 1]) == 0


def test_cancelled_decisions_go_but_notices_stay() -> None:
    driver = driver_of(Lowest())
    kept, gone = driver.send("a", [1, 1]), driver.send("a", [1, 1])
    driver.send("b", [1])
    driver.controller.cancel([gone.request_id])
    decision, notice = driver.controller.poll()
    assert isinstance(decision, Decision)
    assert decision.request_id == kept.request_id
    assert isinstance(notice, Notice)


def test_a_bot_that_calls_exit_fails_its_own_seat_only() -> None:
    class Quitter(Lowest):
        def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
            if agent == "a":
                sys.exit("had enough")
            return super().select_action(agent, observation, info)

    driver = driver_of(Quitter())
    driver.send("a", [1, 1])
    (notice,) = driver.controller.poll()
    assert isinstance(notice, Notice)
    assert (notice.agent, notice.kind, notice.reason) == ("a", "failed", Reason.CRASH)
    assert "had enough" in notice.message
    assert driver.ask("b", [0, 1, 1]) == 1


def test_scribbling_on_the_mask_makes_nothing_legal() -> None:
    class Cheat(Lowest):
        def select_action(self, agent: str, observation: Any, info: Mapping[str, Any]) -> int:
            info["action_mask"][:] = 1
            return 0

    driver = driver_of(Cheat())
    request = driver.send("a", [0, 1])
    driver.controller.poll()
    assert request.legal is not None
    assert request.legal.tolist() == [0, 1]
