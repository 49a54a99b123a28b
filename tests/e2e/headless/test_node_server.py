"""A server in Node.js, written from docs/protocol.md alone, conforms and plays whole recorded matches."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from arena.home import ipc_endpoint
from tests.conftest import lack
from tests.e2e.headless.shell import arena, records, verified

SOURCE = Path(__file__).parents[2] / "players" / "servers" / "node"
INSTALL_S = 300


@pytest.fixture(scope="session")
def installed(node):
    """A folder with the server and what it needs from npm, kept from run to run outside the checkout."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "arena-tests"
    folder = cache / f"node-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as draft:
            install(Path(draft))
            with contextlib.suppress(OSError):  # another run was quicker
                Path(draft).rename(folder)
            Path(draft).mkdir(exist_ok=True)  # for the end of the block
    return folder


def install(folder: Path) -> None:
    """`npm ci`, without the scripts of packages: the binaries of `zeromq` come with it."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, folder)
    ran = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=INSTALL_S,
        check=False,
    )
    if ran.returncode:
        lack(f"npm ci failed: {ran.stderr.strip()[-400:]}", "ARENA_REQUIRE_NODE")


@pytest.fixture
def endpoint(node, installed):
    """Where the server of this checkout listens."""
    where = ipc_endpoint("node")
    command = [node, str(SOURCE / "server.js"), where]
    environment = {**os.environ, "NODE_PATH": str(installed / "node_modules")}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield where
        finally:
            process.kill()


@pytest.mark.parametrize("game", ["tictactoe", "chess", "multiwalker"])
def test_it_conforms(endpoint, game):
    ran = arena("check-server", endpoint, "--game", game, "--hz", "0", "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [row for row in rows if row["status"] == "FAIL"] == []
    assert ran.code == 0, ran.err
    skipped = {row["check"] for row in rows if row["status"] == "skip"}
    assert skipped <= {"spaces", "results", *([] if game == "chess" else ["legal"])}


@pytest.mark.parametrize(
    ("game", "seats", "ended"),
    [
        ("connect_four", ["player_0=policy:{}", "player_1=random"], {"win", "draw"}),
        ("multiwalker", ["*=policy:{}"], {"terminated"}),
    ],
)
def test_it_plays_a_whole_recorded_match(endpoint, game, seats, ended):
    ran = arena("match", game, *(seat.format(endpoint) for seat in seats), "--seed", "5", "--json")
    assert ran.code == 0, ran.err
    (outcome,) = ran.json["episodes"]
    assert outcome["reason"] in ended
    assert all(seat["illegal"] == seat["late"] == 0 for seat in outcome["seats"])
    (record,) = records()
    assert verified([record])[0]["ok"] is True


def test_the_lock_file_names_no_registry():
    lock = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert packages
    assert all(entry["integrity"] and "resolved" not in entry for entry in packages)
