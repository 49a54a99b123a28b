"""`arena host` and `arena join` as processes. A whole class of bots is :mod:`test_crowd`'s."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arena.cli.main import main
from arena.home import Home, arena_home
from arena.records.record import Record
from tests.arena.hosting.inn import league_rows
from tests.e2e.headless.shell import PATIENCE_S, arena, records, started
from tests.e2e.headless.test_interruptions import wait_until
from tests.players.proxy import proxy

ROOT = Path(__file__).parents[3]
GUEST = ROOT / "tests" / "players" / "guest.py"
SAMPLE = ROOT / "docs" / "samples" / "bot.py"
ANYWHERE = ("--bind", "tcp://127.0.0.1:*")
"""Another host may have the usual address."""


class Host:
    """One `arena host --json`, and what it said so far."""

    def __init__(self, *words: str) -> None:
        self.process = started(
            "host", *words, "--json", "--bind", "tcp://127.0.0.1:*", stdin=subprocess.PIPE, bufsize=1
        )
        self.events: list[dict[str, Any]] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.address = str(self.wait("listening")["address"])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def step(self, timeout_s: float) -> bool:
        """Take what it said next; false when it has said its last."""
        try:
            line = self._lines.get(timeout=timeout_s)
        except queue.Empty:
            return True
        if line is None:
            return False
        if line.startswith("{"):
            self.events.append(json.loads(line))
        return True

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == kind]

    def wait(self, kind: str, count: int = 1) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE_S
        while len(self.told(kind)) < count:
            assert time.monotonic() < until, self.events[-10:]
            assert self.step(0.2), (self.events[-10:], self.process.stderr and self.process.stderr.read())
        return self.told(kind)[count - 1]

    def tokens(self, count: int) -> list[str]:
        self.wait("token", count)
        return [event["token"] for event in self.told("token")]

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self) -> int:
        """Wait until it ends by itself."""
        code = self.process.wait(PATIENCE_S)
        while self.step(PATIENCE_S):
            pass
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self._reader.join()
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                if stream is not None:
                    stream.close()


@pytest.fixture
def hosts() -> Iterator[list[Host]]:
    made: list[Host] = []
    yield made
    for host in made:
        host.close()


class Bots:
    """Processes of guests, and what they wrote down."""

    def __init__(self, folder: Path, host: Host, tokens: list[str], thinks_ms: float) -> None:
        self._folder, self._host, self._thinks_ms = folder, host, thinks_ms
        self._tokens = {f"bot{number}": token for number, token in enumerate(tokens)}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        words = (self._host.address, self._tokens[name], str(self.log(name)), name, str(self._thinks_ms))
        self.processes[name] = subprocess.Popen([sys.executable, str(GUEST), *words])

    def start_all(self) -> None:
        for name in self._tokens:
            self.start(name)

    def log(self, name: str) -> Path:
        return self._folder / f"{name}.jsonl"

    def told(self, name: str, kind: str) -> list[dict[str, Any]]:
        lines = self.log(name).read_text(encoding="utf-8").splitlines() if self.log(name).exists() else []
        return [item for item in map(json.loads, lines) if item["kind"] == kind]

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait(PATIENCE_S)


def results_of(home: Home) -> dict[tuple[str, int], dict[str, int]]:
    found: dict[tuple[str, int], dict[str, int]] = {}
    for path in records(home.root):
        with Record(path) as record:
            for outcome in record.outcomes():
                assert (outcome.match_id, outcome.episode) not in found
                found[outcome.match_id, outcome.episode] = {seat.agent: seat.rank for seat in outcome.seats}
    return found


def test_a_bot_of_ours_and_the_sample_of_the_docs_meet(hosts: list[Host]) -> None:
    hosts.append(Host("connect_four", "*=open", "--stop-after", "2"))
    (host,) = hosts
    ours, theirs = host.tokens(2)
    word = "bot:tests.players.bots.bots:First".removeprefix("bot:")
    joined = started("join", host.address, "--token", ours, "--bot", word, "--name", "Ada")
    sample = subprocess.Popen([sys.executable, str(SAMPLE), host.address, theirs], stderr=subprocess.PIPE)
    with joined, sample:
        try:
            assert host.end() == 0
            out, err = joined.communicate(timeout=PATIENCE_S)
            assert out.splitlines() == [
                "joined as Ada: player_0 at table 1, Connect Four",
                "match 1: won (win), player_0 against player_1 in classic/connect_four-v3",
                "match 2: won (win), player_0 against player_1 in classic/connect_four-v3",
                "the host is closing",
            ], err
            assert joined.returncode == 0
            assert b"the host is closing" in sample.communicate(timeout=PATIENCE_S)[1]
        finally:
            joined.kill()
            sample.kill()
    assert [event["outcome"]["reason"] for event in host.told("result")] == ["win", "win"]
    players = host.told("match_began")[0]["players"]
    assert players == {"player_0": "Ada", "player_1": "Last"}


def test_a_bot_of_ours_comes_back_after_its_line_was_cut(hosts: list[Host]) -> None:
    hosts.append(Host("tictactoe", "player_1=open", "player_2=random", "--hold"))
    (host,) = hosts
    (token,) = host.tokens(1)
    with proxy(host.address) as line:
        joined = started("join", line.address, "--token", token, "--bot",
                         "tests.players.bots.bots:First")  # fmt: skip
        try:
            host.wait("joined")
            line.cut(0.5)
            host.wait("dropped")
            host.wait("returned")
            host.say("start")
            host.wait("match_ended")
            joined.terminate()
            host.wait("left")
            assert joined.wait(PATIENCE_S) == 0
        finally:
            joined.kill()
            joined.communicate()
    assert host.told("result")[0]["outcome"]["seats"][0]["forfeited"] is None


def test_an_encrypted_host_lets_in_tokens_with_its_key_only(hosts: list[Host], tmp_path: Path) -> None:
    from arena.wire.keys import keypair

    own = keypair(arena_home(), "bot-Ada")
    hosts.append(Host("tictactoe", "player_1=open", "player_2=random", "--allow", own.public))
    (host,) = hosts
    (token,) = host.tokens(1)
    assert token.partition(".")[2] == host.wait("listening")["key"]
    bare = token.partition(".")[0]
    word = ("--bot", "tests.players.bots.bots:First")
    wrong = arena("join", host.address, "--token", f"{bare}.{own.public}", *word, "--name", "Ada",
                  env={"ARENA_HOME": str(tmp_path / "other")})  # fmt: skip
    assert wrong.code == 2
    cut = arena("join", host.address, "--token", bare, *word, "--name", "Ada")
    assert cut.code == 2
    assert "paste all of it" in cut.err
    stranger = arena("join", host.address, "--token", token, *word, "--name", "Eve")
    assert stranger.code == 2
    assert "refused our key" in stranger.err
    joined = started("join", host.address, "--token", token, *word, "--name", "Ada")
    try:
        host.wait("match_ended")
        host.say("stop")
        assert host.end() == 0
        assert joined.wait(PATIENCE_S) == 0
    finally:
        joined.kill()
        joined.communicate()
    assert host.told("result")[0]["outcome"]["seats"][0]["player"] == f"guest:{own.public}"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["host", "tictactoe", "*=random", *ANYWHERE], "no seat of classic/tictactoe-v3 is open"),
        (["host", "tictactoe,", *ANYWHERE], "is not like chess"),
        (["host", "tictactoe", "--matches", "0"], "--matches must be at least 1"),
        (["host", "tictactoe", "--tokens", "3"], "--tokens needs --queue"),
        (["host", "chess", "player_0=human", *ANYWHERE], "write player_0=open"),
        (["host", "tictactoe", "--bind", "ipc:///tmp/x"], "guests dial in over TCP"),
        (["host", "tictactoe", *ANYWHERE, "--expires", "0"], "is good for more than 0 s"),
        (["join", "127.0.0.1:1", "--token", "nonsense", "--bot", "a:B"], "that is no seat token"),
        (["join", "nowhere", "--token", "1-" + "a" * 26, "--bot", "a:B"], "is not like tcp://"),
    ],
)
def test_wrong_words_are_said_at_once(words: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert why in capsys.readouterr().err


def test_a_join_says_that_nobody_answers_while_it_tries(tmp_path: Path) -> None:
    nobody = f"ipc://{tmp_path}/nobody"
    joined = started("join", nobody, "--token", "1-" + "a" * 26, "--bot", "tests.players.bots.bots:First")
    try:
        assert joined.stderr is not None
        assert joined.stderr.readline() == f"no host answers at {nobody} yet; trying for 60 s\n"
        joined.terminate()
        assert joined.wait(PATIENCE_S) == 0
    finally:
        joined.kill()
        joined.communicate()


def test_a_host_takes_an_address_without_its_transport(hosts: list[Host]) -> None:
    hosts.append(Host("tictactoe", "*=open", "--bind", "127.0.0.1:*"))
    assert hosts[0].wait("listening")["address"].startswith("tcp://127.0.0.1:")


def test_a_token_that_nobody_gave_out_ends_a_join(hosts: list[Host]) -> None:
    hosts.append(Host("tictactoe", "*=open"))
    word = ("--bot", "tests.players.bots.bots:First")
    refused = arena("join", hosts[0].address, "--token", "1-" + "a" * 26, *word)
    assert refused.code == 2
    assert "gave out no such token" in refused.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_matches_and_stores_them(hosts: list[Host], tmp_path: Path, number: int) -> None:
    hosts.append(Host("connect_four", "*=open"))
    (host,) = hosts
    bots = Bots(tmp_path, host, host.tokens(2), thinks_ms=3000.0)
    try:
        bots.start_all()
        host.wait("match_began")
        wait_until(lambda: all(bots.told(name, "reset") for name in bots.processes), "no episode begins")
        host.process.send_signal(number)
        assert host.end() == 0
        for process in bots.processes.values():
            assert process.wait(PATIENCE_S) == 0
    finally:
        bots.close()
    (result,) = host.told("result")
    assert result["outcome"]["reason"] == "aborted"
    key = result["outcome"]["match_id"], 0
    assert list(results_of(arena_home())) == list(league_rows(arena_home())) == [key]
    for name in bots.processes:
        assert [end["match"] for end in bots.told(name, "end")] == [key[0]]


def test_people_read_plain_lines_and_type_commands(hosts: list[Host]) -> None:
    process = started("host", "tictactoe", "--queue", "--tokens", "1", "--bind", "tcp://127.0.0.1:*",
                      stdin=subprocess.PIPE)  # fmt: skip
    out, err = process.communicate("seats\nqueue\ndance\nstop\n", timeout=PATIENCE_S)
    assert process.returncode == 0, err
    lines = out.splitlines()
    assert lines[0].startswith("guests join at tcp://127.0.0.1:")
    assert lines[1].startswith("the queue: 1-")
    assert lines[2:5] == ["no tables: everybody plays out of the queue", "nobody waits", "playing: nobody"]
    assert "unknown command 'dance'" in lines[5]
    assert lines[-1] == "0 matches played"


def test_an_end_that_no_table_comes_to_is_refused_where_nobody_can_ask_for_a_rematch() -> None:
    words = ("host", "tictactoe", "--matches", "2", "--stop-after", "5", "--bind", "tcp://127.0.0.1:*")
    process = started(*words, stdin=subprocess.DEVNULL)
    try:
        _, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode == 2
    assert "--stop-after 5 is never reached: the tables play 2 in all" in err
    assert "or give --matches 5" in err


def test_the_owner_of_a_bot_that_crashes_is_told_until_it_is_shown_out(hosts: list[Host]) -> None:
    hosts.append(Host("tictactoe", "player_1=open", "player_2=random", "--queue", "--tokens", "1"))
    (host,) = hosts
    bot = "tests.players.bots.bots:Raises"
    joined = started("join", host.address, "--token", *host.tokens(1), "--bot", bot, "--name", "Ada")
    try:
        out, err = joined.communicate(timeout=PATIENCE_S)
    finally:
        joined.kill()
    said = "Ada crashed in 3 matches in a row and left the queue; mend it and join again with a new token"
    lines = out.splitlines()
    assert lines[0] == "joined as Ada: the queue"
    assert lines[-1] == said
    crashes = [line for line in lines if "raised" in line]
    assert [line.partition(":")[0] for line in crashes] == ["match 1", "match 2", "match 3"], out
    assert err.splitlines().count("You are number 1 in the queue, next") == 1, err
    assert host.wait("left")["text"] == said
