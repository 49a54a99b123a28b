"""Kinds: options as text, and plug-ins that are broken."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from arena.errors import ControllerError, OptionError, UnknownNameError
from arena.match import kinds as module
from arena.match.kinds import ControllerSpec, Option, kinds, parse_options

NUMBER = Option("depth", "int", 3, "plies", low=1, high=9)


@pytest.mark.parametrize(("text", "words"), [("x", "whole number from 1 to 9"), ("12", "12"), ("1.5", "1.5")])
def test_a_bad_value_is_named_with_what_is_allowed(text: str, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        NUMBER.parse(text)


def test_values_come_out_typed() -> None:
    assert NUMBER.parse("4") == 4
    assert Option("on", "bool", False, "").parse("Yes") is True
    assert Option("mode", "choice", "a", "", ("a", "b")).parse("b") == "b"
    with pytest.raises(OptionError, match="one of a, b"):
        Option("mode", "choice", "a", "", ("a", "b")).parse("c")


def test_unknown_options_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="name"):
        parse_options(kinds()["human"], ControllerSpec("human,nam=x", "human", "", {"nam": "x"}))


def test_a_broken_plug_in_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("good", "controllers.random:KIND", module.GROUP),
        EntryPoint("bad", "no_such_module:KIND", module.GROUP),
    ]
    monkeypatch.setattr(module, "entry_points", lambda group: points)
    found = kinds.__wrapped__()
    assert found["good"].name == "random"
    assert "no_such_module" in found["bad"].summary
    with pytest.raises(ControllerError, match="no_such_module"):
        found["bad"].check(ControllerSpec("bad", "bad"), None)  # type: ignore[arg-type]
