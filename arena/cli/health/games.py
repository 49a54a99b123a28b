"""Every game of the catalog, made and reset for real, in a process of its own; and what Atari's games
take.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import Any

from arena.cli.health.check import Check
from arena.cli.health.installation import reinstall
from arena.processes import module_command

GAME_TIMEOUT_S = 60.0
"""How long the process may stay silent: the first game of a family imports its libraries."""


def checks() -> Iterator[Check]:
    """Load every plug-in, then make every game of the catalog, one after the other."""
    from arena.games import catalog

    for name, problem in catalog.broken_plug_ins().items():
        yield Check("games", f"plug-in {name}", "fail", problem, "mend or uninstall the package it came with")
    yield from made(catalog.ids())


def made(ids: Iterable[str]) -> Iterator[Check]:
    """Make and reset each game. One that takes the process down, or hangs, is named; the others go on without
    it.
    """
    left = list(ids)
    while left:
        answered = 0
        for game, answer in _answers(left):
            answered += 1
            yield _check(game, answer)
        if answered < len(left):
            yield _check(
                left[answered], {"error": f"the process died or was silent for {GAME_TIMEOUT_S:.0f} s"}
            )
        left = left[answered + 1 :]


def _answers(ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Start the process that makes games, and give each answer as it comes; stops early if the process
    does.
    """
    command = module_command("arena.cli.health.games", *ids)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        stream = process.stdout
        while stream is not None:
            timer = Timer(GAME_TIMEOUT_S, process.kill)
            timer.start()
            line = stream.readline()
            timer.cancel()
            timer.join()
            if not line:
                return
            if line.startswith('{"game": '):  # a library may print too
                answer = json.loads(line)
                yield answer.pop("game"), answer


def _check(game: str, answer: dict[str, Any]) -> Check:
    if "error" in answer:
        return Check("games", game, "fail", f"cannot be made: {answer['error']}", reinstall())
    noun = "seat" if answer["agents"] == 1 else "seats"
    return Check("games", game, "ok", f"{answer['title']}, {answer['agents']} {noun}")


def atari() -> Check:
    """Atari's games need an emulator (an extra) and ROMs, which nobody may ship with it."""
    spec = find_spec("multi_agent_ale_py")
    if spec is None or spec.origin is None:
        detail = "not installed; needed for atari/* games"
        return Check("extras", "atari", "note", detail, f"{reinstall('atari')}; AutoROM --accept-license")
    roms = list((Path(spec.origin).parent / "roms").glob("*.bin"))
    if not roms:
        return Check(
            "extras", "atari", "note", "the emulator is here, its ROMs are not", "AutoROM --accept-license"
        )
    return Check("extras", "atari", "ok", f"ROMs: {len(roms)}")


def _make(game: str) -> dict[str, Any]:
    """Make a game, reset it, and close it; say its title and how many seats it has."""
    from arena.games import catalog, hosts

    entry = catalog.get(game)
    host = hosts.make_host(entry, catalog.resolve_options(entry, {}), frames=False)
    try:
        host.submit_reset(seed=0)
        host.poll()
        return {"title": entry.title, "agents": len(host.possible_agents)}
    finally:
        host.close()


def _serve(ids: Iterable[str]) -> None:
    """Answer for each game with one line of JSON."""
    for game in ids:
        try:
            answer = _make(game)
        except Exception as error:  # noqa: BLE001 - whatever a game raises is the finding
            answer = {"error": str(error) or repr(error)}
        print(json.dumps({"game": game, **answer}), flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1:])
