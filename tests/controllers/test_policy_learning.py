"""What servers that learn are told: of their own seats, and of those that others took over."""

from __future__ import annotations

from typing import Any, TypeVar

from arena.home import ipc_endpoint
from arena.match.controller import EpisodeSummary
from arena.match.kinds import ControllerSpec
from arena.wire.codec import decode, encode
from arena.wire.messages import (
    Bye,
    Hello,
    Message,
    Observe,
    Ping,
    Policy,
    Pong,
    Ready,
    Refusal,
    Refused,
    Remark,
    Reset,
    Result,
)
from controllers.policy_figures import PING_EVERY_S, PolicyFigures
from controllers.policy_kind import KIND
from tests.controllers.policies import Learner, Liar, Play, dial, serving
from tests.wire_kit import board, board_seats, context

M = TypeVar("M", bound=Message)


def test_a_learning_server_gets_every_tick_of_its_seats(play: Play) -> None:
    seats, learner = board_seats(), Learner()
    with serving(learner) as server:
        driver = play(dial(server.endpoint, seats), seats)
        driver.ready()
        agents = ("player_1", "player_2")
        for tick in range(4):
            mover, other = agents[tick % 2], agents[1 - tick % 2]
            assert driver.answers({mover: board()}, tick=tick) == [4]
            driver.controller.on_applied(mover, 4, "decided" if tick else "late")
            driver.controller.on_step_result(mover, None, 0.25, tick == 3, False, {})
            driver.controller.on_step_result(other, board(tick + 1), -0.25, tick == 3, False, {})
            driver.poll()
        for agent in agents:
            driver.controller.on_episode_end(agent, EpisodeSummary(0, "win", {agent: 1}, {agent: 0.5}, 4))
        driver.until(lambda: len(learner.results) == 4)
    assert learner.acts == [0, 1, 2, 3]
    assert [result.tick for result in learner.results] == [1, 2, 3, 4]
    for tick, result in enumerate(learner.results):
        moved, waited = sorted(result.blocks, key=lambda block: "action" not in block.arrays)
        assert moved.agents == (agents[tick % 2],)
        assert moved.sources == (("decided",) if tick else ("late",))
        assert moved.arrays["action"][0].data.tolist() == [4]
        assert "observation" not in moved.arrays
        assert waited.agents == (agents[1 - tick % 2],)
        assert waited.arrays["reward"][0].data.tolist() == [-0.25]
        assert waited.arrays["terminated"][0].data.tolist() == [tick == 3]
        mask = next(leaf for leaf in waited.arrays["observation"] if leaf.path == ("action_mask",))
        assert mask.data.sum() == 9 - (tick + 1)


def test_a_seat_that_is_taken_over_leaves_the_server(play: Play) -> None:
    seats = board_seats()
    with serving(Learner()) as server:
        driver = play(dial(server.endpoint, seats), seats)
        driver.ready()
        driver.controller.on_leave("player_1")
        assert driver.answers({"player_2": board()}) == [4]
        (session,) = server.desk.sessions.values()
        assert list(session.seats) == ["player_2"]
    driver.until(lambda: driver.notices)
    assert [notice.agent for notice in driver.notices] == ["player_2"]


# ---- seats that others hold --------------------------------------------------------------------------------


def step(driver: Any, agent: str, tick: int, source: str) -> None:
    """What a match tells of one step."""
    driver.controller.on_applied(agent, 3, source)
    driver.controller.on_step_result(agent, board(tick), 0.5, False, False, {})
    driver.poll()


def test_a_server_that_observes_is_told_what_others_do_at_its_seat(play: Play) -> None:
    seats, learner = board_seats(), Learner("result", "observe")
    with serving(learner) as server:
        driver = play(dial(server.endpoint, seats), seats)
        observes = [driver.controller.observes]  # nobody knows yet
        driver.ready()
        observes.append(driver.controller.observes)
        assert observes == [False, True]
        assert driver.answers({"player_1": board()}, tick=6) == [4]
        step(driver, "player_1", 7, "decided")
        driver.controller.on_leave("player_1")
        driver.controller.on_leave("player_2")
        for tick in (8, 9):
            step(driver, "player_1", tick, "human")
        driver.until(lambda: len(learner.results) == 3)
        assert len(server.desk.sessions) == 1, "it holds no seat, and watches"
        driver.controller.close()
        driver.until(lambda: not server.desk.sessions)
    assert [type(message) for message in learner.results] == [Result, Observe, Observe]
    assert [message.tick for message in learner.results] == [7, 8, 9]
    (block,) = learner.results[2].blocks
    assert (block.agents, block.sources) == (("player_1",), ("human",))
    assert block.arrays["action"][0].data.tolist() == [3]
    assert block.arrays["reward"][0].data.tolist() == [0.5]
    mask = next(leaf for leaf in block.arrays["observation"] if leaf.path == ("action_mask",))
    assert mask.data.sum() == 0


def test_the_last_step_before_the_end_is_told_too(play: Play) -> None:
    seats, learner = board_seats("player_1"), Learner("result", "observe")
    with serving(learner) as server:
        driver = play(dial(server.endpoint, seats), seats)
        driver.ready()
        driver.controller.on_applied("player_1", 3, "decided")
        driver.controller.on_step_result("player_1", board(), 1.0, True, False, {})
        driver.controller.close()
        driver.until(lambda: learner.results)
    assert learner.results[0].blocks[0].arrays["terminated"][0].data.tolist() == [True]


def test_ticks_follow_moves_that_are_taken_back(play: Play) -> None:
    seats, learner = board_seats("player_1"), Learner("result")
    with serving(learner) as server:
        driver = play(dial(server.endpoint, seats), seats)
        driver.ready()
        for tick in (1, 2, 3):
            step(driver, "player_1", tick, "decided")
        driver.controller.on_rewind(1)
        step(driver, "player_1", 2, "decided")
        driver.until(lambda: len(learner.results) == 4)
    assert [message.tick for message in learner.results] == [1, 2, 3, 2]


def test_a_server_that_comes_back_hears_anew_which_seats_are_not_its_own(play: Play, liar: Liar) -> None:
    seats = board_seats()
    driver = play(dial(ipc_endpoint("liar"), seats), seats)
    greet(liar)
    driver.ready()
    driver.controller.on_leave("player_2")
    assert hear(liar, Bye).agents == ("player_2",)
    liar.say(*encode(Refused("M1", Refusal.NO_SESSION, "who are you?")))
    reset = greet(liar)
    assert (reset.mid_episode, list(reset.seeds)) == (True, ["player_1", "player_2"])
    driver.until(lambda: driver.kinds() == ["lost", "restored"])
    assert [notice.agent for notice in driver.notices] == ["player_1"] * 2
    assert hear(liar, Bye).agents == ("player_2",)


def greet(liar: Liar) -> Reset:
    """Answer hello and reset, which is given back."""
    hear(liar, Hello)
    liar.say(*encode(Ready("M1")))
    reset = hear(liar, Reset)
    liar.say(*encode(Ready("M1", 0)))
    return reset


def hear(liar: Liar, kind: type[M]) -> M:
    """The next message of a kind."""
    while not isinstance(message := decode(liar.hear()), kind):
        pass
    return message


# ---- what else is said -------------------------------------------------------------------------------------


def test_a_remark_is_told_to_every_seat_and_changes_nothing(play: Play, liar: Liar) -> None:
    seats = board_seats("player_1")
    driver = play(dial(ipc_endpoint("liar"), seats), seats)
    greet(liar)
    driver.ready()
    liar.say(*encode(Remark("M1", "the newer checkpoint is broken; the old one goes on", "warning")))
    driver.until(lambda: driver.notices)
    assert [(notice.kind, notice.message) for notice in driver.notices] == [
        ("warning", "the newer checkpoint is broken; the old one goes on")
    ]
    assert driver.controller.readiness() is None


def test_a_server_at_an_address_is_called_what_it_calls_itself(play: Play, liar: Liar) -> None:
    seats, endpoint = board_seats("player_1"), ipc_endpoint("liar")
    spec = ControllerSpec(f"policy:{endpoint}", "policy", endpoint)
    controller = KIND.build(spec, context(seats))
    before = controller.descriptor
    driver = play(controller, seats)
    hear(liar, Hello)
    liar.say(*encode(Ready("M1", policy=Policy("sha:12", "Pia\x1b[31m", label="PPO 2x64"))))
    hear(liar, Reset)
    liar.say(*encode(Ready("M1", 0)))
    driver.ready()
    driver.until(lambda: driver.notices)
    now = controller.descriptor
    assert (now.id, now.name, now.policy) == (before.id, "Pia [31m", "PPO 2x64")
    assert [notice.message for notice in driver.notices] == [f"Pia [31m decides at {endpoint} (sha:12)"]


def test_the_way_is_measured_by_pings(play: Play, liar: Liar) -> None:
    seats = board_seats("player_1")
    driver = play(dial(ipc_endpoint("liar"), seats), seats)
    greet(liar)
    driver.ready()
    driver.poll()
    ping = hear(liar, Ping)
    assert "ping_ms" not in driver.controller.status("player_1")
    liar.say(*encode(Pong(ping.number, "M1")))
    driver.until(lambda: "ping_ms" in driver.controller.status("player_1"))


def test_a_server_that_floods_is_given_up_and_its_line_is_cut(play: Play, liar: Liar) -> None:
    seats = board_seats("player_1")
    driver = play(dial(ipc_endpoint("liar"), seats), seats)
    greet(liar)
    driver.ready()
    pong = [bytes(frame) for frame in encode(Pong(77, "M1"))]
    for _ in range(3000):
        liar.say(*pong)
    driver.until(lambda: "failed" in driver.kinds())
    assert "without being asked" in driver.notices[-1].message
    driver.poll()
    assert driver.controller.readiness() is None, "there is nothing to wait for"
    driver.reset(episode=1)
    assert greet(liar).episode == 1, "another episode is another chance"


def test_answers_that_nobody_waits_for_say_nothing_of_the_time_they_took() -> None:
    figures = PolicyFigures()
    for number in (1, 2, 3):
        figures.asked(number, 10.5, 10.0)
    figures.forget([1, 7])
    figures.answered(1, 20.0)
    assert figures.as_status() == {"late": 0, "latency_ms": 0.0, "latency_p99_ms": 0.0}
    figures.answered(2, 20.0)
    assert figures.as_status()["late"] == 1
    figures.forget_all()
    figures.answered(3, 20.0)
    assert figures.as_status()["late"] == 1


def test_figures_tell_medians_lateness_and_the_newest_ping() -> None:
    figures = PolicyFigures()
    assert figures.as_status() == {"late": 0}
    for number in range(99):
        figures.asked(number, 10.5, 10.0)
        figures.answered(number, 10.0 + number / 100)
    assert figures.as_status() == {"late": 48, "latency_ms": 490.0, "latency_p99_ms": 970.0}
    assert figures.next_ping(5.0) == 1
    assert figures.next_ping(5.0 + 0.9 * PING_EVERY_S) is None
    assert figures.next_ping(5.0 + PING_EVERY_S) == 2
    figures.echoed(1, 7.0)
    assert "ping_ms" not in figures.as_status(), "an old one says nothing of now"
    figures.echoed(2, 5.0 + PING_EVERY_S + 0.25)
    assert figures.as_status()["ping_ms"] == 250.0
