"""Options of all our games are checked in one way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from arena.errors import OptionError
from arena.games.physics import checks


def test_what_is_allowed_is_given_back_as_pythons_own() -> None:
    assert [type(checks.whole("players", value, 2, 8)) for value in (2, np.int64(8))] == [int, int]
    for value in (1, 9.0, np.float32(2), np.int64(3)):
        assert type(checks.number("seconds", value, 1.0, 9.0)) is float
    assert checks.flag("teams", True) is True


@pytest.mark.parametrize("value", [1, 9, 2.0, True, "4", None, [2]])
def test_what_is_no_such_whole_number_is_told(value: Any) -> None:
    with pytest.raises(OptionError) as told:
        checks.whole("players", value, 2, 8)
    assert str(told.value) == f"players={value!r}: choose a whole number from 2 to 8"


@pytest.mark.parametrize("value", [0.5, float("nan"), float("inf"), True, "4", None])
def test_what_is_no_such_number_is_told(value: Any) -> None:
    with pytest.raises(OptionError) as told:
        checks.number("seconds", value, 1.0, 3600.0)
    assert str(told.value) == f"seconds={value!r}: choose a number from 1 to 3600"


@pytest.mark.parametrize("value", ["no", 1, None])
def test_what_is_neither_true_nor_false_is_told(value: Any) -> None:
    with pytest.raises(OptionError, match="choose True or False"):
        checks.flag("teams", value)
