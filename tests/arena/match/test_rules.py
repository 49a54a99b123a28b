"""Rules as text, their contradictions, and the defaults of a game."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import RuleError
from arena.match.choices import RuleChoices, rules_for
from arena.match.rules import ClockRule, LateRule, Rules
from arena.match.seeds import derive, env_seed, seat_seed
from tests.arena.match.fakes import entry

AGENTS = ("a", "b")


@given(st.sampled_from(["repeat", "noop", "forfeit"]), st.integers(1, 999))
def test_late_rules_read_what_they_write(kind: str, ticks: int) -> None:
    rule = LateRule(kind, 0 if kind == "noop" else ticks)  # type: ignore[arg-type]
    assert LateRule.parse(str(rule)) == rule


@given(st.integers(1, 7200), st.integers(0, 60))
def test_clocks_read_what_they_write(base_s: int, increment_s: int) -> None:
    rule = ClockRule(float(base_s), float(increment_s))
    assert ClockRule.parse(str(rule)) == rule


def test_clocks_are_minutes_unless_said_otherwise() -> None:
    assert ClockRule.parse("5+3") == ClockRule(300.0, 3.0)
    assert ClockRule.parse("30s") == ClockRule(30.0, 0.0)
    assert ClockRule.parse("none") is None


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        (RuleChoices(pace="quick"), "realtime, wait, fast"),
        (RuleChoices(pace="realtime", hz=0), "above 0"),
        (RuleChoices(pace="realtime", hz=5000), "1000"),
        (RuleChoices(pace="realtime", on_illegal="retry"), "retry"),
        (RuleChoices(pace="realtime", clock="5+3"), "no clocks"),
        (RuleChoices(pace="wait", clock="5+3"), "'5\\+3': Line has no clocks, .* move limit"),
        (RuleChoices(pace="wait", delay="3"), "real time"),
        (RuleChoices(delay="zed=3"), "agent=ticks"),
        (RuleChoices(clock="soon"), "5\\+3"),
        (RuleChoices(clock="0+1"), "5\\+3"),
        (RuleChoices(on_late="random"), "repeat"),
        (RuleChoices(late_answer="maybe"), "apply, drop"),
        (RuleChoices(on_illegal="laugh"), "forfeit, noop, retry"),
        (RuleChoices(move_limit_s=0, pace="wait"), "above 0"),
        (RuleChoices(ready_timeout_s=0), "ready timeout must be above 0 s"),
        (RuleChoices(lag_allowance_s=-1), "lag allowance must be at least 0 s"),
        (RuleChoices(lag_allowance_s=math.nan), "lag allowance must be at least 0 s"),
    ],
)
def test_bad_rules_are_refused_with_what_is_allowed(choices: RuleChoices, says: str) -> None:
    with pytest.raises(RuleError, match=says):
        rules_for(entry(), choices, AGENTS)


def test_clocks_are_for_games_in_turns() -> None:
    board = entry(paradigm="sequential", pace="wait", hz=0.0, schemes={})
    assert rules_for(board, RuleChoices(clock="5+3"), AGENTS).clock == ClockRule(300, 3)
    assert rules_for(entry(), RuleChoices(pace="wait", clock="none"), AGENTS).clock is None


def test_defaults_come_from_the_game() -> None:
    assert rules_for(entry(), RuleChoices(), AGENTS) == Rules(pace="realtime", hz=10.0, on_illegal="noop")
    board = entry(paradigm="sequential", pace="wait", hz=0.0, schemes={})
    assert rules_for(board, RuleChoices(), AGENTS) == Rules(pace="wait", on_illegal="forfeit")
    assert rules_for(entry(), RuleChoices(delay="a=2"), AGENTS).delays == {"a": 2}


@given(st.integers(0, 2**63 - 1), st.integers(0, 1000))
def test_seeds_have_their_size_and_do_not_repeat_across_streams(master: int, episode: int) -> None:
    seeds = {env_seed(master, episode), seat_seed(master, "a", episode), seat_seed(master, "b", episode)}
    assert len(seeds) == 3
    assert 0 <= env_seed(master, episode) < 2**31
    assert 0 <= seat_seed(master, "a", episode) < 2**63


def test_streams_are_stable_and_parts_are_not_run_together() -> None:
    assert derive(7, "env", 0) == 898189293833942534, "records of other versions must replay"
    assert derive(7, "ab", "c") != derive(7, "a", "bc")
    assert derive(7, "env", 1) != derive(7, "env", "1")
