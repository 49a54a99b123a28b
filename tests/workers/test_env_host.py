"""The environment process as a program: what it does with signals, ends of input, noise, and pictures under
pressure.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from arena.games import catalog
from arena.games.env_pipe import receive, send
from arena.games.process_host import ProcessHost
from arena.processes import module_command
from tests.arena.games.playing import result_of

CROWD = "tests.arena.games.envs:Crowd"
GATE = "tests.arena.games.envs:Gate"


class Talk:
    """The process and its two pipes, without a host in between."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            module_command("workers.env_host"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def say(self, *message: Any) -> None:
        stream: Any = self.process.stdin
        send(stream, message)

    def hear(self, *kinds: str) -> tuple[Any, ...]:
        """The next message of one of these kinds."""
        stream: Any = self.process.stdout
        while (message := receive(stream)) is not None:
            if message[0] in kinds:
                return message
        pytest.fail(f"it ended without a word of {kinds}")

    def end(self) -> tuple[int, bytes]:
        """Close its input; its exit code and what it wrote to standard error."""
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


@pytest.fixture
def talk() -> Iterator[Talk]:
    made = Talk()
    yield made
    if made.process.poll() is None:
        made.process.kill()
        made.process.communicate()
    for stream in (made.process.stdin, made.process.stdout, made.process.stderr):
        assert stream is not None
        stream.close()


def test_it_plays_and_ends_when_its_input_does(talk: Talk) -> None:
    talk.say("make", catalog.get(GATE), {})
    assert talk.hear("ready")[1:3] == ("simultaneous", ("player_0",))
    talk.say("reset", 4)
    assert talk.hear("result")[1].observations == {"player_0": 0}
    talk.say("step", {"player_0": 1})
    assert talk.hear("result")[1].observations == {"player_0": 1}
    code, said = talk.end()
    assert code == 0
    assert said == b"hello from the environment\n", "what an environment prints must not go to the pipe"


def test_ctrl_c_is_for_the_parent_alone(talk: Talk) -> None:
    talk.say("make", catalog.get(GATE), {})
    talk.hear("ready")
    os.kill(talk.process.pid, signal.SIGINT)
    talk.say("reset", 4)
    talk.hear("result")
    assert talk.end()[0] == 0


def test_a_factory_that_refuses_ends_it(talk: Talk) -> None:
    talk.say("make", catalog.get("hanabi"), {"players": 5, "colors": 2})
    assert "cannot be made" in talk.hear("failed")[1]
    assert talk.process.wait(30) == 0


def test_a_picture_that_fails_does_not_end_the_game(talk: Talk) -> None:
    entry = catalog.get("tests.arena.games.envs:Blind")
    talk.say("make", entry, {})
    talk.hear("ready")
    talk.say("reset", 4)
    talk.hear("result")
    assert talk.hear("frame")[1] == "ValueError: too dark"
    talk.say("step", {"player_0": 1})
    talk.hear("result")
    assert talk.hear("frame")[1] is None


def test_agents_that_join_bring_their_spaces() -> None:
    import dataclasses

    entry = dataclasses.replace(catalog.get(CROWD), agent_patterns=("guest_*",))
    with closing(ProcessHost(entry, {})) as host:
        host.submit_reset(1)
        result = result_of(host)
        while "guest_1" not in result.alive:
            host.submit_step(dict.fromkeys(result.due, 0))
            result = result_of(host)
        assert host.action_space("guest_1") == host.action_space("ann")
