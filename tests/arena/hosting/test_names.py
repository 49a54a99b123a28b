from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.hosting.names import NAME_CHARS, shown_name


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("Ada", "Ada"),
        ("  Ada \t Lovelace\n", "Ada Lovelace"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\u202eb\u200bc", "abc"),
        ("Ａｄａ", "Ada"),
        ("", "guest"),
        ("\x00\x07", "guest"),
        ("x" * 99, "x" * NAME_CHARS),
    ],
)
def test_names_are_made_fit_to_be_shown(wanted: str, shown: str) -> None:
    assert shown_name(wanted, []) == shown


def test_nobody_has_the_name_of_somebody_else() -> None:
    taken = ["Ada", "bob"]
    taken.append(shown_name("ADA", taken))
    taken.append(shown_name("Ada", taken))
    assert taken == ["Ada", "bob", "ADA (2)", "Ada (3)"]
    assert shown_name("y" * 99, ["y" * NAME_CHARS]) == "y" * (NAME_CHARS - 4) + " (2)"


@given(st.text(), st.lists(st.text(max_size=8), max_size=4))
def test_any_name_comes_out_printable_short_and_new(wanted: str, others: list[str]) -> None:
    taken: list[str] = []
    for other in [*others, wanted]:
        taken.append(shown_name(other, taken))
    assert len({name.casefold() for name in taken}) == len(taken)
    for name in taken:
        assert 1 <= len(name) <= NAME_CHARS
        assert name.isprintable()
