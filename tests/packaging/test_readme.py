"""What the README tells people to type works."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/README.md")


def typed() -> list[list[str]]:
    """Every command line of the README's sh blocks, in order, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    lines = "".join(blocks).splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


# Bare `arena` opens the window.
ARENA = [words[1:] for words in typed() if words[0] == "arena" and len(words) > 1]
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
