from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import OptionError, UnknownNameError
from arena.match.controller import ClockView
from controllers.uci_protocol import (
    EngineOption,
    Info,
    Limits,
    find_option,
    go_command,
    parse_info,
    parse_option,
    set_option,
)


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("option name Hash type spin default 16 min 1 max 512", EngineOption("Hash", "spin", "16", 1, 512)),
        ("option name Clear Hash type button", EngineOption("Clear Hash", "button")),
        ("option name Use NNUE type check default true", EngineOption("Use NNUE", "check", "true")),
        ("option name Log type string default", EngineOption("Log", "string")),
        ("option name Path type string default C:\\a b", EngineOption("Path", "string", "C:\\a b")),
        (
            "option name Style type combo default Normal var Solid var Very Risky",
            EngineOption("Style", "combo", "Normal", choices=("Solid", "Very Risky")),
        ),
        ("option name Broken type spin default x min y", EngineOption("Broken", "spin", "x")),
        ("option name type of play", None),
        ("id name Engine", None),
    ],
)  # fmt: skip
def test_options_are_read(line: str, option: EngineOption | None) -> None:
    assert parse_option(line) == option


OPTIONS = {
    "Skill Level": EngineOption("Skill Level", "spin", "20", 0, 20),
    "Use NNUE": EngineOption("Use NNUE", "check", "true"),
}


@pytest.mark.parametrize("name", ["skill level", "Skill_Level", "SKILLLEVEL"])
def test_options_are_found_however_spelt(name: str) -> None:
    assert find_option(OPTIONS, name).name == "Skill Level"
    with pytest.raises(UnknownNameError, match="did you mean 'Skill Level'"):
        find_option(OPTIONS, "Skill Levle")


@pytest.mark.parametrize("value", ["21", "-1", "3.5", "", "x"])
def test_spin_values_out_of_range_are_refused(value: str) -> None:
    with pytest.raises(OptionError, match="at least 0 and at most 20"):
        set_option(OPTIONS["Skill Level"], value)


def test_values_are_written_as_the_engine_expects() -> None:
    assert set_option(OPTIONS["Skill Level"], "7") == "setoption name Skill Level value 7"
    assert set_option(OPTIONS["Use NNUE"], "Off") == "setoption name Use NNUE value false"
    with pytest.raises(OptionError, match="line break"):
        set_option(EngineOption("Path", "string"), "x\nquit")


@pytest.mark.parametrize(
    ("line", "info", "score"),
    [
        ("info depth 12 score cp -35 nps 900 pv e2e4", Info(12, -35, None, 900, ("e2e4",)), "-0.35"),
        ("info depth 3 score mate -2 pv a1a2", Info(3, None, -2, 0, ("a1a2",)), "#-2"),
        ("info string depth 9 score cp 1", Info(), ""),
        ("info depth score cp", Info(), ""),
        ("info score cp 99999999999999999999999999", Info(), ""),
    ],
)  # fmt: skip
def test_commentary_is_read(line: str, info: Info, score: str) -> None:
    assert parse_info(line) == info
    assert parse_info(line).score == score


@given(st.text())
def test_no_line_is_too_odd(line: str) -> None:
    parse_info("info " + line)
    parse_option("option name " + line)


def test_limits_and_clocks() -> None:
    clocks = ClockView(60.0, 0.0), ClockView(0.0, 1.5)
    assert go_command(Limits(), clocks, None) == "go wtime 60000 btime 1 winc 0 binc 1500"
    assert go_command(Limits(depth=4), clocks, None) == "go wtime 60000 btime 1 winc 0 binc 1500 depth 4"
    assert go_command(Limits(nodes=9, use_clock=False), clocks, 0.01) == "go nodes 9"
    assert go_command(Limits(use_clock=False), clocks, None) == "go movetime 100"
    assert go_command(Limits(movetime_ms=5000), None, 2.0) == "go movetime 1970"
    assert go_command(Limits(movetime_ms=5000), None, -1.0) == "go movetime 1"
