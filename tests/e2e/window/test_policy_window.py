"""Policies from servers at seats in a window: how they do, the plug pulled, taken over and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.e2e.window.person import Person, Seen, sitting_down
from tests.players.servers.launch import served

SEAT = "adversary_0"


def panel(seen: Seen) -> dict[str, object]:
    """What the policy's panel says."""
    found: dict[str, object] = seen["panels"][SEAT]
    return found


def shows(**wanted: str) -> Callable[[Seen], bool]:
    """Whether the policy's panel says these words."""

    def seen(now: Seen) -> bool:
        return now["screen"] == "match" and all(word in str(panel(now)[key]) for key, word in wanted.items())

    return seen


def says(text: str) -> Callable[[Seen], bool]:
    """Whether a message on the screen holds these words."""
    return lambda seen: any(text in toast for toast in seen["toasts"])


def take_over(person: Person, line: str) -> None:
    """Through the menus: the seat, then the line of the list that begins so."""
    person.x("key", "Escape")
    person.press("Take a seat over")
    person.until(lambda seen: any(words.startswith("Adversary 0:") for words in seen["buttons"]))
    person.press(next(words for words in person.seen["buttons"] if words.startswith("Adversary 0:")))
    person.until(lambda seen: bool(seen["choices"]))
    lines = person.seen["choices"]["lines"]
    steps = next(at for at, words in enumerate(lines) if words.startswith(line))
    steps -= person.seen["choices"]["marked"]
    person.x("key", *["Down" if steps > 0 else "Up"] * abs(steps), "Return")


def type_address(person: Person, endpoint: str) -> None:
    """Into the dialog that asks for it."""
    person.until(lambda seen: "OK" in seen["buttons"])
    person.x("type", endpoint)
    person.press("OK")


def test_a_policy_whose_plug_is_pulled_and_put_back(xvfb: str, tmp_path: Path) -> None:
    with served() as plain:
        seats = (f"{SEAT}=policy:{plain.endpoint}", "*=random")
        with sitting_down(xvfb, tmp_path, "simple_tag", *seats, "--on-late", "noop") as person:
            seen = person.until(shows(name="Plain", facts="p99"))
            assert "p50" in panel(seen)["facts"]  # type: ignore[operator]
            plain.process.kill()
            seen = person.until(shows(badge="lost"))
            person.until(shows(badge="lost", detail="no-op until it is back"))
            tick = person.seen["tick"]
            person.until(says("Plain is gone"))
            person.until(lambda seen: seen["tick"] > tick + 5)
            assert person.seen["applied"][SEAT] == "0"
            plain.process.wait()
            with served(endpoint=plain.endpoint):
                person.until(says("Plain is back"))
                seen = person.until(lambda seen: panel(seen)["badge"] in {"ok", "late"})
                assert "until it is back" not in str(panel(seen)["detail"])
                assert "late" in panel(seen)["facts"]  # type: ignore[operator]


def test_a_takeover_is_a_trial_and_the_policy_comes_back(xvfb: str, tmp_path: Path) -> None:
    with served() as plain, served("late_ready") as slow, served("refuses") as sulky:
        seats = (f"{SEAT}=policy:{plain.endpoint}", "*=random")
        with sitting_down(xvfb, tmp_path, "simple_tag", *seats) as person:
            person.until(shows(name="Plain", facts="p99"))
            take_over(person, "Policy server")
            type_address(person, sulky.endpoint)
            person.until(says("could not take Adversary 0 over: the policy server refused (game)"))
            person.until(says("Plain plays on"))
            person.until(lambda seen: not seen["paused"] and shows(name="Plain")(seen))
            take_over(person, "Random moves")
            person.until(shows(name="Random"))
            take_over(person, "Policy server")
            type_address(person, slow.endpoint)
            seen = person.until(shows(name="Random", detail="gets ready: "))
            tick = seen["tick"]
            seen = person.until(shows(name="Plain"))
            assert seen["tick"] > tick, "the old one played on meanwhile"
            take_over(person, "Random moves")
            person.until(shows(name="Random"))
            take_over(person, f"Policy, {plain.endpoint}")
            person.until(shows(name="Plain"))
