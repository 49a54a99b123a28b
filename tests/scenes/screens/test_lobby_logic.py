"""What the lobby knows without a window: drafts, who can sit where, what is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import OptionError, UnknownNameError
from arena.games import catalog
from arena.match.choices import RuleChoices
from arena.match.seating import parse_spec
from arena.session import MatchSetup
from controllers.bindings import BindingBook
from controllers.inputs import Device, InputHub
from scenes.screens import lobby_sitters
from scenes.screens.lobby_check import examine
from scenes.screens.lobby_draft import Draft, words
from scenes.screens.lobby_presets import RECENT_KEPT, Presets
from scenes.screens.lobby_sitters import clash, for_press, offer_of, sitters, spoken, usual_opponent

CHESS = catalog.get("chess")
KAZ = catalog.get("knights_archers_zombies")


@pytest.fixture
def hub() -> InputHub:
    return InputHub(BindingBook())


# Drafts -----------------------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
drafts = st.builds(
    Draft,
    game=st.sampled_from(catalog.ids()),
    seats=st.dictionaries(st.sampled_from(["player_0", "archer_1", "x"]), st.sampled_from(["", "random"])),
    options=st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), texts),
    rules=st.builds(
        RuleChoices,
        pace=st.sampled_from(["", "wait"]),
        hz=st.none() | st.floats(1, 100),
        clock=st.sampled_from(["", "5+3"]),
        max_ticks=st.integers(0, 99),
    ),
    episodes=st.integers(1, 1000),
    seed=st.integers(0, 2**63 - 1),
    seed_locked=st.just(value=True),
    rated=st.booleans(),
)


@given(drafts)
@settings(max_examples=60, deadline=None)
def test_a_draft_survives_being_plain_data(draft: Draft) -> None:
    assert Draft.from_data(draft.to_data()) == draft


def test_an_unlocked_seed_is_not_saved() -> None:
    draft = Draft.fresh(CHESS)
    assert "seed" not in draft.to_data()
    assert not Draft.from_data(draft.to_data()).seed_locked


@pytest.mark.parametrize(
    "data", [{}, {"seats": 3}, [], None, {"game": "x", "seats": [], "rules": {"hz": {}}}]
)
def test_what_is_no_draft_is_refused(data: object) -> None:
    with pytest.raises(OptionError, match="saved match cannot be read"):
        Draft.from_data(data)


def test_a_draft_takes_globs_and_leaves_the_other_seats_empty() -> None:
    draft = Draft.of(KAZ, MatchSetup(KAZ.id, ("archer_*=random", "knight_1=human:pad0")))
    assert draft.seats == {
        "archer_0": "random",
        "archer_1": "random",
        "knight_0": "",
        "knight_1": "human:pad0",
    }
    assert draft.empty == ("knight_0",)
    with pytest.raises(UnknownNameError, match="bishop"):
        Draft.of(KAZ, MatchSetup(KAZ.id, ("bishop_*=random",)))


def test_swapping_moves_everybody_on_one_seat() -> None:
    draft = Draft(KAZ.id, {"a": "1", "b": "2", "c": "3"})
    draft.swap()
    assert draft.seats == {"a": "3", "b": "1", "c": "2"}


# Who can sit where ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("game", catalog.ids())
def test_every_game_can_be_set_up_against_its_usual_opponent_and_offers_a_seat_to_people(
    game: str, hub: InputHub, tmp_path: Path
) -> None:
    entry = catalog.get(game)
    draft = Draft.fresh(entry)
    draft.set_agents(entry.seats)
    draft.seats = dict.fromkeys(draft.seats, usual_opponent(entry))
    offers = [offer for offer in sitters(entry, hub) if not offer.missing]
    findings = examine(draft, offers, hub, tmp_path)
    assert findings.problems == []
    assert findings.agents == entry.seats
    people = [offer.words for offer in offers if offer.words.startswith("human")]
    assert set(people) - set(findings.unfit), "nobody could play this"


def test_what_does_not_fit_is_found_with_its_reason(hub: InputHub, tmp_path: Path) -> None:
    draft = Draft.fresh(KAZ)
    draft.seats["archer_0"] = "stockfish"
    draft.rules = RuleChoices(clock="5+3")
    findings = examine(draft, (), hub, tmp_path)
    assert "plays chess" in findings.seats["archer_0"]
    assert "has no clocks" in findings.rules
    assert len(findings.problems) == 2


def test_options_make_seats(hub: InputHub, tmp_path: Path) -> None:
    draft = Draft.fresh(KAZ)
    draft.options = {"num_archers": "1", "num_knights": "0"}
    assert examine(draft, (), hub, tmp_path).agents == ("archer_0",)
    draft.options = {"num_archers": "many"}
    assert "num_archers=many" in examine(draft, (), hub, tmp_path).options


def test_people_clash_over_keys_and_pads_but_not_over_the_mouse(hub: InputHub) -> None:
    def told(*specs: str) -> list[str]:
        people = {agent: parse_spec(spec) for agent, spec in zip(KAZ.seats, specs, strict=False)}
        return list(clash(KAZ, hub, people))

    assert told("human:keyboard/wasd", "human:keyboard/arrows", "human:keyboard/ijkl") == []
    assert told("human:keyboard/wasd", "human:keyboard") == ["archer_1"]
    assert told("human:pad0", "human:pad1", "human:pad0") == ["knight_0"]
    assert told("human:pointer", "human:pointer") == []
    hub.bindings.rebind("keyboard/arrows", "up", ["w"])
    assert told("human:keyboard/wasd", "human:keyboard/arrows") == ["archer_1"]


def test_a_press_says_how_somebody_sits_down(hub: InputHub) -> None:
    keyboard = hub.devices[0]
    hub.device_added(Device("pad:7", "pad", "Pad", "abc"))
    pad = hub.pads[0]
    assert for_press(KAZ, hub, keyboard, "w") == "human:keyboard/wasd"
    assert for_press(KAZ, hub, keyboard, "left") == "human:keyboard/arrows"
    assert for_press(KAZ, hub, keyboard, "k") == "human:keyboard/ijkl"
    assert for_press(KAZ, hub, keyboard, "x") is None
    assert for_press(CHESS, hub, keyboard, "w") == "human:pointer"
    assert for_press(CHESS, hub, pad, "a") == "human:pad0"
    assert for_press(CHESS, hub, pad, "b") is None
    hub.bindings.rebind("keyboard/wasd", "up", ["x"])
    assert for_press(KAZ, hub, keyboard, "x") == "human:keyboard/wasd", "their own bindings count"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("human:keyboard/wasd,name=Ada", "Ada, W A S D"),
        ("human:pointer", "Person, mouse or keys"),
        ("script:chess/club", "Script, club"),
        ("stockfish:elo=1500", "Stockfish, Elo 1500"),
        ("no such thing", "no such thing"),
    ],
)
def test_seats_are_told_in_words_for_people(spec: str, text: str) -> None:
    assert spoken(spec) == text


def test_a_person_with_a_name_is_still_the_offer_they_took(hub: InputHub) -> None:
    offers = sitters(KAZ, hub)
    assert offer_of("human:keyboard/wasd,name=Ada", offers).words == "human:keyboard/wasd"
    assert offer_of("stockfish:elo=1", offers).words == "stockfish:elo=1"


def test_words_are_put_together_and_read_again() -> None:
    spec = parse_spec(words("policy", "tcp://127.0.0.1:5555", {"delay": "2", "unset": ""}))
    assert (spec.kind, spec.target, dict(spec.options)) == ("policy", "tcp://127.0.0.1:5555", {"delay": "2"})


def test_without_engines_a_script_is_the_usual_opponent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lobby_sitters, "find_program", lambda name: None)
    assert usual_opponent(CHESS) == "script:chess/novice"
    assert usual_opponent(catalog.get("go")) == "random"


# Saved matches ----------------------------------------------------------------------------------------------


def test_recent_matches_are_kept_newest_first_each_once(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    for number in range(RECENT_KEPT + 3):
        presets.remember(Draft("g", {"a": "random"}, episodes=number + 1))
    presets.remember(Draft("g", {"a": "random"}, episodes=5))
    kept = [draft.episodes for draft in Presets(tmp_path).recent]
    assert kept[:3] == [5, RECENT_KEPT + 3, RECENT_KEPT + 2]
    assert len(kept) == RECENT_KEPT
    assert len(set(kept)) == RECENT_KEPT


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\nb"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OptionError, match="choose another"):
        Presets(tmp_path).save(name, Draft("g", {}))


def test_a_damaged_entry_costs_itself_alone(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    presets.save("good", Draft("g", {"a": "random"}))
    broken = presets.path.read_text().replace('game = "g"', 'game = "g"\n\n[[recent]]\nname = "bad"', 1)
    assert "bad" in broken
    presets.path.write_text(broken + '\n[[recent]]\nseats = "none"\n')
    again = Presets(tmp_path)
    assert again.notice
    presets.path.write_text("= not toml")
    assert Presets(tmp_path).named == {}
    assert "cannot be read" in Presets(tmp_path).notice
