"""People see which key does what, and in the end the last picture of a game without a view of ours."""

from __future__ import annotations

from pathlib import Path

from arena.match.choices import RuleChoices
from arena.session import MatchSetup
from scenes.screens.match import MatchScreen
from scenes.screens.result import ResultScreen
from tests.scenes.screens.driving import arena_app

PONG = MatchSetup(
    "cooperative_pong",
    ("paddle_0=human:keyboard/arrows,name=Ada", "paddle_1=random"),
    rules=RuleChoices(max_ticks=20),
    seed=5,
)


def test_the_log_begins_with_the_keys_of_people(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        screen = MatchScreen(driven.app, PONG)
        driven.app.push(screen)
        driven.until(lambda: screen.playing is not None and len(screen.playing.log.lines) > 0)
        assert screen.playing is not None
        told = [line.text for line in screen.playing.log.lines]
        assert told[:3] == ["Ada", "Arrow up  Up", "Arrow down  Down"]


def test_the_result_shows_the_last_picture(tmp_path: Path) -> None:
    with arena_app(tmp_path) as driven:
        driven.app.push(MatchScreen(driven.app, PONG))
        result = driven.at(ResultScreen)
        assert result.report.frame is not None
        assert result.board.frame is result.report.frame
        assert "20 ticks" in result.facts.text
