"""Sessions: nothing is left behind when one is refused; what fails while one closes hides no result."""

from __future__ import annotations

from typing import Any

import pytest

import arena.session
from arena.errors import ArenaError, GameError
from arena.games.local_host import LocalHost
from arena.home import arena_home
from arena.match.choices import RuleChoices
from arena.match.runner import run
from arena.session import MatchSetup, Stage, open_session
from arena.waker import Waker
from tests.arena.match.fakes import Puppet

STAGE = Stage(clock=lambda: 0.0, wake=lambda: None)
SETUP = MatchSetup("tictactoe", ("*=random",), rules=RuleChoices(pace="fast"), seed=1)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Puppet]:
    """Puppets take every seat; they are listed here."""
    made: list[Puppet] = []

    def build(*_: Any) -> Puppet:
        made.append(Puppet(lambda: 0.0))
        return made[-1]

    monkeypatch.setattr(arena.session, "build", build)
    return made


def test_a_match_refused_at_the_last_moment_leaves_nothing(built: list[Puppet]) -> None:
    setup = MatchSetup("tictactoe", ("*=random",), rules=RuleChoices(pace="realtime", on_illegal="noop"))
    home = arena_home()
    with pytest.raises(ArenaError, match="real time"):
        open_session(setup, STAGE, home)
    assert len(built) == 2
    assert all(puppet.closed for puppet in built)
    assert list(home.records_dir.glob("*")) == []


def test_who_was_built_before_somebody_was_refused_is_freed(
    built: list[Puppet], monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(*_: Any) -> Puppet:
        if built:
            raise GameError("no second one")
        built.append(Puppet(lambda: 0.0))
        return built[0]

    monkeypatch.setattr(arena.session, "build", build)
    with pytest.raises(GameError, match="no second one"):
        open_session(SETUP, STAGE, None)
    assert built[0].closed


def test_a_session_opened_and_never_started_leaves_no_record() -> None:
    home = arena_home()
    with open_session(SETUP, STAGE, home) as session:
        assert session.record_path is not None
    session.close()
    assert list(home.records_dir.glob("*")) == []


def test_who_cannot_even_leave_does_not_hide_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clinging(Puppet):
        def close(self) -> None:
            raise RuntimeError("I stay")

    monkeypatch.setattr(arena.session, "build", lambda *_: Clinging(lambda: 0.0))
    with open_session(SETUP, STAGE, None) as session:
        session.start()
    assert session.match.finished


def test_an_environment_that_fails_to_close_does_not_hide_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(host: LocalHost) -> None:
        raise GameError("it does not close")

    monkeypatch.setattr(LocalHost, "close", fail)
    waker = Waker()
    with open_session(SETUP, Stage(lambda: 0.0, waker.wake), None) as session:
        session.start()
        run(session.match, lambda: 0.0, waker)
    waker.close()
    assert session.match.outcomes[0].reason in {"win", "draw"}
    assert session.match.log.messages[-1].text == "it does not close"
