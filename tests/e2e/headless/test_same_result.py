"""Equal seeds and equal actions give equal digests in every pace; with late slots a replay is exact."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from arena.bus.events import decode
from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.records.record import Record
from arena.session import MatchSetup
from tests.arena.match.fakes import ListSink
from tests.e2e.headless.driving import play
from tests.e2e.headless.shell import arena, records, verified

TELLING = ("kind", "tick", "actions", "sources", "rewards", "ended", "hex", "episode", "reason")
LIMIT = 100


def told(sink: ListSink) -> list[dict[str, Any]]:
    """What must be equal: everything but time, labels and latencies."""
    kinds = {"reset", "step", "digest", "forfeit", "episode_end"}
    return [
        {name: event[name] for name in TELLING if name in event}
        for event in sink.events
        if event["kind"] in kinds
    ]


def setup(game: str, *seats: str, **choices: Any) -> MatchSetup:
    rules = RuleChoices(max_ticks=LIMIT, **choices)
    options = {"n_pistons": "4"} if game == "pistonball" else {}
    return MatchSetup(game, seats, options, rules, episodes=2, seed=20_261_121)


TURNS = {
    "rps": ("player_0=script:rps/counter", "player_1=random"),
    "tictactoe": ("player_1=script:perfect", "player_2=random"),
    "connect_four": ("player_0=random", "player_1=script:connect_four/novice"),
    "leduc_holdem": ("*=random",),
    "texas_holdem_no_limit": ("*=random",),
    "hanabi": ("*=random",),
    "go": ("*=random",),
    "chess": ("player_0=script:chess/novice", "player_1=random"),
}
AT_ONCE = {
    "simple_spread": ("*=random",),
    "pistonball": ("*=random",),
    "pursuit": ("*=random",),
    "multiwalker": ("*=random",),
    "CartPole": ("*=random",),
    "knights_archers_zombies": ("archer_*=script:kaz/guard", "*=random"),
    "cooperative_pong": ("paddle_0=script:pong/follower", "paddle_1=random"),
}


@pytest.mark.parametrize("game", TURNS)
def test_turns_give_the_same_game_in_fast_in_wait_and_at_a_window(game: str) -> None:
    played = setup(game, *TURNS[game])
    fast = play(replace(played, rules=replace(played.rules, pace="fast")))
    wait = play(replace(played, rules=replace(played.rules, pace="wait")))
    window = play(replace(played, rules=replace(played.rules, pace="wait")), drawing=True)
    assert told(fast) == told(wait) == told(window)
    assert len(fast.of("digest")) >= 2
    assert fast.of("step")


@pytest.mark.parametrize("game", AT_ONCE)
def test_real_time_without_a_late_slot_is_lockstep(game: str) -> None:
    played = setup(game, *AT_ONCE[game])
    fast = play(replace(played, rules=replace(played.rules, pace="fast")))
    wait = play(replace(played, rules=replace(played.rules, pace="wait")))
    realtime = play(replace(played, rules=replace(played.rules, pace="realtime", hz=1000.0)), drawing=True)
    assert told(fast) == told(wait) == told(realtime)
    assert len(fast.of("digest")) >= 2
    sources = {source for step in realtime.of("step") for source in step["sources"].values()}
    assert sources <= {"decided", "clipped"}
    assert not realtime.of("missed")


def test_an_engine_at_fixed_nodes_plays_the_same_game_in_every_pace(stockfish: str) -> None:
    seats = ("player_0=stockfish:nodes=500", "player_1=stockfish:depth=3")
    played = MatchSetup("chess", seats, rules=RuleChoices(max_ticks=60), seed=5)
    fast = play(replace(played, rules=replace(played.rules, pace="fast")))
    wait = play(replace(played, rules=replace(played.rules, pace="wait")), drawing=True)
    assert told(fast) == told(wait)
    assert len(fast.of("step")) == 60


def test_another_seed_is_another_game() -> None:
    played = setup("simple_spread", "*=random", pace="fast")
    assert told(play(played)) != told(play(replace(played, seed=8)))


SLOW = "bot:tests.players.bots.bots:Sleeper,seconds="


def test_a_match_with_late_slots_is_replayed_exactly_from_its_record() -> None:
    """Real time, with bots in processes of their own that miss most slots in their own ways."""
    seats = (f"adversary_0={SLOW}0.03", f"adversary_1={SLOW}0.07", f"adversary_2={SLOW}0.3", "agent_0=random")
    words = ["--pace", "realtime", "--hz", "60", "--on-late", "repeat(2)", "--max-ticks", "90"]
    ran = arena("match", "simple_tag", *seats, *words, "--episodes", "2", "--json")
    assert ran.code == 0, ran.err
    (path,) = records()
    (report,) = verified([path])
    assert report["problem"] is None
    assert report["ticks"] == 180
    assert sum(check["digests"] for check in report["episodes"]) >= 4
    with Record(path) as record:
        steps = [event for event in map(decode, record.messages()) if event["kind"] == "step"]
        outcomes = record.outcomes()
    assert len(steps) == 180
    for index, seat in enumerate(seat for seat in outcomes[0].seats if seat.agent.startswith("adversary")):
        sources = [step["sources"][seat.agent] for step in steps]
        assert {"late", "repeat", "noop"} <= set(sources) or index == 0
        late = sum(source in {"late", "repeat", "noop"} for source in sources)
        assert late == sum(other.late for out in outcomes for other in out.seats if other.agent == seat.agent)
        assert late > 60
    assert {step["sources"]["agent_0"] for step in steps} == {"decided"}


def test_a_record_that_was_changed_does_not_verify() -> None:
    """The check can fail: one other action, rewards kept, and the digest gives it away."""
    from arena.bus.events import encode
    from arena.records.writer import RecordWriter

    play(setup("simple_spread", "*=random", pace="fast"), home=arena_home())
    (path,) = records()
    forged = path.with_name(f"{'0' * 26}.arena")
    with Record(path) as record:
        writer = RecordWriter.create(forged, record.stream)
        for event in record.events():
            fields = {name: value for name, value in event.items() if name not in {"v", "kind", "seq", "t"}}
            if event["kind"] == "step" and event["tick"] == 20 and fields["actions"]:
                fields["actions"] = {agent: (action + 1) % 5 for agent, action in fields["actions"].items()}
            writer.append(encode(event["kind"], event["seq"], event["t"], fields))
        writer.close()
    honest, changed = verified([path, forged])
    assert honest["ok"]
    assert not changed["ok"]
    assert "tick 2" in changed["problem"], "what was done there shows in that tick or the next"
