"""Layouts: the ones Arena brings, people's changes, and what is refused."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import OptionError, UnknownNameError
from arena.games.entry import SLOTS, Control
from controllers.bindings import PAD_INPUTS, BindingBook, default_layout, layouts, missing

EVERYTHING = [Control(slot, slot, slot, action=index) for index, slot in enumerate(SLOTS)]


def test_three_people_fit_on_one_keyboard() -> None:
    for one, two in combinations(("wasd", "arrows", "ijkl"), 2):
        first, second = default_layout(f"keyboard/{one}"), default_layout(f"keyboard/{two}")
        shared = first.keys(EVERYTHING) & second.keys(EVERYTHING)
        assert not shared, f"{one} and {two} share {shared}"


def test_the_whole_keyboard_has_every_slot_and_wasd_and_arrows_in_it() -> None:
    full = default_layout("keyboard/full")
    assert missing(EVERYTHING, full) == ()
    for slot in ("up", "down", "left", "right"):
        both = default_layout("keyboard/wasd").slots[slot] + default_layout("keyboard/arrows").slots[slot]
        assert set(both) == set(full.slots[slot])


def test_missing_names_what_a_layout_cannot_do() -> None:
    assert [control.slot for control in missing(EVERYTHING, default_layout("pad/standard"))] == [
        f"digit{n}" for n in range(10)
    ]


def test_an_unknown_layout_lists_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean 'keyboard/wasd'"):
        default_layout("keyboard/wasdd")


def test_rebinding_is_personal_and_the_more_exact_wins() -> None:
    book = BindingBook()
    book.rebind("keyboard/wasd", "primary", ["f"])
    book.rebind("keyboard/wasd", "primary", ["g"], player="Ada")
    book.rebind("keyboard/wasd", "primary", ["h"], player="Ada", game="classic/chess-v6")

    def fire(player: str, game: str) -> tuple[str, ...]:
        return book.layout("keyboard/wasd", player, game).slots["primary"]

    assert fire("", "any") == ("f",)
    assert fire("Bob", "classic/chess-v6") == ("f",)
    assert fire("Ada", "any") == ("g",)
    assert fire("Ada", "classic/chess-v6") == ("h",)
    book.reset("keyboard/wasd", "Ada")
    assert fire("Ada", "any") == ("f",)


def test_a_key_that_moves_leaves_its_old_slot() -> None:
    book = BindingBook()
    changed = book.rebind("keyboard/wasd", "primary", ["w"])
    assert changed.slots["primary"] == ("w",)
    assert changed.slots["up"] == ()
    again = book.rebind("keyboard/wasd", "secondary", ["w"])
    assert (again.slots["secondary"], again.slots["primary"]) == (("w",), ())


@pytest.mark.parametrize(
    ("slot", "keys", "message"),
    [
        ("upp", ["w"], "unknown slot 'upp'"),
        ("up", "w", "is not a list of at most"),
        ("up", ["w"] * 7, "is not a list of at most"),
        ("up", [""], "is not the name of a key"),
        ("up", ["\n"], "is not the name of a key"),
        ("up", ["k" * 33], "is not the name of a key"),
    ],
)
def test_bad_keys_are_refused(slot: str, keys: object, message: str) -> None:
    data = [{"layout": "keyboard/wasd", "slots": {slot: keys}}]
    with pytest.raises((OptionError, UnknownNameError), match=message):
        BindingBook.from_data(data)


def test_a_pad_has_only_its_inputs() -> None:
    with pytest.raises(UnknownNameError, match="unknown gamepad input 'space'"):
        BindingBook().rebind("pad/standard", "primary", ["space"])
    assert "lefttrigger-" not in PAD_INPUTS


@pytest.mark.parametrize(
    "data",
    [
        "text",
        {"player": "Ada"},
        ["text"],
        [{"player": 3, "layout": "keyboard/wasd"}],
        [{"layout": "keyboard/none"}],
        [{"layout": "keyboard/wasd", "slots": ["up"]}],
        [{"layout": "keyboard/wasd", "slots": {"up": ["w"], "down": ["w"]}}],
    ],
)
def test_damaged_settings_are_refused_with_a_sentence(data: object) -> None:
    with pytest.raises((OptionError, UnknownNameError), match=r"bindings|layout"):
        BindingBook.from_data(data)


keyboard_names = st.sampled_from([name for name in layouts() if name.startswith("keyboard/")])
keys = st.lists(st.sampled_from(["a", "b", "f1", "left shift", "[5]", "é"]), max_size=3, unique=True)
players = st.sampled_from(["", "Ada", 'B "q"'])
games = st.sampled_from(["", "classic/chess-v6"])
edits = st.lists(st.tuples(keyboard_names, st.sampled_from(SLOTS), keys, players, games), max_size=8)


@given(edits)
def test_a_book_survives_the_settings_file(made: list[tuple[str, str, list[str], str, str]]) -> None:
    book = BindingBook()
    for name, slot, some, player, game in made:
        layout = book.rebind(name, slot, some, player, game)
        used = [key for slot_keys in layout.slots.values() for key in slot_keys]
        assert len(used) == len(set(used)), "a key stands for two things"
        assert layout.slots[slot] == tuple(some)
    assert BindingBook.from_data(book.to_data()) == book
