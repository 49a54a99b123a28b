"""What the README tells people to type works."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/README.md")


def typed() -> list[list[str]]:
    """Every command line of the README's sh blocks, in order, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    lines = "".join(blocks).splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


# Bare `arena` and `arena play` open the window; a host and its guests go on until somebody stops them.
ARENA = [
    words[1:]
    for words in typed()
    if words[0] == "arena" and len(words) > 1 and words[1] not in {"host", "join", "play"}
]
HOST = next(words[1:] for words in typed() if words[:2] == ["arena", "host"])
JOIN = next(words[1:] for words in typed() if words[:2] == ["arena", "join"] and "--bot" in words)
BOT = """
class Greedy:
    def reset(self, agents, seed): ...
    def select_action(self, agent, observation, info):
        return int(info["action_mask"].argmax())
"""
MAKE = [target for words in typed() if words[0] == "make" for target in words[1:]]


def test_there_is_something_to_type() -> None:
    assert len(ARENA) >= 5
    assert {"play", "test"} <= set(MAKE)


@pytest.mark.parametrize("arguments", ARENA, ids=" ".join)
def test_arena_command(arguments: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "arena", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_a_bot_joins_the_host(tmp_path: Path) -> None:
    (tmp_path / "my_bots.py").write_text(BOT)
    free = [word.replace(":5570", ":*") for word in HOST]
    with arena(free, tmp_path) as host:
        assert host.stdout is not None
        said = "".join(host.stdout.readline() for _ in range(31))
        port = re.search(r"tcp://\S+?:(\d+)", said)
        tokens = re.findall(r"^the queue: (\S+)", said, flags=re.MULTILINE)
        assert port is not None
        assert len(tokens) == 30, said
        words = {"10.0.0.5:5570": f"127.0.0.1:{port[1]}", "TOKEN": tokens[0]}
        with arena([words.get(word, word) for word in JOIN], tmp_path) as bot:
            assert bot.stdout is not None
            assert "joined as Greedy" in bot.stdout.readline()
            host.terminate()
            assert host.wait(30) == 0
            assert bot.wait(30) == 0


@contextmanager
def arena(arguments: list[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-P", "-m", "arena", *arguments]
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("target", MAKE)
def test_make_target(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / page).read_text())
    assert links
    missing = [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]
    assert not missing
