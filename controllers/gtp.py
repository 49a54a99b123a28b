"""Go engines in seats, and the kind ``gtp`` that names them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from arena.errors import ControllerError, GameError, SeatError
from arena.games.go_actions import vertex_to_action
from arena.match.controller import Controller, Descriptor, Request
from arena.match.kinds import BuildContext, ControllerSpec, Option, parse_options
from arena.match.outcome import Reason
from controllers.engine_seat import EngineController, EngineSeat
from controllers.gtp_engine import GtpEngine, Position, Vertex
from controllers.programs import need_program
from controllers.uci_kind import split_arguments

GNUGO_ARGUMENTS = ("--mode", "gtp", "--chinese-rules", "--capture-all-dead")
"""PettingZoo counts area as the board stands: GNU Go must take dead stones off before it passes."""


@dataclass(frozen=True, slots=True)
class GtpConfig:
    """What to run and how."""

    command: tuple[str, ...]
    setup: tuple[str, ...] = ()
    """Commands before the first game."""
    seed_command: str | None = None
    """A command that takes the seat's seed, where the engine has one."""


class GtpSeat(EngineSeat[GtpEngine]):
    """One agent's Go engine."""

    def __init__(self, config: GtpConfig, agent: str) -> None:
        super().__init__(agent, config.command[0])
        self._config = config
        self._position: Position
        self._legal: Any = None

    def launch(self) -> GtpEngine:
        """Start the engine."""
        return GtpEngine(self._config.command, self._config.setup, wake=self.wake, clock=self.now)

    def prepare(self, row: Request) -> None:
        """Take down the position and the time left."""
        if row.position is None or "komi" not in row.position:
            raise ControllerError("a GTP engine needs a go position to think about; it plays classic/go only")
        clock = (row.clocks or {}).get(row.agent)
        seed_with = self._config.seed_command
        moves = tuple((str(colour), str(vertex)) for colour, vertex in row.position["moves"])
        self._position = Position(
            row.position["size"],
            row.position["komi"],
            moves,
            "W" if len(moves) % 2 else "B",
            None if clock is None else clock.remaining_s,
            () if seed_with is None else (f"{seed_with} {self.seed % 2**31}",),
        )
        self._legal = row.legal

    def put(self, engine: GtpEngine) -> None:
        """Ask for a move."""
        engine.think(self._position)

    def take(self, event: Vertex) -> None:
        """A vertex, legal or not, or resignation."""
        if event.text.strip().lower() == "resign":
            self.fail("resigns", Reason.RESIGN)
            return
        try:
            action = vertex_to_action(event.text, self._position.size)
        except GameError:
            action = -1
        if action < 0 or (self._legal is not None and not self._legal[action]):
            self.setback(
                f"answered {event.text!r}, which is not legal at move {len(self._position.moves) + 1}",
                Reason.ILLEGAL,
            )
        else:
            self.decide(action, event.at)


class GtpController(EngineController[GtpSeat]):
    """Plays go with one GTP process for each of its seats."""

    needs_position = True

    def __init__(self, config: GtpConfig, descriptor: Descriptor) -> None:
        super().__init__(partial(GtpSeat, config), descriptor)


class GtpKind:
    """``gtp``, which is GNU Go, and ``gtp:NAME_OR_PATH`` for any other Go engine."""

    name = "gtp"
    summary = "a go engine: GNU Go, or gtp:NAME or gtp:/path/to/engine"
    free_options = False
    options: tuple[Option, ...] = (
        Option("level", "int", None, "strength, for engines with a `level` command (GNU Go: 1 to 10)", low=0),
        Option("args", "str", None, "arguments for the program, split as a shell would (GNU Go has its own)"),
    )

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """The game is go and the program is there."""
        if not re.match(r"classic/go-", context.entry.id):
            raise SeatError(f"{spec.text!r} plays go, not {context.entry.id}; use it in classic/go-v5")
        self._config(spec, parse_options(self, spec))

    def build(self, spec: ControllerSpec, context: BuildContext) -> Controller:
        """The controller; its engines start at the first reset."""
        config = self._config(spec, parse_options(self, spec))
        program = Path(spec.target or "gnugo").name
        known = {key: f"{key}={value}" for key, value in sorted(spec.options.items())}
        shown = [text for key, text in known.items() if key != "args"]
        name = "GNU Go" if program == "gnugo" else program
        descriptor = Descriptor(
            id=f"gtp:{','.join([program, *known.values()])}",
            name=f"{name} ({', '.join(shown)})" if shown else name,
            description=f"the go engine {name}",
            policy=name,
            backend="gtp",
            deterministic=config.seed_command is not None,
        )
        return GtpController(config, descriptor)

    @staticmethod
    def _config(spec: ControllerSpec, values: Mapping[str, Any]) -> GtpConfig:
        program = need_program(spec.target or "gnugo")
        gnugo = Path(program).name == "gnugo"
        own = GNUGO_ARGUMENTS if gnugo else ()
        arguments = own if values["args"] is None else tuple(split_arguments(values["args"]))
        setup = () if values["level"] is None else (f"level {values['level']}",)
        return GtpConfig((program, *arguments), setup, "set_random_seed" if gnugo else None)


KIND = GtpKind()
