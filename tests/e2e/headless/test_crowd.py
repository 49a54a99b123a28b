"""A class of bots, each a process with a token of its own, at one `arena host`: they join, queue, play, and
are killed, leave or lose their line at random. Every result is stored once, and is what the bots were told.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from arena.home import arena_home
from arena.processes import module_command
from arena.records.record import Record
from tests.arena.hosting.inn import league_rows
from tests.e2e.headless.shell import arena, environment, records, started, verified

FATES = {"torn": signal.SIGUSR1, "killed": signal.SIGKILL, "left": signal.SIGTERM}
"""What befalls a bot, and by which signal."""
GAMES = "tictactoe,connect_four"
FEWEST = 4
"""So many bots are left alone, or nobody could play on."""
PATIENCE_S = 60.0

Ranks = dict[str, int]


@dataclass
class Bot:
    """One process, and what was done to it."""

    name: str
    token: str
    diary: Path
    process: subprocess.Popen[str]
    fates: list[str] = field(default_factory=list)

    def told(self) -> list[dict[str, Any]]:
        """The results it wrote down, in order; half a line is no line."""
        whole = self.diary.read_text(encoding="utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]


class Class:
    """A host and those who come to play."""

    def __init__(self, host: subprocess.Popen[str], folder: Path, seed: int) -> None:
        self.host, self._folder, self._dice = host, folder, random.Random(seed)
        self.tokens: list[str] = []
        self.address = ""
        self.events: list[dict[str, Any]] = []
        self.bots: list[Bot] = []
        self._fates = cycle(FATES)

    def hear(self) -> dict[str, Any] | None:
        """The host's next event; ``None`` when it is over."""
        assert self.host.stdout is not None
        line = self.host.stdout.readline()
        if not line:
            return None
        event: dict[str, Any] = json.loads(line)
        self.events.append(event)
        return event

    def open(self, tokens: int) -> None:
        """Hear where it is and what opens it."""
        while len(self.tokens) < tokens:
            event = self.hear()
            assert event is not None, self.host.communicate()
            self.address = event.get("endpoint", self.address)
            if event["event"] == "token":
                self.tokens.append(event["token"])

    def enter(self) -> None:
        """One more bot, with the next token."""
        name, token = f"bot-{len(self.bots)}", self.tokens[len(self.bots)]
        diary = self._folder / f"{name}.jsonl"
        diary.touch()
        words = (self.address, token, name, str(diary))
        process = subprocess.Popen(
            module_command("tests.players.servers.regular", *words),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            text=True,
        )
        self.bots.append(Bot(name, token, diary, process))

    def strike(self) -> None:
        """Something befalls one of them; who is gone for good is replaced as long as there are tokens."""
        alive = [bot for bot in self.bots[FEWEST:] if not {"killed", "left"} & set(bot.fates)]
        here = {event["name"] for event in self.events if event["event"] == "joined"}
        victims = [bot for bot in alive if bot.name in here]
        if not victims:
            return
        victim, fate = self._dice.choice(victims), next(self._fates)
        victim.fates.append(fate)
        victim.process.send_signal(FATES[fate])
        if fate != "torn" and len(self.bots) < len(self.tokens):
            self.enter()

    def close(self) -> None:
        for bot in self.bots:
            bot.process.kill()
            bot.process.communicate()


@contextmanager
def class_of(folder: Path, seed: int, tokens: int, *words: str) -> Iterator[Class]:
    """A host that has given out so many tokens."""
    options = ("--queue", "--tokens", str(tokens), "--bind", "tcp://127.0.0.1:*", "--json", *words)
    with started("host", GAMES, *options, stdin=subprocess.DEVNULL) as host:
        school = Class(host, folder, seed)
        try:
            school.open(tokens)
            yield school
        finally:
            school.close()
            host.kill()


def recorded() -> dict[tuple[str, int], Ranks]:
    """(match, episode) -> agent -> rank, as the records have it."""
    found: dict[tuple[str, int], Ranks] = {}
    for path in records():
        with Record(path) as record:
            for outcome in record.outcomes():
                assert (outcome.match_id, outcome.episode) not in found
                found[outcome.match_id, outcome.episode] = {seat.agent: seat.rank for seat in outcome.seats}
    return found


def announced(school: Class) -> dict[tuple[str, int], dict[str, Any]]:
    """(match, episode) -> the outcome, as the host told whoever runs it."""
    outcomes = [event["outcome"] for event in school.events if event["event"] == "result"]
    by_key = {(outcome["match_id"], outcome["episode"]): outcome for outcome in outcomes}
    assert len(by_key) == len(outcomes), "no result twice"
    return by_key


def check_diaries(school: Class, stored: dict[tuple[str, int], Ranks]) -> None:
    """No bot was told anything else than what is stored; those left alone were told all of theirs."""
    seated: dict[str, set[tuple[str, int]]] = {bot.name: set() for bot in school.bots}
    for key, outcome in announced(school).items():
        for seat in outcome["seats"]:
            seated[seat["player"].removeprefix("guest:")].add(key)
    for bot in school.bots:
        told = bot.told()
        keys = [(line["match"], line["episode"]) for line in told]
        assert len(set(keys)) == len(keys), f"{bot.name} was told a result twice"
        assert all(line["ranks"] == stored[key] for line, key in zip(told, keys, strict=True))
        if bot.fates:
            assert set(keys) <= seated[bot.name]
        else:
            assert set(keys) == seated[bot.name], bot.name


def check_tokens(school: Class) -> None:
    """Neither a token that somebody came with, nor one that nobody was given, lets anybody in."""
    used = school.bots[0].token
    wrong = used[:-1] + ("b" if used[-1] != "b" else "c")
    for token, why in ((used, "used already"), (wrong, "gave out no such token")):
        ran = arena("join", school.address, "--token", token, "--bot", "tests.players.bots.bots:First")
        assert ran.code == 2, ran.err
        assert why in ran.err
        assert "joined" not in ran.out


def check_goodbyes(school: Class, joined: set[str]) -> None:
    """Those who were there to the end, or went by themselves, ended well."""
    for bot in school.bots:
        if "torn" in bot.fates or bot.name not in joined:  # it may still dial a host that is gone
            continue
        said, _ = bot.process.communicate(timeout=PATIENCE_S)
        expected = -signal.SIGKILL if "killed" in bot.fates else 0
        assert bot.process.returncode == expected, (bot.name, bot.fates, said)


@pytest.mark.parametrize(
    ("bots", "matches"),
    [pytest.param(8, 30), pytest.param(30, 150, marks=[pytest.mark.slow, pytest.mark.timeout(420)])],
)
def test_every_result_of_a_class_of_bots_is_stored_once(bots: int, matches: int, tmp_path: Path) -> None:
    spare = bots // 2
    stop = ("--stop-after", str(matches), "--grace", "2")
    with class_of(tmp_path, bots, bots + spare, *stop) as school:
        school.enter()
        while school.events[-1]["event"] != "joined":
            assert school.hear() is not None
        check_tokens(school)
        for _ in range(1, bots):
            school.enter()
        results = 0
        while (event := school.hear()) is not None:
            if event["event"] == "result":
                results += 1
                if results % 3 == 0:
                    school.strike()
        assert school.host.wait(PATIENCE_S) == 0, school.host.communicate()
        joined = Counter(event["name"] for event in school.events if event["event"] == "joined")
        check_goodbyes(school, set(joined))
    assert school.events[-1]["event"] == "closed"
    assert school.events[-1]["matches"] == matches
    assert set(joined.values()) == {1}
    assert joined.keys() >= {bot.name for bot in school.bots[:bots]}, "all of them came"
    stored = recorded()
    assert len(stored) == matches
    assert stored == league_rows(arena_home())
    assert stored.keys() == announced(school).keys()
    check_diaries(school, stored)
    fates = Counter(fate for bot in school.bots for fate in bot.fates)
    assert fates.keys() == {"killed", "left", "torn"}
    kinds = Counter(event["event"] for event in school.events)
    assert kinds["dropped"] >= kinds["returned"] > 0
    assert kinds["left"] > 0
    assert all(report["ok"] for report in verified(records()[:: max(1, matches // 20)]))


def test_an_expired_token_is_refused(tmp_path: Path) -> None:
    with class_of(tmp_path, 0, 1, "--expires", "1e-9") as school:
        (token,) = school.tokens
        ran = arena("join", school.address, "--token", token, "--bot", "tests.players.bots.bots:First")
        assert ran.code == 2
        assert "expired" in ran.err
        school.host.send_signal(signal.SIGTERM)
        while school.hear() is not None:
            pass
        assert not [event for event in school.events if event["event"] == "joined"]
