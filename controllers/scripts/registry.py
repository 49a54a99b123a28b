"""Which scripts there are, for which games, weakest first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Script:
    """One opponent."""

    id: str
    """``game/level``, as in ``script:chess/club``."""
    games: str
    """Glob of the game ids it plays."""
    target: str
    """``module:Class`` of its :class:`~arena.match.controller.SimpleController`."""
    summary: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    position: bool = False
    """It reads ``info["position"]``."""
    helpers: tuple[str, ...] = ()
    """Modules besides its own that its play depends on."""
    both_ways: bool = False
    """It plays with continuous and with discrete actions; its class takes ``discrete=True`` for these."""

    def plays(self, game_id: str) -> bool:
        """Whether it knows the game."""
        return fnmatchcase(game_id, self.games)


_HERE = "controllers.scripts"


def _graded(
    game: str, games: str, target: str, levels: Mapping[str, str], **fields: Any
) -> tuple[Script, ...]:
    return tuple(
        Script(f"{game}/{level}", games, target, summary, {"level": level}, position=True, **fields)
        for level, summary in levels.items()
    )


def _physics(game: str, target: str, levels: Mapping[str, str], *helpers: str) -> tuple[Script, ...]:
    return tuple(
        Script(
            f"{game}/{level}",
            f"arena/{game}-v*",
            target,
            summary,
            {"level": level},
            helpers=(f"{_HERE}.physics", *helpers),
            both_ways=True,
        )
        for level, summary in levels.items()
    )


def _cards(game: str, target: str, **arguments: Any) -> tuple[Script, ...]:
    return tuple(
        Script(f"{game}/{style}", f"classic/{game}-v*", target, summary, {"style": style, **arguments})
        for style, summary in (
            ("loose", "pays to see every hand out"),
            ("tight", "bets on good cards and folds bad ones"),
        )
    )


_KAZ = "butterfly/knights_archers_zombies-v*"
_PONG = "butterfly/cooperative_pong-v*"
_CART_POLE = "gymnasium/CartPole-v*"
_MOUNTAIN_CAR = "gymnasium/MountainCar-v*"

SCRIPTS: tuple[Script, ...] = (
    *_graded(
        "tictactoe",
        "classic/tictactoe-v*",
        f"{_HERE}.tictactoe:TicTacToe",
        {"novice": "takes a win when it sees one", "perfect": "cannot be beaten"},
    ),
    *_graded(
        "connect_four",
        "classic/connect_four-v*",
        f"{_HERE}.connect_four:ConnectFour",
        {"novice": "wins or blocks in one move", "club": "plans a little", "master": "plans far ahead"},
    ),
    *_graded(
        "chess",
        "classic/chess-v*",
        f"{_HERE}.chess:Chess",
        {"novice": "looks at its own move only", "club": "sees short tactics", "master": "plays soundly"},
        helpers=(f"{_HERE}.chess_eval",),
    ),
    *_cards("leduc_holdem", f"{_HERE}.cards:Leduc"),
    *_cards("texas_holdem", f"{_HERE}.cards:Holdem", limit=True),
    *_cards("texas_holdem_no_limit", f"{_HERE}.cards:Holdem", limit=False),
    Script("rps/cycle", "classic/rps-v*", f"{_HERE}.rps:Cycle", "rock, paper, scissors in turn"),
    Script("rps/counter", "classic/rps-v*", f"{_HERE}.rps:Counterer", "learns what follows what"),
    Script("kaz/guard", _KAZ, f"{_HERE}.kaz:Guard", "aims ahead and strikes"),
    Script("pong/follower", _PONG, f"{_HERE}.pong:Follower", "keeps level with the ball"),
    Script("cartpole/balance", _CART_POLE, f"{_HERE}.control:CartPoleBalance", "keeps the pole up"),
    Script("mountaincar/swing", _MOUNTAIN_CAR, f"{_HERE}.control:MountainCarSwing", "swings uphill"),
    *_physics(
        "sumo",
        f"{_HERE}.sumo:SumoWrestler",
        {
            "novice": "charges and dashes, and turns back at the edge",
            "club": "gets to the inside before it pushes, and dashes back from the brink",
            "master": "as the club wrestler, with quick eyes",
        },
    ),
    *_physics(
        "air_hockey",
        f"{_HERE}.air_hockey:AirHockeyScript",
        {
            "novice": "follows the puck and strikes at the goal",
            "club": "foresees how the puck comes off the boards",
            "master": "as the club player, with quick eyes and a steady hand",
        },
        f"{_HERE}.air_hockey_motion",
    ),
    *_physics(
        "tanks",
        f"{_HERE}.tanks:Tanks",
        {
            "novice": "aims at what it sees",
            "club": "aims ahead and keeps moving",
            "master": "aims true, with quick eyes",
        },
        f"{_HERE}.tanks_map",
    ),
    *_physics(
        "soccer",
        f"{_HERE}.soccer:Soccer",
        {
            "novice": "runs after the ball and kicks it forward",
            "club": "runs to where the ball will be",
            "master": "is quick, places its shots and passes to who is free",
        },
        f"{_HERE}.soccer_sight",
    ),
)


def scripts_for(game_id: str) -> tuple[Script, ...]:
    """The scripts that play ``game_id``, weakest first."""
    return tuple(script for script in SCRIPTS if script.plays(game_id))


def find(name: str, game_id: str) -> Script | None:
    """The script of that id; the level alone will do where the game says the rest."""
    known = {script.id: script for script in SCRIPTS}
    if name in known:
        return known[name]
    return next((script for script in scripts_for(game_id) if script.id.endswith(f"/{name}")), None)


def version(script: Script) -> str:
    """Eight hex digits of the sources its play depends on: another version is another player."""
    return _digest((script.target.partition(":")[0], *script.helpers))


@cache
def _digest(modules: tuple[str, ...]) -> str:
    digest = hashlib.blake2b(digest_size=4)
    for module in modules:
        spec = find_spec(module)
        if spec is not None and spec.origin is not None:
            digest.update(Path(spec.origin).read_bytes())
    return digest.hexdigest()
