"""The kinds ``stockfish`` and ``uci``: chess engines by name, with any option they have."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from arena.errors import ControllerError, OptionError, SeatError
from arena.match.controller import Controller, Descriptor
from arena.match.kinds import BuildContext, ControllerSpec, Option, parse_options
from controllers.programs import find_program, install_command, need_program
from controllers.uci import UciConfig, UciController
from controllers.uci_engine import Setting, probe
from controllers.uci_protocol import EngineOption, Limits, find_option, set_option, squash

OPTIONS = (
    Option("skill", "int", None, "strength, 0 (beginner) to 20 (full), where it has 'Skill Level'", low=0),
    Option("elo", "int", None, "play at this rating (Stockfish 15: 1350 to 2850)", low=0),
    Option("depth", "int", None, "search this many plies", low=1, high=245),
    Option("nodes", "int", None, "search this many positions: plays alike on every machine", low=1),
    Option("movetime", "int", None, "think this many ms a move; 100 with neither clock nor limit", low=1),
    Option("clock", "choice", "auto", "use the match's clock; auto: unless depth, nodes or movetime is set",
           choices=("auto", "always", "never")),
    Option("hash", "int", None, "memory for its table in MiB", low=1),
    Option("threads", "int", 1, "threads it may use", low=1, high=1024),
    Option("draws", "choice", "score", "take a draw: by its own score from move 20 on, always, or never",
           choices=("score", "always", "never")),
    Option("path", "str", None, "the program to run instead"),
    Option("args", "str", "", "arguments for the program, split as a shell would"),
)  # fmt: skip
_LISTED = {option.name for option in OPTIONS}
_VARYING = {"skilllevel", "ucilimitstrength", "ucielo"}
"""Options, squashed, with which even fixed nodes or depth do not give the same play each time."""


class UciKind:
    """``uci:NAME_OR_PATH`` and, with a program of its own, ``stockfish``."""

    free_options = True
    options: tuple[Option, ...] = OPTIONS

    def __init__(self, name: str, summary: str, program: str | None = None) -> None:
        self.name = name
        self.summary = summary
        self._program = program

    def check(self, spec: ControllerSpec, context: BuildContext) -> None:
        """The game is chess, the program is there, and it offers what is asked of it.

        Where options are asked for (and always for an unknown engine) the engine is started once and let go:
        what it offers, and whether it is a UCI engine at all, only it can say. The answer is kept.
        """
        if not is_chess(context):
            raise SeatError(f"{spec.text!r} plays chess, not {context.entry.id}; use it in classic/chess-v6")
        values = parse_options(self, spec)
        command, settings = self._command(spec, values), _settings(spec, values)
        asked = [setting for setting in settings if not setting.optional]
        if asked or self._program is None:
            offered = _offered(command, Path(command[0]).stat().st_mtime_ns)
            for setting in asked:
                set_option(find_option(offered, setting.name, _LISTED), setting.value)

    def build(self, spec: ControllerSpec, context: BuildContext) -> Controller:
        """The controller; its engines start at the first reset."""
        values = parse_options(self, spec)
        limits = _limits(values)
        settings = _settings(spec, values)
        config = UciConfig(self._command(spec, values), settings, limits, values["draws"])
        return UciController(config, self._descriptor(spec, values, repeatable=_repeatable(limits, settings)))

    def notes(self) -> list[str]:
        """What the engine itself offers, for `arena controllers show stockfish`."""
        program = None if self._program is None else find_program(self._program)
        if program is None:
            missing = f"`{install_command(self._program)}` installs it" if self._program else ""
            return [missing] if missing else []
        try:
            offered = _offered((program,), Path(program).stat().st_mtime_ns)
        except ControllerError as error:
            return [str(error)]
        return [f"options of {program}", *(f"  {_explain(option)}" for option in offered.values())]

    def _command(self, spec: ControllerSpec, values: Mapping[str, Any]) -> tuple[str, ...]:
        if self._program is not None and spec.target:
            raise SeatError(
                f"{spec.text!r}: {self.name} takes options only, such as {self.name}:elo=1500; write"
                f" uci:{spec.target} to run another engine"
            )
        program = values["path"] or spec.target or self._program
        if program is None:
            raise SeatError(f"{spec.text!r} names no engine; write uci:NAME or uci:/path/to/engine")
        return (need_program(program), *split_arguments(values["args"]))

    def _descriptor(self, spec: ControllerSpec, values: Mapping[str, Any], *, repeatable: bool) -> Descriptor:
        program = Path(values["path"] or spec.target or self.name).name
        known = {key: f"{key}={value}" for key, value in sorted(spec.options.items()) if key != "path"}
        shown = [text for key, text in known.items() if key != "args"]
        identity = ",".join([program, *known.values()] if program != self.name else known.values())
        name = program if self._program is None else self.name.capitalize()
        return Descriptor(
            id=f"{self.name}:{identity}" if identity else self.name,
            name=f"{name} ({', '.join(shown)})" if shown else name,
            description=f"the chess engine {program}",
            policy=program,
            backend="uci",
            deterministic=repeatable,
        )


def split_arguments(text: str) -> list[str]:
    """The words of ``args=...``. Errors: :class:`OptionError` where a quote is left open."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise OptionError(f"args={text!r} cannot be split into words: {error}") from None


def is_chess(context: BuildContext) -> bool:
    """Whether the game is PettingZoo's chess."""
    return context.entry.id.startswith("classic/chess-")


def _explain(option: EngineOption) -> str:
    bounds = [f"{option.low}..{option.high}"] if option.type == "spin" else []
    bounds += ["|".join(option.choices)] if option.choices else []
    default = [f"[{option.default}]"] if option.default else []
    return " ".join([option.name, f"({option.type})", *bounds, *default])


@cache
def _offered(command: tuple[str, ...], _changed_ns: int) -> Mapping[str, EngineOption]:
    return probe(command)


def _settings(spec: ControllerSpec, values: Mapping[str, Any]) -> tuple[Setting, ...]:
    settings = [Setting("Threads", str(values["threads"]), optional="threads" not in spec.options)]
    if values["hash"] is not None:
        settings.append(Setting("Hash", str(values["hash"])))
    if values["skill"] is not None:
        settings.append(Setting("Skill Level", str(values["skill"])))
    if values["elo"] is not None:
        settings += [Setting("UCI_LimitStrength", "true"), Setting("UCI_Elo", str(values["elo"]))]
    settings += [Setting(key, text) for key, text in spec.options.items() if key not in _LISTED]
    return tuple(settings)


def _limits(values: Mapping[str, Any]) -> Limits:
    limited = any(values[name] is not None for name in ("nodes", "depth", "movetime"))
    use_clock = values["clock"] == "always" or (values["clock"] == "auto" and not limited)
    return Limits(values["nodes"], values["depth"], values["movetime"], use_clock)


def _repeatable(limits: Limits, settings: tuple[Setting, ...]) -> bool:
    """Fixed nodes or depth, one thread, full strength (design 3.2, "Same result")."""
    bounded = (limits.nodes or limits.depth) and limits.movetime_ms is None and not limits.use_clock
    one_thread = all(setting.value == "1" for setting in settings if squash(setting.name) == "threads")
    varying = any(squash(setting.name) in _VARYING for setting in settings)
    return bool(bounded) and one_thread and not varying


STOCKFISH = UciKind("stockfish", "the chess engine Stockfish", "stockfish")
UCI = UciKind("uci", "any UCI chess engine: uci:NAME or uci:/path/to/engine")
