"""Three bots that do what no bot should, in one real-time match with a person: nobody else notices."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from arena.match.choices import RuleChoices
from arena.session import MatchSetup, Stage, open_session
from arena.waker import Waker
from controllers.inputs import KEYBOARD, InputHub
from tests.arena.match.fakes import ListSink

HZ = 60.0
TICKS = 300
LEFT = 1
BOTS = "tests.players.bots.bots"
BAD = ("Sleeper", "Burner", "GilHolder")
GOOD = ("First", "First", "First")


@dataclass
class Played:
    """What one run showed."""

    ticks: int = 0
    missed: int = 0
    frames: int = 0
    press_to_tick: list[int] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    outcome: Any = None


def play(bots: tuple[str, ...]) -> Played:
    """Five seconds of tag at 60 slots a second: three bots hunt, a person taps left now and then."""
    waker, hub, sink = Waker(), InputHub(), ListSink()
    seats = [f"adversary_{number}=bot:{BOTS}:{bot}" for number, bot in enumerate(bots)]
    setup = MatchSetup(
        "mpe2/simple_tag-v3",
        (*seats, "agent_0=human:keyboard"),
        options={"max_cycles": "100000"},
        rules=RuleChoices(pace="realtime", hz=HZ, on_late="repeat(15)"),
        seed=3,
    )
    stage = Stage(time.perf_counter, waker.wake, drawing=True, resources={"inputs": hub})
    played = Played()
    with open_session(setup, stage, None, sink=sink) as session:
        match = session.match
        session.start()
        while match.phase == "opening":
            match.tick(time.perf_counter())
            waker.wait(0.01)
        began = time.perf_counter()
        next_press, pressed_at, last_frame = began + 0.2, None, -1
        while match.tick_number + match.missed_slots < TICKS:
            now = time.perf_counter()
            if now >= next_press:
                hub.press(KEYBOARD, "left")
                hub.release(KEYBOARD, "left")
                pressed_at, next_press = match.tick_number, next_press + 0.25
            busy = match.tick(now)
            if (
                pressed_at is not None
                and match.seats["agent_0"].applied == LEFT
                and match.tick_number > pressed_at
            ):
                played.press_to_tick.append(match.tick_number - pressed_at)
                pressed_at = None
            frame = match.host.frame()
            if frame is not None and frame.number != last_frame:
                last_frame, played.frames = frame.number, played.frames + 1
            if not busy:
                wakeup = min(match.next_wakeup(now) or next_press, next_press)
                waker.wait(max(0.0, wakeup - time.perf_counter()))
        played.ticks, played.missed = match.tick_number, match.missed_slots
        match.abort(time.perf_counter(), "time is over")
        played.outcome = match.outcomes[0]
    played.events = sink.events
    waker.close()
    return played


@pytest.mark.slow
def test_three_bad_bots_cost_nobody_else_a_tick_a_frame_or_a_press() -> None:
    calm, rough = play(GOOD), play(BAD)
    assert rough.ticks + rough.missed == TICKS
    assert rough.missed <= calm.missed + TICKS * 0.05, "the machine is noisy; the bots may not add to it"
    assert len(rough.press_to_tick) >= 15
    assert (
        sorted(rough.press_to_tick)[len(rough.press_to_tick) // 2]
        <= sorted(calm.press_to_tick)[len(calm.press_to_tick) // 2]
    )
    assert rough.frames >= 0.7 * calm.frames
    steps = [event for event in rough.events if event["kind"] == "step"]
    for seat in rough.outcome.seats[:3]:
        sources = [step["sources"][seat.agent] for step in steps]
        assert seat.late == sum(source in {"late", "repeat", "noop"} for source in sources)
        assert seat.late >= 0.9 * rough.ticks
        assert seat.forfeited is None
    assert rough.outcome.seats[3].late == 0
